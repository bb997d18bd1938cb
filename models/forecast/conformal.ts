import { cholesky, choleskySolve } from './cholesky.ts';
import type { Combined } from './combination.ts';
import { naiveScale } from './metrics.ts';
import type { PooledScores, Score } from './score-pool.ts';

/** A combination at an origin whose outcome is known. */
export interface Judged {
  readonly history: Float64Array;
  readonly combined: Combined;
  /** NaN where nothing is known. */
  readonly actual: Float64Array;
  /** Whose scores it goes with, where they are pooled by group. */
  readonly group?: string;
}

export interface Interval {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface Calibration {
  /** Bounds of one series at a level between 0 and 1; wider levels contain narrower ones. */
  interval(history: Float64Array, combined: Combined, level: number, group?: string): Interval;
}

const FEATURES = 5;
/** Errors below this share of the yardstick are taken as this large: zero has no logarithm. */
const FLOOR = 1e-3;
/** And above this many times it as this large: one absurd value is not to say how the size of errors is foretold. */
const MOST = 1e3;

/**
 * Split conformal intervals with a learned size (Lei et al. 2018, "locally weighted"): the usual size of an error is a log-linear
 * function of the backtest error of the series, the disagreement of the members at this horizon, the horizon, the roughness of the
 * series and the widths that members with a distribution of their own state; the bounds are the empirical quantiles of error over size among all series and horizons of origins whose outcome is known. Coverage
 * holds on average over the panel, as far as it behaves after the origin as it did before. With `pool` the quantiles are those of a group of series.
 */
export function calibrate(
  judged: readonly Judged[],
  period: number,
  pool: (scores: readonly Score[]) => PooledScores = together,
): Calibration {
  const count = FEATURES + (judged[0]?.combined.stated?.length ?? 0);
  const gram = new Float64Array(count * count);
  const cross = new Float64Array(count);
  const x = new Float64Array(count);
  const eachPoint = (use: (error: number, group: string) => void): void => {
    for (const { history, combined, actual, group = '' } of judged) {
      const scale = naiveScale(history, period);
      const roughness = naiveScale(history, 1) / scale;
      actual.forEach((y, h) => {
        if (!Number.isFinite(y)) return;
        features(x, combined, h, scale, roughness);
        use(Math.abs(y - (combined.point[h] ?? 0)) / scale, group);
      });
    }
  };
  eachPoint((error) => {
    const target = Math.log(Math.min(MOST, error) + FLOOR);
    for (let i = 0; i < count; i += 1) {
      cross[i] = (cross[i] ?? 0) + (x[i] ?? 0) * target;
      for (let j = 0; j <= i; j += 1)
        gram[i * count + j] = (gram[i * count + j] ?? 0) + (x[i] ?? 0) * (x[j] ?? 0);
    }
  });
  for (let i = 0; i < count; i += 1) gram[i * count + i] = (gram[i * count + i] ?? 0) + 1e-3;
  cholesky(gram, count);
  choleskySolve(gram, count, cross);
  const scores: Score[] = [];
  const sizeOf = (): number => Math.exp(x.reduce((sum, value, i) => sum + value * (cross[i] ?? 0), 0));
  eachPoint((error, group) => scores.push({ group, score: error / sizeOf() }));
  const pooled = pool(scores);

  return {
    interval: (history, combined, level, group = '') => {
      const sorted = pooled.of(group);
      const scale = naiveScale(history, period);
      const roughness = naiveScale(history, 1) / scale;
      const rank = Math.ceil((sorted.length + 1) * level) - 1;
      const factor = sorted[Math.min(sorted.length - 1, rank)] ?? 3;
      let least = Number.POSITIVE_INFINITY;
      for (const value of history) least = Math.min(least, value);
      const half = combined.point.map((_, h) => {
        features(x, combined, h, scale, roughness);
        return factor * sizeOf() * scale;
      });
      const floor = least >= 0 ? 0 : Number.NEGATIVE_INFINITY;
      return {
        lower: combined.point.map((value, h) => Math.max(Math.min(floor, value), value - (half[h] ?? 0))),
        upper: combined.point.map((value, h) => value + (half[h] ?? 0)),
      };
    },
  };
}

/** All scores alike. */
function together(scores: readonly Score[]): PooledScores {
  const sorted = Float64Array.from(scores, ({ score }) => score).sort();
  return { of: () => sorted };
}

function features(x: Float64Array, combined: Combined, h: number, scale: number, roughness: number): void {
  x[0] = 1;
  x[1] = Math.log(h + 1);
  x[2] = Math.log((combined.backtestError ?? scale) / scale + FLOOR);
  x[3] = Math.log((combined.spread[h] ?? 0) / scale + FLOOR);
  x[4] = Math.log(roughness + FLOOR);
  combined.stated?.forEach((each, k) => {
    const size = each[h] ?? Number.NaN;
    // Where one says nothing, the one before it, or how far members disagree, stands in.
    x[FEATURES + k] = Number.isFinite(size)
      ? Math.log(Math.min(MOST, size / scale) + FLOOR)
      : (x[FEATURES + k - 1 - Number(k === 0)] ?? 0);
  });
}
