import { errorKnownAt } from './weigh.ts';

/** Past sums over a horizon against what came, in multiples of horizon × mean absolute error: comparable between series. */
export interface TotalScores {
  /** Sorted, by horizon. */
  readonly byHorizon: ReadonlyMap<number, Float64Array>;
}

export interface TriedSeries {
  readonly history: Float64Array;
  readonly past: readonly { readonly cut: number; readonly point: Float64Array }[];
}

/**
 * Split conformal intervals of sums (normalised residuals: Lei et al. 2018): how far sums over a horizon were off at past origins, pooled over the
 * panel. A horizon no history reaches back over has the scores of the longest one that could be tried.
 */
export function totalScores(series: readonly TriedSeries[], horizons: readonly number[]): TotalScores {
  const byHorizon = new Map<number, Float64Array>();
  let last: Float64Array = new Float64Array(0);
  for (const horizon of horizons) {
    const scores: number[] = [];
    for (const { history, past } of series) {
      for (const { cut, point } of past) {
        if (cut < horizon) continue;
        const error = errorKnownAt(cut, past, history);
        if (error === undefined || !(error > 0)) continue;
        let off = 0;
        for (let h = 0; h < horizon; h += 1)
          off += (history[history.length - cut + h] ?? 0) - (point[h] ?? 0);
        if (Number.isFinite(off)) scores.push(Math.abs(off) / (horizon * error));
      }
    }
    if (scores.length > 0) last = Float64Array.from(scores).sort();
    byHorizon.set(horizon, last);
  }
  return { byHorizon };
}

/** Half the width at a level, in multiples of horizon × error; 2 z-like multiples where nothing was ever tried. */
export function totalFactor({ byHorizon }: TotalScores, horizon: number, level: number): number {
  const sorted = byHorizon.get(horizon);
  if (sorted === undefined || sorted.length === 0) return 3 * level;
  const rank = Math.ceil((sorted.length + 1) * level) - 1;
  // Too few past sums for this level: beyond the largest seen, by a half.
  return rank < sorted.length ? (sorted[rank] ?? 0) : 1.5 * (sorted.at(-1) ?? 0);
}
