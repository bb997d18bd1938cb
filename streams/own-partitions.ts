import { Type } from '@sinclair/typebox';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv, type Kv } from '../platform/bus/kv.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { isWeirError } from '../platform/errors/weir-error.ts';
import type { LeaseStore } from '../platform/lease/lease-store.ts';
import { leaseAction } from '../platform/lease/lease.ts';
import type { Log } from '../platform/log/log.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { StreamsConfig } from './config.ts';
import type { createShared, Directory } from './directory.ts';
import { flushPartitions } from './flush.ts';
import type { KpiProgress } from './kpi-progress.ts';
import type { StreamsMetrics } from './metrics.ts';
import { openPartition, type Partition, type PartitionDeps } from './partition.ts';
import type { CheckpointStore, EpochStore, EventLog, SnapshotStore } from './ports.ts';
import { createTenantState } from './tenant-state.ts';

/** KPI rows a stop writes at most, in rounds, none begun after the time: the stop's deadline has to last for the snapshots as well. */
const STOP_FLUSHES = 20;
const STOP_FLUSH_ROWS = 2_500;
const STOP_FLUSH_MS = 3_000;

export interface OwnPartitionsDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: StreamsMetrics;
  readonly events: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly epochs: EpochStore;
  readonly progressRecords: Kv<KpiProgress>;
  readonly snapshots: SnapshotStore;
  readonly leases: LeaseStore;
  readonly directory: Directory;
  readonly shared: ReturnType<typeof createShared>;
  readonly stopping: AbortSignal;
}

export interface OwnedPartitions {
  /** Those whose lease this process holds now. */
  list(): Partition[];
  /** Opens again what still stores under numbers of before a log that lost its end, so that it takes the new ones. */
  reopenBelow(seqOffset: number): void;
  /** Resolves when all have ended after `stopping`: what could be written is, and snapshots are taken. */
  ended(): Promise<void>;
}

/** Works on every partition whose lease it can get, for as long as it has it. */
export function ownPartitions(deps: OwnPartitionsDeps, config: StreamsConfig): OwnedPartitions {
  const { bus, store, clock, log, metrics, events, checkpoints, epochs, snapshots, leases } = deps;
  const { directory, progressRecords, shared, stopping } = deps;
  const owned = new Map<number, Partition>();
  /** Ends the work on a partition, which is then opened again. */
  const reopening = new Map<number, AbortController>();

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
    stopping,
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
    while (!stopping.aborted) {
      try {
        const lease = await leases.load(`p${partition}`);
        if (leaseAction(lease?.value, config.owner, clock.nowMs(), config.leaseTtlMs) === 'leave') {
          await clock.sleep(config.leaseTtlMs / 4, stopping).catch(() => undefined);
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
        if (stopping.aborted) return;
        const lost = isWeirError(error) && error.code === 'STREAMS_LEASE_LOST';
        log.warn(
          { partition, error: error instanceof Error ? error.message : String(error) },
          lost ? 'partition taken over by another owner' : 'partition stopped, opening it again',
        );
        await clock.sleep(500, stopping).catch(() => undefined);
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
    const signal = AbortSignal.any([stopping, lost.signal]);
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
      if (!stopping.aborted) return;
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

  const running = Array.from({ length: config.partitions }, (_, partition) => ownPartition(partition));
  return {
    list: () => [...owned.values()],
    reopenBelow: (seqOffset) => {
      for (const each of owned.values())
        if (each.seqOffset < seqOffset) reopening.get(each.partition)?.abort();
    },
    ended: async () => void (await Promise.all(running)),
  };
}
