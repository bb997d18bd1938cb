import { describe, expect, test } from 'vitest';
import { createRandom } from '../time/random.ts';
import { betaDeviate } from './deviates.ts';
import { logGamma } from './log-gamma.ts';
import { normalCdf, normalDensity, normalQuantile } from './normal.ts';
import { regularisedBeta, regularisedGamma } from './regularised.ts';

test.each([
  [5, Math.log(24)],
  [0.5, Math.log(Math.sqrt(Math.PI))],
  [1, 0],
  [100, 359.134_205_369_575_4],
])('ln Γ(%d)', (x, expected) => {
  expect(logGamma(x)).toBeCloseTo(expected, 11);
});

describe('the normal distribution', () => {
  // R: pnorm, dnorm, qnorm.
  test.each([
    [-8, 6.220_960_574_271_785e-16],
    [-1.96, 0.024_997_895_148_220_43],
    [0, 0.5],
    [1, 0.841_344_746_068_542_9],
  ])('Φ(%d)', (x, expected) => {
    expect(normalCdf(x) / expected).toBeCloseTo(1, 12);
  });
  test.each([
    [0.025, -1.959_963_984_540_054],
    [0.5, 0],
    [0.8, 0.841_621_233_572_914_3],
    [0.999_99, 4.264_890_793_922_602],
    [1e-15, -7.941_345_326_170_997],
  ])('quantile of %d', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 10);
  });
  test('density', () => {
    expect(normalDensity(1)).toBeCloseTo(0.241_970_724_519_143_4, 14);
  });
  test.each([0, 1, -1, Number.NaN])('no quantile of %d', (p) => {
    expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

test.each([
  // R: pbeta(x, a, b); pchisq(x, 2a) at 2x.
  [0.3, 2, 5, 0.579_825],
  [0.5, 50, 50, 0.5],
  [0.9, 0.5, 0.5, 0.795_167_235_300_866_6],
])('I_%d(%d, %d)', (x, a, b, expected) => {
  expect(regularisedBeta(x, a, b)).toBeCloseTo(expected, 10);
});

test.each([
  [1, 1, 1 - Math.exp(-1)],
  [0.5, 1.920_729_410_347_062, 0.95],
  [10, 3, 0.001_102_488_036_5],
])('P(%d, %d)', (a, x, expected) => {
  expect(regularisedGamma(a, x)).toBeCloseTo(expected, 8);
});

test('Beta deviates have the mean and the variance of the law', () => {
  const random = createRandom('beta');
  const draws = Array.from({ length: 20_000 }, () => betaDeviate(3, 7, random));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
  // Five standard errors.
  expect(Math.abs(mean - 0.3)).toBeLessThan(5 * Math.sqrt(0.21 / 11 / draws.length));
  expect(variance / (0.21 / 11)).toBeCloseTo(1, 1);
});
