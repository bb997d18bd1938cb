import { DAY_MS } from './activity.ts';

/** Upper ends, in days, of the ages told apart; the last is open. */
const AGE_ENDS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 8, 15, Number.POSITIVE_INFINITY] as const;
/** Before anything was learned: views of a day are six tenths of the day before, within a factor of 2.7. */
const PRIOR_LOG_RATIO = -0.5;
const PRIOR_COUNT = 5;
const PRIOR_VARIANCE = 1;

/**
 * How the views of contents go on: the ratio of a day's gain to that of the day before by the content's age, learned from every content
 * that reports. Mean and variance of its logarithm (Welford) with a weak prior.
 */
export interface GrowthCurve {
  readonly counts: number[];
  readonly means: number[];
  readonly squares: number[];
}

export function createGrowthCurve(): GrowthCurve {
  return { counts: AGE_ENDS.map(() => 0), means: AGE_ENDS.map(() => 0), squares: AGE_ENDS.map(() => 0) };
}

/** Learns from a content of `ageMs` at the earlier of two days that gained `before` and `after`. */
export function learnGrowth(curve: GrowthCurve, ageMs: number, before: number, after: number): void {
  if (!(before > 0) || after < 0) return;
  const bucket = bucketOf(ageMs);
  // A factor of 150 either way is a correction of counters, not growth.
  const ratio = Math.max(-5, Math.min(5, Math.log(Math.max(after, before * 1e-3) / before)));
  const count = (curve.counts[bucket] ?? 0) + 1;
  const mean = curve.means[bucket] ?? 0;
  const next = mean + (ratio - mean) / count;
  curve.counts[bucket] = count;
  curve.means[bucket] = next;
  curve.squares[bucket] = (curve.squares[bucket] ?? 0) + (ratio - mean) * (ratio - next);
}

/** Expected logarithm of tomorrow's gain over today's at an age, and its variance. */
export function expectedGrowth(
  curve: GrowthCurve,
  ageMs: number,
): { readonly logRatio: number; readonly variance: number } {
  const bucket = bucketOf(ageMs);
  const count = curve.counts[bucket] ?? 0;
  const weight = count + PRIOR_COUNT;
  return {
    logRatio: ((curve.means[bucket] ?? 0) * count + PRIOR_LOG_RATIO * PRIOR_COUNT) / weight,
    variance: ((curve.squares[bucket] ?? 0) + PRIOR_VARIANCE * PRIOR_COUNT) / weight,
  };
}

function bucketOf(ageMs: number): number {
  const days = Math.max(0, ageMs) / DAY_MS;
  return AGE_ENDS.findIndex((end) => days < end);
}
