import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjustedPValues } from './false-discovery.ts';

// The example of Benjamini & Hochberg (1995), section 3.2: four of fifteen hypotheses are rejected at .05.
const paper = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  0.759, 1,
];

test("the paper's example", () => {
  const adjusted = adjustedPValues(paper);
  expect(adjusted.filter((q) => q <= 0.05)).toHaveLength(4);
  expect(adjusted[0]).toBeCloseTo(0.0015, 10);
  expect(adjusted[3]).toBeCloseTo(0.035625, 10);
  // .0201 × 15 ÷ 5, and .0298 × 15 ÷ 7 which the sixth takes over.
  expect(adjusted[4]).toBeCloseTo(0.0603, 10);
  expect(adjusted[5]).toBeCloseTo(0.0638571, 6);
});

test('tests without a p-value of their own make the correction stricter', () => {
  expect(adjustedPValues([0.001], 50)[0]).toBeCloseTo(0.05, 12);
});

test('the order of what is tested does not matter, and no q is below its p', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
      const adjusted = adjustedPValues(ps);
      const reversed = adjustedPValues([...ps].reverse()).reverse();
      for (const [index, p] of ps.entries()) {
        expect(adjusted[index]).toBeGreaterThanOrEqual(p * (1 - 1e-12));
        expect(adjusted[index]).toBeLessThanOrEqual(1);
        expect(adjusted[index]).toBeCloseTo(reversed[index] ?? -1, 12);
      }
    }),
  );
});
