import { trendStages } from '../../platform/contracts/trend.ts';

/**
 * Variances before a tenant's own trends have said anything: what stages and bursts mean is hardly assumed, that the fitted chance orders trends rightly is,
 * and each of its twenty features moves least. Chosen on the first half of `youtube-trending-us` and on the demo (docs/trend-evaluation.md).
 */
const FEATURE_VARIANCE = 0.003;
const FITTED_VARIANCE = 0.1;
const STAGE_VARIANCE = 0.1;
/** A trend is named on several days before the same peak: its truths say less than as many trends would. */
const TRUTH_WEIGHT = 0.3;

/** Features of virality (`featureNames`). */
const FITTED = 20;
const BURST = FITTED + 1;
const SIZE = BURST + 1 + trendStages.length;

/** What is known of how named trends went on: mean and covariance of the weights, 6 KB a tenant. */
export interface PeakChances {
  readonly weights: Float64Array;
  readonly covariance: Float64Array;
}

/** At first the fitted chance and the burst count as they stand, features beside it and stages not at all: it is virality. */
export function createPeakChances(): PeakChances {
  const weights = new Float64Array(SIZE);
  weights[FITTED] = 1;
  weights[BURST] = 1;
  const covariance = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < SIZE; i++)
    covariance[i * SIZE + i] =
      i < FITTED ? FEATURE_VARIANCE : i === FITTED ? FITTED_VARIANCE : STAGE_VARIANCE;
  return { weights, covariance };
}

export function copyPeakChances({ weights, covariance }: PeakChances): PeakChances {
  return { weights: weights.slice(), covariance: covariance.slice() };
}

/** Chance that within a week the attention reaches twice the highest of the last three days. */
export function peakChanceOf({ weights }: PeakChances, inputs: readonly number[]): number {
  return 1 / (1 + Math.exp(-dot(weights, inputs)));
}

/**
 * Takes in whether a named trend had its peak ahead. Bayesian logistic regression, one truth after the other, by the Laplace approximation (Spiegelhalter &
 * Lauritzen 1990): the fitted chance is what is assumed, and the tenant's own trends say what it, a burst and a stage have meant so far.
 */
export function learnPeakChance(
  { weights, covariance }: PeakChances,
  inputs: readonly number[],
  hadPeak: boolean,
): void {
  const chance = 1 / (1 + Math.exp(-dot(weights, inputs)));
  const moved = Float64Array.from({ length: SIZE }, (_, row) =>
    dot(covariance.subarray(row * SIZE, (row + 1) * SIZE), inputs),
  );
  const curvature = TRUTH_WEIGHT * chance * (1 - chance);
  const shrink = curvature / (1 + curvature * dot(moved, inputs));
  for (let row = 0; row < SIZE; row++)
    for (let column = 0; column < SIZE; column++) {
      const at = row * SIZE + column;
      covariance[at] = (covariance[at] ?? 0) - shrink * (moved[row] ?? 0) * (moved[column] ?? 0);
    }
  const step = (TRUTH_WEIGHT * ((hadPeak ? 1 : 0) - chance)) / (1 + curvature * dot(moved, inputs));
  for (let i = 0; i < SIZE; i++) weights[i] = (weights[i] ?? 0) + step * (moved[i] ?? 0);
}

function dot(a: Float64Array, b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
