import { hash128 } from '../../platform/record-batch/hash.ts';

const DEPTH = 4;
const seed = new Uint32Array([0x7e11d, 0x5eed, 0x1ce, 0xc0ffee]);

/**
 * Count-min sketch (Cormode & Muthukrishnan 2005) with conservative update (Estan & Varghese 2002): counts of millions of terms in fixed
 * memory, 4 rows of `width` single-precision numbers. An estimate is never too low, and too high by more than `errorBound()` with
 * probability below e^-4 = 1.8%. `scale` ages it: old counts must not keep a term from being new again.
 */
export interface FrequencySketch {
  readonly width: number;
  readonly cells: Float32Array;
  /** Sum of all that was added, aged likewise. */
  total: number;
}

/** `width` is a power of two. */
export function createFrequencySketch(width: number): FrequencySketch {
  return { width, cells: new Float32Array(width * DEPTH), total: 0 };
}

const lanes = new Uint32Array(4);

/** Adds `weight` to a term and answers its estimate after that. */
export function addToSketch(sketch: FrequencySketch, key: string, weight: number): number {
  const estimate = sketchEstimate(sketch, key) + weight;
  for (let row = 0; row < DEPTH; row++) {
    const at = cellOf(sketch, row);
    if ((sketch.cells[at] ?? 0) < estimate) sketch.cells[at] = estimate;
  }
  sketch.total += weight;
  return estimate;
}

/** The estimate of a term, at least its true count. Leaves the term's hash in `lanes` for the caller above. */
export function sketchEstimate(sketch: FrequencySketch, key: string): number {
  hash128(key, seed, 0, lanes, 0);
  let lowest = Number.POSITIVE_INFINITY;
  for (let row = 0; row < DEPTH; row++) lowest = Math.min(lowest, sketch.cells[cellOf(sketch, row)] ?? 0);
  return lowest;
}

function cellOf(sketch: FrequencySketch, row: number): number {
  return row * sketch.width + ((lanes[row] ?? 0) & (sketch.width - 1));
}

/** What an estimate exceeds the truth by at most, all but e^-4 of the time: e × total ÷ width. */
export function sketchErrorBound(sketch: FrequencySketch): number {
  return (Math.E * sketch.total) / sketch.width;
}

export function scaleSketch(sketch: FrequencySketch, factor: number): void {
  for (let at = 0; at < sketch.cells.length; at++) sketch.cells[at] = (sketch.cells[at] ?? 0) * factor;
  sketch.total *= factor;
}
