import { cholesky, choleskySolve } from './cholesky.ts';
import { scaleHistory, unscale, type ScaledHistory } from './scaled-history.ts';

export interface PooledOptions {
  /** How many of the latest values a forecast looks at. */
  readonly lags: number;
  readonly period: number;
  /** Weight of what all series have in common against the series' own history; 1 means equal. */
  readonly pooling: number;
  /** Ridge on the common coefficients, relative to the mean variance of the features. */
  readonly ridge: number;
  /** Every how many steps a window is taken. */
  readonly stride: number;
  /** Windows lose half their weight over this many steps. */
  readonly halfLife: number;
}

interface Moments {
  /** Lower triangle of X'WX, p x p. */
  readonly gram: Float64Array;
  /** X'WY, p x horizon. */
  readonly cross: Float64Array;
  weight: number;
}

/**
 * Direct linear autoregression of many series at once. Each horizon is a linear function of the last `lags` values, all relative to the
 * newest one. The coefficients common to all series are a ridge regression; those of one series are the posterior mean under a normal
 * prior around the common ones with precision `pooling` times the mean information of a series (a g-prior: Zellner 1986). Positive
 * series are taken in logarithms. Answers a forecast of each history; before its beginning the first value is repeated.
 */
export function pooledAutoregression(
  histories: readonly Float64Array[],
  horizon: number,
  options: PooledOptions,
): Float64Array[] {
  const p = options.lags;
  const scaled = histories.map((history) => scaleHistory(history, options.period));
  const common: Moments = { gram: new Float64Array(p * p), cross: new Float64Array(p * horizon), weight: 0 };
  const own: Moments = { gram: new Float64Array(p * p), cross: new Float64Array(p * horizon), weight: 0 };
  let taught = 0;
  for (const { values } of scaled) {
    if (!collect(values, horizon, options, own)) continue;
    taught += 1;
    addScaled(common, own, 1 / own.weight);
  }
  if (taught === 0)
    return scaled.map((each) => unscale(new Float64Array(horizon).fill(each.values.at(-1) ?? 0), each));
  let ridge = 0;
  for (let i = 0; i < p; i += 1) ridge += (common.gram[i * p + i] ?? 0) / p;
  ridge = options.ridge * ridge + 1e-9;
  const shared = solve(common.gram.slice(), common.cross, p, horizon, ridge);
  return scaled.map((each) => {
    if (!collect(each.values, horizon, options, own)) return predict(each, shared, p, horizon);
    const prior = (options.pooling * own.weight) / taught;
    addScaled(own, common, prior);
    return predict(each, solve(own.gram, own.cross, p, horizon, prior * ridge + 1e-6), p, horizon);
  });
}

/** Sums over the windows of one series; false where it holds none. Four windows at a time keep the inner loop in registers. */
function collect(values: Float64Array, horizon: number, options: PooledOptions, into: Moments): boolean {
  const { lags: p, stride, halfLife } = options;
  const { gram, cross } = into;
  const last = values.length - horizon - 1;
  if (last < p + 3 * stride) return false;
  gram.fill(0);
  cross.fill(0);
  into.weight = 0;
  const a = new Float64Array(4 * p);
  const b = new Float64Array(4 * horizon);
  let filled = 0;
  const flush = (): void => {
    for (let i = 0; i < p; i += 1) {
      const a0 = a[i] ?? 0;
      const a1 = a[p + i] ?? 0;
      const a2 = a[2 * p + i] ?? 0;
      const a3 = a[3 * p + i] ?? 0;
      const row = i * p;
      for (let j = 0; j <= i; j += 1)
        gram[row + j] =
          (gram[row + j] ?? 0) +
          a0 * (a[j] ?? 0) +
          a1 * (a[p + j] ?? 0) +
          a2 * (a[2 * p + j] ?? 0) +
          a3 * (a[3 * p + j] ?? 0);
      const at = i * horizon;
      for (let h = 0; h < horizon; h += 1)
        cross[at + h] =
          (cross[at + h] ?? 0) +
          a0 * (b[h] ?? 0) +
          a1 * (b[horizon + h] ?? 0) +
          a2 * (b[2 * horizon + h] ?? 0) +
          a3 * (b[3 * horizon + h] ?? 0);
    }
    a.fill(0);
    b.fill(0);
    filled = 0;
  };
  for (let t = last; t >= p - 1; t -= stride) {
    const weight = 0.5 ** ((last - t) / halfLife);
    const root = Math.sqrt(weight);
    const newest = values[t] ?? 0;
    const at = filled * p;
    a[at] = INTERCEPT * root;
    for (let j = 1; j < p; j += 1) a[at + j] = ((values[t - j] ?? 0) - newest) * root;
    for (let h = 0; h < horizon; h += 1) b[filled * horizon + h] = ((values[t + 1 + h] ?? 0) - newest) * root;
    into.weight += weight;
    filled += 1;
    if (filled === 4) flush();
  }
  if (filled > 0) flush();
  return true;
}

/** The constant feature; small, so that the ridge holds drift back more than it does the lags. */
const INTERCEPT = 0.1;

function addScaled(into: Moments, from: Moments, factor: number): void {
  const { gram, cross } = into;
  for (let i = 0; i < gram.length; i += 1) gram[i] = (gram[i] ?? 0) + factor * (from.gram[i] ?? 0);
  for (let i = 0; i < cross.length; i += 1) cross[i] = (cross[i] ?? 0) + factor * (from.cross[i] ?? 0);
}

/** Coefficients, horizon by horizon; destroys `gram`. */
function solve(
  gram: Float64Array,
  cross: Float64Array,
  p: number,
  horizon: number,
  ridge: number,
): Float64Array {
  for (let i = 0; i < p; i += 1) gram[i * p + i] = (gram[i * p + i] ?? 0) + ridge;
  cholesky(gram, p);
  const out = new Float64Array(horizon * p);
  const b = new Float64Array(p);
  for (let h = 0; h < horizon; h += 1) {
    for (let i = 0; i < p; i += 1) b[i] = cross[i * horizon + h] ?? 0;
    choleskySolve(gram, p, b);
    out.set(b, h * p);
  }
  return out;
}

function predict(each: ScaledHistory, coefficients: Float64Array, p: number, horizon: number): Float64Array {
  const { values } = each;
  const t = values.length - 1;
  const newest = values[t] ?? 0;
  // A linear model may run away from what it was taught on: a forecast leaves the range seen by at most the width of that range.
  let low = newest;
  let high = newest;
  for (const x of values) {
    if (x < low) low = x;
    if (x > high) high = x;
  }
  const room = high - low;
  const forecast = new Float64Array(horizon);
  for (let h = 0; h < horizon; h += 1) {
    let sum = (coefficients[h * p] ?? 0) * INTERCEPT;
    for (let j = 1; j < p; j += 1)
      sum += (coefficients[h * p + j] ?? 0) * ((values[Math.max(0, t - j)] ?? 0) - newest);
    forecast[h] = Math.min(high + room, Math.max(low - room, newest + sum));
  }
  return unscale(forecast, each);
}
