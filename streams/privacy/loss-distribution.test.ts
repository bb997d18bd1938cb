import { describe, expect, test } from 'vitest';
import { transform } from './fourier.ts';
import { gaussianDelta, gaussianSigma } from './gaussian.ts';
import { composeLosses, deltaOf, discretise, epsilonOf } from './loss-distribution.ts';
import { laplaceLoss, sampledGaussianLoss, type Neighbour } from './loss-law.ts';
import { gaussianRho, zcdpEpsilon } from './zcdp.ts';

const off = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('Fourier transform', () => {
  test('gives back what it was given, and a shifted impulse is a turn', () => {
    const re = Float64Array.from({ length: 16 }, (_, i) => Math.sin(i * i));
    const spectrum = { re: re.slice(), im: new Float64Array(16) };
    transform(spectrum, false);
    expect(spectrum.re[0]).toBeCloseTo(
      re.reduce((sum, value) => sum + value, 0),
      14,
    );
    transform(spectrum, true);
    for (const [i, value] of re.entries()) expect(spectrum.re[i]).toBeCloseTo(value, 14);
    const impulse = { re: Float64Array.from([0, 1, 0, 0]), im: new Float64Array(4) };
    transform(impulse, false);
    for (const [k, [c, s]] of [
      [1, 0],
      [0, -1],
      [-1, 0],
      [0, 1],
    ].entries()) {
      expect(impulse.re[k]).toBeCloseTo(c ?? 0, 15);
      expect(impulse.im[k]).toBeCloseTo(s ?? 0, 15);
    }
  });
});

describe('privacy loss distribution', () => {
  test('one Gaussian answer is the analytic mechanism, at and between the points of the grid', () => {
    const loss = discretise(sampledGaussianLoss(2, 1, 'remove'), 1e-3);
    for (const epsilon of [0, 0.5, 1, 1.0005, 2.7003]) {
      const exact = gaussianDelta(2, epsilon);
      expect(off(deltaOf(loss, epsilon), exact)).toBeLessThan(2e-5);
      // Never below: what is told is a bound.
      expect(deltaOf(loss, epsilon)).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
    }
  });

  test('25 Gaussian answers are one of a fifth of the noise', () => {
    const single = discretise(sampledGaussianLoss(10, 1, 'remove'), 5e-4);
    const composed = composeLosses([{ loss: single, times: 25 }]);
    for (const epsilon of [0, 1, 2]) {
      expect(off(deltaOf(composed, epsilon), gaussianDelta(2, epsilon))).toBeLessThan(1e-4);
      expect(deltaOf(composed, epsilon)).toBeGreaterThanOrEqual(gaussianDelta(2, epsilon) * (1 - 1e-9));
    }
  });

  test('unlike answers compose as like ones do', () => {
    const a = discretise(sampledGaussianLoss(4, 1, 'remove'), 1e-3);
    const b = discretise(sampledGaussianLoss(3, 1, 'remove'), 1e-3);
    const both = composeLosses([
      { loss: a, times: 1 },
      { loss: b, times: 1 },
    ]);
    // 1/σ² add up.
    expect(off(deltaOf(both, 0.5), gaussianDelta(1 / Math.hypot(1 / 4, 1 / 3), 0.5))).toBeLessThan(1e-5);
    expect(() =>
      composeLosses([
        { loss: a, times: 1 },
        { loss: discretise(laplaceLoss(1), 2e-3), times: 1 },
      ]),
    ).toThrow(RangeError);
  });

  test('one Laplace answer is pure: δ is 0 from its ε on, and below it the closed form', () => {
    const loss = discretise(laplaceLoss(1), 1 / 1_024);
    expect(deltaOf(loss, 1)).toBeLessThan(1e-12);
    // 1 − exp((ε − 1/b)/2)
    for (const epsilon of [0, 0.25, 0.5])
      expect(off(deltaOf(loss, epsilon), -Math.expm1((epsilon - 1) / 2))).toBeLessThan(1e-6);
    expect(epsilonOf(loss, 1e-9)).toBeCloseTo(1, 6);
  });

  // Tests of google/differential-privacy (PLD accountant): the least scale for (1, 1e-4), found there to within .1.
  test.each([
    [20, 13.6],
    [500, 71.0],
  ])('%d Laplace answers need a scale of %d', (times, scale) => {
    const deltaAt = (each: number): number =>
      deltaOf(composeLosses([{ loss: discretise(laplaceLoss(each), 1e-4), times }]), 1);
    expect(deltaAt(scale + 0.1)).toBeLessThanOrEqual(1e-4);
    expect(deltaAt(scale - 0.1)).toBeGreaterThan(1e-4);
  });

  // The same: σ over sensitivity for a sampled Gaussian at (1, 1e-5); the worse of adding and removing counts.
  test.each([
    [0.01, 1, 1, 0.67379294682],
    [0.001, 25, 6, 3.20956502598],
  ])('a sample of %d, %d answers of sensitivity %d need σ %d', (rate, times, sensitivity, sigma) => {
    const deltaAt = (each: number): number =>
      Math.max(
        ...(['add', 'remove'] as const).map((neighbour) => {
          const loss = discretise(sampledGaussianLoss(each / sensitivity, rate, neighbour), 1e-3);
          return deltaOf(times === 1 ? loss : composeLosses([{ loss, times }]), 1);
        }),
      );
    expect(deltaAt(sigma * 1.0001)).toBeLessThanOrEqual(1e-5);
    expect(deltaAt(sigma * 0.9999)).toBeGreaterThan(1e-5);
  });

  // Known answers of DPBayes/PLD-Accountant (Koskela, Jälkö, Honkela): samples of 1 %, σ 4, 10,000 answers. The error falls with the square
  // of the width, so two widths tell where it would end.
  test('10,000 answers on a sample: the Fourier accountant', () => {
    const of = (neighbour: Neighbour, width: number) =>
      composeLosses([{ loss: discretise(sampledGaussianLoss(4, 0.01, neighbour), width), times: 10_000 }]);
    const wide = deltaOf(of('remove', 1e-4), 1);
    const narrow = deltaOf(of('remove', 5e-5), 1);
    expect(wide).toBeGreaterThan(narrow);
    expect(narrow).toBeGreaterThan(4.243484012034273e-6);
    expect(off((4 * narrow - wide) / 3, 4.243484012034273e-6)).toBeLessThan(1e-5);
    expect(off(epsilonOf(of('substitute', 1e-4), 1e-5) ?? 0, 1.9931200626285734)).toBeLessThan(5e-5);
  });

  test('more than can be left out is no ε', () => {
    const certain = { width: 1, first: 0, mass: Float64Array.from([0.9]), infinite: 0.1 };
    expect(epsilonOf(certain, 0.05)).toBeUndefined();
    expect(epsilonOf(certain, 0.2)).toBe(0);
  });
});

test('a month of answers: the ledger’s ρ is never below the exact loss, and not far above', () => {
  // 60 answers of (0.1, 1e-6) each: the sum of ρ turned to ε, against the loss distribution of the same noise.
  const sigma = gaussianSigma(0.1, 1e-6);
  const rho = 60 * gaussianRho(1, sigma);
  const exact = epsilonOf(
    composeLosses([{ loss: discretise(sampledGaussianLoss(sigma, 1, 'remove'), 1e-3), times: 60 }]),
    1e-6,
  );
  expect(zcdpEpsilon(rho, 1e-6)).toBeGreaterThanOrEqual(exact ?? Number.NaN);
  expect(zcdpEpsilon(rho, 1e-6)).toBeLessThan(1.2 * (exact ?? Number.NaN));
});
