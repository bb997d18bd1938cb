import type { TrendStage } from '../../platform/contracts/trend.ts';
import { HOUR_MS } from './activity.ts';
import {
  addDuration,
  DURATION_CLASSES,
  hoursAt,
  hoursOf,
  logNormalShares,
  massesAfter,
  shareBelow,
} from './durations.ts';

/** Share of the truths that an interval is meant to hold. */
const HELD = 0.8;
const SCORE_CLASSES = 20;
/** Weight of what is assumed before a tenant has durations of its own; and of evenly spread scores. */
const PRIOR_DURATIONS = 10;
const PRIOR_SCORES = 5;
/** Attention is a sum of 24 hours: when it was highest is known to half of that. */
const HALF_WIDTH_HOURS = 12;

/** The time from when a stage was first reached to the end. */
export type TimingKey = `end.${Exclude<TrendStage, 'dead'>}`;
const keys: readonly TimingKey[] = ['end.emerging', 'end.rising', 'end.peak', 'end.declining'];

/** Durations as they came out, and how far from the middle of what had been expected each lay. */
interface Learned {
  readonly durations: number[];
  readonly scores: number[];
}
export type Timings = Readonly<Record<TimingKey, Learned>>;

/** Log-normal by the medians and spreads of what was followed in the first half of `youtube-trending-us` (docs/adr/0030). */
const priors: Readonly<Record<TimingKey, readonly number[]>> = {
  'end.emerging': logNormalShares(59, 1.1),
  'end.rising': logNormalShares(68, 0.8),
  'end.peak': logNormalShares(81, 0.8),
  'end.declining': logNormalShares(66, 0.8),
};

export function createTimings(): Timings {
  const learned = (): Learned => ({
    durations: Array.from({ length: DURATION_CLASSES }, () => 0),
    scores: Array.from({ length: SCORE_CLASSES }, () => 0),
  });
  return {
    'end.emerging': learned(),
    'end.rising': learned(),
    'end.peak': learned(),
    'end.declining': learned(),
  };
}

export function copyTimings(timings: Timings): Timings {
  const copy = createTimings();
  for (const key of keys)
    for (const what of ['durations', 'scores'] as const)
      for (const [i, count] of timings[key][what].entries()) copy[key][what][i] = count;
  return copy;
}

/** Takes in how long it was in truth. What it is scored by is what was known before it. */
export function learnTiming(timings: Timings, key: TimingKey, durationMs: number): void {
  const { durations, scores } = timings[key];
  const masses = massesAfter(sharesOf(timings, key), 0);
  const hours = hoursOf(durationMs);
  const low = shareBelow(masses, 0, hours - HALF_WIDTH_HOURS);
  const high = shareBelow(masses, 0, hours + HALF_WIDTH_HOURS);
  // The narrowest central interval that meets the half day to either side: as the truth is known no better.
  const score = low <= 0.5 && high >= 0.5 ? 0 : 2 * Math.min(Math.abs(low - 0.5), Math.abs(high - 0.5));
  const at = Math.min(SCORE_CLASSES - 1, Math.floor(score * SCORE_CLASSES));
  scores[at] = (scores[at] ?? 0) + 1;
  addDuration(durations, hours, HALF_WIDTH_HOURS);
}

/**
 * From, middle and to of a duration in milliseconds, given that `elapsedMs` of it have gone by. Distributional conformal prediction (Chernozhukov, Wüthrich &
 * Zhu 2021) for each stage: the interval between the shares ½ ± s/2 of the durations so far, with the s that would have held four of five truths of the past.
 */
export function intervalOf(
  timings: Timings,
  key: TimingKey,
  elapsedMs: number,
): readonly [number, number, number] {
  const elapsed = hoursOf(elapsedMs);
  const masses = massesAfter(sharesOf(timings, key), elapsed);
  const half = scoreHolding(timings[key].scores) / 2;
  const at = (share: number): number => hoursAt(masses, elapsed, share) * HOUR_MS;
  return [at(0.5 - half), at(0.5), at(0.5 + half)];
}

function sharesOf(timings: Timings, key: TimingKey): readonly number[] {
  const { durations } = timings[key];
  return priors[key].map((share, i) => (durations[i] ?? 0) + PRIOR_DURATIONS * share);
}

/** The ⌈.8 (n + 1)⌉-th smallest score. */
function scoreHolding(scores: readonly number[]): number {
  const masses = scores.map((count) => count + PRIOR_SCORES / SCORE_CLASSES);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  let left = HELD * (total + 1);
  for (const [i, mass] of masses.entries()) {
    if (left <= mass) return (i + left / mass) / SCORE_CLASSES;
    left -= mass;
  }
  return 1;
}
