import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { secureRandom } from '../../platform/time/secure-random.ts';
import { discreteGaussianLaw } from './gaussian.ts';
import { drawDiscreteGaussian, drawDiscreteLaplace, ratioAtLeast, ratioValue } from './noise.ts';
import { seededUniform } from './testing/seeded.ts';
import { createUniform } from './uniform.ts';

const DRAWS = 20_000;
/** One in a million of honest samples would be beyond; the seeds are fixed, so a pass stays a pass. */
const FAR = 4.75;

const laplaceLaw = (scale: number, reach: number): number[] => {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-Math.abs(i - reach) / scale));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

/** Pearson's statistic with cells of at least 10 expected, as a normal deviate (Wilson and Hilferty 1931). */
function chiSquareDeviate(draws: readonly number[], law: readonly number[]): number {
  const reach = (law.length - 1) / 2;
  const seen = new Float64Array(law.length);
  for (const draw of draws) {
    const index = Math.min(law.length - 1, Math.max(0, draw + reach));
    seen[index] = (seen[index] ?? 0) + 1;
  }
  let statistic = 0;
  let cells = 0;
  let expected = 0;
  let observed = 0;
  for (const [index, probability] of law.entries()) {
    expected += probability * draws.length;
    observed += seen[index] ?? 0;
    if (expected < 10) continue;
    statistic += (observed - expected) ** 2 / expected;
    cells += 1;
    expected = 0;
    observed = 0;
  }
  const freedom = cells - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** Kolmogorov and Smirnov's distance times √n; conservative on a grid. Above 2.23 in one of 10,000 honest samples. */
function kolmogorovSmirnov(draws: readonly number[], law: readonly number[]): number {
  const reach = (law.length - 1) / 2;
  const sorted = draws.toSorted((a, b) => a - b);
  let sum = 0;
  let at = 0;
  let distance = 0;
  for (const [index, probability] of law.entries()) {
    sum += probability;
    while (at < sorted.length && (sorted[at] ?? 0) <= index - reach) at += 1;
    distance = Math.max(distance, Math.abs(at / sorted.length - sum));
  }
  return distance * Math.sqrt(draws.length);
}

function drawMany(
  name: string,
  count: number,
  draw: (uniform: ReturnType<typeof seededUniform>) => bigint,
): number[] {
  const uniform = seededUniform(name);
  return Array.from({ length: count }, () => Number(draw(uniform)));
}

const moment = (draws: readonly number[], power: number): number =>
  draws.reduce((sum, x) => sum + x ** power, 0) / draws.length;

describe('discrete Laplace', () => {
  test('of scale 1: P(0) = tanh(1/2), variance 1.8413', () => {
    const draws = drawMany('laplace 1', DRAWS, (uniform) => drawDiscreteLaplace(uniform, ratioAtLeast(1)));
    const zeros = draws.filter((x) => x === 0).length / DRAWS;
    const p = 0.4621171573;
    expect(p).toBeCloseTo(Math.tanh(0.5), 9);
    expect(Math.abs(zeros - p)).toBeLessThan(FAR * Math.sqrt((p * (1 - p)) / DRAWS));
    expect(Math.abs(moment(draws, 1))).toBeLessThan(FAR * Math.sqrt(1.8413471884 / DRAWS));
    expect(Math.abs(moment(draws, 2) / 1.8413471884 - 1)).toBeLessThan(0.06);
  });

  test.each([0.5, 1, 10])('of scale %d passes chi-square and Kolmogorov-Smirnov', (scale) => {
    const draws = drawMany(`laplace ${scale}`, DRAWS, (uniform) =>
      drawDiscreteLaplace(uniform, ratioAtLeast(scale)),
    );
    const law = laplaceLaw(scale, 400);
    expect(chiSquareDeviate(draws, law)).toBeLessThan(FAR);
    expect(kolmogorovSmirnov(draws, law)).toBeLessThan(2.23);
  });
});

describe('discrete Gaussian', () => {
  test.each([
    [1, 0.39894227827, 0.99999978877],
    [3, 0.13298076013, 9],
  ])('of σ %d: P(0) = %d, variance %d', (sigma, p, variance) => {
    expect(discreteGaussianLaw(sigma ** 2, 60)[60]).toBeCloseTo(p, 10);
    const draws = drawMany(`gaussian ${sigma}`, DRAWS, (uniform) =>
      drawDiscreteGaussian(uniform, ratioAtLeast(sigma ** 2)),
    );
    const zeros = draws.filter((x) => x === 0).length / DRAWS;
    expect(Math.abs(zeros - p)).toBeLessThan(FAR * Math.sqrt((p * (1 - p)) / DRAWS));
    expect(Math.abs(moment(draws, 1))).toBeLessThan(FAR * Math.sqrt(variance / DRAWS));
    expect(Math.abs(moment(draws, 2) / variance - 1)).toBeLessThan(FAR * Math.sqrt(2 / DRAWS));
  });

  test.each([0.5, 1, 3, 36.3])('of σ %d passes chi-square and Kolmogorov-Smirnov', (sigma) => {
    const variance = ratioAtLeast(sigma ** 2);
    const draws = drawMany(`gaussian law ${sigma}`, DRAWS, (uniform) =>
      drawDiscreteGaussian(uniform, variance),
    );
    const law = discreteGaussianLaw(ratioValue(variance), Math.ceil(12 * sigma) + 12);
    expect(chiSquareDeviate(draws, law)).toBeLessThan(FAR);
    expect(kolmogorovSmirnov(draws, law)).toBeLessThan(2.23);
  });
});

test('the tests tell a law a few per cent off from the right one', () => {
  const draws = drawMany('gaussian law 3', DRAWS, (uniform) =>
    drawDiscreteGaussian(uniform, ratioAtLeast(9)),
  );
  expect(chiSquareDeviate(draws, discreteGaussianLaw(9 * 1.1, 60))).toBeGreaterThan(FAR);
  expect(kolmogorovSmirnov(draws, discreteGaussianLaw(9 * 1.3, 60))).toBeGreaterThan(2.23);
  expect(chiSquareDeviate(draws, laplaceLaw(2.1, 60))).toBeGreaterThan(FAR);
});

test('two neighbouring counts are told apart no better than ε allows', () => {
  // Pure ε-DP: on every set of answers the probabilities differ by at most e^ε; here the sets "at most k".
  const epsilon = 0.5;
  const noisy = (name: string, count: number): number[] =>
    drawMany(
      name,
      DRAWS,
      (uniform) => BigInt(count) + drawDiscreteLaplace(uniform, ratioAtLeast(1 / epsilon)),
    );
  const without = noisy('without', 10);
  const withOne = noisy('with', 11);
  for (let k = 6; k <= 15; k += 1) {
    const p = without.filter((x) => x <= k).length / DRAWS;
    const q = withOne.filter((x) => x <= k).length / DRAWS;
    const slack = FAR * Math.sqrt(p / DRAWS) * (1 + Math.exp(epsilon));
    expect(p).toBeLessThan(Math.exp(epsilon) * q + slack);
    expect(q).toBeLessThan(Math.exp(epsilon) * p + slack);
  }
});

describe('uniform integers', () => {
  test('stay in range for every bound', () => {
    const uniform = seededUniform('range');
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 130n }), (n) => {
        const drawn = uniform.below(n);
        expect(drawn >= 0n && drawn < n).toBe(true);
      }),
      { seed: 7 },
    );
    expect(() => uniform.below(0n)).toThrow(RangeError);
  });

  test('are uniform where a modulo would not be', () => {
    const uniform = seededUniform('uniform');
    const counts = new Map<number, number>();
    for (let i = 0; i < 30_000; i += 1) {
      const drawn = Number(uniform.below(3n));
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    for (const count of counts.values())
      expect(Math.abs(count - 10_000)).toBeLessThan(FAR * Math.sqrt(30_000 * (2 / 9)));
  });

  test('two draws of the system source differ', () => {
    const uniform = createUniform(secureRandom);
    expect(uniform.below(2n ** 128n)).not.toBe(uniform.below(2n ** 128n));
  });

  test('a seed fixes the noise', () => {
    const draw = (): bigint[] => {
      const uniform = seededUniform('fixed');
      return Array.from({ length: 20 }, () => drawDiscreteGaussian(uniform, ratioAtLeast(1_318)));
    };
    expect(draw()).toEqual(draw());
    expect(createRandom('fixed').next()).toBe(createRandom('fixed').next());
  });
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%d is no noise parameter', (bad) => {
  expect(() => ratioAtLeast(bad)).toThrow(RangeError);
});

test('rounding a parameter never takes noise away', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (x) => {
      const value = ratioValue(ratioAtLeast(x));
      expect(value).toBeGreaterThanOrEqual(x);
      expect(value).toBeLessThan(x + 1 / 1_023);
    }),
  );
});
