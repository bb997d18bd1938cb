import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedHistory, inUnits, withoutGrossErrors } from './sound-histories.ts';

describe('histories in units that arithmetic can bear', () => {
  it('whatever is finite comes back to the last digit, and its squares are numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 20 }),
        (array) => {
          const values = Float64Array.from(array);
          const { unit, values: bounded } = boundedHistory(values);
          expect(bounded.every((v) => Number.isFinite(v * v))).toBe(true);
          const back = inUnits(bounded, unit);
          const largest = Math.max(...array.map(Math.abs));
          back.forEach((v, t) => expect(Math.abs(v - (values[t] ?? 0)) <= 1e-12 * largest).toBe(true));
        },
      ),
    );
  });

  it('the usual is left as it is', () => {
    const values = Float64Array.of(1, 2, 3e20, 0);
    expect(boundedHistory(values)).toEqual({ values, unit: 1 });
    expect(inUnits(Float64Array.of(3), 2 ** 1023)[0]).toBe(Number.MAX_VALUE);
  });
});

describe('gross errors', () => {
  const steady = Float64Array.from({ length: 40 }, (_, t) => 100 + (t % 4));

  it('one slipped value is replaced by what its season says', () => {
    const slipped = steady.map((v, t) => (t === 21 ? 1e15 : v));
    const made = withoutGrossErrors(slipped, 4);
    expect(made.replaced).toBe(1);
    expect(made.values[21]).toBeCloseTo(101, 9);
  });

  it.each([
    ['a good day', steady.map((v, t) => (t === 21 ? 5_000 : v))],
    ['a series that grows a million times', Float64Array.from({ length: 60 }, (_, t) => 1.3 ** t)],
    ['a level a million times higher for good', steady.map((v, t) => (t > 20 ? 1e6 * v : v))],
    [
      'values now and then among zeros',
      Float64Array.from({ length: 60 }, (_, t) => (t % 9 === 0 ? 7 + t : 0)),
    ],
    ['nearly nothing', Float64Array.of(1, 1e9, 1)],
  ])('%s is none', (_, values) => {
    expect(withoutGrossErrors(values, 4)).toEqual({ values, replaced: 0 });
  });
});
