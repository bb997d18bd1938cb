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
}

const maxOpen = 20;
const maxKept = 200;

export function createJobs(mirror: KvMirror<Job>, clock: Clock): Jobs {
  const list = (tenant: string): Job[] =>
    mirror
      .values()
      .filter((job) => job.tenant === tenant)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));

  return {
    queue: async ({ tenant, kind, title, params }) => {
      const known = list(tenant);
      const isOpen = (job: Job): boolean => job.state === 'queued' || job.state === 'running';
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
    get: (tenant, id) => mirror.get(`${tenant}.${id}`),
  };
}
