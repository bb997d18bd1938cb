import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Job } from '../../platform/contracts/api.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';

export interface JobWish {
  readonly tenant: string;
  readonly kind: Job['kind'];
  readonly title: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Long work handed to the folder that does it: a record in KV `jobs`, key `<tenant>.<id>`, that its worker picks up and updates. */
export interface Jobs {
  /** Throws GATEWAY_LIMIT_REACHED when too many wait or run. */
  queue(wish: JobWish): Promise<Job>;
  list(tenant: string): readonly Job[];
  get(tenant: string, id: string): Job | undefined;
  /** Asks the worker to end it; it says so itself. Throws GATEWAY_JOB_NOT_FOUND, GATEWAY_JOB_FIXED. */
  cancel(tenant: string, id: string): Promise<Job>;
  /** Ends the open jobs of a kind that `isMeant`, as what they were for is gone. Their worker goes on until it sees that by itself. */
  drop(tenant: string, kind: Job['kind'], isMeant: (params: Job['params']) => boolean): Promise<void>;
}

const isOpen = ({ state }: Job): boolean => state === 'queued' || state === 'running';

const maxOpen = 20;
const maxKept = 200;

/** Whether its worker looks for the wish to end. */
function isCancellable(job: Job): boolean {
  return job.kind === 'models' && (job.state === 'queued' || job.state === 'running');
}

export function createJobs(mirror: KvMirror<Job>, clock: Clock): Jobs {
  const list = (tenant: string): Job[] =>
    mirror
      .values()
      .filter((job) => job.tenant === tenant)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));

  return {
    queue: async ({ tenant, kind, title, params }) => {
      const known = list(tenant);
      if (known.filter(isOpen).length >= maxOpen) {
        throw new WeirError(
          'GATEWAY_LIMIT_REACHED',
          `At most ${maxOpen} jobs of a tenant wait or run at once.`,
        );
      }
      for (const old of known.slice(maxKept - 1))
        if (!isOpen(old)) await mirror.delete(`${tenant}.${old.id}`);
      const nowMs = clock.nowMs();
      const job: Job = {
        id: `job_${randomBase62(16)}`,
        tenant,
        kind,
        title,
        stage: 'waiting',
        percent: 0,
        state: 'queued',
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        params: { ...params },
      };
      await mirror.create(`${tenant}.${job.id}`, job);
      return job;
    },
    list,
    drop: async (tenant, kind, isMeant) => {
      for (const { id } of list(tenant).filter(
        (job) => job.kind === kind && isOpen(job) && isMeant(job.params),
      ))
        await mirror.update(`${tenant}.${id}`, (job) =>
          job === undefined || !isOpen(job)
            ? undefined
            : { ...job, state: 'cancelled', stage: 'no longer needed', updatedAtMs: clock.nowMs() },
        );
    },
    get: (tenant, id) => mirror.get(`${tenant}.${id}`),
    cancel: async (tenant, id) => {
      const stored = await mirror.update(`${tenant}.${id}`, (job) =>
        job === undefined || !isCancellable(job) || job.cancelAskedAtMs !== undefined
          ? undefined
          : { ...job, cancelAskedAtMs: clock.nowMs() },
      );
      if (stored === undefined) throw new WeirError('GATEWAY_JOB_NOT_FOUND', 'There is no job of this id.');
      if (stored.cancelAskedAtMs === undefined)
        throw new WeirError('GATEWAY_JOB_FIXED', 'This job cannot be cancelled, or has ended.');
      return stored;
    },
  };
}
