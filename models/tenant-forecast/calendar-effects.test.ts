import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { calendarEffects, withEffects } from './calendar-effects.ts';
import type { Regressor } from './regressors.ts';

const LENGTH = 140;
const STEPS = 14;
const DAYS = [20, 45, 46, 80, 115, 145];

const on = (days: readonly number[], knownAt = 0): Regressor => ({
  name: 'promotion',
  isHoliday: false,
  active: Uint8Array.from({ length: LENGTH + STEPS }, (_, t) => (days.includes(t) ? 1 : 0)),
  knownAt: new Int32Array(LENGTH + STEPS).fill(knownAt),
});
/** Weekdays of different size, a little noise, and what a promotion multiplies. */
const sold = (factor: number, length = LENGTH, seed = 'sold'): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from(
    { length },
    (_, t) =>
      100 *
      (1 + 0.3 * Math.sin((2 * Math.PI * t) / 7)) *
      (1 + 0.02 * random.normal()) *
      (DAYS.includes(t) ? factor : 1),
  );
};

it('a promotion that doubles sales is found, drawn a little to nothing, and taken out', () => {
  const y = sold(2);
  const effects = calendarEffects(y, STEPS, 7, [on(DAYS)]);
  // Four runs of log 2, shrunk by one run of nothing: 4/5 log 2 = 0.55.
  expect(effects?.used[0]?.occurrences).toBe(4);
  expect(effects?.used[0]?.effect).toBeGreaterThan(0.5);
  expect(effects?.used[0]?.effect).toBeLessThan(0.6);
  const ordinary = withEffects(y, effects, -1);
  expect((ordinary[80] ?? 0) / (y[80] ?? 1)).toBeCloseTo(Math.exp(-(effects?.used[0]?.effect ?? 0)), 9);
  expect(ordinary[81]).toBe(y[81]);
  // The one to come is the sixth step ahead.
  const ahead = withEffects(new Float64Array(STEPS).fill(100), effects, 1, LENGTH);
  expect([...ahead].map((v) => v > 150)).toEqual(Array.from({ length: STEPS }, (_, h) => h === 5));
});

it('what was not decided yet at the origin moves nothing to come, and all that has been', () => {
  const secret = calendarEffects(sold(2), STEPS, 7, [on(DAYS, LENGTH + 1)]);
  expect(secret?.used).toHaveLength(1);
  expect(secret?.moved[80]).toBeGreaterThan(0.5);
  expect([...(secret?.moved.subarray(LENGTH) ?? [])]).toEqual(Array.from({ length: STEPS }, () => 0));
});

it('an effect nobody could have used with gain is not used: none, too few, or one that turns', () => {
  expect(calendarEffects(sold(1), STEPS, 7, [on(DAYS)])).toBeUndefined();
  expect(calendarEffects(sold(2, 60), STEPS, 7, [on(DAYS)])).toBeUndefined();
  const turning = sold(1).map((v, t) =>
    DAYS.includes(t) ? v * (DAYS.indexOf(t) % 2 === 0 ? 1.5 : 1 / 1.5) : v,
  );
  expect(calendarEffects(turning, STEPS, 7, [on([20, 45, 80, 115])])).toBeUndefined();
});

it('nothing after the origin has a say', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: LENGTH - 1 }),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      (origin, later) => {
        const y = sold(1.6);
        const other = y.map((v, t) => (t < origin ? v : later));
        const regressor = on(DAYS);
        expect(calendarEffects(other.slice(0, origin), STEPS, 7, [regressor])).toEqual(
          calendarEffects(y.slice(0, origin), STEPS, 7, [regressor]),
        );
      },
    ),
    { numRuns: 20 },
  );
});

it('whatever comes in, what comes out is finite, and out and in again is the same', () => {
  const value = fc.oneof(
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.constant(0),
    fc.double({ min: -1e3, max: 0, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 80 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 90 }), { maxLength: 20 }),
      (values, days) => {
        const y = Float64Array.from(values);
        const effects = calendarEffects(y, STEPS, 7, [on(days)]);
        expect(effects?.moved.every(Number.isFinite) ?? true).toBe(true);
        const again = withEffects(withEffects(y, effects, -1), effects, 1);
        again.forEach((v, t) =>
          expect(Math.abs(v - (y[t] ?? 0))).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(y[t] ?? 0))),
        );
      },
    ),
    { numRuns: 60 },
  );
});
