import type { BackendChoice } from '../runtime/backend.ts';
import type { Random } from '../../platform/time/random.ts';

/** What a computation may use beside its input. */
export interface ComputeContext {
  readonly backend: BackendChoice;
  readonly random: Random;
  /** Share done from 0 to 1, and at what. */
  progress(share: number, stage: string): void;
}

/** Works on a thread of its own, which may be ended at any moment: no effects, no clock. */
export type Computation = (input: unknown, context: ComputeContext) => Promise<unknown>;

/** By name of the task; each is loaded on the thread that runs it, and nowhere else. */
export const computations: Readonly<Record<string, () => Promise<Computation>>> = {
  backend: async () => (await import('../runtime/probe.ts')).probeBackend,
  forecast: async () => (await import('../tenant-forecast/compute.ts')).computeForecasts,
  customers: async () => (await import('../customers/compute.ts')).computeCustomers,
};
