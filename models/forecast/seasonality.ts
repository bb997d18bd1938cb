/**
 * Whether the history repeats with `period`: at least three of them seen, and the autocorrelation at the period beyond its 90 % limit
 * (Bartlett), as the M4 competition decided it for Naive2 and Theta.
 */
export function isSeasonal(history: Float64Array, period: number): boolean {
  const n = history.length;
  if (period <= 1 || n < 3 * period) return false;
  const r = autocorrelation(history, period);
  let sum = 1;
  for (let k = 1; k < period; k += 1) sum += 2 * (r[k] ?? 0) ** 2;
  return Math.abs(r[period] ?? 0) > 1.645 * Math.sqrt(sum / n);
}

/** Autocorrelations 0 to `lags`; all zero for a history that never changes. */
export function autocorrelation(history: Float64Array, lags: number): Float64Array {
  const n = history.length;
  let mean = 0;
  for (const x of history) mean += x / n;
  let variance = 0;
  for (const x of history) variance += (x - mean) ** 2;
  const r = new Float64Array(lags + 1);
  if (!(variance > 0)) return r;
  for (let k = 0; k <= lags; k += 1) {
    let sum = 0;
    for (let t = k; t < n; t += 1) sum += ((history[t] ?? 0) - mean) * ((history[t - k] ?? 0) - mean);
    r[k] = sum / variance;
  }
  return r;
}

export type SeasonalForm = 'additive' | 'multiplicative';

/**
 * Seasonal indices by classical decomposition around a centred moving average: index i belongs to times t with t mod period = i. Additive
 * ones sum to 0, multiplicative ones average 1 (R `decompose`). Needs two periods.
 */
export function seasonalIndices(history: Float64Array, period: number, form: SeasonalForm): Float64Array {
  const n = history.length;
  const half = period >> 1;
  const sum = new Float64Array(period);
  const count = new Float64Array(period);
  for (let t = half; t < n - half; t += 1) {
    let trend = 0;
    for (let j = t - half; j <= t + half; j += 1) trend += history[j] ?? 0;
    if (period % 2 === 0) trend -= ((history[t - half] ?? 0) + (history[t + half] ?? 0)) / 2;
    trend /= period;
    const value = history[t] ?? 0;
    const detrended = form === 'additive' ? value - trend : trend === 0 ? 1 : value / trend;
    sum[t % period] = (sum[t % period] ?? 0) + detrended;
    count[t % period] = (count[t % period] ?? 0) + 1;
  }
  const neutral = form === 'additive' ? 0 : 1;
  const indices = sum.map((total, i) => ((count[i] ?? 0) > 0 ? total / (count[i] ?? 1) : neutral));
  const mean = indices.reduce((total, index) => total + index, 0) / period;
  return indices.map((index) => (form === 'additive' ? index - mean : mean === 0 ? 1 : index / mean));
}
