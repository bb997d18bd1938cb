import type { MeasureState } from '../contracts/kpi.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import { UniqueSketch } from './unique-sketch.ts';

/** Merges states of the same window from several partitions: sums add, extremes take the extreme, distinct counts and distributions unite. */
export function mergeStates(states: readonly MeasureState[]): MeasureState {
  const only = states[0];
  if (states.length === 1 && only !== undefined) return only;
  const sums: Record<string, number> = {};
  const mins: Record<string, number> = {};
  const maxs: Record<string, number> = {};
  const sketches = new Map<string, UniqueSketch>();
  const digests = new Map<string, QuantileSketch>();
  for (const state of states) {
    for (const [key, value] of Object.entries(state.sums)) sums[key] = (sums[key] ?? 0) + value;
    for (const [key, value] of Object.entries(state.mins)) mins[key] = Math.min(mins[key] ?? value, value);
    for (const [key, value] of Object.entries(state.maxs)) maxs[key] = Math.max(maxs[key] ?? value, value);
    for (const [key, value] of Object.entries(state.uniques)) {
      const sketch = sketches.get(key) ?? new UniqueSketch();
      sketch.merge(decodeSketch(value));
      sketches.set(key, sketch);
    }
    for (const [key, value] of Object.entries(state.quantiles)) {
      const digest = digests.get(key) ?? new QuantileSketch();
      digest.merge(decodeQuantiles(value));
      digests.set(key, digest);
    }
  }
  const uniques: Record<string, string> = {};
  for (const [key, sketch] of sketches) uniques[key] = encodeSketch(sketch);
  const quantiles: Record<string, string> = {};
  for (const [key, digest] of digests) quantiles[key] = encodeQuantiles(digest);
  return { sums, mins, maxs, uniques, quantiles };
}

/** The state of a window in which nothing happened. */
export const emptyState: MeasureState = { sums: {}, mins: {}, maxs: {}, uniques: {}, quantiles: {} };

export function encodeQuantiles(sketch: QuantileSketch): string {
  return Buffer.from(sketch.toBytes()).toString('base64');
}

export function decodeQuantiles(text: string): QuantileSketch {
  return QuantileSketch.fromBytes(Buffer.from(text, 'base64'));
}

export function encodeSketch(sketch: UniqueSketch): string {
  return Buffer.from(sketch.toBytes()).toString('base64');
}

export function decodeSketch(text: string): UniqueSketch {
  return UniqueSketch.fromBytes(Buffer.from(text, 'base64'));
}
