import type { NhitsSpec } from '../forecast/neural/nhits.ts';
import { backendNames, type BackendChoice, type ChosenBackend } from './backend.ts';

/** What a training thread is given. */
export interface TrainingOrder {
  readonly backend: BackendChoice;
  readonly histories: readonly Float64Array[];
  readonly spec: NhitsSpec;
  readonly seed: number | string;
}

export interface Trained {
  readonly kind: 'done';
  readonly backend: ChosenBackend;
  /** By series, then by quantile. */
  readonly forecasts: readonly (readonly Float64Array[])[];
  readonly weights: readonly Float32Array[];
  readonly trainedMs: number;
  readonly predictedMs: number;
  /** Tensors left behind; 0 unless there is a fault. */
  readonly leakedTensors: number;
}

export type FromTraining =
  | { readonly kind: 'progress'; readonly share: number; readonly loss: number }
  | { readonly kind: 'failed'; readonly message: string }
  | Trained;

export function isTrainingOrder(value: unknown): value is TrainingOrder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'backend' in value &&
    ['auto', ...backendNames].some((name) => name === value.backend) &&
    'histories' in value &&
    Array.isArray(value.histories) &&
    value.histories.every((each) => each instanceof Float64Array) &&
    'spec' in value &&
    typeof value.spec === 'object' &&
    'seed' in value
  );
}

/** Messages come from our own worker over a structured clone: their kind is enough to know them. */
export function isFromTraining(value: unknown): value is FromTraining {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'progress' || value.kind === 'failed' || value.kind === 'done')
  );
}
