const BINS = 24;

/** Counts of two sets of outcomes in bins of equal width; what lies beyond the 0.5% and 99.5% points is counted in the outer bins. */
export function histogramOf(
  proposed: Float64Array,
  current: Float64Array,
): { from: number; width: number; proposed: number[]; current: number[] } {
  const sorted = Float64Array.from([...proposed, ...current]).sort();
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))] ?? 0;
  const from = at(0.005);
  const width = Math.max(1e-9, (at(0.995) - from) / BINS);
  const count = (values: Float64Array): number[] => {
    const counts = Array.from({ length: BINS }, () => 0);
    for (const each of values) {
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor((each - from) / width)));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  return { from, width, proposed: count(proposed), current: count(current) };
}
