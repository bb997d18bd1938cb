/** Mean of 200 |y - f| / (|y| + |f|), percent; a pair of zeros counts as no error (M4 guide). */
export function smape(actual: Float64Array, forecast: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i += 1) {
    const y = actual[i] ?? 0;
    const f = forecast[i] ?? 0;
    const size = Math.abs(y) + Math.abs(f);
    if (size > 0) sum += (200 * Math.abs(y - f)) / size;
  }
  return sum / actual.length;
}

/** Mean absolute error, in the units of the series. */
export function meanAbsoluteError(actual: Float64Array, forecast: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i += 1) sum += Math.abs((actual[i] ?? 0) - (forecast[i] ?? 0));
  return sum / actual.length;
}

/**
 * The yardstick of MASE and MSIS: mean absolute change over `period` steps inside the history (Hyndman and Koehler 2006). A history
 * that never changes, or is too short to say, has yardstick 1: its errors are then in the units of the series.
 */
export function naiveScale(history: Float64Array, period: number): number {
  const step = history.length > period ? period : 1;
  let sum = 0;
  for (let t = step; t < history.length; t += 1)
    sum += Math.abs((history[t] ?? 0) - (history[t - step] ?? 0));
  const scale = sum / Math.max(1, history.length - step);
  return scale > 0 && Number.isFinite(scale) ? scale : 1;
}

/** Mean scaled interval score: width plus 2/a times what falls outside, over the yardstick (Gneiting and Raftery 2007; M4). */
export function intervalScore(
  actual: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  level: number,
  scale: number,
): { readonly score: number; readonly coverage: number } {
  const penalty = 2 / (1 - level);
  let sum = 0;
  let inside = 0;
  for (let i = 0; i < actual.length; i += 1) {
    const y = actual[i] ?? 0;
    const low = lower[i] ?? 0;
    const high = upper[i] ?? 0;
    sum += high - low + penalty * (Math.max(0, low - y) + Math.max(0, y - high));
    if (y >= low && y <= high) inside += 1;
  }
  return { score: sum / actual.length / scale, coverage: inside / actual.length };
}
