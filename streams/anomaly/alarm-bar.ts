import { WEEK_MS } from './seasons.ts';
import { barOf, quietMsOf } from './verdict.ts';

/**
 * How rare a point of this series must be called to alarm so often as a person asked for. The rarity that the detectors tell is right for
 * single readings; how many alarms a week it makes depends on the series: neighbouring points go out together, the readings depend on each
 * other, a tail is heavier than the fitted one, a season is followed late. So the bar is learned from the series itself, on a ladder of
 * rates: each rung counts the alarms it would have opened and moves up by a step with each, and down by as much with each that was due by
 * the time that has passed. In the long run a rung opens as many alarms as its rate says, whatever the series is made of (stochastic
 * approximation of a quantile, Robbins and Monro 1951; for alarms on series that change, Gibbs and Candès, NeurIPS 2021).
 *
 * The highest rate is learned first and takes the others along; between rungs the bar is interpolated, beyond them it goes on with the rarity
 * as told.
 */
export interface AlarmBar {
  points: number;
  /** Alarms a week of the rungs, the rarest first; none where points come too seldom for one a week. */
  readonly rates: readonly number[];
  /** Decades above `barOf` for each rung, the rarest first. */
  readonly offsets: number[];
  /** When a point last was at the rung or above. */
  readonly lastMs: number[];
}

/** The highest rung: so many alarms a week, and this part of the points at most, so that alarms of neighbours do not all become one. */
const MOST_A_WEEK = 16;
const MOST_OF_POINTS = 0.03;
/** Where the ladder starts: the middle of simulated series of many kinds. */
const START_DECADES = -0.25;
/** However often a series goes off, what is so many times as rare as told alarms; however quiet it is, no lower than that. */
const HIGHEST_DECADES = 1;
const LOWEST_DECADES = -2;
/** A rung remembers so many of its alarms, the rarest rung first; fewer while it is young. */
const MEMORY = [12, 24, 64] as const;
const YOUNG_ALARMS = 4;
/** A tail's e-fold is 0.43 decades where the rarity is right; a little more makes up for heavier ones. */
const STEP_DECADES = 0.5;

export function createAlarmBar(stepMs: number): AlarmBar {
  const most = Math.min(MOST_A_WEEK, (MOST_OF_POINTS * WEEK_MS) / stepMs);
  const rates = most < 1 ? [] : [1, Math.sqrt(most), most];
  return {
    points: 0,
    rates,
    offsets: rates.map(() => START_DECADES),
    lastMs: rates.map(() => Number.NEGATIVE_INFINITY),
  };
}

/** The rarity from which on a point is anomalous. */
export function alarmBarOf(
  bar: AlarmBar,
  settings: { readonly stepMs: number; readonly falseAlarmsPerWeek: number },
): number {
  return barOf(settings) + offsetAt(bar, settings.falseAlarmsPerWeek);
}

function offsetAt({ offsets, rates }: AlarmBar, falseAlarmsPerWeek: number): number {
  let below = offsets[0] ?? START_DECADES;
  let rateBelow = rates[0] ?? falseAlarmsPerWeek;
  if (falseAlarmsPerWeek <= rateBelow) return below;
  for (const [at, rate] of rates.entries()) {
    const offset = offsets[at] ?? below;
    if (falseAlarmsPerWeek <= rate)
      return (
        below + ((offset - below) * Math.log(falseAlarmsPerWeek / rateBelow)) / Math.log(rate / rateBelow)
      );
    below = offset;
    rateBelow = rate;
  }
  return below;
}

/** Takes in how rare a measured point was told to be. Points that are missing are no time that has passed. */
export function learnAlarmBar(bar: AlarmBar, stepMs: number, timeMs: number, rarity: number): void {
  const { offsets, lastMs, rates } = bar;
  bar.points++;
  const weeks = stepMs / WEEK_MS;
  for (let at = rates.length - 1; at >= 0; at--) {
    const rate = rates[at] ?? 0;
    const due = rate * weeks;
    const step = STEP_DECADES / Math.min(MEMORY[at] ?? YOUNG_ALARMS, YOUNG_ALARMS + due * bar.points);
    let move = -step * due;
    const isOver = rarity >= barOf({ stepMs, falseAlarmsPerWeek: rate }) + (offsets[at] ?? 0);
    if (isOver) {
      if (timeMs - (lastMs[at] ?? 0) > quietMsOf(stepMs, rate)) move += step;
      lastMs[at] = timeMs;
    }
    for (let each = at; each >= 0; each--) offsets[each] = bounded(bar, each, (offsets[each] ?? 0) + move);
  }
}

/** Within the limits, and not below the bar of the next more frequent rung. */
function bounded({ offsets, rates }: AlarmBar, at: number, offset: number): number {
  const next = offsets[at + 1];
  const least =
    next === undefined ? LOWEST_DECADES : next - Math.log10((rates[at + 1] ?? 1) / (rates[at] ?? 1));
  return Math.max(LOWEST_DECADES, least, Math.min(HIGHEST_DECADES, offset));
}
