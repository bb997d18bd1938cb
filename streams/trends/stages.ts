import { stageFigures, type TrendStage } from '../../platform/contracts/trend.ts';
import { DAY_MS } from './activity.ts';

/** Growth a day at which one stage turns into the next: the geometric mean of the figures the seeds give both. */
const between = (a: TrendStage, b: TrendStage): number =>
  Math.sqrt(stageFigures[a].growth * stageFigures[b].growth);
const RISING_ABOVE = between('rising', 'peak');
const DECLINING_BELOW = between('peak', 'declining');
/** A trend emerges for at most this long; after that, growth is rising. */
const EMERGING_FOR_MS = 3 * DAY_MS;
/** Shares of its own peak: below which a trend is dead, and above which it is at its peak. */
export const DEAD_BELOW = 0.1;
export const PEAK_ABOVE = 0.7;
/** Percent of a day's attention below which growth says nothing. */
const SMOOTHING = 0.02;

/** Growth of the last 24 hours over the 24 before. */
export function growthOf(attention: readonly number[], back = 0): number {
  return ((attention[back] ?? 0) + SMOOTHING) / ((attention[back + 1] ?? 0) + SMOOTHING);
}

/** Doublings a day. */
export function velocityOf(attention: readonly number[]): number {
  return Math.log2(growthOf(attention));
}

/** Change of velocity from the day before, doublings a day per day. */
export function accelerationOf(attention: readonly number[]): number {
  return Math.log2(growthOf(attention)) - Math.log2(growthOf(attention, 1));
}

/** The stage by growth and by height against the trend's own peak. */
export function stageOf(
  attention: readonly number[],
  episode: { readonly onsetMs: number; readonly peakAttention: number },
  nowMs: number,
): TrendStage {
  const growth = growthOf(attention);
  const today = attention[0] ?? 0;
  const height = episode.peakAttention > 0 ? today / episode.peakAttention : 0;
  if (growth >= RISING_ABOVE) return nowMs - episode.onsetMs <= EMERGING_FOR_MS ? 'emerging' : 'rising';
  if (height < DEAD_BELOW) return 'dead';
  if (growth >= DECLINING_BELOW && height >= PEAK_ABOVE) return 'peak';
  return growth >= 1 && height < PEAK_ABOVE ? 'rising' : 'declining';
}
