/**
 * Values that stay exactly the same. How long that may last is learned from how often this series stays once it has stayed: a run of k
 * further equal values has the probability P(stay | stayed)^k. A run teaches only when it ends, or it would soon explain itself; a series
 * that never moved yet is still getting known.
 */
export interface Stillness {
  /** Equal values in a row. */
  run: number;
  /** Points that stayed once the one before had, and those that did not. */
  stays: number;
  ends: number;
  hasMoved: boolean;
}

/** A run this long is the series' new way and is learned while it lasts. */
const LONGEST_RUN = 288;
/** Old runs fade when so many points have been counted. */
const MEMORY = 5_000;
/** That a run goes on is no news of its own: its rarity is told in steps of so many decades, and up to a limit. */
const STEP_DECADES = 4;
const MAX_DECADES = 8;

export const createStillness = (): Stillness => ({ run: 0, stays: 0, ends: 0, hasMoved: false });

/** Takes in whether a value equals the one before and answers −log10 of the probability of the run so far. */
export function stepStillness(still: Stillness, isSame: boolean): number {
  if (!isSame) {
    if (still.run > 0) learnRun(still, still.run - 1, 1);
    still.hasMoved = true;
    still.run = 0;
    return 0;
  }
  still.run++;
  // Before anything was counted staying and ending are equally likely.
  const decades = -(still.run - 1) * Math.log10((still.stays + 1) / (still.stays + still.ends + 2));
  if (still.run > LONGEST_RUN || !still.hasMoved) {
    learnRun(still, still.run, 0);
    still.run = 1;
  }
  return Math.min(MAX_DECADES, STEP_DECADES * Math.floor(decades / STEP_DECADES));
}

function learnRun(still: Stillness, stays: number, ends: number): void {
  still.stays += stays;
  still.ends += ends;
  const counted = still.stays + still.ends;
  if (counted <= MEMORY) return;
  still.stays *= MEMORY / counted;
  still.ends *= MEMORY / counted;
}
