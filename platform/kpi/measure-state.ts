import type { MeasureState } from '../contracts/kpi.ts';
import { UniqueSketch } from './unique-sketch.ts';

/** Merges states of the same window from several partitions: sums add, extremes take the extreme, distinct counts unite. */
export function mergeStates(states: readonly MeasureState[]): MeasureState {
  const only = states[0];
  if (states.length === 1 && only !== undefined) return only;
  const sums: Record<string, number> = {};
  const mins: Record<string, number> = {};
  const maxs: Record<string, number> = {};
  const sketches = new Map<string, UniqueSketch>();
  for (const state of states) {
    for (const [key, value] of Object.entries(state.sums)) sums[key] = (sums[key] ?? 0) + value;
    for (const [key, value] of Object.entries(state.mins)) mins[key] = Math.min(mins[key] ?? value, value);
    for (const [key, value] of Object.entries(state.maxs)) maxs[key] = Math.max(maxs[key] ?? value, value);
    for (const [key, value] of Object.entries(state.uniques)) {
      const sketch = sketches.get(key) ?? new UniqueSketch();
      sketch.merge(decodeSketch(value));
      sketches.set(key, sketch);
    }
  }
  const uniques: Record<string, string> = {};
  for (const [key, sketch] of sketches) uniques[key] = encodeSketch(sketch);
  return { sums, mins, maxs, uniques };
}

export function encodeSketch(sketch: UniqueSketch): string {
  return Buffer.from(sketch.toBytes()).toString('base64');
}

export function decodeSketch(text: string): UniqueSketch {
  return UniqueSketch.fromBytes(Buffer.from(text, 'base64'));
}
