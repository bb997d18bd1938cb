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

/** A series that is the sum of others, by their numbers. */
export interface Sum {
  readonly whole: number;
  readonly parts: readonly number[];
}

const REFINEMENTS = 3;

/**
 * The same for sums that overlap, such as a total by channel and by stream at once: the closest forecasts that meet every
 * sum, by projection on them (zero-constrained form of MinT: Di Fonzo and Girolimetto 2023), weighted by the inverse variances.
 * A series in `fixed` keeps its value.
 */
export function reconcileSums(
  forecasts: Float64Array,
  variances: Float64Array,
  sums: readonly Sum[],
  fixed: ReadonlySet<number> = new Set(),
): Float64Array {
  const m = sums.length;
  if (m === 0) return forecasts.slice();
  const largest = variances.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, v) : most), 0) || 1;
  const weightOf = (i: number): number => {
    if (fixed.has(i)) return 0;
    const v = variances[i] ?? largest;
    return Math.max((Number.isFinite(v) ? v : largest) / largest, 1e-9);
  };
  // Row r of A: +1 at the whole, -1 at the parts. Solved: (A W A') z = A y; y - W A' z.
  const rows = sums.map(
    ({ whole, parts }) => new Map([[whole, 1], ...parts.map((p): [number, number] => [p, -1])]),
  );
  const gram = new Float64Array(m * m);
  rows.forEach((row, r) => {
    for (const [i, a] of row) {
      for (let k = 0; k <= r; k += 1) {
        const b = rows[k]?.get(i);
        if (b !== undefined) gram[r * m + k] = (gram[r * m + k] ?? 0) + a * b * weightOf(i);
      }
    }
  });
  for (let r = 0; r < m; r += 1) gram[r * m + r] = (gram[r * m + r] ?? 0) + 1e-12;
  cholesky(gram, m);
  const out = forecasts.slice();
  // Solved again for what rounding left open, where variances are far apart.
  for (let round = 0; round < REFINEMENTS; round += 1) {
    const gap = Float64Array.from(rows, (row) => {
      let sum = 0;
      for (const [i, a] of row) sum += a * (out[i] ?? 0);
      return sum;
    });
    choleskySolve(gram, m, gap);
    rows.forEach((row, r) => {
      for (const [i, a] of row) out[i] = (out[i] ?? 0) - weightOf(i) * a * (gap[r] ?? 0);
    });
  }
  return out;
}

const PASSES = 6;

/**
 * The same where no series of `nonNegative` may fall below 0: those that would are held at 0 and the rest is projected again;
 * what the last pass leaves is settled from the bottom up, so that the sums hold whatever happens. `sums` name a whole before what it is a part of.
 */
export function reconcilePositive(
  forecasts: Float64Array,
  variances: Float64Array,
  sums: readonly Sum[],
  nonNegative: (i: number) => boolean,
): Float64Array {
  const held = new Set<number>();
  const start = forecasts.slice();
  let out: Float64Array = start;
  for (let pass = 0; pass < PASSES; pass += 1) {
    out = reconcileSums(start, variances, sums, held);
    let isChanged = false;
    out.forEach((value, i) => {
      if (value >= 0 || !nonNegative(i) || held.has(i)) return;
      held.add(i);
      start[i] = 0;
      isChanged = true;
    });
    if (!isChanged) break;
  }
  out.forEach((value, i) => {
    if (value < 0 && nonNegative(i)) out[i] = 0;
  });
  return settle(out, sums);
}

/** Rounding apart the sums hold already; a whole with several sums is scaled to, its parts follow. */
function settle(values: Float64Array, sums: readonly Sum[]): Float64Array {
  const out = values.slice();
  const seen = new Set<number>();
  // Deepest sums first for the first sum of a whole, which defines it.
  for (const { whole, parts } of sums.toReversed()) {
    if (seen.has(whole)) continue;
    seen.add(whole);
    out[whole] = parts.reduce((sum, p) => sum + (out[p] ?? 0), 0);
  }
  // Then the other sums of the same whole, top down, shared out in proportion.
  for (const { whole, parts } of sums) {
    const total = parts.reduce((sum, p) => sum + (out[p] ?? 0), 0);
    const goal = out[whole] ?? 0;
    if (total === goal) continue;
    const size = parts.reduce((sum, p) => sum + Math.abs(out[p] ?? 0), 0);
    for (const p of parts)
      out[p] =
        (out[p] ?? 0) +
        (size > 0 ? (Math.abs(out[p] ?? 0) / size) * (goal - total) : (goal - total) / parts.length);
  }
  return out;
}
