import { backendNames, type BackendChoice, type BackendName } from '../runtime/backend.ts';

/** What a task's thread is started with. */
export interface TaskOrder {
  readonly name: string;
  readonly input: unknown;
  readonly backend: BackendChoice;
  readonly seed: string;
}

export type FromTask =
  | { readonly kind: 'progress'; readonly share: number; readonly stage: string }
  | { readonly kind: 'failed'; readonly message: string }
  /** The device it computed on is gone, whatever else went wrong for it. */
  | { readonly kind: 'lost'; readonly backend: BackendName; readonly message: string }
  | { readonly kind: 'done'; readonly result: unknown };

export function isTaskOrder(value: unknown): value is TaskOrder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'input' in value &&
    'seed' in value &&
    typeof value.seed === 'string' &&
    'backend' in value &&
    ['auto', ...backendNames].some((name) => name === value.backend)
  );
}

/** Messages come from our own thread over a structured clone: their kind is enough to know them. */
export function isFromTask(value: unknown): value is FromTask {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    ['progress', 'failed', 'lost', 'done'].some((kind) => kind === value.kind)
  );
}
