import { describe, expect, test } from 'vitest';
import { composeAdvanced, composeBasic } from './composition.ts';
import { discreteGaussianDelta, discreteGaussianVariance, gaussianDelta, gaussianSigma } from './gaussian.ts';
import { ratioAtLeast, ratioValue } from './noise.ts';
import { logErfc, logNormalCdf } from '../../platform/statistics/normal.ts';
import { gaussianRdp, laplaceRdp, rdpEpsilon, rdpOrders, sampledGaussianRdp } from './rdp.ts';
import { gaussianRho, pureRho, zcdpDelta, zcdpEpsilon, zcdpRho } from './zcdp.ts';

/** Relative difference to a published or independently computed value. */
const off = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('analytic Gaussian mechanism', () => {
  // Tests of google/differential-privacy (accounting library).
  test.each([
    [1, 0.78760074, 1, 1, 1 / 3],
    [1, 0.78760074, 6, 25, 10],
  ])('ε %d, δ %d, sensitivity %d, %d queries', (epsilon, delta, sensitivity, queries, sigma) => {
    expect(off(gaussianSigma(epsilon, delta, sensitivity * Math.sqrt(queries)), sigma)).toBeLessThan(1e-6);
  });

  test.each([
    [1, 1e-5, 3.730632],
    [0.1, 1e-6, 36.30469],
    [0.5, 1e-6, 8.057618],
    [1, 1e-6, 4.224679],
    [2, 1e-6, 2.230476],
    [5, 1e-6, 0.980049],
  ])('(%d, %d) needs σ %d', (epsilon, delta, sigma) => {
    expect(off(gaussianSigma(epsilon, delta), sigma)).toBeLessThan(1e-6);
    expect(off(gaussianDelta(gaussianSigma(epsilon, delta), epsilon), delta)).toBeLessThan(1e-6);
  });

  test('asks for less noise than the classic bound √(2 ln(1.25/δ))/ε', () => {
    expect(off(Math.sqrt(2 * Math.log(1.25e5)), 4.844805)).toBeLessThan(1e-6);
    expect(gaussianSigma(1, 1e-5)).toBeLessThan(4.844805);
  });
});

describe('discrete Gaussian', () => {
  test.each([
    [0.1, 1],
    [0.1, 4],
    [0.1, 8],
  ])('calibration to ε %d with %d cells a person is proven on the integers', (epsilon, cells) => {
    const variance = discreteGaussianVariance(epsilon, 1e-6, cells);
    const continuous = gaussianSigma(epsilon, 1e-6, Math.sqrt(cells)) ** 2;
    expect(discreteGaussianDelta(variance, epsilon, cells)).toBeLessThanOrEqual(1e-6);
    expect(ratioValue(variance)).toBeGreaterThanOrEqual(continuous);
    expect(ratioValue(variance)).toBeLessThan(continuous * 1.0002 + 1 / 1_024);
    // A little less noise is too little: the bound is tight.
    expect(discreteGaussianDelta(ratioAtLeast(continuous * 0.99), epsilon, cells)).toBeGreaterThan(1e-6);
  });
});

describe('zCDP', () => {
  // Tests of opendp/opendp.
  test('to (ε, δ)', () => {
    expect(off(zcdpEpsilon(1 / 32, 1e-3), 0.6880024554878085)).toBeLessThan(1e-9);
    expect(off(zcdpDelta(0.5, 0), 0.5588356393474351)).toBeLessThan(1e-9);
    expect(off(zcdpDelta(0.05, 0.25), 0.0817727531036956)).toBeLessThan(1e-9);
    expect(off(zcdpDelta(5e-30, 1e-13), 2.619676329730346e-234)).toBeLessThan(1e-9);
    expect(zcdpDelta(0, 1)).toBe(0);
    expect(zcdpEpsilon(0, 1e-6)).toBe(0);
  });

  test.each([
    [1, 0.5],
    [2, 2],
    [3, 4.5],
  ])('Gaussian of scale 1 and sensitivity %d costs ρ %d', (sensitivity, rho) => {
    expect(gaussianRho(sensitivity, 1)).toBe(rho);
  });

  test.each([1, 2, 3])(
    'Laplace of scale 1 and sensitivity %d is ε %d and its ρ is no dearer',
    (sensitivity) => {
      const epsilon = sensitivity / 1;
      expect(epsilon).toBe(sensitivity);
      expect(pureRho(epsilon)).toBe(epsilon ** 2 / 2);
      // Pure DP turned to ρ and back must never claim more than it was, at any δ worth the name, by more than the conversion costs.
      expect(zcdpEpsilon(pureRho(epsilon), 1e-6)).toBeGreaterThan(epsilon);
    },
  );

  test.each([
    [0.1, 1e-6],
    [1, 1e-6],
    [3, 1e-5],
  ])('a budget of (%d, %d) is the greatest ρ that keeps to it', (epsilon, delta) => {
    const rho = zcdpRho(epsilon, delta);
    expect(zcdpEpsilon(rho, delta)).toBeLessThanOrEqual(epsilon + 1e-9);
    expect(zcdpEpsilon(rho * 1.0001, delta)).toBeGreaterThan(epsilon);
  });
});

describe('Rényi DP', () => {
  // Tests of google/differential-privacy (RDP accountant).
  test('a constant curve', () => {
    const curve = Array.from({ length: 31 }, (_, i) => ({ order: i + 2, rdp: 1.1 }));
    const { epsilon, order } = rdpEpsilon(curve, 1e-5);
    expect(off(epsilon, 1.32783806176)).toBeLessThan(1e-9);
    expect(order).toBe(32);
  });

  test('one Gaussian answer', () => {
    const curve = rdpOrders.map((order) => ({ order, rdp: gaussianRdp(4.530877117, order) }));
    expect(off(rdpEpsilon(curve, 1e-6).epsilon, 1)).toBeLessThan(1e-6);
  });

  test.each([
    [5, 2.18075656e-3],
    [50, 2.38460375e-2],
    [100, 167.416308],
  ])('50 answers on a sample of 1%% at order %d', (order, rdp) => {
    expect(off(50 * sampledGaussianRdp(0.01, 2.5, order), rdp)).toBeLessThan(1e-8);
  });

  // At broken orders the library's present version takes every term of the series as positive, an upper bound (third column). Its
  // earlier test had 6.5007e-4 and 1.0854e-3; the second column is the integral of the definition, computed apart from the series.
  test.each([
    [1.5, 6.500708941702939e-4, 6.70579741e-4],
    [2.5, 1.0854180559881688e-3, 1.0854871e-3],
  ])('50 answers on a sample of 1%% at order %d are exact and under the bound', (order, exact, bound) => {
    const rdp = 50 * sampledGaussianRdp(0.01, 2.5, order);
    expect(off(rdp, exact)).toBeLessThan(1e-7);
    expect(rdp).toBeLessThan(bound);
  });

  test('everybody sampled is the plain Gaussian, and a sample is between', () => {
    expect(sampledGaussianRdp(1, 2, 7)).toBe(gaussianRdp(2, 7));
    // Either side of a whole order the two formulas meet.
    expect(off(sampledGaussianRdp(0.1, 2, 5.000001), sampledGaussianRdp(0.1, 2, 5))).toBeLessThan(1e-5);
  });

  test('Laplace stays under its ε and nears it at high orders', () => {
    expect(laplaceRdp(2, 2)).toBeLessThan(0.5);
    expect(laplaceRdp(2, 1_000)).toBeLessThan(0.5);
    expect(laplaceRdp(2, 1_000)).toBeGreaterThan(0.49);
  });
});

describe('composition', () => {
  test('basic adds up', () => {
    expect(composeBasic([])).toEqual({ epsilon: 0, delta: 0 });
    expect(
      composeBasic([
        { epsilon: 0.5, delta: 0.25 },
        { epsilon: 1, delta: 0.125 },
      ]),
    ).toEqual({ epsilon: 1.5, delta: 0.375 });
  });

  // Tests of google/differential-privacy (advanced composition).
  test.each([
    [0.06, 22],
    [0.1, 20],
  ])('30 answers of (1, .001) at total δ %d are ε %d', (totalDelta, epsilon) => {
    expect(composeAdvanced({ epsilon: 1, delta: 0.001 }, 30, totalDelta)).toBe(epsilon);
  });

  test('50 answers of ε .25 fit into (5, .01), and of more do not', () => {
    expect(composeAdvanced({ epsilon: 0.25, delta: 0 }, 50, 0.01)).toBeLessThanOrEqual(5);
    expect(composeAdvanced({ epsilon: 0.2501, delta: 0 }, 50, 0.01)).toBeGreaterThan(5);
  });

  test('a δ that the answers alone exceed cannot be reached', () => {
    expect(composeAdvanced({ epsilon: 0.1, delta: 0.01 }, 10, 0.01)).toBeUndefined();
  });
});

describe('normal distribution', () => {
  // log(math.erfc(x)) of CPython 3.
  test.each([
    [-3, 0.6931361352504468],
    [0.5, -0.7350111298370844],
    [1.9999, -5.3644994577735305],
    [2, -5.364941264616638],
    [6, -38.37756117322339],
  ])('ln erfc(%d)', (x, expected) => {
    expect(off(logErfc(x), expected)).toBeLessThan(1e-13);
  });

  test('the two methods meet', () => {
    expect(off(logErfc(2 - 1e-12), logErfc(2 + 1e-12))).toBeLessThan(1e-11);
    expect(Math.exp(logNormalCdf(0))).toBeCloseTo(0.5, 15);
    expect(Math.exp(logNormalCdf(-1.959963984540054))).toBeCloseTo(0.025, 14);
  });
});
