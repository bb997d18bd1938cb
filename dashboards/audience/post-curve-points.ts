import type { PostView } from '../../platform/contracts/posts.ts';
import { latestPrediction } from './post-words.ts';

export interface CurvePoint {
  readonly ageMinutes: number;
  readonly views: number;
}

export interface Curve {
  readonly actual: readonly CurvePoint[];
  /** From the last actual point on. */
  readonly predicted: readonly (CurvePoint & { readonly low: number; readonly high: number })[];
  readonly usual: readonly CurvePoint[];
  readonly highest: number;
}

const FIRST_AGE = 15;

/** What the curve of a post is drawn from. */
export function curveOf(post: PostView): Curve {
  const actual = post.checks.flatMap((check) =>
    check.isDue && check.views !== null ? [{ ageMinutes: check.ageMinutes, views: check.views }] : [],
  );
  const last = actual.at(-1);
  const points = latestPrediction(post)?.points ?? [];
  const predicted =
    last === undefined || points.length === 0
      ? []
      : [{ ...last, low: last.views, high: last.views }, ...points];
  const usual = post.checks.flatMap((check) =>
    check.expectedViews === null ? [] : [{ ageMinutes: check.ageMinutes, views: check.expectedViews }],
  );
  const highest = Math.max(
    1,
    ...actual.map(({ views }) => views),
    ...predicted.map(({ high }) => high),
    ...usual.map(({ views }) => views),
  );
  return { actual, predicted, usual, highest };
}

/** Place of an age on an axis of equal steps for equal ratios: the checks would crowd at the left of an even one. */
export function agePlace(ageMinutes: number, lastMinutes: number): number {
  return Math.log(ageMinutes / FIRST_AGE) / Math.log(lastMinutes / FIRST_AGE);
}
