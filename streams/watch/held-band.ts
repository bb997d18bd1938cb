import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';

/** The band a value left when its episode began, and how far back it must come before the episode may end. */
export interface HeldBand {
  readonly isBelow: boolean;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly bound: number;
  readonly untilMs: number;
}

/**
 * How long a band is held, in windows. After it the detector's own, which has followed, is the judge: what lasts longer is the new level. By
 * the hour nothing is held: the time of day moves further than that.
 */
const HELD_WINDOWS: Readonly<Record<WatchedWindow, number>> = { '1m': 60, '1h': 0 };
/** Share of what was expected that must be missing, or too much: the time of day alone moves a value by less within the hour. */
const LEAST_EXCURSION = 0.4;
/** Of the way out, how much must be left for the value to count as still out. */
const STILL_OUT = 0.6;

/** The band to hold from a window whose value has gone far out of it; undefined where it has not, or has none. */
export function bandToHold(
  value: number | undefined,
  {
    expected,
    lower,
    upper,
  }: { expected?: number | undefined; lower?: number | undefined; upper?: number | undefined },
  window: WatchedWindow,
  startMs: number,
  lengthMs: number,
): HeldBand | undefined {
  if (HELD_WINDOWS[window] === 0) return undefined;
  if (value === undefined || expected === undefined || lower === undefined || upper === undefined)
    return undefined;
  const isBelow = value < lower;
  if (!isBelow && value <= upper) return undefined;
  const excursion = value - expected;
  if (Math.abs(excursion) < LEAST_EXCURSION * Math.abs(expected)) return undefined;
  const back = expected + STILL_OUT * excursion;
  return {
    isBelow,
    expected,
    lower,
    upper,
    bound: isBelow ? Math.min(lower, back) : Math.max(upper, back),
    untilMs: startMs + HELD_WINDOWS[window] * lengthMs,
  };
}

/**
 * Whether a value is still out on the side it left by. The detector widens its band with every surprise and takes a shift for the new level
 * within minutes, as it must to find the next one; an operator's outage is over when the value is back, not when it has become a habit.
 */
export function isBeyond({ bound, isBelow, untilMs }: HeldBand, value: number, startMs: number): boolean {
  return startMs < untilMs && (isBelow ? value < bound : value > bound);
}
