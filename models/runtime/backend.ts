/** What TensorFlow.js can compute on, best first. */
export const backendNames = ['node-gpu', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof backendNames)[number];

/** `auto` takes the first that works. */
export type BackendChoice = BackendName | 'auto';

/** One way to compute, not yet loaded. */
export interface BackendCandidate {
  readonly name: BackendName;
  /** Makes it the one TensorFlow.js computes on and answers what device it is; throws with the reason where it cannot. */
  activate(): Promise<BackendDevice>;
  /** Results of the self-test on it. */
  test(): Promise<Float32Array>;
}

export interface BackendDevice {
  readonly device: string;
  /** A GPU imitated by the processor: taken only when asked for by name. */
  readonly isImitated: boolean;
}

export interface Refusal {
  readonly name: BackendName;
  readonly reason: string;
}

export interface ChosenBackend {
  readonly name: BackendName;
  readonly device: string;
  /** Greatest difference from plain CPU in the self-test, relative to the size of the value. */
  readonly selfTestError: number;
  /** Those tried before it, with what was wrong. */
  readonly refused: readonly Refusal[];
}

/** Comes from our own thread: its shape is enough to know it. */
export function isChosenBackend(value: unknown): value is ChosenBackend {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'device' in value &&
    'selfTestError' in value
  );
}
