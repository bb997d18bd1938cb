import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { niceTicks } from './nice-ticks.ts';
import { between } from './between.ts';

describe('ticks', () => {
  test.each([
    [0, 100, 4, [0, 50, 100]],
    [0, 7, 4, [0, 2, 4, 6]],
    [-3, 3, 3, [-2, 0, 2]],
    [5, 5, 3, [5]],
  ])('from %d to %d', (from, to, count, ticks) => {
    expect(niceTicks(from, to, count)).toEqual(ticks);
  });

  test('lie within the range and are few', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (from, span) => {
          const ticks = niceTicks(from, from + span, 4);
          expect(ticks.length).toBeLessThanOrEqual(6);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(from - 1e-6 * span);
            expect(tick).toBeLessThanOrEqual(from + span * (1 + 1e-6));
          }
        },
      ),
    );
  });
});

describe('between points', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 10, y: 5 },
    { x: 20, y: 6 },
  ];
  test.each([
    [0, 0],
    [4, 2],
    [15, 5.5],
    [99, 6],
  ])('at %d', (x, y) => {
    expect(between(points, x)).toBeCloseTo(y, 9);
  });
  test('of no points is 0', () => {
    expect(between([], 3)).toBe(0);
  });
});
