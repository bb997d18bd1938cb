import fc from 'fast-check';
import { expect, it } from 'vitest';
import { milestonesOf } from './milestones.ts';
import { monthTotal, runningMonth } from './month-end.ts';
import { madeSeries, panelOf } from './testing/panels.ts';

const starts = Array.from({ length: 30 }, (_, h) => 1_000 + h);
const line = (from: number, by: number): number[] =>
  Array.from({ length: 30 }, (_, h) => from + by * (h + 1));

it('a level on its way up: the next round values, with the dates of its bounds', () => {
  const found = milestonesOf({
    history: Float64Array.of(9_000, 9_400),
    points: line(9_400, 100),
    lower: line(9_400, 25),
    upper: line(9_400, 300),
    startsMs: starts,
    period: 7,
    isStock: true,
    stepWord: 'day',
  });
  // 10 000 after 6 steps of 100, 2 of 300 and 24 of 25; 20 000 is beyond the horizon.
  expect(found.map(({ words: _, ...each }) => each)).toEqual([
    { kind: 'reaches', value: 10_000, likelyMs: 1_005, earliestMs: 1_001, latestMs: 1_023 },
  ]);
});

it('by the day it is the mean of a week, so one good day is no milestone; a bound that never comes there is null', () => {
  const history = new Float64Array(14).fill(90);
  const flat = { history, startsMs: starts, period: 7, isStock: false, stepWord: 'day' };
  const spike = line(90, 0).map((v, h) => (h === 3 ? 150 : v));
  expect(milestonesOf({ ...flat, points: spike, lower: line(80, 0), upper: line(99, 0) })).toEqual([]);
  const [up] = milestonesOf({ ...flat, points: line(90, 1), lower: line(90, -1), upper: line(90, 4) });
  // Mean of the seven days to h = 12 is 91 + 9 = 100.
  expect(up).toMatchObject({ value: 100, likelyMs: 1_012, latestMs: null });
});

it('on its way down it falls below', () => {
  const [down] = milestonesOf({
    history: Float64Array.of(55),
    points: line(55, -0.5),
    lower: line(55, -1),
    upper: line(55, -0.1),
    startsMs: starts,
    period: 7,
    isStock: true,
    stepWord: 'day',
  });
  expect(down).toMatchObject({
    kind: 'falls below',
    value: 50,
    likelyMs: 1_010,
    earliestMs: 1_005,
    latestMs: null,
  });
});

it('whatever comes in: likely lies between the dates, values are finite and on the right side', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(values, values, values, (history, points, wide) => {
      const lower = points.map((p, h) => p - (wide[h] ?? 0));
      const upper = points.map((p, h) => p + (wide[h] ?? 0));
      for (const each of milestonesOf({
        history: Float64Array.from(history),
        points,
        lower,
        upper,
        startsMs: starts,
        period: 7,
        isStock: false,
        stepWord: 'day',
      })) {
        expect(Number.isFinite(each.value)).toBe(true);
        expect(each.earliestMs ?? 0).toBeLessThanOrEqual(each.likelyMs);
        expect(each.latestMs ?? Infinity).toBeGreaterThanOrEqual(each.likelyMs);
      }
    }),
  );
});

it('the running month is what has come and what is forecast; of a level where it stands at the end', () => {
  // 5 January to 14 March 2026, ten a day: February is whole, 17 days of March are left.
  const ten = new Float64Array(69).fill(10);
  const panel = panelOf([madeSeries('total', '', ten)], {
    grain: 'daily',
    period: 7,
    stepMs: 86_400_000,
    ahead: 30,
    horizons: [1, 7, 30],
  });
  const running = runningMonth(panel);
  expect(running).toMatchObject({ month: '2026-03', daysLeft: 17 });
  const points = new Float64Array(30).fill(12);
  const bounds = [{ level: 0.8, lower: 300, upper: 420 }];
  const bands = [{ level: 0.8, lower: new Float64Array(30).fill(11), upper: new Float64Array(30).fill(14) }];
  const made = { points, bands, horizons: [{ steps: 30, total: 360, bounds }] };
  const flow = monthTotal(running, { values: ten, isStock: false }, made);
  expect(flow).toMatchObject({ soFar: 140, total: 140 + 17 * 12, before: 280 });
  // Bounds of 30 days, 60 each way, in proportion to the root of the days: 60 √(17/30) = 45.2.
  expect(flow?.upper).toBeCloseTo(344 + 45.166, 2);
  expect(monthTotal(running, { values: ten, isStock: true }, made)).toMatchObject({
    soFar: 10,
    total: 12,
    lower: 11,
    upper: 14,
    before: 10,
  });
  expect(
    monthTotal(running, { values: ten, isStock: false }, { ...made, points: points.slice(0, 16) }),
  ).toBeNull();
});
