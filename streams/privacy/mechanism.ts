import type { Mechanism } from '../../platform/contracts/privacy.ts';
import { discreteGaussianVariance } from './gaussian.ts';
import { drawDiscreteGaussian, drawDiscreteLaplace, ratioAtLeast, ratioValue, type Ratio } from './noise.ts';
import type { Uniform } from './uniform.ts';
import { gaussianRho, pureRho } from './zcdp.ts';

export interface NoiseRequest {
  readonly mechanism: Mechanism;
  readonly epsilon: number;
  /** For the Gaussian mechanism; Laplace has none. */
  readonly delta: number;
  /** Counts one person can move, by one each. */
  readonly cells: number;
}

/** Noise for counts, and what an answer with it costs. */
export interface Noise {
  readonly mechanism: Mechanism;
  readonly epsilon: number;
  readonly delta: number;
  readonly rho: number;
  /** 95 of 100 draws lie within it. */
  readonly halfWidth95: number;
  readonly standardDeviation: number;
  draw(uniform: Uniform): number;
}

/** Calibrates noise; the same request is worked out once. */
export function createNoises(): (request: NoiseRequest) => Noise {
  const known = new Map<string, Noise>();
  return (request) => {
    const key = JSON.stringify(request);
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = request.mechanism === 'gaussian' ? gaussianNoise(request) : laplaceNoise(request);
    if (known.size >= KNOWN_NOISES) known.clear();
    known.set(key, made);
    return made;
  };
}

const KNOWN_NOISES = 1_000;

/** L2 sensitivity √cells. (ε, δ) is proven on the integers; ρ is exact for the discrete Gaussian. */
function gaussianNoise({ epsilon, delta, cells }: NoiseRequest): Noise {
  const variance = discreteGaussianVariance(epsilon, delta, cells);
  const sigma = Math.sqrt(ratioValue(variance));
  return {
    mechanism: 'gaussian',
    epsilon,
    delta,
    rho: gaussianRho(Math.sqrt(cells), sigma),
    halfWidth95: 1.959964 * sigma,
    standardDeviation: sigma,
    draw: (uniform) => Number(drawDiscreteGaussian(uniform, variance)),
  };
}

/** L1 sensitivity `cells`, scale cells / ε: pure ε-DP on the integers (Ghosh, Roughgarden, Sundararajan 2009). */
function laplaceNoise({ epsilon, cells }: NoiseRequest): Noise {
  const scale: Ratio = ratioAtLeast(cells / epsilon);
  return {
    mechanism: 'laplace',
    epsilon,
    delta: 0,
    rho: pureRho(epsilon),
    halfWidth95: ratioValue(scale) * Math.log(20),
    // Of the continuous law, a little more than that of the discrete one.
    standardDeviation: Math.SQRT2 * ratioValue(scale),
    draw: (uniform) => Number(drawDiscreteLaplace(uniform, scale)),
  };
}

/**
 * The counts of `cells` with noise on each, also on those nobody is in: leaving empty cells out would tell that they are empty. Counts of
 * cells that are not asked for are dropped.
 */
export function noisyCounts(
  counts: ReadonlyMap<string, number>,
  cells: readonly string[],
  noise: Noise,
  uniform: Uniform,
): Record<string, number> {
  return Object.fromEntries(cells.map((cell) => [cell, (counts.get(cell) ?? 0) + noise.draw(uniform)]));
}
