import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { noCollapse, stepCollapse, type Collapse } from './collapse.ts';
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
        budgetOf: () => 0.0007,
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
      expect(found.some((minute) => minute >= 61 && minute < 80)).toBe(true);
    }
  },
);

test('a channel that is dark every night by habit raises no alarm once the nights are known', () => {
  const isOpen = (minute: number): boolean => minute % DAY >= 8 * 60 && minute % DAY < 20 * 60;
  const found = alarms('shop', (minute) => (isOpen(minute) ? 20 : 0), 14 * DAY);
  expect(found.filter((minute) => minute > 6 * DAY)).toEqual([]);
});

/** What is told of the last of some windows; what the detector expects is left to the local level. */
function afterAll(values: readonly number[], window: '1m' | '1h' = '1m'): Collapse {
  let run = noCollapse(window);
  let told: Collapse = { decades: 0, isLow: false, below: 0 };
  for (const value of values) [run, told] = stepCollapse(run, window, value, undefined);
  return told;
}
const usual = (count: number, value = 100): number[] => Array.from({ length: count }, () => value);

test('evidence grows with each low window by the likelihoods, as worked out by hand', () => {
  // 60 windows are remembered and none was low: at most 2/60 are. In usual times evidence rests at l / (1 − l), l = 0.1 / (1 − 2/60).
  const l = 0.1 / (1 - 2 / 60);
  const atRest = l / (1 - l);
  const first = (atRest + 1) * (0.9 / (2 / 60));
  expect(afterAll([...usual(900), 0]).decades).toBeCloseTo(Math.log10(first), 3);
  // A low window after a low one is taken for one in ten until one was seen.
  const second = (first + 1) * (0.9 / (1 / 10));
  expect(afterAll([...usual(900), 0, 0]).decades).toBeCloseTo(Math.log10(second), 3);
  // Half of what is usual is low at the first of three depths alone.
  const rest = atRest * 2;
  expect(afterAll([...usual(900), 50]).decades).toBeCloseTo(Math.log10((first + rest) / 3), 3);
  expect(afterAll([...usual(900), 50]).below).toBeCloseTo(70, 9);
  expect(afterAll([...usual(900), 75])).toMatchObject({ decades: 0, isLow: false });
  // By the hour only nothing at all is low.
  expect(afterAll([...usual(900), 1], '1h').isLow).toBe(false);
  expect(afterAll([...usual(900), 0], '1h').decades).toBeCloseTo(Math.log10(first), 3);
});

test('what is often low is no news, and a run of it less than one that never was', () => {
  const random = createRandom('often');
  const often = Array.from({ length: 400 }, () => (random.next() < 1 / 3 ? 0 : 100));
  const run = usual(5, 0);
  expect(afterAll([...often, ...run]).decades).toBeLessThan(2);
  expect(afterAll([...usual(400), ...run]).decades).toBeGreaterThan(4);
  // Runs of ten at a stretch were seen before: the next one is none either.
  const runs = Array.from({ length: 480 }, (_, i) => (i % 40 < 10 ? 0 : 100));
  expect(afterAll([...runs, ...usual(10, 0)]).decades).toBeLessThan(3);
});

test('of a series that has just begun, or that can be below nothing, nothing is said', () => {
  expect(afterAll([...usual(29), 0]).decades).toBe(0);
  expect(afterAll([-1, ...usual(400), ...usual(20, 0)]).decades).toBe(0);
});

test('a night that falls for the first time is no collapse', () => {
  const random = createRandom('first night');
  let run = noCollapse('1m');
  let most = 0;
  for (let minute = 0; minute < 14 * 60; minute++) {
    // Three hundred a minute until the sixth hour, half of it each hour then, down to one in a hundred.
    const level = 300 * Math.max(0.01, 2 ** -Math.max(0, (minute - 360) / 60));
    let told: Collapse;
    [run, told] = stepCollapse(run, '1m', random.poisson(level), undefined);
    most = Math.max(most, told.decades);
  }
  expect(most).toBeLessThan(5);
});

test.each([
  ['counts of three', (random: Random) => random.poisson(3)],
  ['amounts that are log-normal', (random: Random) => Math.exp(3 + 0.8 * random.normal())],
  ['exponential waits', (random: Random) => random.exponential(1)],
])('evidence of 1,000 comes at most once in 1,000 windows of %s', (name, draw) => {
  const random = createRandom(`evidence ${name}`);
  let found = 0;
  for (let series = 0; series < 40; series++) {
    let run = noCollapse('1m');
    let isOver = false;
    for (let at = 0; at < 1_000; at++) {
      let told: Collapse;
      [run, told] = stepCollapse(run, '1m', draw(random), undefined);
      if (told.decades >= 3 && !isOver) found++;
      isOver = told.decades >= 3;
    }
  }
  expect(found).toBeLessThanOrEqual(40);
});

test('the evidence is finite and never negative, whatever the values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: -1e30, max: 1e30, noNaN: true })), {
        maxLength: 200,
      }),
      (values) => {
        const { below, decades } = afterAll(values);
        expect(decades).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(decades) && Number.isFinite(below)).toBe(true);
      },
    ),
  );
});
