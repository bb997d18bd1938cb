import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Cache } from '../platform/cache/cache.ts';
import type { Store } from '../platform/store/store.ts';
import type { JobBoard } from './jobs.ts';
import type { Partition } from './partition.ts';
import type { Stages } from './stage/start-stages.ts';

/** What the composition root leaves in the job once the feed has stopped and its keys are revoked: nothing new can come. */
const Params = Type.Object({ tenant: Type.String(), feedStopped: Type.Literal(true) });

const tables = [
  'events',
  'kpi',
  'event_outcomes',
  'dead_letters',
  'forecasts',
  'forecast_details',
  'churn_scores',
  'customer_values',
  'churn_runs',
] as const;

/**
 * Removes all data of the simulated tenant, for open jobs of kind `simulated-removal` whose feed has stopped: first from the
 * partitions' state (with a snapshot each), then from history, then from the second stages, which read what history holds. Every step can be repeated; a crash leaves the job open and it runs again.
 */
export async function removeSimulated(deps: {
  readonly store: Store;
  readonly cache: Cache;
  readonly jobs: JobBoard;
  readonly stages: Pick<Stages, 'forget'>;
  partitions(): readonly Partition[];
}): Promise<void> {
  for (const job of deps.jobs.open('simulated-removal')) {
    if (!Value.Check(Params, job.params)) continue;
    const { tenant } = job.params;
    const partitions = deps.partitions();
    for (const [done, partition] of partitions.entries()) {
      await partition.forget(tenant);
      await deps.jobs.report(
        job.tenant,
        'simulated-removal',
        'forgetting windows',
        (0.5 * (done + 1)) / partitions.length,
      );
    }
    for (const [done, table] of tables.entries()) {
      await deps.store.command(
        `ALTER TABLE ${table} DELETE WHERE tenant = {tenant:String} SETTINGS mutations_sync = 1`,
        { tenant },
      );
      await deps.jobs.report(
        job.tenant,
        'simulated-removal',
        `deleting from ${table}`,
        0.5 + (0.49 * (done + 1)) / tables.length,
      );
    }
    await deps.stages.forget(tenant);
    await deps.cache.delete(`weir:rm:${tenant}`);
    await deps.jobs.report(job.tenant, 'simulated-removal', 'removed', 1);
  }
}
