import { DAY_MS, HOUR_MS } from '../../streams/trends/activity.ts';
import type { Evaluation } from '../../streams/trends/evaluation.ts';
import { at, type Truth } from './truth.ts';

/** What was named on a day and what came of attention on it, as the detector measures it (percent of a day's). */
export interface OutlookDay {
  readonly day: number;
  readonly atMs: number;
  readonly evaluation: Evaluation;
  readonly attention: ReadonlyMap<string, number>;
}

const NAMED = 20;
const AROUND_DAYS = 7;
/** Days ahead at which trajectories are compared with what came. */
const HORIZONS = [1, 3, 7, 14] as const;

/** How an interval of four in five held. */
export interface Held {
  readonly truths: number;
  readonly covered: number;
  readonly medianErrorHours: number;
}

export interface TrajectoryError {
  readonly days: number;
  readonly truths: number;
  /** Mean absolute error in percent of a day's attention. */
  readonly weir: number;
  readonly persist: number;
  readonly linear: number;
  readonly nothing: number;
  /** Share of the truths within the interval of four in five. */
  readonly covered: number;
}

export interface Outlook {
  readonly peaks: Held;
  readonly ends: Held;
  readonly trajectories: readonly TrajectoryError[];
}

/** Compares what was expected of trends named on the days `[from, to]` with what came by the day `last`. */
export function judgeOutlook(
  days: readonly OutlookDay[],
  truth: Truth,
  [from, to]: readonly [number, number],
  last: number,
): Outlook {
  const judged = days.filter(({ day }) => day >= from && day <= to);
  return {
    peaks: judgePeaks(judged, truth),
    ends: judgeEnds(judged, days, last),
    trajectories: HORIZONS.map((horizon) => judgeTrajectories(judged, days, horizon, last)),
  };
}

/** Of trends named before a peak that came within a week: to half a day, as the file knows days only. */
function judgePeaks(judged: readonly OutlookDay[], truth: Truth): Held {
  const truths: Truths = [];
  for (const { day, atMs, evaluation } of judged)
    for (const { key, timing } of evaluation.trends.slice(0, NAMED)) {
      const ahead = Array.from({ length: AROUND_DAYS }, (_, i) => at(truth.views, key, day + i + 1));
      const highest = Math.max(...ahead);
      if (timing.peak.isPast || highest <= at(truth.views, key, day)) continue;
      truths.push([timing.peak, atMs + (ahead.indexOf(highest) + 1) * DAY_MS]);
    }
  return heldOf(truths);
}

/** Of trends that were not over: when they next were, where that came within the part. */
function judgeEnds(judged: readonly OutlookDay[], days: readonly OutlookDay[], last: number): Held {
  const deaths = new Map<string, number[]>();
  for (const { atMs, day, evaluation } of days)
    for (const { key, to } of evaluation.changes)
      if (to === 'dead' && day <= last) deaths.set(key, [...(deaths.get(key) ?? []), atMs]);
  const truths: Truths = [];
  for (const { atMs, evaluation } of judged)
    for (const { key, timing } of evaluation.trends.slice(0, NAMED)) {
      const endMs = (deaths.get(key) ?? []).find((ms) => ms > atMs);
      if (!timing.end.isPast && endMs !== undefined) truths.push([timing.end, endMs]);
    }
  return heldOf(truths);
}

type Truths = (readonly [
  { readonly fromMs: number; readonly expectedMs: number; readonly toMs: number },
  number,
])[];

function heldOf(truths: Truths): Held {
  const errors = truths
    .map(([{ expectedMs }, ms]) => Math.abs(ms - expectedMs) / HOUR_MS)
    .sort((a, b) => a - b);
  const held = truths.filter(
    ([{ fromMs, toMs }, ms]) => ms >= fromMs - DAY_MS / 2 && ms <= toMs + DAY_MS / 2,
  );
  return {
    truths: truths.length,
    covered: held.length / Math.max(1, truths.length),
    medianErrorHours: errors[Math.floor(errors.length / 2)] ?? 0,
  };
}

function judgeTrajectories(
  judged: readonly OutlookDay[],
  days: readonly OutlookDay[],
  horizon: number,
  last: number,
): TrajectoryError {
  const byDay = new Map(days.map((each) => [each.day, each]));
  const errors = { weir: 0, persist: 0, linear: 0, nothing: 0 };
  let truths = 0;
  let covered = 0;
  for (const { day, evaluation } of judged) {
    const later = byDay.get(day + horizon);
    if (later === undefined || later.day > last) continue;
    for (const { key, attention, spark, trajectory } of evaluation.trends.slice(0, NAMED)) {
      const came = later.attention.get(key) ?? 0;
      const slope = attention - (spark.at(-2) ?? attention);
      const high = trajectory.high[horizon - 1] ?? 0;
      const low = trajectory.low[horizon - 1] ?? 0;
      truths++;
      errors.weir += Math.abs(came - (trajectory.expected[horizon - 1] ?? 0));
      errors.persist += Math.abs(came - attention);
      errors.linear += Math.abs(came - Math.max(0, attention + horizon * slope));
      errors.nothing += Math.abs(came);
      // Rounded to the digits that are told.
      if (came >= low - 1e-4 && came <= high + 1e-4) covered++;
    }
  }
  const mean = (sum: number): number => sum / Math.max(1, truths);
  return {
    days: horizon,
    truths,
    weir: mean(errors.weir),
    persist: mean(errors.persist),
    linear: mean(errors.linear),
    nothing: mean(errors.nothing),
    covered: mean(covered),
  };
}
