import { isSeasonal, seasonalIndices, type SeasonalForm } from './seasonality.ts';

const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Simple exponential smoothing with the least squared one-step error; `level` is that after the last value. */
export function simpleSmoothing(history: Float64Array): { readonly alpha: number; readonly level: number } {
  // Sum of squares over alpha is smooth and nearly always has one minimum: a coarse grid finds its valley, a golden section its bottom.
  let best = 0.05;
  let least = Number.POSITIVE_INFINITY;
  for (let alpha = 0.05; alpha < 1; alpha += 0.1) {
    const value = smooth(history, alpha).squares;
    if (value < least) [best, least] = [alpha, value];
  }
  let low = Math.max(1e-4, best - 0.1);
  let high = Math.min(0.9999, best + 0.1);
  for (let i = 0; i < 18; i += 1) {
    const left = high - GOLDEN * (high - low);
    const right = low + GOLDEN * (high - low);
    if (smooth(history, left).squares <= smooth(history, right).squares) high = right;
    else low = left;
  }
  const alpha = (low + high) / 2;
  return { alpha, level: smooth(history, alpha).level };
}

function smooth(history: Float64Array, alpha: number): { readonly level: number; readonly squares: number } {
  let level = history[0] ?? 0;
  let squares = 0;
  for (let t = 1; t < history.length; t += 1) {
    const error = (history[t] ?? 0) - level;
    squares += error * error;
    level += alpha * error;
  }
  return { level, squares };
}

/**
 * The Theta method (Assimakopoulos and Nikolopoulos 2000) in the form of Hyndman and Billah 2003: simple smoothing with half the slope of
 * the regression on time as drift. A seasonal history is adjusted first, multiplicatively where all values are positive (R `thetaf`).
 */
export function theta(history: Float64Array, horizon: number, period: number): Float64Array {
  const seasonal = isSeasonal(history, period);
  const form: SeasonalForm = history.every((x) => x > 0) ? 'multiplicative' : 'additive';
  const index = seasonal ? seasonalIndices(history, period, form) : undefined;
  const seasonOf = (t: number): number => index?.[t % period] ?? (form === 'additive' ? 0 : 1);
  const adjusted = history.map((x, t) => (form === 'additive' ? x - seasonOf(t) : x / seasonOf(t)));
  const n = adjusted.length;
  const { alpha, level } = simpleSmoothing(adjusted);
  const halfSlope = slope(adjusted) / 2;
  return new Float64Array(horizon).map((_, h) => {
    const value = level + halfSlope * (h + (1 - (1 - alpha) ** n) / alpha);
    return form === 'additive' ? value + seasonOf(n + h) : value * seasonOf(n + h);
  });
}

/** Slope of the least-squares line over time. */
export function slope(history: Float64Array): number {
  const n = history.length;
  if (n < 2) return 0;
  const centre = (n - 1) / 2;
  let sum = 0;
  for (let t = 0; t < n; t += 1) sum += (t - centre) * (history[t] ?? 0);
  return (12 * sum) / (n * (n * n - 1));
}
