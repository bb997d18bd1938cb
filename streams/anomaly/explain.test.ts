import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainAdditive, explainRatio, type RatioPart } from './explain.ts';

const amount = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const count = fc.integer({ min: 0, max: 100_000 });

describe('contributions of a sum', () => {
  it('are what each value added, and what no value covers', () => {
    const found = explainAdditive({ expected: 100, observed: 60 }, [
      { value: 'a', expected: 50, observed: 45 },
      { value: 'b', expected: 40, observed: 8 },
    ]);
    expect(found).toEqual([
      { value: 'b', contribution: -32, share: 0.8 },
      { value: 'a', contribution: -5, share: 0.125 },
      { value: undefined, contribution: -3, share: 0.075 },
    ]);
  });

  it('add up to the deviation', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { maxLength: 30 }), amount, amount, (pairs, e, o) => {
        const parts = pairs.map(([expected, observed], i) => ({ value: `v${i}`, expected, observed }));
        const found = explainAdditive({ expected: e, observed: o }, parts);
        const sum = found.reduce((total, c) => total + c.contribution, 0);
        expect(Math.abs(sum - (o - e))).toBeLessThan(1e-6 * (1 + Math.abs(o - e)));
      }),
    );
  });
});

describe('contributions of a ratio', () => {
  const total = {
    expectedNumerator: 60,
    expectedDenominator: 1_000,
    observedNumerator: 40,
    observedDenominator: 1_000,
  };

  it("tell a value's own change", () => {
    // Click rate .10 → .06 at the same weight .5: −.02; the other value did not change.
    const found = explainRatio(total, [
      {
        value: 'us',
        expectedNumerator: 50,
        expectedDenominator: 500,
        observedNumerator: 30,
        observedDenominator: 500,
      },
      {
        value: 'in',
        expectedNumerator: 10,
        expectedDenominator: 500,
        observedNumerator: 10,
        observedDenominator: 500,
      },
    ]);
    expect(found?.map(({ value }) => value)).toEqual(['us', 'in']);
    expect(found?.[0]?.rateEffect).toBeCloseTo(-0.02, 12);
    expect(found?.[0]?.mixEffect).toBeCloseTo(0, 12);
    expect(found?.[1]?.contribution).toBeCloseTo(0, 12);
  });

  it('tell a shift of weight, though no value changed its ratio', () => {
    // .10 and .02; weights .5/.5 → .25/.75: total .06 → .04. Against the middle .05: (−.25)(.05) and (.25)(−.03).
    const found = explainRatio(total, [
      {
        value: 'us',
        expectedNumerator: 50,
        expectedDenominator: 500,
        observedNumerator: 25,
        observedDenominator: 250,
      },
      {
        value: 'in',
        expectedNumerator: 10,
        expectedDenominator: 500,
        observedNumerator: 15,
        observedDenominator: 750,
      },
    ]);
    expect(found?.[0]).toMatchObject({ value: 'us', rateEffect: 0 });
    expect(found?.[0]?.mixEffect).toBeCloseTo(-0.0125, 12);
    expect(found?.[1]?.mixEffect).toBeCloseTo(-0.0075, 12);
  });

  it('are none without a denominator', () => {
    expect(explainRatio({ ...total, observedDenominator: 0 }, [])).toBeUndefined();
  });

  it('add up to the deviation, each to its two effects, also where a value was absent on one side', () => {
    const part = fc.record({
      expectedNumerator: count,
      expectedDenominator: count,
      observedNumerator: count,
      observedDenominator: count,
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), part, (list, rest) => {
        const parts: RatioPart[] = list.map((each, i) => ({ value: `v${i}`, ...each }));
        const sum = (field: keyof typeof rest): number =>
          [...list, rest].reduce((t, each) => t + each[field], 0);
        const whole = {
          expectedNumerator: sum('expectedNumerator'),
          expectedDenominator: sum('expectedDenominator') + 1,
          observedNumerator: sum('observedNumerator'),
          observedDenominator: sum('observedDenominator') + 1,
        };
        const found = explainRatio(whole, parts) ?? [];
        const before = whole.expectedNumerator / whole.expectedDenominator;
        const after = whole.observedNumerator / whole.observedDenominator;
        const scale = 1e-9 * (1 + before + after);
        expect(Math.abs(found.reduce((t, c) => t + c.contribution, 0) - (after - before))).toBeLessThan(
          scale,
        );
        for (const c of found)
          expect(Math.abs(c.contribution - c.rateEffect - c.mixEffect)).toBeLessThan(scale);
      }),
    );
  });
});
