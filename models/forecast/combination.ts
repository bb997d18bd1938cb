import { meanAbsoluteError, naiveScale } from './metrics.ts';

/** Forecasts by member, then by series. */
export type MemberForecasts = readonly (readonly Float64Array[])[];

/** What the ensemble said at one earlier origin: `cut` values before the end of each history. */
export interface PastOrigin {
  readonly cut: number;
  readonly forecasts: MemberForecasts;
}

export interface Combined {
  readonly point: Float64Array;
  /** Weights of the members, sum 1. */
  readonly weights: Float64Array;
  /** Mean absolute error the combination had at the origins it was learned from; undefined where there were none. */
  readonly backtestError: number | undefined;
  /** Weighted mean distance of the members from the point, by horizon. */
  readonly spread: Float64Array;
  /** Half the width that members with a distribution of their own state, by member, then horizon; NaN where one says nothing. */
  readonly stated?: readonly Float64Array[];
}

/** How sharply weight falls with error: a member with twice the error gets an eighth. Chosen on origins inside the training parts. */
const SHARPNESS = 3;
/** Below this many values an origin says nothing about a series. */
const LEAST_HISTORY = 8;

/**
 * Combines the members of each series. Weight is the error at the past origins to the power -3 (Bates and Granger 1969 have -2), relative
 * to the other members; a series without past has the weights of the panel. The point is the mean of weighted mean and weighted
 * median: the mean is the sharper one, the median survives a member that broke down.
 */
export function combine(
  now: MemberForecasts,
  past: readonly PastOrigin[],
  histories: readonly Float64Array[],
  horizon: number,
): Combined[] {
  const relative = histories.map((history, i) => relativeErrors(history, i, past, horizon));
  const panel = now.map((_, k) =>
    geometricMean(relative.flatMap((each) => (each === undefined ? [] : [each[k] ?? 1]))),
  );
  return histories.map((history, i) => {
    const errors = relative[i] ?? panel;
    const weights = Float64Array.from(errors, (error) => error ** -SHARPNESS);
    const total = weights.reduce((sum, w) => sum + w, 0);
    weights.forEach((w, k) => (weights[k] = w / total));
    const { point, spread } = join(
      now.map((member) => member[i] ?? new Float64Array(horizon)),
      weights,
      horizon,
    );
    const gone = usable(history, past, horizon).map(({ cut, forecasts }) => {
      const joined = join(
        forecasts.map((member) => member[i] ?? new Float64Array(horizon)),
        weights,
        horizon,
      );
      return meanAbsoluteError(actualAt(history, cut, horizon), joined.point);
    });
    const backtestError = gone.length === 0 ? undefined : gone.reduce((sum, e) => sum + e, 0) / gone.length;
    return { point, weights, backtestError, spread };
  });
}

/** The values that followed an origin. */
export function actualAt(history: Float64Array, cut: number, horizon: number): Float64Array {
  return history.subarray(history.length - cut, history.length - cut + horizon);
}

/** The origins that lie far enough inside a history. */
export function usable(
  history: Float64Array,
  past: readonly PastOrigin[],
  horizon: number,
): readonly PastOrigin[] {
  return past.filter(({ cut }) => cut >= horizon && history.length - cut >= LEAST_HISTORY);
}

/** Mean absolute error of each member over the past, as a multiple of the members' geometric mean. */
function relativeErrors(
  history: Float64Array,
  i: number,
  past: readonly PastOrigin[],
  horizon: number,
): Float64Array | undefined {
  const origins = usable(history, past, horizon);
  const first = origins[0];
  if (first === undefined) return undefined;
  // A member without any error would take all the weight: errors have a floor far below what matters.
  const floor = 1e-3 * naiveScale(history, 1) + 1e-300;
  const errors = Float64Array.from(first.forecasts, (_, k) => {
    let sum = 0;
    for (const { cut, forecasts } of origins)
      sum += meanAbsoluteError(
        actualAt(history, cut, horizon),
        forecasts[k]?.[i] ?? new Float64Array(horizon),
      );
    return Math.min(1e300, floor + sum / origins.length);
  });
  const centre = geometricMean([...errors]);
  return errors.map((error) => error / centre);
}

function geometricMean(xs: readonly number[]): number {
  return xs.length === 0 ? 1 : Math.exp(xs.reduce((sum, x) => sum + Math.log(x), 0) / xs.length);
}

/** Mean of weighted mean and weighted median of the members, and their weighted mean distance from it, by step. */
export function join(
  members: readonly Float64Array[],
  weights: Float64Array,
  horizon: number,
): { point: Float64Array; spread: Float64Array } {
  const point = new Float64Array(horizon);
  const spread = new Float64Array(horizon);
  const order = Array.from(members.keys());
  for (let h = 0; h < horizon; h += 1) {
    const valueOf = (k: number): number => members[k]?.[h] ?? 0;
    let mean = 0;
    for (const k of order) mean += (weights[k] ?? 0) * valueOf(k);
    order.sort((a, b) => valueOf(a) - valueOf(b));
    let below = 0;
    let median = mean;
    for (const k of order) {
      below += weights[k] ?? 0;
      if (below >= 0.5) {
        median = valueOf(k);
        break;
      }
    }
    const value = (mean + median) / 2;
    point[h] = value;
    for (const k of order) spread[h] = (spread[h] ?? 0) + (weights[k] ?? 0) * Math.abs(valueOf(k) - value);
  }
  return { point, spread };
}
