import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import { SMOOTHING } from './decomposition.ts';
import { medianOf } from './median.ts';

/** Revenue and views of one complete day. */
export interface Day {
  readonly startMs: number;
  readonly revenueMinor: number;
  readonly views: number;
}

const WEEK = 7;

/** How fast revenue comes in and how that changes, from complete days in order without gaps. */
export function paceOf(days: readonly Day[]): BreakdownReply['pace'] {
  const revenue = days.map((day) => day.revenueMinor);
  const lastWeek = revenue.slice(-WEEK);
  const before = revenue.slice(-2 * WEEK, -WEEK);
  const isWhole = before.length === WEEK;
  const perDayMinor = meanOf(lastWeek);
  const beforePerDayMinor = isWhole ? meanOf(before) : null;
  return {
    days: days.length,
    perDayMinor,
    beforePerDayMinor,
    growth: growthOf(perDayMinor, beforePerDayMinor),
    perDayPerDayMinor: slopeOf(revenue),
  };
}

/** Relative change; null without two values, or when there was nothing to grow from. */
export function growthOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before <= 0 ? null : (now - before) / before;
}

/** Median of the slopes between all pairs of values (Theil 1950, Sen 1968); null below two. */
export function slopeOf(values: readonly number[]): number | null {
  const slopes: number[] = [];
  for (let later = 1; later < values.length; later += 1)
    for (let earlier = 0; earlier < later; earlier += 1)
      slopes.push(((values[later] ?? 0) - (values[earlier] ?? 0)) / (later - earlier));
  return medianOf(slopes);
}

/** Revenue per 1,000 views by day with its trend, smoothed by .1; days without views leave the trend where it is. */
export function rpmTrend(days: readonly Day[]): BreakdownReply['rpm'] {
  let trend: number | null = null;
  return days.map(({ startMs, revenueMinor, views }) => {
    const rpmMinor = rpmOf(revenueMinor, views);
    if (rpmMinor !== null) trend = trend === null ? rpmMinor : trend + SMOOTHING * (rpmMinor - trend);
    return { startMs, rpmMinor, trendMinor: trend };
  });
}

export function rpmOf(revenueMinor: number, views: number): number | null {
  return views <= 0 ? null : (revenueMinor / views) * 1000;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;
}
