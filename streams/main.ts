import { openKv } from '../platform/bus/kv.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { Job } from '../platform/contracts/api.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { createLeaseStore } from '../platform/lease/lease-store.ts';
import { createStops } from '../platform/lifecycle/stops.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import {
  createCheckpointStore,
  createEpochStore,
  createEventLog,
  createSnapshotStore,
  epochKey,
} from './adapters/nats.ts';
import { startAnalytics } from './analytics/responder.ts';
import { answerQuestions } from './answers.ts';
import { startAudience } from './audience/main.ts';
import type { StreamsConfig } from './config.ts';
import { startDeadLetterSink } from './dead-letters.ts';
import { createDirectory, createShared } from './directory.ts';
import { follow } from './follow.ts';
import { followLogEpoch } from './follow-epoch.ts';
import { createJobBoard } from './jobs.ts';
import { createKpiProgressBoard, KpiProgress } from './kpi-progress.ts';
import { startKpiWriter } from './kpi-writer.ts';
import { watermarkOf } from './live.ts';
import { createStreamsMetrics } from './metrics.ts';
import { ownPartitions } from './own-partitions.ts';
import { keepPartitionCount } from './partition-count.ts';
import type { Partition } from './partition.ts';
import { publishLive } from './publish-live.ts';
import { purgeLog } from './purge-log.ts';
import { secondStages } from './stages.ts';
import { createFrontier } from './stage/frontier.ts';
import { startStages } from './stage/start-stages.ts';
import { watchDirectory } from './watch-directory.ts';

export interface StreamsDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Streams {
  stop(): Promise<void>;
  /** What a stop waits for now. */
  waitingFor(): string | undefined;
}

const COMMIT_TICK_MS = 50;

/**
 * Starts the processors: takes leases, reads partitions, writes rows and KPI windows, publishes what is live. Resolves once the
 * watches are filled and the first leases were tried; partitions catch up on their own.
 */
export async function start(deps: StreamsDeps, config: StreamsConfig): Promise<Streams> {
  const { bus, store, clock, log } = deps;
  const metrics = createStreamsMetrics(deps.metrics);
  const directory = createDirectory();
  const shared = createShared();
  const events = createEventLog(bus);
  const [checkpoints, epochs, leases, snapshots] = await Promise.all([
    createCheckpointStore(bus),
    createEpochStore(bus),
    createLeaseStore(bus),
    createSnapshotStore(bus),
  ]);
  await keepPartitionCount(bus, config.partitions);
  const jobRecords = await openKv(bus, buckets.jobs, { schema: Job });
  const progressRecords = await openKv(bus, buckets.progress, { schema: KpiProgress });
  const progress = createKpiProgressBoard(async (change) => {
    await progressRecords.put(`p${change.partition}`, change);
  });
  const jobs = createJobBoard(jobRecords, clock);
  const stopping = new AbortController();
  await watchDirectory(bus, directory, stopping.signal);
  await follow(jobRecords.watch(stopping.signal), (event) => jobs.changed(event));
  const frontier = createFrontier({ events, checkpoints, epochs, clock }, config.partitions);
  const stages = startStages(
    { ...deps, frontier, leases, snapshots },
    config,
    secondStages({ ...deps, directory, events, frontier }, config),
  );

  const owned = ownPartitions(
    {
      bus,
      store,
      clock,
      log,
      metrics,
      events,
      checkpoints,
      epochs,
      progressRecords,
      snapshots,
      leases,
      directory,
      shared,
      stopping: stopping.signal,
    },
    config,
  );
  const partitions = (): Partition[] => owned.list();
  const epoch = await followLogEpoch({ bus, key: epochKey, metrics, owned, stopping: stopping.signal });
  const commitTimer = clock.every(COMMIT_TICK_MS, () => {
    for (const partition of partitions()) partition.tick();
  });
  const live = publishLive({ bus, cache: deps.cache, clock, metrics, partitions }, config.liveIntervalMs);
  const kpis = startKpiWriter(
    {
      store,
      cache: deps.cache,
      clock,
      log,
      metrics,
      directory,
      shared,
      jobs,
      progress,
      stages,
      partitions,
      stopping: stopping.signal,
    },
    config,
  );
  const answers = answerQuestions(
    { bus, store, clock, directory, events, epoch, partitions, kpis, stopping: stopping.signal },
    config.partitions,
  );
  const purging = purgeLog({ clock, events, partitions }, config.partitions);
  const deadLetters = await startDeadLetterSink({ bus, store, clock, log });
  const analytics = startAnalytics({
    bus,
    store,
    clock,
    metrics: deps.metrics,
    completeMs: (tenant) => completeMs(partitions(), tenant, clock.nowMs()),
  });
  const audience = await startAudience(
    {
      bus,
      store,
      clock,
      metrics: deps.metrics,
      clockOf: (tenant) => shared.clockOf(directory.timeZoneOf(tenant)),
      watermarkOf: (tenant) => watermarkOf(partitions(), tenant),
    },
    config,
  );

  const stops = createStops({ log, clock }, 'streams');
  stops.add('KPI rows', () => kpis.ended());
  // At the same time: a stage that went on while the partitions end would only take their time.
  stops.add('partitions, second stages, dead letters', async () => {
    await Promise.all([owned.ended(), stages.stop(), deadLetters.stop()]);
  });
  return {
    waitingFor: () => stops.waitingFor(),
    stop: async () => {
      stopping.abort();
      commitTimer.stop();
      purging.stop();
      live.unsubscribe();
      answers.stop();
      analytics.stop();
      audience.stop();
      await stops.stop();
    },
  };
}

/** Time accepted events need to be counted when nothing waits. */
const SETTLE_MS = 10_000;

/** Event time up to which a tenant's windows are complete: a quiet tenant's are although its watermark stands still. */
function completeMs(partitions: readonly Partition[], tenant: string, nowMs: number): number {
  const isBehind = partitions.some((partition) => partition.pendingMessages > 0);
  return isBehind ? Math.min(nowMs, watermarkOf(partitions, tenant)) : nowMs - SETTLE_MS;
}
