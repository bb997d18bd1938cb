import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QUANTILE_ACCURACY, QuantileSketch } from './quantile-sketch.ts';

const sketchOf = (values: readonly number[]): QuantileSketch => {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
};
const same = (sketch: QuantileSketch): string => Buffer.from(sketch.toBytes()).toString('hex');
/** Magnitudes over 20 decades, both signs, zeros and repeats. */
const value = fc.oneof(
  fc
    .tuple(fc.double({ min: -8, max: 14, noNaN: true }), fc.boolean())
    .map(([exponent, isNegative]) => (isNegative ? -1 : 1) * 10 ** exponent),
  fc.constantFrom(0, 1, -1, 1_000),
);
const values = fc.array(value, { maxLength: 300 });
const rank = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile sketch', () => {
  test('is within its stated error of the value of that rank', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), rank, (all, q) => {
        const exact = all.toSorted((a, b) => a - b)[Math.floor(q * (all.length - 1))] ?? Number.NaN;
        // The last bits of a logarithm may put a value on the edge of a bucket into the next one.
        expect(Math.abs(sketchOf(all).quantile(q) - exact)).toBeLessThanOrEqual(
          (QUANTILE_ACCURACY + 1e-9) * Math.abs(exact),
        );
      }),
    );
  });

  test('merged is the sketch of all values, whatever the order and the cut', () => {
    fc.assert(
      fc.property(values, fc.nat(300), fc.nat(300), (all, cut, turn) => {
        const at = Math.min(cut, all.length);
        const turned = [...all.slice(turn % (all.length + 1)), ...all.slice(0, turn % (all.length + 1))];
        const merged = sketchOf(all.slice(at));
        merged.merge(sketchOf(all.slice(0, at)));
        expect(same(merged)).toBe(same(sketchOf(all)));
        expect(same(sketchOf(turned))).toBe(same(sketchOf(all)));
        expect(merged.count).toBe(all.length);
      }),
    );
  });

  test('comes back from its bytes', () => {
    fc.assert(
      fc.property(values, (all) => {
        const sketch = sketchOf(all);
        const back = QuantileSketch.fromBytes(sketch.toBytes());
        expect(same(back)).toBe(same(sketch));
        expect(back.count).toBe(sketch.count);
      }),
    );
  });

  test('of nothing has no value, of one value that value at every rank', () => {
    expect(new QuantileSketch().quantile(0.5)).toBeNaN();
    for (const q of [0, 0.5, 0.99, 1]) expect(sketchOf([240_000]).quantile(q) / 240_000).toBeCloseTo(1, 2);
    expect(sketchOf([0, 0]).quantile(1)).toBe(0);
  });

  test('of 1 to 1,000 has its median, 95th and 99th percentile within 1%', () => {
    const sketch = sketchOf(Array.from({ length: 1_000 }, (_, i) => i + 1));
    // Ranks ⌊q (n − 1)⌋ = 499, 949, 989 of values 1 … 1,000.
    for (const [q, exact] of [
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
    ] as const)
      expect(Math.abs(sketch.quantile(q) / exact - 1)).toBeLessThanOrEqual(0.01);
  });

  test('keeps counts beyond 32 bits and magnitudes beyond its range', () => {
    const sketch = new QuantileSketch();
    sketch.add(5, 2 ** 40);
    sketch.add(1e-12);
    sketch.add(1e300);
    const back = QuantileSketch.fromBytes(sketch.toBytes());
    expect(back.count).toBe(2 ** 40 + 2);
    expect(back.quantile(0)).toBe(0);
    expect(back.quantile(1) / 1e15).toBeCloseTo(1, 1);
  });

  test('refuses bytes that are none', () => {
    expect(() => QuantileSketch.fromBytes(Uint8Array.of(9))).toThrow(RangeError);
    expect(() => QuantileSketch.fromBytes(Uint8Array.of(1, 0, 200))).toThrow(RangeError);
  });
});
