import type { Computation } from './compute-context.ts';

/** By name of the task; each is loaded on the thread that runs it, and nowhere else. */
export const computations: Readonly<Record<string, () => Promise<Computation>>> = {
  backend: async () => (await import('../runtime/probe.ts')).probeBackend,
  forecast: async () => (await import('../tenant-forecast/compute.ts')).computeForecasts,
  customers: async () => (await import('../customers/compute.ts')).computeCustomers,
};
