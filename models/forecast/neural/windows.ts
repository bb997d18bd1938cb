import type { Random } from '../../../platform/time/random.ts';
import type { ScaledHistory } from '../scaled-history.ts';

export interface WindowShape {
  readonly input: number;
  readonly horizon: number;
  readonly batch: number;
}

/** The `length` values before `end`, relative to the newest; before the beginning the first value is repeated. */
export function windowBefore(values: Float64Array, end: number, length: number): Float32Array {
  const newest = values[end - 1] ?? 0;
  return Float32Array.from({ length }, (_, i) => (values[Math.max(0, end - length + i)] ?? 0) - newest);
}

/** Inputs and what followed them, row by row: a series uniformly, then a place in it. Every history holds at least one window. */
export function sampleBatch(
  histories: readonly ScaledHistory[],
  shape: WindowShape,
  random: Random,
): { readonly x: Float32Array; readonly y: Float32Array } {
  const { input, horizon, batch } = shape;
  const x = new Float32Array(batch * input);
  const y = new Float32Array(batch * horizon);
  for (let row = 0; row < batch; row += 1) {
    const { values } = random.pick(histories);
    const end = input + random.int(values.length - input - horizon + 1);
    const newest = values[end - 1] ?? 0;
    for (let i = 0; i < input; i += 1) x[row * input + i] = (values[end - input + i] ?? 0) - newest;
    for (let h = 0; h < horizon; h += 1) y[row * horizon + h] = (values[end + h] ?? 0) - newest;
  }
  return { x, y };
}
