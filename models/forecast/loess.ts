/**
 * Local regression over equally spaced points (Cleveland 1979): at each position the `span` nearest points with tricube weights, degree 0 or
 * 1. `at` runs from `from` to `to` inclusive and may lie outside 0 to n - 1. `robustness` scales the weight of each point.
 */
export function loess(
  y: Float64Array,
  span: number,
  degree: 0 | 1,
  options: {
    readonly from?: number;
    readonly to?: number;
    readonly robustness?: Float64Array | undefined;
  } = {},
): Float64Array {
  const n = y.length;
  const { from = 0, to = n - 1, robustness } = options;
  const width = Math.min(span, n);
  const out = new Float64Array(to - from + 1);
  for (let at = from; at <= to; at += 1) {
    const left = Math.min(Math.max(0, at - ((width - 1) >> 1)), n - width);
    const right = left + width - 1;
    let reach = Math.max(at - left, right - at);
    if (span > n) reach += (span - n) >> 1;
    let total = 0;
    let mean = 0;
    let sum = 0;
    let moment = 0;
    let square = 0;
    for (let j = left; j <= right; j += 1) {
      const distance = Math.abs(j - at);
      if (distance > 0.999 * reach && reach > 0) continue;
      const ratio = reach > 0 ? distance / reach : 0;
      const tricube = distance <= 0.001 * reach ? 1 : (1 - ratio * ratio * ratio) ** 3;
      const w = tricube * (robustness?.[j] ?? 1);
      const value = y[j] ?? 0;
      total += w;
      mean += w * j;
      sum += w * value;
      moment += w * j * value;
      square += w * j * j;
    }
    if (!(total > 0)) {
      out[at - from] = y[Math.min(n - 1, Math.max(0, at))] ?? 0;
      continue;
    }
    const centre = mean / total;
    const spread = square / total - centre * centre;
    const average = sum / total;
    const steep = degree === 1 && Math.sqrt(Math.max(0, spread)) > 0.001 * (n - 1);
    out[at - from] = steep
      ? average + ((moment / total - centre * average) / spread) * (at - centre)
      : average;
  }
  return out;
}
