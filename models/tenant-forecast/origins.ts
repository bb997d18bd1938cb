/** Values a past origin must leave before it. */
export const LEAST_HISTORY = 6;
/** Origins close to the end, evenly spaced; beyond them one for each long horizon. */
const NEAR = 7;

/**
 * How many steps before the end the past origins lie: near ones a season or less apart, so that every weekday is met, and far ones at the long
 * horizons, as far as the history reaches. Ascending.
 */
export function originCuts(length: number, period: number, horizons: readonly number[]): number[] {
  const step = Math.max(1, Math.min(period, Math.floor(length / (2 * NEAR))));
  const near = Array.from({ length: NEAR }, (_, i) => (i + 1) * step);
  const far = horizons.flatMap((horizon) => [horizon, Math.ceil(1.5 * horizon)]);
  const cuts = [...new Set([...near, ...far])].filter(
    (cut) => length - cut >= Math.max(LEAST_HISTORY, Math.min(2 * period, Math.floor(length / 3))),
  );
  return cuts.sort((a, b) => a - b);
}

/** Steps between one horizon and the next: weights, choice and error belong to a band. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

export function bandsOf(horizons: readonly number[]): Band[] {
  return horizons.map((to, i) => ({ from: horizons[i - 1] ?? 0, to }));
}
