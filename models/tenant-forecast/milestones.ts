import type { ForecastMilestone } from '../../platform/contracts/forecast.ts';

export interface MilestoneInput {
  /** Gaps filled. */
  readonly history: Float64Array;
  readonly points: ArrayLike<number>;
  /** The .80 band. */
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  /** Starts of the steps to come. */
  readonly startsMs: ArrayLike<number>;
  readonly period: number;
  readonly isStock: boolean;
  readonly stepWord: string;
}

const MANTISSAS = [1, 2, 2.5, 5];
/** Closer than this to a value, the series is at it. */
const NEAR = 0.005;
const MAX = 3;

/**
 * The next round values (1, 2, 2.5 and 5 times a power of ten) the forecast comes to, up or down, inside the horizon: of a level the level
 * itself, of anything else the mean of one season, so that a good Saturday is no milestone. The dates between which it is likely are those at which
 * the same mean of the .80 bounds comes there; bounds of single steps, whose mean is wider than the truth, so the dates are never
 * too close together. Values not above 0 have no milestones. Nothing the horizon does not hold is said.
 */
export function milestonesOf(input: MilestoneInput): ForecastMilestone[] {
  const { history, isStock, period, points, stepWord } = input;
  const span = isStock ? 1 : Math.max(1, period);
  const now = smooth(history, [], span, -1);
  if (!(now > 0)) return [];
  const words = isStock
    ? 'The level itself; dates by the .80 bounds.'
    : `The mean of ${span} ${stepWord}s; dates by the .80 bounds of single ${stepWord}s, which are wide for a mean.`;
  const found: ForecastMilestone[] = [];
  for (const kind of ['reaches', 'falls below'] as const) {
    const isUp = kind === 'reaches';
    const [fast, slow] = isUp ? [input.upper, input.lower] : [input.lower, input.upper];
    const cross = (path: ArrayLike<number>, value: number): number | undefined => {
      for (let h = 0; h < points.length; h += 1) {
        const at = smooth(history, path, span, h);
        if (isUp ? at >= value : at < value) return h;
      }
      return undefined;
    };
    const startOf = (h: number | undefined): number | null =>
      h === undefined ? null : (input.startsMs[h] ?? null);
    for (const value of roundValues(now, isUp)) {
      const likely = startOf(cross(points, value));
      if (likely === null) break;
      found.push({
        kind,
        value,
        likelyMs: likely,
        earliestMs: startOf(cross(fast, value)),
        latestMs: startOf(cross(slow, value)),
        words,
      });
    }
  }
  return found.toSorted((a, b) => a.likelyMs - b.likelyMs).slice(0, MAX);
}

/** Mean of the `span` steps that end with step `h` of the path; -1 is the last of the history. */
function smooth(history: Float64Array, path: ArrayLike<number>, span: number, h: number): number {
  let sum = 0;
  let count = 0;
  for (let k = h; k > h - span; k -= 1) {
    const value = k >= 0 ? path[k] : history[history.length + k];
    if (value === undefined) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** The next round values from `now` on, nearest first. */
function roundValues(now: number, isUp: boolean): number[] {
  const values: number[] = [];
  const power = Math.floor(Math.log10(now));
  for (let exponent = power - 2; exponent <= power + 2; exponent += 1)
    for (const mantissa of MANTISSAS) {
      // Through text: 2.5 × 10^-3 by powers would be 0.0025000000000000005.
      const value = Number(`${mantissa}e${exponent}`);
      if (isUp ? value > now * (1 + NEAR) : value < now * (1 - NEAR)) values.push(value);
    }
  return (isUp ? values : values.toReversed()).slice(0, MAX);
}
