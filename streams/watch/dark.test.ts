import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import { createRandom } from '../../platform/time/random.ts';
import { notDark, stepDark, type DarkRun } from './dark.ts';
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

const after = (windows: readonly boolean[]): DarkRun =>
  windows.reduce((state, isEmpty) => stepDark(state, isEmpty)[0], notDark);

test('an empty window is as rare as the share of empty windows before it, and a run as rare as all of them', () => {
  const half = after(Array.from({ length: 400 }, (_, i) => i % 2 === 0));
  const [one, first] = stepDark(half, true);
  // Half of 60 windows, and two standard errors of it.
  expect(first).toBeCloseTo(-Math.log10(0.5 + 2 * Math.sqrt((0.25 + 1 / 60) / 60)), 1);
  const [two, second] = stepDark(one, true);
  expect(second).toBeCloseTo(2 * first, 12);
  expect(two.run).toBe(2);
  expect(stepDark(two, false)[1]).toBe(0);
  // Of 60 windows none was empty: two deviations above nothing.
  expect(stepDark(after(Array.from({ length: 600 }, () => false)), true)[1]).toBeCloseTo(
    -Math.log10(2 / 60),
    2,
  );
});

test('a series that has had something once or twice and nothing since is not dark: nothing is known of it', () => {
  expect(stepDark(notDark, true)[1]).toBeCloseTo(0, 12);
  let state = after([false, false]);
  for (let i = 0; i < 60; i++) state = stepDark(state, true)[0];
  expect(stepDark(state, true)[1]).toBeCloseTo(0, 12);
});

test('the rarity is finite, never negative, and greater the fuller the series was', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (windows) => {
      const rarity = (before: readonly boolean[]): number => stepDark(after([...before, false]), true)[1];
      const low = rarity(windows);
      const high = rarity(windows.map(() => false));
      expect(low).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(high)).toBe(true);
      expect(high).toBeGreaterThanOrEqual(low - 1e-9);
    }),
  );
});
