import type { CalibrationBin } from '../../platform/contracts/customers.ts';

const BINS = 10;
const Z = 1.959963984540054;

/**
 * What was said against what came, in ten bins of as many customers each, so that every point has the same say where few leave.
 * Intervals are Wilson's (1927), which stay within 0 and 1.
 */
export function calibrationBins(probability: Float64Array, label: Uint8Array): CalibrationBin[] {
  const order = [...label.keys()].toSorted((a, b) => (probability[a] ?? 0) - (probability[b] ?? 0));
  const bins = Math.min(BINS, order.length);
  return Array.from({ length: bins }, (_, k) => {
    const rows = order.slice(
      Math.floor((k * order.length) / bins),
      Math.floor(((k + 1) * order.length) / bins),
    );
    const n = rows.length;
    const observed = rows.reduce((sum, i) => sum + (label[i] ?? 0), 0) / n;
    const middle = (observed + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
    const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((observed * (1 - observed)) / n + Z ** 2 / (4 * n ** 2));
    return {
      predicted: rows.reduce((sum, i) => sum + (probability[i] ?? 0), 0) / n,
      observed,
      low: Math.max(0, Math.min(observed, middle - half)),
      high: Math.min(1, Math.max(observed, middle + half)),
      customers: n,
    };
  });
}
