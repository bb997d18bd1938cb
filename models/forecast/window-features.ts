/** A series prepared for looking at windows of it: values in common units, and their running sums. */
export interface Windowed {
  readonly values: Float64Array;
  /** `sums[t]` is the sum of the values before `t`. */
  readonly sums: Float64Array;
  /** Mean change from step to step, and from one long season to the next. */
  readonly roughness: number;
  readonly longRoughness: number;
}

export function windowed(values: Float64Array, long: number): Windowed {
  const sums = new Float64Array(values.length + 1);
  for (let t = 0; t < values.length; t += 1) sums[t + 1] = (sums[t] ?? 0) + (values[t] ?? 0);
  return { values, sums, roughness: meanChange(values, 1), longRoughness: meanChange(values, long) };
}

/** How many features there are; `windowFeatures` fills them in this order, the step ahead first. */
export const WINDOW_FEATURES = 30;
/** Days, that is short seasons, whose same place is looked at. */
const PLACES = 7;

/**
 * What is known at `now` (the newest value's place) of the value `step` steps later: values at the same place of the short season (a day) and of the long
 * one (a week), how the levels of today, yesterday and the same stretch of the weeks before compare, the newest values against those one day and one
 * week before, and what followed a week ago. All but the step and the roughness are differences to the answer, a first guess: the
 * mean of the newest value at the same place of the day and of last week's moved by the difference of the levels. What lies before the
 * beginning is NaN. The first guess is NaN where not even one short season is known.
 */
export function windowFeatures(
  { longRoughness, roughness, sums, values }: Windowed,
  now: number,
  step: number,
  short: number,
  long: number,
  out: Float64Array,
): number {
  const at = (t: number): number => (t >= 0 && t <= now ? (values[t] ?? Number.NaN) : Number.NaN);
  const mean = (from: number, to: number): number => {
    const first = Math.max(0, from);
    return to > first ? ((sums[to] ?? 0) - (sums[first] ?? 0)) / (to - first) : Number.NaN;
  };
  const target = now + step;
  const near = short * Math.ceil(step / short);
  const far = long * Math.ceil(step / long);
  const placed = (k: number): number => at(target - near - short * (k - 1));
  const level = mean(now + 1 - short, now + 1);
  const levelBefore = mean(now + 1 - 2 * short, now + 1 - short);
  const levelWeek = mean(now + 1 - short - far, now + 1 - far);
  const levelTwo = mean(now + 1 - short - far - long, now + 1 - far - long);
  const day = placed(1);
  const week = at(target - far);
  const two = at(target - far - long);
  const moved = week - levelWeek + level;
  const guess = Number.isFinite(moved) ? (day + moved) / 2 : day;

  let sum = 0;
  let count = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 1; k <= PLACES; k += 1) {
    const value = placed(k);
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const newest = at(now);
  const hours = Math.max(1, short >> 2);
  const lately = mean(now + 1 - hours, now + 1);
  let i = 0;
  const put = (value: number): void => {
    out[i] = value;
    i += 1;
  };
  put(step);
  put(day - guess);
  put(placed(2) - guess);
  put(placed(3) - guess);
  put(week - guess);
  put(two - guess);
  put(at(target - far - 2 * long) - guess);
  put(moved - guess);
  put(two - levelTwo + level - guess);
  put(sum / count - guess);
  put(least - guess);
  put(most - guess);
  put(level - guess);
  put(mean(now + 1 - long, now + 1) - guess);
  put(level - levelWeek);
  put(level - levelBefore);
  put(levelWeek - levelTwo);
  put(newest - guess);
  put(newest - at(now - short));
  put(newest - at(now - long));
  put(newest - at(now - 1));
  put(lately - mean(now + 1 - hours - short, now + 1 - short));
  put(lately - mean(now + 1 - hours - long, now + 1 - long));
  put(at(target - far + 1) - week);
  put(week - at(target - far - 1));
  put(at(target - near + 1) - day);
  put(week - at(now - far));
  put(roughness);
  put(longRoughness);
  put(values.length);
  return guess;
}

function meanChange(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let t = lag; t < values.length; t += 1) sum += Math.abs((values[t] ?? 0) - (values[t - lag] ?? 0));
  return values.length > lag ? sum / (values.length - lag) : Number.NaN;
}
