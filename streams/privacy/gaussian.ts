import { logNormalCdf } from '../../platform/statistics/normal.ts';
import { ratioAtLeast, ratioValue, type Ratio } from './noise.ts';

/**
 * δ of the Gaussian mechanism at ε, for L2 sensitivity 1 and standard deviation `sigma`: Balle and Wang, "Improving the Gaussian
 * Mechanism for Differential Privacy" (ICML 2018), theorem 8. Exact, for every ε of 0 or more.
 */
export function gaussianDelta(sigma: number, epsilon: number): number {
  const a = 1 / (2 * sigma);
  const b = epsilon * sigma;
  return Math.max(0, Math.exp(logNormalCdf(a - b)) - Math.exp(epsilon + logNormalCdf(-a - b)));
}

/** The least standard deviation that gives (ε, δ) for L2 sensitivity `sensitivity`. */
export function gaussianSigma(epsilon: number, delta: number, sensitivity = 1): number {
  let low = 0;
  let high = 1;
  while (gaussianDelta(high, epsilon) > delta) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (gaussianDelta(middle, epsilon) > delta) low = middle;
    else high = middle;
  }
  return high * sensitivity;
}

const RAISE = 1e-4;
/** Standard deviations kept on either side: what lies beyond weighs less than 1e-18. */
const REACH = 9;

/**
 * σ² for integer counts of which one person moves at most `cells` by one each, so that the discrete Gaussian gives (ε, δ). Starts from
 * the continuous law and is then proven for the discrete one, raised by a ten-thousandth where that asks for it.
 */
export function discreteGaussianVariance(epsilon: number, delta: number, cells: number): Ratio {
  let variance = ratioAtLeast(gaussianSigma(epsilon, delta, Math.sqrt(cells)) ** 2);
  while (discreteGaussianDelta(variance, epsilon, cells) > delta)
    variance = ratioAtLeast(ratioValue(variance) * (1 + RAISE));
  return variance;
}

/**
 * Exact δ of the discrete Gaussian at ε when a person moves `cells` counts by one: the privacy loss is (S + cells/2)/σ² with S the sum of
 * that many draws, so δ = E[max(0, 1 - exp(ε - loss))] (theorem 7 of Canonne, Kamath, Steinke for one cell).
 */
export function discreteGaussianDelta(variance: Ratio, epsilon: number, cells: number): number {
  const sigma2 = ratioValue(variance);
  const reach = (n: number): number => Math.ceil(REACH * Math.sqrt(n * sigma2)) + 1;
  const single = discreteGaussianLaw(sigma2, reach(1));
  let law = single;
  for (let n = 2; n <= cells; n += 1) law = convolve(law, single, reach(n));
  const middle = (law.length - 1) / 2;
  let delta = 0;
  for (const [index, probability] of law.entries()) {
    const loss = (index - middle + cells / 2) / sigma2;
    if (loss > epsilon) delta += probability * -Math.expm1(epsilon - loss);
  }
  return delta;
}

/** Probabilities of -reach … reach. */
export function discreteGaussianLaw(sigma2: number, reach: number): readonly number[] {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Law of the sum of two, cut to -reach … reach; both are symmetric about their middle. */
function convolve(a: readonly number[], b: readonly number[], reach: number): readonly number[] {
  const x = Float64Array.from(a);
  const y = Float64Array.from(b);
  const middle = (x.length + y.length - 2) / 2;
  const from = Math.max(0, middle - reach);
  const out = new Float64Array(2 * (middle - from) + 1);
  for (let k = 0; k < out.length; k += 1) {
    const sum = k + from;
    const last = Math.min(x.length - 1, sum);
    let total = 0;
    for (let i = Math.max(0, sum - y.length + 1); i <= last; i += 1) total += (x[i] ?? 0) * (y[sum - i] ?? 0);
    out[k] = total;
  }
  return Array.from(out);
}
