import type { Cache } from '../platform/cache/cache.ts';
import type { Log } from '../platform/log/log.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { adoptMeasures, backfillTenant } from './backfill.ts';
import type { StreamsConfig } from './config.ts';
import type { createShared, Directory } from './directory.ts';
import { correctLateWindows, flushPartitions } from './flush.ts';
import type { JobBoard } from './jobs.ts';
import type { createKpiProgressBoard } from './kpi-progress.ts';
import type { StreamsMetrics } from './metrics.ts';
import type { Partition } from './partition.ts';
import { removeSimulated } from './removal.ts';
import type { Stages } from './stage/start-stages.ts';
import { createTurns } from './turns.ts';

const OVERDUE_FLUSH_MS = 20;

export interface KpiWriterDeps {
  readonly store: Store;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: StreamsMetrics;
  readonly directory: Directory;
  readonly shared: ReturnType<typeof createShared>;
  readonly jobs: JobBoard;
  readonly progress: ReturnType<typeof createKpiProgressBoard>;
  readonly stages: Stages;
  readonly partitions: () => Partition[];
  readonly stopping: AbortSignal;
}

export interface KpiWriter {
  /** Writes what is dirty now, all of it. Only to be called in turn. */
  writeAll(): Promise<void>;
  /** Runs `work` while no KPI row is being written. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Resolves when the writing has ended after `stopping`. */
  ended(): Promise<void>;
}

/** Writes KPI rows again and again: what changed, what tenants' new KPIs count of history, what came late, what is to be removed. */
export function startKpiWriter(deps: KpiWriterDeps, config: StreamsConfig): KpiWriter {
  const { store, clock, log, metrics, directory, shared, jobs, progress, stages, partitions, stopping } =
    deps;

  /** Takes up what tenants have added and counts their history in; progress goes to the jobs people see. */
  const backfillAll = async (): Promise<void> => {
    const shares = new Map<string, number[]>();
    const tell = async (tenant: string, stage: string): Promise<void> => {
      const all = shares.get(tenant) ?? [];
      await jobs.report(
        tenant,
        'kpi-backfill',
        stage,
        all.reduce((sum, share) => sum + share, 0) / Math.max(1, all.length),
      );
    };
    for (const [index, partition] of partitions().entries()) {
      partition.fold();
      for (const tenant of partition.state.tenants.values()) {
        adoptMeasures(tenant, directory.measuresOf(tenant.tenant), partition.state.seq, (measures) =>
          shared.planOf(measures),
        );
        const all = shares.get(tenant.tenant) ?? partitions().map(() => 0);
        shares.set(tenant.tenant, all);
        if (tenant.backfills.size === 0) {
          all[index] = 1;
          continue;
        }
        const isDone = await backfillTenant(store, partition, tenant, (share) => {
          all[index] = share;
          void tell(tenant.tenant, 'counting history').catch(() => undefined);
        });
        if (isDone) all[index] = 1;
      }
    }
    for (const tenant of directory.tenantsWithOwnKpis()) {
      if ((shares.get(tenant) ?? [1]).every((share) => share === 1)) await tell(tenant, 'done');
    }
  };

  const writeKpis = async (kpiRowsPerFlush: number): Promise<void> => {
    await flushPartitions(
      { store, log, metrics, written: (change) => progress.written(change) },
      { ...config, kpiRowsPerFlush },
      partitions(),
    );
    await progress.saveChanged();
    await backfillAll();
    await removeSimulated({ store, cache: deps.cache, jobs, partitions, stages });
    for (const partition of partitions())
      await correctLateWindows({ store, log, metrics }, config, partition);
  };
  const inTurn = createTurns();
  const flushLoop = (async (): Promise<void> => {
    let failing = false;
    while (!stopping.aborted) {
      // What is overdue goes on at once, after a breath for whatever else waits on this thread.
      const isOverdue = !failing && partitions().some((partition) => partition.dirty.overdue > 0);
      await clock
        .sleep(isOverdue ? OVERDUE_FLUSH_MS : config.kpiFlushIntervalMs, stopping)
        .catch(() => undefined);
      try {
        await inTurn(() => writeKpis(config.kpiRowsPerFlush));
        if (failing) log.info({}, 'KPI rows are written again');
        failing = false;
      } catch (error) {
        if (stopping.aborted) break;
        metrics.effectFailures.inc({ what: 'kpi' });
        if (!failing)
          log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'KPI rows could not be written, repeating',
          );
        failing = true;
      }
    }
  })();
  return {
    writeAll: () => writeKpis(Number.MAX_SAFE_INTEGER),
    inTurn,
    ended: () => flushLoop,
  };
}
