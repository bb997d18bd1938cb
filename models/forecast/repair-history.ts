import { fillGaps } from './fill-gaps.ts';
import { stl } from './stl.ts';

/** A history fit to learn from, and what was done to it. */
export interface Repaired {
  readonly values: Float64Array;
  readonly filled: number;
  readonly replaced: number;
  /** Where the level moved for good, and to what multiple; undefined where it did not. */
  readonly shift: { readonly at: number; readonly ratio: number } | undefined;
}

/** Deviations (median absolute, scaled to a normal's) beyond which a value is an outlier. */
const OUTLIER = 6;
/** A shift must last this many seasons on both sides, and exceed this many deviations of what is around it. */
const SHIFT_SEASONS = 2;
const SHIFT = 4;
const NORMAL_MAD = 1.4826;

/**
 * Gaps filled, outliers replaced by trend plus season, and what came before a lasting shift of the level moved to the level after it (a step
 * regressor in effect). Outliers are remainders of a robust STL beyond six scaled median deviations; the last season keeps its values, since nobody
 * knows yet whether they are odd or new. Values before a shift are scaled where all are positive, moved by the difference
 * otherwise. Undefined where nothing is known.
 */
export function repairHistory(raw: Float64Array, period: number): Repaired | undefined {
  const full = fillGaps(raw, period);
  if (full === undefined) return undefined;
  const filled = raw.reduce((count, v) => count + (Number.isFinite(v) ? 0 : 1), 0);
  if (full.length < 3 * period + 3 || period < 2)
    return { values: full, filled, replaced: 0, shift: undefined };
  const isPositive = full.every((v) => v > 0);
  const y = isPositive ? full.map(Math.log) : full;
  const first = stl(y, period, { seasonalSpan: 'periodic', robustPasses: 2 });
  // The step first: a smooth trend cannot follow it, so what lies around it would look like outliers.
  const found = levelShift(
    y.map((v, t) => v - (first.season[t] ?? 0)),
    SHIFT_SEASONS * period,
  );
  const level = found === undefined ? y : y.map((v, t) => (t < found.at ? v + found.by : v));
  const { trend, season, remainder } =
    found === undefined ? first : stl(level, period, { seasonalSpan: 'periodic', robustPasses: 2 });
  const spread = deviation(remainder);
  const values = level.slice();
  let replaced = 0;
  if (spread > 0)
    for (let t = 0; t < y.length - period; t += 1) {
      if (Math.abs(remainder[t] ?? 0) <= OUTLIER * spread) continue;
      values[t] = (trend[t] ?? 0) + (season[t] ?? 0);
      replaced += 1;
    }
  // More than a tenth is no outlier but a series that is like that.
  const isOdd = replaced > 0.1 * y.length;
  const kept = isOdd ? level : values;
  return {
    values: isPositive ? kept.map(Math.exp) : kept,
    filled,
    replaced: isOdd ? 0 : replaced,
    shift:
      found === undefined ? undefined : { at: found.at, ratio: isPositive ? Math.exp(found.by) : Number.NaN },
  };
}

/**
 * The place where the medians of the `reach` values before and after differ most, when by more than `SHIFT` deviations of the values
 * around them, and the values on both sides lie apart: a trend that climbs through is none. `by` is what the earlier part lacks.
 */
export function levelShift(
  y: Float64Array,
  reach: number,
): { readonly at: number; readonly by: number } | undefined {
  let best: { at: number; by: number } | undefined;
  let most = SHIFT;
  for (let at = reach; at <= y.length - reach; at += 1) {
    const before = y.slice(at - reach, at);
    const after = y.slice(at, at + reach);
    const by = median(after) - median(before);
    const around = Math.max(deviation(before), deviation(after));
    const jump = Math.abs((y[at] ?? 0) - (y[at - 1] ?? 0));
    const score = around > 0 ? Math.abs(by) / around : Math.abs(by) > 0 ? Number.MAX_VALUE : 0;
    // A step happens in one step: the jump itself must be most of the difference.
    if (score > most && jump > 0.5 * Math.abs(by)) {
      most = score;
      best = { at, by };
    }
  }
  return best;
}

/** Median absolute deviation from the median, scaled to the standard deviation of a normal distribution. */
function deviation(values: Float64Array): number {
  const centre = median(values);
  return NORMAL_MAD * median(values.map((v) => Math.abs(v - centre)));
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  return n === 0 ? 0 : ((sorted[n >> 1] ?? 0) + (sorted[(n - 1) >> 1] ?? 0)) / 2;
}
