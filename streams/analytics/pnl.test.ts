import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PnlFigures } from '../../platform/contracts/pnl.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { periodsBetween } from './periods.ts';
import { dailyPart, figuresOf, profitAndLoss, type PnlDay } from './pnl.ts';

const DAY = 86_400_000;
const start = Date.UTC(2026, 5, 1);
const clock = createWindowClock('UTC');
const june = Array.from({ length: 30 }, (_each, dayOfMonth) => ({
  startMs: start + dayOfMonth * DAY,
  dayOfMonth,
  daysInMonth: 30,
}));
const day = (startMs: number, change: Partial<PnlDay>): PnlDay => ({
  startMs,
  revenueMinor: 0,
  costMinor: 0,
  productionMinor: 0,
  advertisingMinor: 0,
  apiMinor: 0,
  videos: 0,
  ...change,
});

function identities(figures: PnlFigures): void {
  const { costs } = figures;
  expect(figures.revenueMinor - figures.costMinor - figures.feeMinor).toBe(figures.profitMinor);
  expect(costs.productionMinor + costs.advertisingMinor + costs.apiMinor + costs.otherMinor).toBe(
    figures.costMinor,
  );
  expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
}

test('a month by hand: 12,000 revenue, 1,500 cost, plan scale', () => {
  const figures = figuresOf(
    [
      day(start, {
        revenueMinor: 1_200_000,
        costMinor: 150_000,
        productionMinor: 90_000,
        advertisingMinor: 40_000,
        apiMinor: 5_000,
        videos: 300,
      }),
    ],
    79_700,
  );
  expect(figures).toEqual({
    revenueMinor: 1_200_000,
    costMinor: 150_000,
    costs: { productionMinor: 90_000, advertisingMinor: 40_000, apiMinor: 5_000, otherMinor: 15_000 },
    feeMinor: 79_700,
    profitMinor: 970_300,
    margin: 970_300 / 1_200_000,
    roi: 970_300 / 229_700,
    videos: 300,
    revenuePerVideoMinor: 4_000,
    costPerVideoMinor: 500,
    profitPerVideoMinor: 970_300 / 300,
  });
});

test('without revenue there is no margin, without cost no return, without videos nothing per video', () => {
  expect(figuresOf([], 0)).toMatchObject({
    margin: null,
    roi: null,
    costPerVideoMinor: null,
    profitMinor: 0,
  });
});

test.each([9_700, 29_700, 79_700, 1_000_000, 1, 0])('the days of a month add up to its %i', (amount) => {
  for (const days of [28, 29, 30, 31]) {
    const parts = Array.from({ length: days }, (_each, index) => dailyPart(amount, index, days));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amount);
    expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
  }
});

describe('by period and channel', () => {
  const anyDay = fc.record({
    index: fc.integer({ min: 0, max: 29 }),
    channel: fc.constantFrom('', 'a', 'b'),
    revenueMinor: fc.integer({ min: -5_000, max: 100_000 }),
    productionMinor: fc.integer({ min: 0, max: 9_000 }),
    advertisingMinor: fc.integer({ min: 0, max: 9_000 }),
    apiMinor: fc.integer({ min: 0, max: 900 }),
    other: fc.integer({ min: 0, max: 900 }),
    videos: fc.integer({ min: 0, max: 3 }),
  });

  test.each(['day', 'week', 'month'] as const)('%ss, and channels, add up to the total', (grain) => {
    fc.assert(
      fc.property(fc.array(anyDay, { maxLength: 30 }), (list) => {
        const days = list.map(({ channel, index, other, ...sums }) => ({
          channel,
          sums: day(start + index * DAY, {
            ...sums,
            costMinor: sums.productionMinor + sums.advertisingMinor + sums.apiMinor + other,
          }),
        }));
        const channels = new Map(
          ['', 'a', 'b'].map((name) => [
            name,
            days.filter(({ channel }) => channel === name).map(({ sums }) => sums),
          ]),
        );
        const answer = profitAndLoss({
          periods: periodsBetween(grain, clock, start, start + 30 * DAY, 100),
          calendar: june,
          tenant: days.map(({ sums }) => sums),
          channels,
          feePerMonthMinor: 79_700,
          targetPerMonthMinor: 1_000_000,
          completeMs: start + 7 * DAY,
        });
        expect(answer.total.feeMinor).toBe(79_700);
        expect(answer.targetMinor).toBe(1_000_000);
        identities(answer.total);
        for (const { figures } of [...answer.periods, ...answer.channels]) identities(figures);
        for (const key of ['revenueMinor', 'costMinor', 'feeMinor', 'profitMinor', 'videos'] as const)
          expect(answer.periods.reduce((sum, { figures }) => sum + figures[key], 0)).toBe(answer.total[key]);
        for (const key of ['revenueMinor', 'costMinor', 'videos'] as const)
          expect(answer.channels.reduce((sum, { figures }) => sum + figures[key], 0)).toBe(answer.total[key]);
        expect(answer.periods.reduce((sum, { targetMinor }) => sum + targetMinor, 0)).toBe(1_000_000);
        for (const { figures, isReached, targetMinor } of answer.periods)
          expect(isReached).toBe(figures.profitMinor >= targetMinor);
      }),
    );
  });

  test('only what has ended is complete', () => {
    const { periods } = profitAndLoss({
      periods: periodsBetween('week', clock, start, start + 30 * DAY, 100),
      calendar: june,
      tenant: [],
      channels: new Map(),
      feePerMonthMinor: 0,
      targetPerMonthMinor: 0,
      completeMs: start + 7 * DAY,
    });
    expect(periods.map(({ isComplete }) => isComplete)).toEqual([true, false, false, false, false]);
  });
});
