import { normalCdf } from '../../platform/statistics/normal.ts';
import { medianOf } from '../analytics/median.ts';

export interface TrendTest {
  /** Probability of a fall this steady without any trend, one-sided. */
  readonly fallProbability: number;
  /** Kendall's tau within weekdays, −1…1. */
  readonly tau: number;
  /** Median change from one day to the next (Sen), from pairs of the same weekday. */
  readonly slope: number;
}

const SEASON = 7;
/** Pairs of the same weekday need some weeks; the variance of S is that of its normal approximation. */
const FEWEST = 4 * SEASON;

/**
 * Seasonal Mann–Kendall test (Hirsch, Slack & Smith 1982) with weekdays as seasons: habits of the week are no trend. The variance is widened
 * by (1 + r) ÷ (1 − r), r the lag-one autocorrelation of what is left beside slope and weekday, where that is positive (Yue & Wang 2004, as an AR(1)).
 * Undefined below four weeks or where all values are equal.
 */
export function fallTest(values: readonly number[]): TrendTest | undefined {
  const n = values.length;
  if (n < FEWEST) return undefined;
  let s = 0;
  let pairs = 0;
  let variance = 0;
  const slopes: number[] = [];
  for (let day = 0; day < SEASON; day += 1) {
    const own: number[] = [];
    for (let i = day; i < n; i += SEASON) own.push(values[i] ?? 0);
    for (let later = 1; later < own.length; later += 1)
      for (let earlier = 0; earlier < later; earlier += 1) {
        const difference = (own[later] ?? 0) - (own[earlier] ?? 0);
        s += Math.sign(difference);
        pairs += 1;
        slopes.push(difference / (SEASON * (later - earlier)));
      }
    variance += varianceOf(own);
  }
  if (!(variance > 0)) return undefined;
  const slope = medianOf(slopes) ?? 0;
  const r = autocorrelation(values, slope);
  const widened = variance * (r > 0 ? (1 + r) / (1 - r) : 1);
  // Continuity: S moves in steps of two.
  const z = (s + (s < 0 ? 1 : s > 0 ? -1 : 0)) / Math.sqrt(widened);
  return { fallProbability: normalCdf(z), tau: pairs === 0 ? 0 : s / pairs, slope };
}

/** Var(S) with the correction for ties (Kendall 1975). */
function varianceOf(values: readonly number[]): number {
  const n = values.length;
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const term = (count: number): number => count * (count - 1) * (2 * count + 5);
  return (term(n) - [...ties.values()].reduce((sum, count) => sum + term(count), 0)) / 18;
}

function autocorrelation(values: readonly number[], slope: number): number {
  const flat = values.map((value, i) => value - slope * i);
  const means = Array.from(
    { length: SEASON },
    (_, day) => medianOf(flat.filter((_value, i) => i % SEASON === day)) ?? 0,
  );
  const rest = flat.map((value, i) => value - (means[i % SEASON] ?? 0));
  const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
  let shared = 0;
  let own = 0;
  for (const [i, value] of rest.entries()) {
    own += (value - mean) ** 2;
    if (i > 0) shared += (value - mean) * ((rest[i - 1] ?? 0) - mean);
  }
  return own > 0 ? Math.min(0.9, shared / own) : 0;
}
