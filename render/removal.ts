import type { KvMirror } from '../platform/access/kv-mirror.ts';
import type { Kv } from '../platform/bus/kv.ts';
import type { Job } from '../platform/contracts/api.ts';
import { removalsIn, type Removal } from '../platform/contracts/removal.ts';
import type { RenderJob, RenderSchedule } from '../platform/contracts/render.ts';
import type { Store } from '../platform/store/store.ts';
import type { ArtefactStore } from './artefacts/artefact-store.ts';
import { isEnded } from './queue/job-steps.ts';

export interface RemovalDeps {
  readonly jobs: Pick<KvMirror<Job>, 'values'>;
  readonly renders: Pick<KvMirror<RenderJob>, 'values' | 'delete'>;
  readonly schedules: Pick<Kv<RenderSchedule>, 'entries' | 'delete'>;
  readonly marks: Pick<Kv<unknown>, 'delete'>;
  readonly artefacts: Pick<ArtefactStore, 'drop' | 'sweep'>;
  readonly store: Pick<Store, 'command'>;
  /** Ends one that waits or runs. */
  readonly cancel: (tenant: string, id: string) => Promise<unknown>;
}

/**
 * Deletes what was rendered of a removed tenant (platform/contracts/removal.ts), up to the moment of its removal.
 *
 * Order, and what a kill in between leaves: schedules first, so that nothing new is asked for; open renders are ended; then every object of
 * the tenant, uploads too; then the rows; the records last, because they are what makes it begin again. Files are looked for once a process
 * and whenever there were records; deleting twice is deleting once.
 */
export function createForgetter(deps: RemovalDeps): () => Promise<void> {
  const done = new Set<string>();
  return async () => {
    for (const removal of removalsIn(deps.jobs.values())) {
      const renders = deps.renders
        .values()
        .filter(({ createdAtMs, tenant }) => tenant === removal.tenant && createdAtMs <= removal.untilMs);
      if (renders.length === 0 && done.has(removal.id)) continue;
      for (const { key, value } of await deps.schedules.entries(`${removal.tenant}.>`)) {
        if (value.createdAtMs > removal.untilMs) continue;
        await deps.schedules.delete(key);
        await deps.marks.delete(key);
      }
      for (const render of renders) if (!isEnded(render)) await deps.cancel(render.tenant, render.id);
      // By name as well: one that ended a moment ago was stored after the removal.
      for (const { object } of renders.flatMap(({ artefacts }) => artefacts))
        await deps.artefacts.drop(object);
      await forgetFiles(deps, removal);
      for (const { id, tenant } of renders) await deps.renders.delete(`${tenant}.${id}`);
      done.add(removal.id);
    }
  };
}

async function forgetFiles({ artefacts, store }: RemovalDeps, { tenant, untilMs }: Removal): Promise<void> {
  await artefacts.sweep((name) => !name.startsWith(`${tenant}/`), untilMs + 1);
  await store.command(
    'ALTER TABLE renders DELETE WHERE tenant = {tenant:String} AND created_at <= fromUnixTimestamp64Milli({until:Int64}) SETTINGS mutations_sync = 1',
    { tenant, until: untilMs },
  );
}
