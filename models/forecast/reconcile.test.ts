import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile, reconcilePositive, reconcileSums, type Sum } from './reconcile.ts';

const numbers = (n: number) =>
  fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: n, maxLength: n });
const variances = (n: number) =>
  fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: n, maxLength: n });

/** A total by channel and by stream at once, and one channel by content. */
const sums: readonly Sum[] = [
  { whole: 0, parts: [1, 2, 3] },
  { whole: 0, parts: [4, 5] },
  { whole: 1, parts: [6, 7] },
];

const gapOf = (values: Float64Array, { parts, whole }: Sum): number =>
  Math.abs((values[whole] ?? 0) - parts.reduce((sum, p) => sum + (values[p] ?? 0), 0));

describe('reconciliation of overlapping sums', () => {
  it('by hand: total 10 against parts 4 and 3 with equal variances moves each by a third of the gap', () => {
    // Lagrange: gap 3, A W A' = 3, so the total falls by 1 and each part rises by 1.
    const out = reconcileSums(Float64Array.of(10, 4, 3), Float64Array.of(1, 1, 1), [
      { whole: 0, parts: [1, 2] },
    ]);
    expect([...out].map((v) => Math.round(1e6 * v) / 1e6)).toEqual([9, 5, 4]);
  });

  it('is the same as weighted least squares on one hierarchy', () => {
    fc.assert(
      fc.property(numbers(3), variances(3), (y, v) => {
        const mine = reconcileSums(Float64Array.from(y), Float64Array.from(v), [{ whole: 0, parts: [1, 2] }]);
        const its = reconcile(Float64Array.from(y), Float64Array.from(v), [[0, 1], [0], [1]], 2);
        mine.forEach((value, i) => expect(value).toBeCloseTo(its[i] ?? Number.NaN, 2));
      }),
    );
  });

  it('every sum holds, and what adds up already stays', () => {
    fc.assert(
      fc.property(numbers(8), variances(8), (y, v) => {
        const out = reconcileSums(Float64Array.from(y), Float64Array.from(v), sums);
        for (const sum of sums) expect(gapOf(out, sum)).toBeLessThan(1e-2);
        const again = reconcileSums(out, Float64Array.from(v), sums);
        out.forEach((value, i) => expect(again[i]).toBeCloseTo(value, 1));
      }),
    );
  });

  it('nothing that cannot be negative becomes it, and the sums hold all the same', () => {
    fc.assert(
      fc.property(numbers(8), variances(8), (y, v) => {
        const size = y.map(Math.abs);
        const out = reconcilePositive(Float64Array.from(size), Float64Array.from(v), sums, () => true);
        for (const value of out) expect(value).toBeGreaterThanOrEqual(-1e-6);
        const largest = Math.max(1, ...size);
        for (const sum of sums) expect(gapOf(out, sum) / largest).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });
});
