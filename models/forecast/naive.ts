import { isSeasonal, seasonalIndices } from './seasonality.ts';

/** The last value, for ever. An empty history gives zeros. */
export function naive(history: Float64Array, horizon: number): Float64Array {
  return new Float64Array(horizon).fill(history[history.length - 1] ?? 0);
}

/** The value one period ago; naive where the history is shorter than a period. */
export function seasonalNaive(history: Float64Array, horizon: number, period: number): Float64Array {
  const n = history.length;
  if (n < period) return naive(history, horizon);
  return new Float64Array(horizon).map((_, h) => history[n - period + (h % period)] ?? 0);
}

/** The last value of the seasonally adjusted history, seasonal again: the reference of the M4 competition. */
export function naive2(history: Float64Array, horizon: number, period: number): Float64Array {
  if (!isSeasonal(history, period)) return naive(history, horizon);
  const index = seasonalIndices(history, period, 'multiplicative');
  const n = history.length;
  const last = (history[n - 1] ?? 0) / (index[(n - 1) % period] ?? 1);
  return new Float64Array(horizon).map((_, h) => last * (index[(n + h) % period] ?? 1));
}

/** The straight line through the first and the last value. */
export function drift(history: Float64Array, horizon: number): Float64Array {
  const n = history.length;
  const last = history[n - 1] ?? 0;
  const slope = n > 1 ? (last - (history[0] ?? 0)) / (n - 1) : 0;
  return new Float64Array(horizon).map((_, h) => last + slope * (h + 1));
}
