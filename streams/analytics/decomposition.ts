import { medianOf } from './median.ts';
import type { LocalTime } from './local-time.ts';

/** Weight of a day's new value in the trend and in each season (SYSTEMS row E4: smoothing .1). */
export const SMOOTHING = 0.1;
/** The same for one hour: after 24 of them a day has come in with the weight above. */
const HOUR_GAIN = 1 - (1 - SMOOTHING) ** (1 / 24);
/** Hours that are gathered before the first seasons are known. */
export const WARM_UP_HOURS = 48;
/** Residuals beyond this many standard deviations are taken in as if they were no farther (Huber's psi). */
const CLIP_SIGMAS = 3;
/** A weekday met for less than two weeks is expected to differ, so more of it is believed. */
const NEW_WEEKDAY_SIGMAS = 30;
const NEW_WEEKDAY_HOURS = 48;
const SCALE_GAIN = 0.02;

/**
 * A series of hours split into trend, hour of the day and day of the week, as an additive model updated with every hour: each
 * residual is shared out by exponential smoothing. Residuals are clipped and their scale is tracked robustly (Gelper, Fried & Croux
 * 2010, "Robust forecasting with exponential and Holt–Winters smoothing"), so that one outlier moves neither trend nor seasons.
 * A multiplicative model is the same over logarithms.
 */
export interface Decomposition {
  count: number;
  trend: number;
  readonly hours: Float64Array;
  readonly weekdays: Float64Array;
  /** Days in which each hour, and weeks in which each weekday was seen. */
  readonly hourCounts: Uint32Array;
  readonly weekdayCounts: Uint32Array;
  /** Standard deviation of the residuals. */
  scale: number;
  warmUp: { readonly at: LocalTime; readonly value: number }[];
}

export function newDecomposition(): Decomposition {
  return {
    count: 0,
    trend: 0,
    hours: new Float64Array(24),
    weekdays: new Float64Array(7),
    hourCounts: new Uint32Array(24),
    weekdayCounts: new Uint32Array(7),
    scale: 0,
    warmUp: [],
  };
}

/** What is expected at an hour; undefined during the warm-up. */
export function expectedAt(state: Decomposition, at: LocalTime): number | undefined {
  if (state.count < WARM_UP_HOURS) return undefined;
  return state.trend + (state.hours[at.hour] ?? 0) + (state.weekdays[at.weekday] ?? 0);
}

/** Takes in the next hour. */
export function stepDecomposition(state: Decomposition, at: LocalTime, value: number): void {
  state.count += 1;
  if (state.count <= WARM_UP_HOURS) {
    state.warmUp.push({ at, value });
    if (state.count === WARM_UP_HOURS) begin(state);
    return;
  }
  const { hour, weekday } = at;
  const expected = state.trend + (state.hours[hour] ?? 0) + (state.weekdays[weekday] ?? 0);
  const raw = value - expected;
  const clipped = (sigmas: number): number =>
    Math.max(-sigmas * state.scale, Math.min(sigmas * state.scale, raw));
  const residual = clipped(CLIP_SIGMAS);
  const hoursOfWeekday = (state.weekdayCounts[weekday] ?? 0) + 1;
  const ofWeekday = hoursOfWeekday <= NEW_WEEKDAY_HOURS ? clipped(NEW_WEEKDAY_SIGMAS) : residual;
  state.scale = nextScale(state.scale, raw);
  state.trend += HOUR_GAIN * residual;
  const days = (state.hourCounts[hour] ?? 0) + 1;
  state.hourCounts[hour] = days;
  state.hours[hour] = (state.hours[hour] ?? 0) + Math.max(SMOOTHING, 1 / days) * residual;
  // A weekday is met 24 times in its day, each with a part of the day's weight.
  state.weekdayCounts[weekday] = hoursOfWeekday;
  const weight = Math.max(SMOOTHING, 1 / Math.ceil(hoursOfWeekday / 24)) / 24;
  state.weekdays[weekday] = (state.weekdays[weekday] ?? 0) + weight * ofWeekday;
  centre(state);
}

/** First trend and hours from the warm-up: medians, so that an outlier among them does no harm. */
function begin(state: Decomposition): void {
  state.trend = medianOf(state.warmUp.map(({ value }) => value)) ?? 0;
  for (let hour = 0; hour < 24; hour += 1) {
    const own = state.warmUp.filter(({ at }) => at.hour === hour).map(({ value }) => value - state.trend);
    state.hours[hour] = medianOf(own) ?? 0;
    state.hourCounts[hour] = own.length;
  }
  for (const { at } of state.warmUp)
    state.weekdayCounts[at.weekday] = (state.weekdayCounts[at.weekday] ?? 0) + 1;
  const deviations = state.warmUp.map(({ at, value }) =>
    Math.abs(value - state.trend - (state.hours[at.hour] ?? 0)),
  );
  // The median absolute deviation of normal residuals is 0.6745 standard deviations.
  const byMedian = 1.4826 * (medianOf(deviations) ?? 0);
  const mean = deviations.reduce((sum, each) => sum + each, 0) / Math.max(1, deviations.length);
  state.scale = Math.max(byMedian, mean, Math.abs(state.trend) * 1e-6, 1e-9);
  state.warmUp = [];
  centre(state);
}

/** Seasons have the mean 0; what they have beyond belongs to the trend. Weekdays not seen yet stay at 0. */
function centre(state: Decomposition): void {
  const ofHours = state.hours.reduce((sum, each) => sum + each, 0) / 24;
  for (let hour = 0; hour < 24; hour += 1) state.hours[hour] = (state.hours[hour] ?? 0) - ofHours;
  let seen = 0;
  let sum = 0;
  for (const [weekday, count] of state.weekdayCounts.entries()) {
    if (count === 0) continue;
    seen += 1;
    sum += state.weekdays[weekday] ?? 0;
  }
  const ofWeekdays = seen === 0 ? 0 : sum / seen;
  for (const [weekday, count] of state.weekdayCounts.entries())
    if (count > 0) state.weekdays[weekday] = (state.weekdays[weekday] ?? 0) - ofWeekdays;
  state.trend += ofHours + ofWeekdays;
}

/** The biweight rho of Gelper, Fried & Croux with k = 2 and their 2.52, so that normal residuals keep their scale. */
function nextScale(scale: number, residual: number): number {
  const ratio = residual / (2 * scale);
  const rho = Math.abs(ratio) <= 1 ? 2.52 * (1 - (1 - ratio * ratio) ** 3) : 2.52;
  return Math.sqrt(SCALE_GAIN * rho * scale * scale + (1 - SCALE_GAIN) * scale * scale);
}
