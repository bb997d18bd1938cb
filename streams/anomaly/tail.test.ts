import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { boldly, cautious, createTail, learnTail, PRIMING, readingAt, surpriseOf } from './tail.ts';

/** Mean surprise of a fixed reading while the tail goes on learning. */
function surpriseWhere(draw: () => number, reading: number): number {
  const tail = createTail();
  let sum = 0;
  for (let at = 0; at < 40_000; at++) {
    learnTail(tail, draw(), 1e-9, 2_000);
    if (at >= 20_000) sum += surpriseOf(tail, reading, 1e-9);
  }
  return sum / 20_000;
}

describe('a tail', () => {
  // −log10 P(X > x) of the exponential law is x / ln 10; of |normal| the values are Abramowitz and Stegun, table 26.1.
  it.each([
    ['exponential, 1 in 1,000', 1, 3 * Math.LN10, 3],
    ['exponential, 1 in 100,000', 1, 5 * Math.LN10, 5],
    ['|normal|, 3.29 deviations, 1 in 1,000', 0, 3.2905, 3],
    ['|normal|, 3.89 deviations, 1 in 10,000', 0, 3.8906, 4],
  ])('knows how rare is %s', (_name, isExponential, reading, decades) => {
    const random = createRandom(5);
    const found = surpriseWhere(
      () => (isExponential === 1 ? random.exponential(1) : Math.abs(random.normal())),
      reading,
    );
    expect(found).toBeGreaterThan(0.8 * decades);
    expect(found).toBeLessThan(1.2 * decades);
  });

  it('gives the reading back whose surprise it is asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 31, maxLength: 200 }),
        fc.double({ min: 1.6, max: 12, noNaN: true }),
        (readings, surprise) => {
          const tail = createTail();
          for (const reading of readings) learnTail(tail, reading, 1e-6, 500);
          const back = surpriseOf(tail, readingAt(tail, surprise, 1e-6) ?? 0, 1e-6);
          // A threshold that has sunk below zero makes even a reading of 0 somewhat rare.
          if (tail.threshold >= 0) expect(back).toBeCloseTo(surprise, 3);
        },
      ),
    );
  });

  it('says nothing while priming', () => {
    const tail = createTail();
    for (let at = 0; at < PRIMING - 1; at++) learnTail(tail, at % 3, 1e-6, 500);
    expect(surpriseOf(tail, 1e9, 1e-6)).toBe(0);
    expect(readingAt(tail, 4, 1e-6)).toBeUndefined();
  });

  it('finds a higher reading rarer', () => {
    const tail = createTail();
    const random = createRandom(6);
    for (let at = 0; at < 1_000; at++) learnTail(tail, random.exponential(1), 1e-6, 500);
    const surprises = [4, 5, 8, 20, 1e6].map((reading) => surpriseOf(tail, reading, 1e-6));
    expect(surprises).toEqual([...surprises].sort((a, b) => a - b));
    expect(new Set(surprises).size).toBe(5);
  });
});

describe('what a tail does not know of itself', () => {
  const after = (seen: number) => ({ ...createTail(), seen });

  it('leaves a rarity up to the base as it is, takes from what is beyond, the more the less was seen, and can be turned round', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 1.6, max: 6, noNaN: true }),
        fc.integer({ min: 30, max: 5_000 }),
        (surprise, base, seen) => {
          const sure = cautious(surprise, after(seen), 5_000, base);
          if (surprise <= base) expect(sure).toBe(surprise);
          else expect(sure).toBeGreaterThanOrEqual(base);
          expect(sure).toBeLessThanOrEqual(surprise);
          expect(sure).toBeLessThanOrEqual(cautious(surprise, after(seen * 2), 5_000, base) + 1e-9);
          expect(boldly(sure, after(seen), 5_000, base)).toBeCloseTo(surprise, 6);
        },
      ),
    );
  });

  it('is the predictive law of an exponential excess', () => {
    // 2,400 readings, 72 beyond the threshold, worth 30: P(x) = 0.03 · (1 + x/30)^−30 against 0.03 · exp(−x), here at x = 10 above x = 0.
    const base = -Math.log10(0.03);
    const fitted = base + 10 / Math.LN10;
    const predicted = (count: number): number => base + (count * Math.log(1 + 10 / count)) / Math.LN10;
    expect(cautious(fitted, after(2_400), 5_000, base)).toBeCloseTo(predicted(30), 12);
    expect(cautious(fitted, after(2_400), 5_000, base, 1)).toBeCloseTo(predicted(72), 12);
    expect(cautious(fitted, after(2_400), 1_000, base)).toBeCloseTo(predicted(12.5), 12);
  });
});
