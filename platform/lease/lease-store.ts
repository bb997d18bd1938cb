import type { Bus } from '../bus/bus.ts';
import { openKv } from '../bus/kv.ts';
import { buckets } from '../contracts/subjects.ts';
import { Lease } from './lease.ts';

/** Leases with compare-and-set; keys are `p<partition>`, `stage.<name>`, `models`, `experiments`, `decision` and `alerts`. */
export interface LeaseStore {
  load(key: string): Promise<{ readonly value: Lease; readonly revision: number } | undefined>;
  /** New revision, or 'conflict' when somebody else wrote since `revision` (0 = must not exist). */
  save(key: string, value: Lease, revision: number): Promise<number | 'conflict'>;
}

export async function createLeaseStore(bus: Bus): Promise<LeaseStore> {
  const kv = await openKv(bus, buckets.leases, { schema: Lease });
  return {
    load: async (key) => kv.get(key),
    save: async (key, value, revision) => {
      const result = revision === 0 ? await kv.create(key, value) : await kv.update(key, value, revision);
      return result.ok ? result.revision : 'conflict';
    },
  };
}
