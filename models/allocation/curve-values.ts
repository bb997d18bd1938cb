import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import { createCurve } from './curve.ts';

/** Curves at amounts: `amounts[curve·points + point]`, none below 0. */
export interface CurveBatch {
  readonly curves: readonly ResponseCurve[];
  readonly points: number;
  readonly amounts: Float64Array;
}

/** Returns of a batch, in the order of its amounts. */
export type CurveValues = (batch: CurveBatch) => Float64Array | Promise<Float64Array>;

/** At double precision, one curve after the other. */
export function plainCurveValues({ amounts, curves, points }: CurveBatch): Float64Array {
  const values = new Float64Array(amounts.length);
  for (const [row, spec] of curves.entries()) {
    const curve = createCurve(spec);
    for (let at = row * points; at < (row + 1) * points; at++) values[at] = curve.value(amounts[at] ?? 0);
  }
  return values;
}

/** Values computed at once at most: bounds memory, and how long a cancellation waits. */
export const PART = 262_144;

export interface PartsOptions {
  readonly progress?: (share: number) => void;
  /** Ends the work between two parts; rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A batch of any size part by part: whole curves together, and a curve of very many amounts (one a scenario, say) in pieces. */
export async function curveValuesInParts(
  { amounts, curves, points }: CurveBatch,
  compute: CurveValues,
  { progress, signal }: PartsOptions = {},
): Promise<Float64Array> {
  const values = new Float64Array(amounts.length);
  const rows = Math.max(1, Math.floor(PART / Math.max(1, points)));
  const width = Math.min(points, PART);
  for (let row = 0; row < curves.length; row += rows) {
    const own = curves.slice(row, row + rows);
    for (let point = 0; point < points; point += width) {
      signal?.throwIfAborted();
      // More than one curve only where a part holds all of their amounts, so what is computed lies together.
      const size = Math.min(width, points - point);
      const from = row * points + point;
      const part = amounts.subarray(from, from + own.length * size);
      values.set(await compute({ curves: own, points: size, amounts: part }), from);
      progress?.((from + part.length) / amounts.length);
    }
  }
  return values;
}
