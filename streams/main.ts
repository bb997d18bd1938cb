import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Observable } from 'rxjs';
import type { Bus } from '../platform/bus/bus.ts';
import { createJsonCodec } from '../platform/bus/json.ts';
import { openKv, type KvEvent } from '../platform/bus/kv.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { Job } from '../platform/contracts/api.ts';
import { KpiDefinition, rollups } from '../platform/contracts/kpi.ts';
import { MrrPolicy } from '../platform/contracts/recurring.ts';
import type { Interest } from '../platform/contracts/live.ts';
import { buckets, interestSubject, liveSubject } from '../platform/contracts/subjects.ts';
import { Tenant } from '../platform/contracts/tenant.ts';
import { LogIncident, VerifyRequest, verifySubject } from '../platform/contracts/verify.ts';
import { isWeirError, WeirError } from '../platform/errors/weir-error.ts';
import { createStops } from '../platform/lifecycle/stops.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { ticks } from '../platform/time/ticks.ts';
import {
  createCheckpointStore,
  createEpochStore,
  createEventLog,
  createSnapshotStore,
  epochKey,
} from './adapters/nats.ts';
import { startAnalytics } from './analytics/responder.ts';
import { startAudience } from './audience/main.ts';
import type { StreamsConfig } from './config.ts';
import { startDeadLetterSink } from './dead-letters.ts';
import { createDirectory, createShared, type Directory } from './directory.ts';
import { correctLateWindows, flushPartitions } from './flush.ts';
import { createKpiProgressBoard, KpiProgress } from './kpi-progress.ts';
import { createLeaseStore } from '../platform/lease/lease-store.ts';
import { leaseAction } from '../platform/lease/lease.ts';
import { LogEpoch } from './log-epoch.ts';
import { isFilling, purgeBelowSeq } from './log-retention.ts';
import { liveOutputs } from './live-shell.ts';
import { countersOf, createLiveBoard, currentPart, encodeLivePart, watermarkOf } from './live.ts';
import { adoptMeasures, backfillTenant } from './backfill.ts';
import { createJobBoard } from './jobs.ts';
import { removeSimulated } from './removal.ts';
import { createStreamsMetrics } from './metrics.ts';
import { openPartition, type Partition, type PartitionDeps } from './partition.ts';
import { secondStages } from './stages.ts';
import { createFrontier } from './stage/frontier.ts';
import { startStages } from './stage/start-stages.ts';
import { createTenantState } from './tenant-state.ts';
import { createTurns } from './turns.ts';
import { incidentKeys, verify } from './verify.ts';

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
const COUNTERS_INTERVAL_MS = 500;
const READ_MODEL_INTERVAL_MS = 1_000;
const PURGE_INTERVAL_MS = 2_000;
const READ_MODEL_TTL_MS = 7 * 86_400_000;
/** This processor's number among several; parts of live updates are told apart by it. */
const PART = 0;
const encoder = new TextEncoder();
const OVERDUE_FLUSH_MS = 20;
/** KPI rows a stop writes at most, in rounds, none begun after the time: the stop's deadline has to last for the snapshots as well. */
const STOP_FLUSHES = 20;
const STOP_FLUSH_ROWS = 2_500;
const STOP_FLUSH_MS = 3_000;

const InterestBody = Type.Object({
  tenant: Type.String(),
  keys: Type.Array(
    Type.Object({
      rollup: Type.Union([
        Type.Literal('total'),
        Type.Literal('channel'),
        Type.Literal('content'),
        Type.Literal('country'),
        Type.Literal('stream'),
      ]),
      dim: Type.String(),
    }),
  ),
});

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
  await watchDirectory(deps, directory, stopping.signal);
  await follow(jobRecords.watch(stopping.signal), (event) => jobs.changed(event));
  const frontier = createFrontier({ events, checkpoints, epochs, clock }, config.partitions);
  const stages = startStages(
    { ...deps, frontier, leases, snapshots },
    config,
    secondStages({ ...deps, directory, events, frontier }, config),
  );
  const owned = new Map<number, Partition>();
  /** Ends the work on a partition, which is then opened again. */
  const reopening = new Map<number, AbortController>();
  const board = createLiveBoard();

  const partitionDeps: PartitionDeps = {
    log,
    clock,
    store,
    events,
    checkpoints,
    epochs,
    snapshots,
    metrics,
    restore: shared,
    stopping: stopping.signal,
    newTenant: (tenant: string) =>
      createTenantState(
        tenant,
        shared.clockOf(directory.timeZoneOf(tenant)),
        shared.planOf(directory.measuresOf(tenant)),
      ),
    onUnreadable: (partition: number, seq: number, why: string) => {
      metrics.unreadable.inc();
      log.error({ partition, seq, why }, 'a message of the log is no record batch and was left out');
    },
    onTruncated: async (incident) => {
      log.error(
        incident,
        'the log ends before the processed position: messages were lost on disk; run weir verify',
      );
      const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
      await settings.put(`incident.truncated.p${incident.partition}.${incident.position}`, {
        ...incident,
        atMs: clock.nowMs(),
      });
    },
    onFollowed: async (partition, logSeq) => {
      // What was said of the log as it was would take messages that come under the same numbers for counted.
      const told = (await progressRecords.get(`p${partition}`))?.value;
      if (told !== undefined && told.logSeq > logSeq)
        await progressRecords.put(`p${partition}`, { ...told, logSeq });
    },
  };

  /** Holds the lease of one partition and works on it for as long as it does. */
  const ownPartition = async (partition: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const lease = await leases.load(`p${partition}`);
        if (leaseAction(lease?.value, config.owner, clock.nowMs(), config.leaseTtlMs) === 'leave') {
          await clock.sleep(config.leaseTtlMs / 4, stopping.signal).catch(() => undefined);
          continue;
        }
        const taken = await leases.save(
          `p${partition}`,
          { owner: config.owner, untilMs: clock.nowMs() + config.leaseTtlMs },
          lease?.revision ?? 0,
        );
        if (taken === 'conflict') continue;
        await work(partition, taken);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const lost = isWeirError(error) && error.code === 'STREAMS_LEASE_LOST';
        log.warn(
          { partition, error: error instanceof Error ? error.message : String(error) },
          lost ? 'partition taken over by another owner' : 'partition stopped, opening it again',
        );
        await clock.sleep(500, stopping.signal).catch(() => undefined);
      }
    }
  };

  /** Best effort, and within its time: what is not written now is dirty in the snapshot and written at the next start. */
  const writeLastRows = async (opened: Partition): Promise<void> => {
    const rest = { ...config, kpiRowsPerFlush: STOP_FLUSH_ROWS, maxKpiRowsPerFlush: STOP_FLUSH_ROWS };
    const endMs = clock.monotonicMs() + STOP_FLUSH_MS;
    try {
      for (let round = 0; round < STOP_FLUSHES && (round === 0 || opened.dirty.size > 0); round++) {
        if (clock.monotonicMs() > endMs) return;
        await flushPartitions({ store, log, metrics }, rest, [opened]);
      }
    } catch (error) {
      log.info(
        { partition: opened.partition, error: error instanceof Error ? error.message : String(error) },
        'KPI rows are left to the next start',
      );
    }
  };

  const work = async (partition: number, leaseRevision: number): Promise<void> => {
    const lost = new AbortController();
    reopening.set(partition, lost);
    const signal = AbortSignal.any([stopping.signal, lost.signal]);
    let revision = leaseRevision;
    let renewing = false;
    const renewal = clock.every(config.leaseTtlMs / 3, () => {
      if (renewing) return;
      renewing = true;
      leases
        .save(`p${partition}`, { owner: config.owner, untilMs: clock.nowMs() + config.leaseTtlMs }, revision)
        .then((saved) => {
          if (saved === 'conflict') lost.abort();
          else revision = saved;
        })
        // NATS away: the lease may run out; the checkpoint's compare-and-set is what keeps two owners apart.
        .catch(() => undefined)
        .finally(() => {
          renewing = false;
        });
    });
    try {
      const opened = await openPartition(partitionDeps, config, partition);
      owned.set(partition, opened);
      await opened.run(signal);
      if (!stopping.signal.aborted) return;
      const endedMs = clock.monotonicMs();
      await writeLastRows(opened);
      const writtenMs = clock.monotonicMs();
      await opened.finish();
      log.info(
        {
          partition,
          rowsMs: Math.round(writtenMs - endedMs),
          snapshotMs: Math.round(clock.monotonicMs() - writtenMs),
          rowsLeft: opened.dirty.size,
        },
        'partition stopped',
      );
    } finally {
      renewal.stop();
      owned.delete(partition);
      reopening.delete(partition);
    }
  };

  const partitions = (): Partition[] => [...owned.values()];
  let epoch: LogEpoch | undefined;
  const settingsRecords = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  await follow(settingsRecords.watch(stopping.signal, epochKey), (event) => {
    if (event.type !== 'put' || !Value.Check(LogEpoch, event.entry.value)) return;
    epoch = event.entry.value;
    metrics.logLostSeconds.set(epoch.atMs / 1_000);
    // Whoever still stores under the old numbers is opened again, and takes the new ones.
    for (const { partition, seqOffset } of owned.values())
      if (seqOffset < epoch.seqOffset) reopening.get(partition)?.abort();
  });
  const running = Array.from({ length: config.partitions }, (_, partition) => ownPartition(partition));

  const commitTimer = clock.every(COMMIT_TICK_MS, () => {
    for (const partition of owned.values()) partition.tick();
  });
  const live = liveOutputs(
    {
      updates: ticks(clock, config.liveIntervalMs),
      counters: ticks(clock, COUNTERS_INTERVAL_MS),
      readModel: ticks(clock, READ_MODEL_INTERVAL_MS),
      interests: interestsOf(bus),
    },
    {
      changes: (nowMs) => {
        const wanted = rollups.map((_, rollup) => board.wants(rollup));
        for (const partition of owned.values())
          partition.fold(
            (change) => board.seen(change),
            (rollup) => wanted[rollup] === true,
          );
        return board.take(partitions(), PART, nowMs);
      },
      counters: () => countersOf(partitions(), PART),
      current: () =>
        [...new Set(partitions().flatMap((partition) => [...partition.state.tenants.keys()]))].map((tenant) =>
          currentPart(partitions(), tenant, PART),
        ),
      watch: (interest) => board.interest(interest, clock.nowMs()),
    },
  ).subscribe((update) => {
    const { to, message } = update;
    if (to === 'kpi') {
      for (const bytes of encodeLivePart(message)) {
        bus.publishCore(liveSubject(message.tenant, to), bytes);
        metrics.livePublished.inc();
      }
      return;
    }
    const text = JSON.stringify(message);
    if (to === 'read-model')
      void deps.cache.hset(`weir:rm:${message.tenant}`, { [PART]: text }, READ_MODEL_TTL_MS);
    else bus.publishCore(liveSubject(message.tenant, to), encoder.encode(text));
  });
  const status = bus.respond(
    'streams.status',
    createJsonCodec(Type.Object({ tenant: Type.Optional(Type.String()) })),
    async ({ tenant }) => {
      const { lastSeq } = await events.bounds();
      const watermark = tenant === undefined ? Number.NEGATIVE_INFINITY : watermarkOf(partitions(), tenant);
      return {
        log: {
          lostAtMs: epoch?.atMs ?? null,
          toFollow:
            config.partitions - partitions().filter((p) => p.seqOffset >= (epoch?.seqOffset ?? 0)).length,
        },
        partitions: partitions().map((p) => ({
          partition: p.partition,
          appliedSeq: p.state.seq - p.seqOffset,
          position: p.position - p.seqOffset,
          pendingBytes: p.pendingBytes,
          pendingMessages: p.pendingMessages,
        })),
        expectedPartitions: config.partitions,
        lastSeq,
        watermarkMs: Number.isFinite(watermark) ? watermark : null,
      };
    },
  );

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
  const oneAudit = createTurns();
  const audit = bus.respond(verifySubject, createJsonCodec(VerifyRequest), async (request) => {
    const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
    return oneAudit(() =>
      verify(
        {
          store,
          clock,
          directory,
          expectedPartitions: config.partitions,
          partitions,
          inventory: () => events.inventory(),
          lastSeqOf: (partition) => events.lastSeqOf(partition),
          incidents: async () =>
            (await settings.entries(incidentKeys))
              .map(({ value }) => value)
              .filter((value) => Value.Check(LogIncident, value)),
          inTurn,
          flushAll: () => writeKpis(Number.MAX_SAFE_INTEGER),
          stopping: stopping.signal,
        },
        request,
      ),
    );
  });

  const flushLoop = (async (): Promise<void> => {
    let failing = false;
    while (!stopping.signal.aborted) {
      // What is overdue goes on at once, after a breath for whatever else waits on this thread.
      const isOverdue = !failing && partitions().some((partition) => partition.dirty.overdue > 0);
      await clock
        .sleep(isOverdue ? OVERDUE_FLUSH_MS : config.kpiFlushIntervalMs, stopping.signal)
        .catch(() => undefined);
      try {
        await inTurn(() => writeKpis(config.kpiRowsPerFlush));
        if (failing) log.info({}, 'KPI rows are written again');
        failing = false;
      } catch (error) {
        if (stopping.signal.aborted) break;
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
  const purge = async (): Promise<void> => {
    const all = partitions();
    if (all.length < config.partitions) return;
    const usage = await events.inventory();
    if (isFilling(usage)) for (const partition of all) partition.snapshotSoon();
    // A partition needs what follows its snapshot; one that the snapshot covers whole needs nothing that is there now.
    const needed = await Promise.all(
      all.map(async ({ partition, snapshotSeq, seqOffset }) => {
        const coveredSeq = snapshotSeq - seqOffset;
        return (await events.lastSeqOf(partition)) <= coveredSeq ? usage.lastSeq + 1 : coveredSeq + 1;
      }),
    );
    await events.purgeBelow(purgeBelowSeq(usage, Math.min(...needed)));
  };
  // NATS away: the next round does it.
  const purgeTimer = clock.every(PURGE_INTERVAL_MS, () => purge().catch(() => undefined));
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
  stops.add('KPI rows', () => flushLoop);
  // At the same time: a stage that went on while the partitions end would only take their time.
  stops.add('partitions, second stages, dead letters', async () => {
    await Promise.all([...running, stages.stop(), deadLetters.stop()]);
  });
  return {
    waitingFor: () => stops.waitingFor(),
    stop: async () => {
      stopping.abort();
      for (const timer of [commitTimer, purgeTimer]) timer.stop();
      live.unsubscribe();
      status.stop();
      audit.stop();
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

/** Fills the directory from the KV buckets and keeps it so until `signal` aborts; resolves once the first fill is done. */
async function watchDirectory(deps: StreamsDeps, directory: Directory, signal: AbortSignal): Promise<void> {
  const tenants = await openKv(deps.bus, buckets.tenants, { schema: Tenant });
  const kpis = await openKv(deps.bus, buckets.kpis, { schema: KpiDefinition });
  const own = new Map<string, Map<string, KpiDefinition>>();
  const followTenants = follow(tenants.watch(signal), (event) => {
    if (event.type === 'put') directory.setTenant(event.entry.value);
  });
  const followKpis = follow(kpis.watch(signal), (event) => {
    const [tenant, key] = splitKey(event.type === 'put' ? event.entry.key : event.key);
    const held = own.get(tenant) ?? new Map<string, KpiDefinition>();
    own.set(tenant, held);
    if (event.type === 'put') held.set(key, event.entry.value);
    else held.delete(key);
    directory.setKpis(tenant, [...held.values()]);
  });
  const policies = await openKv(deps.bus, buckets.mrrPolicies, { schema: MrrPolicy });
  const followPolicies = follow(policies.watch(signal), (event) => {
    if (event.type !== 'put') return;
    const [tenant] = splitKey(event.entry.key);
    directory.setMrrPolicy(tenant, event.entry.value);
  });
  await Promise.all([followTenants, followKpis, followPolicies]);
}

/** Tells every change of a watch; resolves when what was stored at its beginning has been told. */
function follow<T>(
  watch: AsyncGenerator<KvEvent<T>, void, void>,
  tell: (event: Exclude<KvEvent<T>, { type: 'ready' }>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const run = async (): Promise<void> => {
      for await (const event of watch) {
        if (event.type === 'ready') resolve();
        else tell(event);
      }
    };
    run().catch(reject);
  });
}

function splitKey(key: string): [string, string] {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}

/** What gateways say is watched; anything else on the subject is left out. */
function interestsOf(bus: Bus): Observable<Interest> {
  return new Observable((subscriber) => {
    const subscription = bus.subscribeCore(interestSubject, (message) => {
      const body = parseInterest(message.data);
      if (body !== undefined) subscriber.next(body);
    });
    return () => subscription.stop();
  });
}

function parseInterest(data: Uint8Array): Interest | undefined {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(data));
    return Value.Check(InterestBody, body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The number of partitions belongs to the data: with another one, copies of an event would meet another owner and count twice. Throws
 * PLATFORM_CONFIG_INVALID when it differs from the first start's.
 */
async function keepPartitionCount(bus: Bus, partitions: number): Promise<void> {
  const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  const created = await settings.create('partitions', partitions);
  if (created.ok) return;
  const kept = (await settings.get('partitions'))?.value;
  if (kept !== undefined && kept !== partitions)
    throw new WeirError(
      'PLATFORM_CONFIG_INVALID',
      `WEIR_PARTITIONS is ${partitions}, but the stored events were partitioned by ${JSON.stringify(kept)}; set it back.`,
    );
}
