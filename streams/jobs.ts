import type { Kv, KvEvent } from '../platform/bus/kv.ts';
import type { Job } from '../platform/contracts/api.ts';
import type { Clock } from '../platform/time/clock.ts';

/** Jobs of the processors as people see them; the work itself is owed in the partitions' state and survives a crash without them. */
export interface JobBoard {
  /** A change of KV `jobs`. */
  changed(event: Exclude<KvEvent<Job>, { type: 'ready' }>): void;
  /** Open jobs of a kind, whoever's. */
  open(kind: Job['kind']): readonly Job[];
  /** Tells how far a tenant's open jobs of this kind have come; `share` 0…1 over all partitions, 1 ends them. */
  report(tenant: string, kind: Job['kind'], stage: string, share: number): Promise<void>;
}

export function createJobBoard(kv: Kv<Job>, clock: Clock): JobBoard {
  const open = new Map<string, { job: Job; revision: number }>();
  return {
    changed: (event) => {
      if (event.type === 'delete') open.delete(event.key);
      else if (event.entry.value.state !== 'queued' && event.entry.value.state !== 'running')
        open.delete(event.entry.key);
      else open.set(event.entry.key, { job: event.entry.value, revision: event.entry.revision });
    },
    open: (kind) => [...open.values()].map(({ job }) => job).filter((job) => job.kind === kind),
    report: async (tenant, kind, stage, share) => {
      const percent = Math.floor(share * 100);
      const state = share >= 1 ? 'done' : 'running';
      for (const [key, { job, revision }] of open) {
        if (job.tenant !== tenant || job.kind !== kind) continue;
        if (job.percent === percent && job.state === state && job.stage === stage) continue;
        // A lost race is somebody else's change: the watch brings it and the next report builds on it.
        await kv.update(key, { ...job, stage, percent, state, updatedAtMs: clock.nowMs() }, revision);
      }
    },
  };
}
