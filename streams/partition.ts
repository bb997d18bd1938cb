import { WeirError } from '../platform/errors/weir-error.ts';
import type { Log } from '../platform/log/log.ts';
import { decodeRecordBatch } from '../platform/record-batch/record-batch.ts';
import { rowColumns, rowPrefixColumns } from '../platform/record-batch/layout.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { rangeInsert } from './range-insert.ts';
import { emptyCheckpoint, insertToken, type Checkpoint } from './checkpoint.ts';
import { isCommitDue } from './commit-policy.ts';
import type { StreamsConfig } from './config.ts';
import { createDirtyQueue, type DirtyQueue } from './dirty-queue.ts';
import { findInHistory } from './history.ts';
import { createIdentitySet } from './identity-set.ts';
import type { StreamsMetrics } from './metrics.ts';
import type { CheckpointStore, EpochStore, EventLog, LogMessage, SnapshotStore } from './ports.ts';
import { eventRows } from './rows.ts';
import { storedBatches } from './stored-batches.ts';
import { findShift, mayGoOn, type Shift } from './log-shift.ts';
import { decodeSnapshot, encodeSnapshot, type RestoreDeps } from './snapshot.ts';
import { foldTenant, stepBatch, type PartitionState, type Touched } from './step.ts';
import type { TenantState } from './tenant-state.ts';

export interface PartitionDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly store: Store;
  readonly events: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly epochs: EpochStore;
  readonly snapshots: SnapshotStore;
  readonly metrics: StreamsMetrics;
  readonly restore: Omit<RestoreDeps, 'onDirty' | 'identityCapacity'>;
  /** From here on an effect that fails is left to the next start instead of being repeated. */
  readonly stopping: AbortSignal;
  /** State of a tenant this partition sees for the first time. */
  newTenant(tenant: string): TenantState;
  /** A message that is no record batch: kept out of the state, reported. */
  onUnreadable(partition: number, seq: number, why: string): void;
  /** The log is shorter than what was processed. */
  onTruncated(incident: {
    readonly partition: number;
    /** In sequences of the log as it was; row sequences were `seqOffset` more. */
    readonly position: number;
    readonly intentTo: number;
    readonly seqOffset: number;
    readonly lastSeq: number;
  }): Promise<void>;
  /** The partition goes on in another epoch of the log, behind its message `logSeq`. */
  onFollowed(partition: number, logSeq: number): Promise<void>;
}

/** One partition as its owner holds it. */
export interface Partition {
  readonly partition: number;
  readonly state: PartitionState;
  readonly dirty: DirtyQueue;
  /** Everything up to here is in ClickHouse and checkpointed or about to be. */
  readonly position: number;
  readonly snapshotSeq: number;
  /** Positions here are sequences of the log plus this. */
  readonly seqOffset: number;
  readonly pendingBytes: number;
  /** Messages of the log that wait behind the one applied last. */
  readonly pendingMessages: number;
  /** Reads and applies until `signal` aborts, then stores what was applied; throws WeirError STREAMS_LEASE_LOST when another owner has taken over. */
  run(signal: AbortSignal): Promise<void>;
  /** Commits what has waited long enough; called every few dozen milliseconds. */
  tick(): void;
  /** Resolves when everything up to `seq` is stored; rejects when this owner will not store it any more. */
  whenStored(seq: number): Promise<void>;
  /** Takes a snapshot with the next commit, or at the next tick when nothing is to be committed. */
  snapshotSoon(): void;
  /** Merges accumulators of the wanted rollups into windows, marks their rows for writing; `seen` hears of every change. */
  fold(seen?: (change: Touched) => void, isWanted?: (rollup: number) => boolean): void;
  /** Applies nothing more until the answer is called; what was applied is stored as usual. For an audit, which needs both to agree. */
  hold(): () => void;
  /** Drops everything held of a tenant and saves a snapshot without it, so that no restart brings it back. */
  forget(tenant: string): Promise<void>;
  /** Commits everything applied so far and saves a snapshot: a clean stop restarts at once. */
  finish(): Promise<void>;
}

interface Range {
  rows: Buffer[];
  count: number;
  bytes: number;
  toSeq: number;
  storedAtMs: number;
  sinceMs: number;
  /** Received time of the first event of each batch, for the time from acceptance to storage. */
  receivedAtMs: number[];
}

/** Between two looks whether overdue windows were written. */
const OVERDUE_LOOK_MS = 20;

const columns = [...rowPrefixColumns, ...rowColumns];

/**
 * Opens a partition at its checkpoint.
 *
 * Order of effects and what a crash leaves at each point:
 *   1. checkpoint {position, intentTo}   crash after: nothing inserted; restart inserts exactly (position, intentTo] again
 *   2. INSERT rows, token = the range    crash after: rows are there; the restart looks, and its insert has the same rows and token
 *   3. KPI rows, absolute, by position   any crash: dirty panes are part of the snapshot or touched again by the replay
 *   4. checkpoint {position = intentTo}  written together with the next intent, or alone when idle
 * State restarts from the snapshot and replays the log up to `position` without inserting: state and position cannot disagree.
 */
export async function openPartition(
  deps: PartitionDeps,
  config: StreamsConfig,
  partition: number,
): Promise<Partition> {
  const { clock, store, log } = deps;
  const loaded = await deps.checkpoints.load(partition);
  let revision = loaded?.revision ?? 0;
  let checkpoint: Checkpoint = loaded?.value ?? emptyCheckpoint;

  const save = async (change: Partial<Checkpoint>): Promise<void> => {
    const next: Checkpoint = { ...checkpoint, ...change, owner: config.owner, savedAtMs: clock.nowMs() };
    const saved = await retrying('checkpoint', () => deps.checkpoints.save(partition, next, revision));
    if (saved === 'conflict')
      throw new WeirError('STREAMS_LEASE_LOST', `Partition ${partition} has another owner.`);
    revision = saved;
    checkpoint = next;
  };

  /** Repeats an effect until it succeeds: the position must not pass it. Says so once an outage, counts every failure. */
  async function retrying<T>(what: string, effect: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        const result = await effect();
        if (failures > 0) log.info({ partition, what, failures }, 'effect succeeded again');
        return result;
      } catch (error) {
        if (deps.stopping.aborted) throw error;
        deps.metrics.effectFailures.inc({ what });
        if (failures === 0)
          log.warn(
            { partition, what, error: error instanceof Error ? error.message : String(error) },
            'effect failed, repeating',
          );
        await clock
          .sleep(Math.min(config.storeRetryMs * 2 ** Math.min(failures, 4), 5_000), deps.stopping)
          .catch(() => undefined);
      }
    }
  }

  // Taking the checkpoint with our name is the fence: a former owner that wakes up loses its next compare-and-set.
  await save({});
  const shift = await retrying('log', () =>
    findShift({ ...deps, store }, config.partitions, partition, checkpoint),
  );
  if (shift?.isLoss === true) {
    const { seqOffset } = checkpoint;
    await deps.onTruncated({
      partition,
      position: Math.max(checkpoint.position, shift.storedTo) - seqOffset,
      intentTo: Math.max(checkpoint.intentTo, shift.storedTo) - seqOffset,
      seqOffset,
      lastSeq: (await retrying('log', () => deps.events.bounds())).lastSeq,
    });
  }

  const dirty = createDirtyQueue();
  const restored =
    checkpoint.snapshotName === ''
      ? undefined
      : await retrying('snapshot', () => deps.snapshots.get(checkpoint.snapshotName));
  const decoded =
    restored === undefined
      ? undefined
      : decodeSnapshot(restored, {
          ...deps.restore,
          identityCapacity: config.identityCapacity,
          onDirty: (change) => dirty.mark(change),
        });
  if (checkpoint.snapshotName !== '' && decoded === undefined)
    log.error(
      { partition, snapshot: checkpoint.snapshotName },
      'snapshot is missing or unreadable, replaying the log from its beginning',
    );
  const state: PartitionState = decoded ?? {
    identities: createIdentitySet(config.identityCapacity),
    tenants: new Map(),
    seq: 0,
  };
  const tenantState = (tenant: string): TenantState => {
    const known = state.tenants.get(tenant);
    if (known !== undefined) return known;
    const made = deps.newTenant(tenant);
    state.tenants.set(tenant, made);
    return made;
  };

  const fold = (seen?: (change: Touched) => void, isWanted?: (rollup: number) => boolean): void => {
    for (const tenant of state.tenants.values()) {
      foldTenant(
        tenant,
        (change) => {
          dirty.mark(change);
          seen?.(change);
        },
        isWanted,
      );
    }
  };

  /** Counts the partition's stored rows up to a position into the state, from where the state stands. */
  async function countStored(to: number): Promise<void> {
    for await (const { seq, batch } of storedBatches(store, partition, state.seq, to))
      stepBatch(state, batch, seq, tenantState, config, undefined);
  }

  /**
   * Goes on in another epoch of the log: state, numbers and snapshot change in one compare-and-set. A crash before it changes nothing, and
   * the next start finds the same; a snapshot under the old numbers would have the log replayed at the wrong place.
   */
  async function follow({ epoch, firstNewSeq, storedAtMs, storedTo }: Shift): Promise<void> {
    await countStored(storedTo);
    const position = firstNewSeq - 1 + epoch.seqOffset;
    state.seq = position;
    fold();
    const previous = checkpoint.snapshotName;
    const name = `p${partition}-${position}`;
    const image = encodeSnapshot(state);
    await retrying('snapshot', () => deps.snapshots.put(name, image));
    await save({
      position,
      positionStoredAtMs: storedAtMs,
      intentTo: position,
      intentStoredAtMs: storedAtMs,
      seqOffset: epoch.seqOffset,
      snapshotName: name,
      snapshotSeq: position,
    });
    log.warn(
      { partition, position, seqOffset: epoch.seqOffset, bar: epoch.bar },
      'the log is not the one that was read: positions go on behind everything that was stored',
    );
    await retrying('progress', () => deps.onFollowed(partition, firstNewSeq - 1));
    if (previous !== '' && previous !== name) await deps.snapshots.delete(previous).catch(() => undefined);
  }

  if (shift !== undefined) await follow(shift);
  else if (
    decoded === undefined &&
    (checkpoint.seqOffset > 0 || (await retrying('log', () => deps.events.bounds())).firstSeq > 1)
  ) {
    // What the log cannot give any more is counted from the stored events.
    await countStored(checkpoint.position);
    state.seq = Math.max(state.seq, checkpoint.position);
  }
  /** Whether a former run has stored its last intent is not known. */
  const formerIntentTo = checkpoint.intentTo > checkpoint.position ? checkpoint.intentTo : -1;
  let committed = checkpoint.position;
  let committedStoredAtMs = checkpoint.positionStoredAtMs;
  let behind = 0;
  let appliedStoredAtMs = checkpoint.positionStoredAtMs;
  let range: Range | undefined;
  let inFlight: Promise<void> | undefined;
  let inFlightBytes = 0;
  let failure: unknown;
  const failed = new AbortController();
  let isOver = false;
  const waiting = new Set<{
    readonly seq: number;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  }>();
  let held: Promise<void> | undefined;
  let snapshotDueMs = clock.nowMs() + config.snapshotIntervalMs;

  /** Commits one range; ranges of a partition are committed one after the other. */
  const commit = async (cut: Range, snapshot: Uint8Array | undefined): Promise<void> => {
    const fromSeq = committed;
    await save({
      position: fromSeq,
      positionStoredAtMs: committedStoredAtMs,
      intentTo: cut.toSeq,
      intentStoredAtMs: cut.storedAtMs,
    });
    if (cut.count > 0) {
      const startedMs = clock.monotonicMs();
      const body = Buffer.concat(cut.rows, cut.bytes);
      const token = insertToken(partition, fromSeq, cut.toSeq);
      const insert = rangeInsert(
        {
          store,
          clock,
          onLostToken: () =>
            log.warn(
              { partition, fromSeq, toSeq: cut.toSeq, rows: cut.count },
              'ClickHouse knew the token of rows it does not have; they are stored under another',
            ),
        },
        { partition, fromSeq, toSeq: cut.toSeq, count: cut.count, columns, body, token },
        cut.toSeq === formerIntentTo,
      );
      await retrying('insert', insert);
      deps.metrics.insertSeconds.observe((clock.monotonicMs() - startedMs) / 1_000);
      deps.metrics.rowsStored.inc(cut.count);
      const storedAtMs = clock.nowMs();
      for (const receivedAtMs of cut.receivedAtMs)
        deps.metrics.acceptedToStored.observe((storedAtMs - receivedAtMs) / 1_000);
    }
    committed = cut.toSeq;
    committedStoredAtMs = cut.storedAtMs;
    for (const waiter of waiting) {
      if (waiter.seq > committed) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
    const reached = {
      position: cut.toSeq,
      positionStoredAtMs: cut.storedAtMs,
      intentTo: cut.toSeq,
      intentStoredAtMs: cut.storedAtMs,
    };
    if (snapshot === undefined) {
      if (range === undefined) await save(reached);
      return;
    }
    const previous = checkpoint.snapshotName;
    const name = `p${partition}-${cut.toSeq}`;
    await retrying('snapshot', () => deps.snapshots.put(name, snapshot));
    await save({ ...reached, snapshotName: name, snapshotSeq: cut.toSeq });
    deps.metrics.snapshotBytes.set({ partition: String(partition) }, snapshot.length);
    if (previous !== '' && previous !== name) await deps.snapshots.delete(previous).catch(() => undefined);
  };

  const emptyRange = (): Range => ({
    rows: [],
    count: 0,
    bytes: 0,
    toSeq: state.seq,
    storedAtMs: appliedStoredAtMs,
    sinceMs: clock.nowMs(),
    receivedAtMs: [],
  });

  const cut = (withSnapshot: boolean): void => {
    if (range === undefined || inFlight !== undefined || failure !== undefined) return;
    const taken = range;
    range = undefined;
    let image: Uint8Array | undefined;
    if (withSnapshot || clock.nowMs() >= snapshotDueMs) {
      // Here and only here: nothing beyond `taken` has been applied, so the image stands for exactly its last sequence.
      fold();
      image = encodeSnapshot(state);
      snapshotDueMs = clock.nowMs() + config.snapshotIntervalMs;
    }
    inFlightBytes = taken.bytes;
    inFlight = commit(taken, image)
      .catch((error: unknown) => {
        failure = error;
        failed.abort();
      })
      .finally(() => {
        inFlight = undefined;
        inFlightBytes = 0;
      });
  };

  const notStored = (): WeirError =>
    new WeirError('STREAMS_LEASE_LOST', `Partition ${partition} is not worked on here any more.`);

  /** Stores what was applied, unless that is part of a half-done intent: only the log may complete one. */
  const commitApplied = async (): Promise<void> => {
    await inFlight;
    if (range !== undefined && range.toSeq >= checkpoint.intentTo) cut(false);
    await inFlight;
  };

  const pendingBytes = (): number => inFlightBytes + (range?.bytes ?? 0);
  const settled = async (): Promise<void> => {
    await inFlight;
  };

  const apply = async (message: LogMessage): Promise<void> => {
    const batch = decodeRecordBatch(message.data);
    if (typeof batch === 'string') {
      deps.onUnreadable(partition, message.seq, batch);
      state.seq = message.seq;
    } else {
      const inHistory = await retrying('history', () =>
        findInHistory(store, batch, state.identities, partition, message.seq),
      );
      const out = stepBatch(state, batch, message.seq, tenantState, config, inHistory);
      deps.metrics.applied.inc({ outcome: 'stored' }, out.fresh.length);
      if (out.duplicates > 0) deps.metrics.applied.inc({ outcome: 'duplicate' }, out.duplicates);
      if (out.late > 0) deps.metrics.applied.inc({ outcome: 'late' }, out.late);
      if (message.seq > committed) {
        range ??= emptyRange();
        if (out.fresh.length > 0) {
          const rows = eventRows(batch, out.fresh, partition, message.seq);
          range.rows.push(rows);
          range.bytes += rows.length;
          range.count += out.fresh.length;
          range.receivedAtMs.push(batch.receivedAtMs[0] ?? clock.nowMs());
        }
      }
    }
    if (message.seq <= committed) return;
    range ??= emptyRange();
    range.toSeq = message.seq;
    range.storedAtMs = message.timestampMs;
    appliedStoredAtMs = message.timestampMs;
    if (message.seq < checkpoint.intentTo) return;
    if (
      message.seq === checkpoint.intentTo ||
      range.count >= config.maxCommitRows ||
      range.bytes >= config.maxCommitBytes
    )
      cut(false);
    while (pendingBytes() > config.maxPendingBytes && inFlight !== undefined) await settled();
    // History read faster than its windows are written would pile up finished windows. A half-done intent is read to its end first: the
    // rows of a flush wait for it to be stored.
    while (dirty.overdue > config.maxOverdueWindows && failure === undefined && !deps.stopping.aborted)
      await clock.sleep(OVERDUE_LOOK_MS, deps.stopping).catch(() => undefined);
    if (failure !== undefined) throw asError(failure);
  };

  return {
    partition,
    state,
    dirty,
    get position() {
      return committed;
    },
    get snapshotSeq() {
      return checkpoint.snapshotSeq;
    },
    get seqOffset() {
      return checkpoint.seqOffset;
    },
    get pendingMessages() {
      return behind;
    },
    get pendingBytes() {
      return pendingBytes();
    },
    run: async (signal) => {
      const offset = checkpoint.seqOffset;
      // A commit that failed for good (another owner) must end the reading too, also while nothing arrives.
      const reading = AbortSignal.any([signal, failed.signal]);
      const isUnbroken = (): Promise<boolean> => mayGoOn(deps, config.partitions, offset);
      try {
        for await (const messages of deps.events.read(partition, state.seq - offset, reading, isUnbroken)) {
          for (const message of messages) {
            while (held !== undefined) await held;
            await apply({ ...message, seq: message.seq + offset });
            behind = message.pendingMessages;
          }
          if (failure !== undefined) throw asError(failure);
        }
      } finally {
        // Also when the log has lost its end: what was applied may be there no more, but we still have it.
        await commitApplied();
        isOver = true;
        for (const { reject } of waiting) reject(notStored());
        waiting.clear();
      }
      if (failure !== undefined) throw asError(failure);
    },
    tick: () => {
      // A range that a crash left half done is committed exactly as it was intended, not earlier.
      if (
        range !== undefined &&
        range.toSeq >= checkpoint.intentTo &&
        isCommitDue({ rows: range.count, ageMs: clock.nowMs() - range.sinceMs }, config)
      )
        cut(false);
      else if (
        range === undefined &&
        inFlight === undefined &&
        clock.nowMs() >= snapshotDueMs &&
        state.seq === committed &&
        committed > checkpoint.snapshotSeq &&
        committed >= checkpoint.intentTo
      ) {
        // Idle since the last commit: without a snapshot of its own the partition would keep the log from letting go of old messages.
        range = emptyRange();
        cut(true);
      }
    },
    whenStored: (seq) => {
      if (seq <= committed) return Promise.resolve();
      if (isOver) return Promise.reject(notStored());
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.add({ seq, resolve, reject });
      return promise;
    },
    snapshotSoon: () => {
      snapshotDueMs = Math.min(snapshotDueMs, clock.nowMs());
    },
    fold,
    hold: () => {
      const gate = Promise.withResolvers<void>();
      const before = held;
      const mine = gate.promise.then(() => before);
      held = mine;
      void mine.then(() => {
        if (held === mine) held = undefined;
      });
      return gate.resolve;
    },
    forget: async (tenant) => {
      while (inFlight !== undefined) await settled();
      if (failure !== undefined) throw asError(failure);
      if (state.seq < Math.max(checkpoint.intentTo, committed))
        throw new WeirError('STREAMS_LEASE_LOST', `Partition ${partition} is still catching up.`);
      state.tenants.delete(tenant);
      dirty.drop((change) => change.tenant.tenant === tenant);
      range ??= emptyRange();
      cut(true);
      await settled();
    },
    finish: async () => {
      await inFlight;
      // Before the intent of a former run is reached, only the log may complete it; the next start will.
      if (failure !== undefined || state.seq < Math.max(checkpoint.intentTo, committed)) return;
      range ??= emptyRange();
      if (state.seq > 0) cut(true);
      await inFlight;
    },
  };
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
