import type { Random } from '../../platform/time/random.ts';
import type { BackendChoice } from '../runtime/backend.ts';

/** What a computation may use beside its input. */
export interface ComputeContext {
  readonly backend: BackendChoice;
  readonly random: Random;
  /** Share done from 0 to 1, and at what. */
  progress(share: number, stage: string): void;
}

/** Works on a thread of its own, which may be ended at any moment: no effects, no clock. */
export type Computation = (input: unknown, context: ComputeContext) => Promise<unknown>;
