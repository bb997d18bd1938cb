import { regularisedBeta, regularisedGamma } from '../../platform/statistics/regularised.ts';

/** P(X ≥ observed) for X ~ Poisson(mean), observed rounded up to a whole number. By the regularised lower incomplete gamma function. */
export function poissonTail(observed: number, mean: number): number {
  const k = Math.ceil(observed);
  if (k <= 0) return 1;
  if (!(mean > 0)) return 0;
  // P(X >= k) = P(k, mean), the lower regularised gamma function (Abramowitz & Stegun 26.4.21).
  return clampProbability(regularisedGamma(k, mean));
}

/**
 * P(X ≥ observed) for X negative binomial with this mean and variance mean + mean² ÷ size: counts that vary more than Poisson's.
 * As `size` grows it becomes the Poisson tail.
 */
export function negativeBinomialTail(observed: number, mean: number, size: number): number {
  const k = Math.ceil(observed);
  if (k <= 0) return 1;
  if (!(mean > 0)) return 0;
  if (!(size < 1e6)) return poissonTail(k, mean);
  // P(X >= k) = I_q(k, size) with q = mean / (mean + size) (Abramowitz & Stegun 26.5.26).
  return clampProbability(regularisedBeta(mean / (mean + size), k, size));
}

function clampProbability(p: number): number {
  return Number.isFinite(p) ? Math.min(1, Math.max(0, p)) : 1;
}
