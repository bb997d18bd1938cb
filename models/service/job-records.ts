import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Job } from '../../platform/contracts/api.ts';
import type { Clock } from '../../platform/time/clock.ts';

/** Jobs of the models as KV `jobs` holds them: what waits, who asked to end one, and a careful hand to change one. */
export interface JobRecords {
  /** Jobs that wait, or were begun and have not ended; oldest first. */
  open(): readonly Job[];
  isCancelAsked(job: Job): boolean;
  /** Writes over whatever else changed meanwhile; a job that is gone stays gone. */
  update(job: Job, change: Partial<Job>): Promise<void>;
  create(job: Job): Promise<void>;
  /** Called after every change; the answer ends it. */
  onChange(listener: () => void): () => void;
}

export function createJobRecords(mirror: KvMirror<Job>, clock: Clock): JobRecords {
  return {
    open: () =>
      mirror
        .values()
        .filter(({ kind, state }) => kind === 'models' && (state === 'queued' || state === 'running'))
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)),
    isCancelAsked: (job) => mirror.get(keyOf(job))?.cancelAskedAtMs !== undefined,
    update: async (job, change) => {
      await mirror.update(keyOf(job), (stored) =>
        stored === undefined ? undefined : { ...stored, ...change, updatedAtMs: clock.nowMs() },
      );
    },
    create: async (job) => {
      await mirror.create(keyOf(job), job);
    },
    onChange: (listener) => {
      const listening = mirror.onChange(listener);
      return () => listening.stop();
    },
  };
}

function keyOf(job: Job): string {
  return `${job.tenant}.${job.id}`;
}
