import { naiveScale } from '../forecast/metrics.ts';
import { errorFloor, poolScores, quantileOf, type PooledScores } from '../forecast/score-pool.ts';
import { triedError } from './weigh.ts';

/** Past sums over a horizon against what came, in multiples of horizon × mean absolute error: comparable between series. By horizon. */
export type TotalScores = ReadonlyMap<number, PooledScores>;

export interface TriedSeries {
  /** Whose scores it goes with. */
  readonly group: string;
  /** NaN where nothing is known; the same with its gaps filled. */
  readonly actual: Float64Array;
  readonly history: Float64Array;
  readonly past: readonly { readonly cut: number; readonly point: Float64Array }[];
}

/**
 * Split conformal intervals of sums (normalised residuals: Lei et al. 2018): how far sums over a horizon were off at past origins, pooled over the series
 * of a KPI (`poolScores`). A horizon no history reaches back over has the scores of the longest one that could be tried.
 */
export function totalScores(series: readonly TriedSeries[], horizons: readonly number[]): TotalScores {
  const byHorizon = new Map<number, PooledScores>();
  let last = poolScores([]);
  for (const horizon of horizons) {
    const scores = series.flatMap(({ actual, group, history, past }) =>
      past.flatMap(({ cut, point }) => {
        const tried = sumOver(actual, cut, point, horizon);
        const size = expectedError({ actual, history, past }, cut);
        if (size === undefined || tried === undefined) return [];
        return size > 0 ? [{ group, score: Math.abs(tried.came - tried.said) / (tried.known * size) }] : [];
      }),
    );
    if (scores.length > 0) last = poolScores(scores);
    byHorizon.set(horizon, last);
  }
  return byHorizon;
}

/** Steps that the mean change from one step to the next counts as, beside the errors that are known. */
const PRIOR_STEPS = 4;

/**
 * Mean absolute error to be expected of a step after an origin, by what was known there: errors at the origins before, drawn to the mean change of the history while
 * they are few (one lucky step is no measure of the next seven), and no less than a hundredth of the size of the series. Undefined where nothing
 * had been tried.
 */
export function expectedError(
  { actual, history, past }: Omit<TriedSeries, 'group'>,
  cut: number,
): number | undefined {
  const tried = triedError(past, actual, 0, Number.POSITIVE_INFINITY, cut);
  if (tried.count === 0) return undefined;
  const known = history.subarray(0, history.length - cut);
  const drawn = (tried.absolute + PRIOR_STEPS * naiveScale(known, 1)) / (tried.count + PRIOR_STEPS);
  return Math.max(drawn, errorFloor(known));
}

/** What came and what was said over the known steps of a whole horizon after an origin; undefined where fewer than half are known. */
export function sumOver(
  actual: Float64Array,
  cut: number,
  point: Float64Array,
  horizon: number,
): { readonly came: number; readonly said: number; readonly known: number } | undefined {
  if (cut < horizon) return undefined;
  let came = 0;
  let said = 0;
  let known = 0;
  for (let h = 0; h < horizon; h += 1) {
    const y = actual[actual.length - cut + h] ?? Number.NaN;
    if (!Number.isFinite(y)) continue;
    came += y;
    said += point[h] ?? Number.NaN;
    known += 1;
  }
  return 2 * known >= horizon && known > 0 && Number.isFinite(said) ? { came, said, known } : undefined;
}

/** How many past sums the intervals of a group over a horizon go by. */
export function triedSums(scores: TotalScores, group: string, horizon: number): number {
  return scores.get(horizon)?.of(group).length ?? 0;
}

/** Half the width at a level, in multiples of horizon × error; 2 z-like multiples where nothing was ever tried. */
export function totalFactor(scores: TotalScores, group: string, horizon: number, level: number): number {
  const sorted = scores.get(horizon)?.of(group);
  if (sorted === undefined || sorted.length === 0) return 3 * level;
  return quantileOf(sorted, level);
}
