import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ForecastDriver } from '../../platform/contracts/forecast.ts';
import { repairHistory } from '../forecast/repair-history.ts';
import type { CalendarEffects } from './calendar-effects.ts';
import { driversOf } from './drivers.ts';

const PERIOD = 7;
const WEEK = [10, -5, 0, 5, -10, 20, -20];

function explain(
  raw: Float64Array,
  point: Float64Array,
  effects?: CalendarEffects,
): Record<ForecastDriver['name'], number> {
  const repair = repairHistory(raw, PERIOD);
  const filled = raw.map((v) => (Number.isFinite(v) ? v : 0));
  if (repair === undefined) throw new Error('nothing known');
  const drivers = driversOf({
    raw,
    filled,
    repair:
      effects === undefined
        ? repair
        : { ...repair, values: filled.map((v, t) => v - (effects.moved[t] ?? 0)) },
    effects,
    point,
    unreconciled: point,
    steps: point.length,
    period: PERIOD,
  });
  const none = { 'period before': 0, 'one-offs before': 0, season: 0, 'holidays and events': 0 };
  return {
    ...none,
    'level change': 0,
    trend: 0,
    momentum: 0,
    'adding up': 0,
    ...Object.fromEntries(drivers.map(({ amount, name }) => [name, amount])),
  };
}

it('a straight line with a week in it, gone on with: all of the difference is trend', () => {
  // 100 + 2 t and the week; 21 days ahead against the 21 before: each is 42 higher.
  const value = (t: number): number => 100 + 2 * t + (WEEK[t % 7] ?? 0);
  const raw = Float64Array.from({ length: 84 }, (_, t) => value(t));
  const drivers = explain(
    raw,
    Float64Array.from({ length: 21 }, (_, h) => value(84 + h)),
  );
  // STL’s trend bends a little at the end of a line with a week in it: 2%.
  expect(Math.abs(drivers.trend - 21 * 42)).toBeLessThan(20);
  for (const name of [
    'season',
    'level change',
    'momentum',
    'one-offs before',
    'holidays and events',
  ] as const)
    expect(Math.abs(drivers[name])).toBeLessThan(30);
});

it('three steps ahead on other weekdays: the season says so', () => {
  // Ends on a Sunday place; the three before were 20, -20 of the week and 10 + -5 + 0 follow.
  const value = (t: number): number => 100 + (WEEK[t % 7] ?? 0);
  const raw = Float64Array.from({ length: 70 }, (_, t) => value(t));
  const drivers = explain(
    raw,
    Float64Array.from({ length: 3 }, (_, h) => value(70 + h)),
  );
  expect(drivers['period before']).toBeCloseTo(290, 9);
  // 10 - 5 + 0 against -10 + 20 - 20.
  expect(drivers.season).toBeCloseTo(15, 0);
  expect(
    Math.abs(drivers.trend) + Math.abs(drivers.momentum) + Math.abs(drivers['level change']),
  ).toBeLessThan(2);
});

it('a level that has moved for good inside the period before is level change', () => {
  const raw = Float64Array.from({ length: 98 }, (_, t) => (t < 84 ? 100 : 150) + (WEEK[t % 7] ?? 0));
  // 28 steps before: 14 of 100 and 14 of 150; 28 to come of 150.
  const drivers = explain(
    raw,
    Float64Array.from({ length: 28 }, (_, h) => 150 + (WEEK[(98 + h) % 7] ?? 0)),
  );
  expect(Math.abs(drivers['level change'] + drivers.trend + drivers.momentum - 700)).toBeLessThan(15);
  expect(drivers['level change']).toBeGreaterThan(600);
});

it('a spike in the period before is not expected again, and a promotion to come is an event', () => {
  const raw = Float64Array.from({ length: 84 }, (_, t) => (t === 70 ? 600 : 100) + (WEEK[t % 7] ?? 0));
  const plain = Float64Array.from({ length: 28 }, (_, h) => 100 + (WEEK[h % 7] ?? 0));
  expect(explain(raw, plain)['one-offs before']).toBeCloseTo(-500, -1);
  const moved = new Float64Array(84 + 28);
  moved[70] = 500;
  moved[90] = 500;
  moved[91] = 500;
  const effects = { moved, isLog: false, used: [{ name: 'promotion', effect: 500, occurrences: 4 }] };
  const promoted = plain.map((v, h) => v + (moved[84 + h] ?? 0));
  const drivers = explain(raw, promoted, effects);
  // Two such days to come, one before.
  expect(drivers['holidays and events']).toBeCloseTo(500, 6);
  expect(Math.abs(drivers['one-offs before'])).toBeLessThan(10);
});

it('whatever came and is forecast, they add up', () => {
  const values = fc.array(
    fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN)),
    {
      minLength: 8,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(
      values,
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 8 }),
      (ys, made) => {
        const raw = Float64Array.from(ys);
        fc.pre(raw.some(Number.isFinite));
        const drivers = explain(raw, Float64Array.from(made));
        const total = made.reduce((sum, v) => sum + v, 0);
        const sum = Object.values(drivers).reduce((all, v) => all + v, 0);
        expect(Math.abs(sum - total)).toBeLessThan(
          1e-6 * (1 + Math.max(...ys.map((v) => Math.abs(v || 0)), ...made.map(Math.abs))),
        );
      },
    ),
  );
});

it('a history shorter than the horizon has no period before, so no drivers', () => {
  const raw = Float64Array.of(1, 2, 3);
  const repair = { values: raw, filled: 0, replaced: 0, shift: undefined };
  const point = new Float64Array(7);
  expect(
    driversOf({
      raw,
      filled: raw,
      repair,
      effects: undefined,
      point,
      unreconciled: point,
      steps: 7,
      period: 7,
    }),
  ).toEqual([]);
});
