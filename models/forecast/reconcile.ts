import { cholesky, choleskySolve } from './cholesky.ts';

/** A hierarchy: for every series, bottom ones included, the bottom series it is the sum of. */
export type Hierarchy = readonly (readonly number[])[];

/**
 * Forecasts of one horizon made to add up: the closest that do, weighted by the inverse error variance of each series (weighted least
 * squares, the diagonal form of MinT: Wickramasuriya, Athanasopoulos and Hyndman 2019). Order of `forecasts` and `variances` is that of
 * the hierarchy; bottom series are numbered 0 to `bottomCount` - 1 inside it.
 */
export function reconcile(
  forecasts: Float64Array,
  variances: Float64Array,
  hierarchy: Hierarchy,
  bottomCount: number,
): Float64Array {
  const b = bottomCount;
  const gram = new Float64Array(b * b);
  const right = new Float64Array(b);
  const largest = variances.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, v) : most), 0) || 1;
  hierarchy.forEach((parts, i) => {
    // A series without error would outweigh all others beyond what a double can hold.
    const weight = 1 / Math.max((variances[i] ?? largest) / largest, 1e-9);
    for (const j of parts) {
      right[j] = (right[j] ?? 0) + weight * (forecasts[i] ?? 0);
      for (const k of parts) gram[j * b + k] = (gram[j * b + k] ?? 0) + weight;
    }
  });
  for (let j = 0; j < b; j += 1) gram[j * b + j] = (gram[j * b + j] ?? 0) + 1e-9;
  cholesky(gram, b);
  choleskySolve(gram, b, right);
  return Float64Array.from(hierarchy, (parts) => parts.reduce((sum, j) => sum + (right[j] ?? 0), 0));
}
