export const HORIZON_DAYS = 30;
/** Parts of the median that are tried. */
const PARTS = [0, 0.25, 0.5, 0.75, 1] as const;
/** What the assumption weighs: as the error of twelve truths that a median of a quarter percent was missed by. */
const PRIOR_ERROR = 3;
/**
 * Up to the fourth day the median of a stage is the best there is; from the eighth on most trends are over, and nothing errs less. Fitted on
 * the first half of `youtube-trending-us` (docs/trend-evaluation.md); a tenant's own trends take its place.
 */
const WHOLE_UNTIL_DAYS = 4;
const NOTHING_FROM_DAYS = 8;

/** How far medians were to be believed: for each day ahead, what each part of the median would have erred by, in percent of attention. */
export interface Shrinkage {
  readonly errors: Float64Array;
}

export function createShrinkage(): Shrinkage {
  return { errors: new Float64Array(HORIZON_DAYS * PARTS.length) };
}

/** Takes in what came where the median of the stage had been expected. */
export function learnShrinkage({ errors }: Shrinkage, days: number, median: number, came: number): void {
  for (const [i, part] of PARTS.entries()) {
    const at = (days - 1) * PARTS.length + i;
    errors[at] = (errors[at] ?? 0) + Math.abs(came - part * median);
  }
}

/**
 * The part of the median that has erred least so far, its neighbouring days included: a stage's trends differ in how high they are, and the high ones
 * decide on the error. The larger of two equal ones.
 */
export function partOf({ errors }: Shrinkage, days: number): number {
  const assumed = Math.min(
    1,
    Math.max(0, (NOTHING_FROM_DAYS - days) / (NOTHING_FROM_DAYS - WHOLE_UNTIL_DAYS)),
  );
  let best = 1;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, part] of PARTS.entries()) {
    let error = PRIOR_ERROR * Math.abs(part - assumed);
    for (let day = Math.max(1, days - 1); day <= Math.min(HORIZON_DAYS, days + 1); day++)
      error += errors[(day - 1) * PARTS.length + i] ?? 0;
    if (error > least) continue;
    least = error;
    best = part;
  }
  return best;
}
