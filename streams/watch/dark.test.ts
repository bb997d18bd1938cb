import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import { createRandom } from '../../platform/time/random.ts';
import { notDark, stepDark } from './dark.ts';
import { judgeWindow } from './judge.ts';
import { planKpis } from './kpi-plan.ts';
import { createTenantWatch, seriesKey, totalKey, type WatchedKey } from './watch-state.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 4, 4);
const DAY = 24 * 60;
const small: WatchedKey = { rollup: 'channel', dim: 'small' };
const plan = planKpis(
  kpiCatalogue.filter(({ key }) => key === 'views'),
  100,
);

const counted = (views: number): MeasureState => ({
  sums: { view_events: views },
  mins: {},
  maxs: {},
  uniques: {},
  quantiles: {},
});

/** Minutes of a small channel beside a large one; answers the minutes after the first day in which the small one was in alarm. */
function alarms(name: string, rateAt: (minute: number) => number, minutes: number): number[] {
  const random = createRandom(name);
  const state = createTenantWatch('main');
  state.grains['1m'].keys = [totalKey, small];
  const found: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const startMs = START_MS + minute * MINUTE_MS;
    const views = random.poisson(rateAt(minute));
    judgeWindow(
      state,
      {
        window: '1m',
        startMs,
        endMs: startMs + MINUTE_MS,
        states: new Map([
          [seriesKey('', totalKey), counted(views + random.poisson(2_000))],
          ...(views === 0 ? [] : [[seriesKey('', small), counted(views)] as const]),
        ]),
      },
      {
        plan,
        words: { currency: 'USD' },
        // What a series of a channel gets when two a week are shared by a network of some dozen channels and countries.
        budgetOf: () => 0.0003,
        nowMs: 0,
        signalMaxAgeMs: 0,
      },
    );
    if (state.grains['1m'].series.get(seriesKey('views', small))?.alarm !== undefined)
      found.push(minute - DAY);
  }
  return found;
}

test.each([
  [5, 8],
  [12, 8],
  [30, 3],
  [30, 0.1],
  [200, 8],
])(
  'a channel of %d views a minute that goes dark within the hour after a %d-fold anomaly is found',
  (level, factor) => {
    for (let seed = 0; seed < 5; seed++) {
      const found = alarms(
        `dark ${level} ${factor} ${seed}`,
        (minute) => {
          const at = minute - DAY;
          if (at >= 60 && at < 80) return 0;
          return level * (at >= 0 && at < 20 ? factor : 1);
        },
        DAY + 80,
      );
      expect(found.some((minute) => minute >= 61 && minute < 75)).toBe(true);
    }
  },
);

test('a channel that is dark every night by habit raises no alarm once the nights are known', () => {
  const isOpen = (minute: number): boolean => minute % DAY >= 8 * 60 && minute % DAY < 20 * 60;
  const found = alarms('shop', (minute) => (isOpen(minute) ? 20 : 0), 14 * DAY);
  expect(found.filter((minute) => minute > 6 * DAY)).toEqual([]);
});

test('an empty window is as rare as the share of empty windows before it, and a run as rare as all of them', () => {
  const [one, first] = stepDark(notDark, true, 0.95);
  const [two, second] = stepDark(one, true, 0.9);
  expect(second).toBeCloseTo(2 * first, 12);
  expect(two.run).toBe(2);
  expect(stepDark(two, false, 0.9)).toEqual([notDark, 0]);
  // Of 119 effective windows none was empty: two deviations above nothing.
  expect(stepDark(notDark, true, 1)[1]).toBeCloseTo(-Math.log10(2 / 119), 1);
});

test('the rarity is finite, never negative, and greater the fuller the series was', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (a, b) => {
        const [, low] = stepDark(notDark, true, Math.min(a, b));
        const [, high] = stepDark(notDark, true, Math.max(a, b));
        expect(low).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(high)).toBe(true);
        expect(high).toBeGreaterThanOrEqual(low - 1e-9);
      },
    ),
  );
});
