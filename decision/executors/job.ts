import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Job } from '../../platform/contracts/api.ts';
import { keyIn } from '../records.ts';
import { refused, type Executor } from './executor.ts';

/** Queues a job for the worker that always did it; under the item's id, so that it is queued once. */
export function createJobExecutor(jobs: KvMirror<Job>): Executor {
  return {
    kind: 'job',
    execute: async ({ item, params }) => {
      if (params['job'] !== 'deadletter-replay') return refused('there is no such job');
      const { code } = params;
      const isNew = await jobs.create(keyIn(item.tenant, item.id), {
        id: item.id,
        tenant: item.tenant,
        kind: 'deadletter-replay',
        title: item.cause.title.slice(0, 120),
        stage: 'waiting',
        percent: 0,
        state: 'queued',
        createdAtMs: item.createdAtMs,
        updatedAtMs: item.createdAtMs,
        params: typeof code === 'string' && code !== '' ? { code } : {},
      });
      return { ok: true, note: isNew ? 'queued' : 'queued already' };
    },
  };
}
