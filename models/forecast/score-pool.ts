/** How far a forecast was off, in multiples of what was to be expected, and of what kind it was (of a tenant: its KPI). */
export interface Score {
  readonly group: string;
  readonly score: number;
}

/** Sorted scores the intervals of a group go by. */
export interface PooledScores {
  of(group: string): Float64Array;
}

/** With this many scores of its own a group needs nobody else's; a level that so few cannot tell is half as far again as the largest. */
const ENOUGH = 8;
/** An error counts as this many times what was to be expected at most: beyond it something broke, and says nothing of how much forecasts err. */
const MOST = 20;
/** Of the mean size of a series: less than this is not what an error can be expected to be. */
const LEAST_SHARE = 0.01;

/**
 * Scores by group. A group with fewer than eight of its own borrows the rest from the others: rank by rank the median over the groups, so that
 * one KPI gone wild, however many series it has, does not say how wide the intervals of another are.
 */
export function poolScores(scores: readonly Score[]): PooledScores {
  const byGroup = new Map<string, number[]>();
  for (const { group, score } of scores) {
    if (!Number.isFinite(score)) continue;
    const own = byGroup.get(group) ?? [];
    own.push(Math.min(MOST, score));
    byGroup.set(group, own);
  }
  const sorted = new Map([...byGroup].map(([group, own]) => [group, Float64Array.from(own).sort()]));
  const pools = new Map<string, Float64Array>();
  return {
    of: (group) => {
      const made = pools.get(group) ?? poolOf(group, sorted);
      pools.set(group, made);
      return made;
    },
  };
}

function poolOf(group: string, sorted: ReadonlyMap<string, Float64Array>): Float64Array {
  const own = sorted.get(group) ?? new Float64Array(0);
  if (own.length >= ENOUGH) return own;
  const others = [...sorted].flatMap(([name, scores]) =>
    name === group || scores.length === 0 ? [] : [scores],
  );
  const missing = others.length === 0 ? 0 : ENOUGH - own.length;
  const borrowed = Array.from({ length: missing }, (_, i) => {
    const share = (i + 0.5) / missing;
    const of = others.map((scores) => scores[Math.floor(share * scores.length)] ?? 0).sort((a, b) => a - b);
    return of[(of.length - 1) >> 1] ?? 0;
  });
  return Float64Array.from([...own, ...borrowed]).sort();
}

/** The score that a share `level` of those to come stays below (split conformal); beyond the largest seen by a half where they are too few to say. */
export function quantileOf(sorted: Float64Array, level: number): number {
  const rank = Math.ceil((sorted.length + 1) * level) - 1;
  return rank < sorted.length ? (sorted[rank] ?? 0) : 1.5 * (sorted.at(-1) ?? 0);
}

/** The least error to reckon with on a history: a hundredth of its mean size. A lucky past must not make what comes look like a miracle. */
export function errorFloor(history: Float64Array): number {
  const size = history.reduce((sum, v) => sum + Math.abs(v) / Math.max(1, history.length), 0);
  return LEAST_SHARE * size;
}
