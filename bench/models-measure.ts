import type { ChosenBackend } from '../models/runtime/backend.ts';

/** What one backend did in `weir bench models`. */
export interface ModelsMeasure {
  readonly backend: ChosenBackend;
  readonly trainRowsPerSecond: number;
  readonly predictRowsPerSecond: number;
  /** Of a fixed short training, to compare between backends. */
  readonly forecasts: readonly number[];
  readonly leakedTensors: number;
}

/** Messages come from our own child process. */
export function isModelsMeasure(value: unknown): value is ModelsMeasure {
  return typeof value === 'object' && value !== null && 'backend' in value && 'forecasts' in value;
}
