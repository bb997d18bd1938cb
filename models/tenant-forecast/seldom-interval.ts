import type { Interval } from '../forecast/conformal.ts';

/** Seasons of values that are looked at. */
const SEASONS = 26;

/**
 * Bounds of single steps of a series that is mostly zero: what its own values were, drawn at random (the simplest bootstrap of intermittent demand; Willemain et
 * al. 2004 draw runs). How far past forecasts were off says little there: most steps miss by the small mean, and some by a whole sale. The point lies inside.
 */
export function seldomInterval(
  history: Float64Array,
  period: number,
  point: Float64Array,
  level: number,
): Interval {
  const sorted = history.slice(-SEASONS * period).sort();
  const n = sorted.length;
  // Conformal ranks: of n + 1 values to come as many lie beyond them as the level leaves, half on each side.
  const beyond = Math.floor(((n + 1) * (1 - level)) / 2);
  const low = sorted[Math.max(0, beyond - 1)] ?? 0;
  const high = sorted[Math.min(n - 1, n - beyond)] ?? 0;
  return {
    lower: point.map((value) => Math.min(value, low)),
    upper: point.map((value) => Math.max(value, high)),
  };
}
