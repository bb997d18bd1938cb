import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';

/** The band a value left when its episode began; what lies beyond it on the same side goes on with the episode. */
export interface HeldBand {
  readonly isBelow: boolean;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly untilMs: number;
}

/**
 * How long a band is held, in windows. After it the detector's own, which has followed, is the judge: what lasts longer is the new level. By
 * the hour nothing is held: the time of day moves further than that.
 */
const HELD_WINDOWS: Readonly<Record<WatchedWindow, number>> = { '1m': 60, '1h': 0 };

/** The band to hold from a window whose value has left it; undefined where it has not, or has none. */
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
  if (value >= lower && value <= upper) return undefined;
  return {
    isBelow: value < lower,
    expected,
    lower,
    upper,
    untilMs: startMs + HELD_WINDOWS[window] * lengthMs,
  };
}

/**
 * Whether a value is still beyond the band it left. The detector widens its band with every surprise and takes a shift for the new level within
 * minutes, as it must to find the next one; an operator's outage is over when the value is back, not when it has become a habit.
 */
export function isBeyond(
  { isBelow, lower, untilMs, upper }: HeldBand,
  value: number,
  startMs: number,
): boolean {
  return startMs < untilMs && (isBelow ? value < lower : value > upper);
}
