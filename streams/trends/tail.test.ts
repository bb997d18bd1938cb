import { expect, test } from 'vitest';
import { negativeBinomialTail, poissonTail } from './tail.ts';

// Expected values: sums of the probability functions in decimals of 60 digits.
test.each([
  [1, 0.5, 3.9346934029e-1],
  [5, 2, 5.2653017344e-2],
  [10, 3.3, 2.1945433127e-3],
  [30, 10, 2.5099512015e-7],
  [100, 80, 1.7108313035e-2],
  [3, 0.01, 1.6542165281e-7],
])('P(X >= %d), Poisson of mean %d', (observed, mean, expected) => {
  expect(poissonTail(observed, mean) / expected).toBeCloseTo(1, 8);
});

test.each([
  [1, 0.5, 2, 3.6e-1],
  [5, 2, 1, 1.316872428e-1],
  [10, 3.3, 0.5, 9.7086491029e-2],
  [30, 10, 4, 6.7440530396e-3],
  [100, 80, 20, 1.6220200172e-1],
  [12, 1, 3, 3.2112002373e-6],
])('P(X >= %d), negative binomial of mean %d and size %d', (observed, mean, size, expected) => {
  expect(negativeBinomialTail(observed, mean, size) / expected).toBeCloseTo(1, 8);
});

test('the negative binomial becomes Poisson as its size grows', () => {
  expect(negativeBinomialTail(10, 3.3, 1e5) / poissonTail(10, 3.3)).toBeCloseTo(1, 3);
  expect(negativeBinomialTail(10, 3.3, Number.POSITIVE_INFINITY)).toBe(poissonTail(10, 3.3));
});

test('edges', () => {
  expect(poissonTail(0, 3)).toBe(1);
  expect(poissonTail(3, 0)).toBe(0);
  expect(negativeBinomialTail(0, 3, 1)).toBe(1);
  expect(negativeBinomialTail(4, 0, 1)).toBe(0);
});
