import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { LeaseStore } from '../../platform/lease/lease-store.ts';
import type { SnapshotStore } from '../ports.ts';
import type { Frontier } from './frontier.ts';
import { workUnderLease, type HeldLease, type LeaseConfig } from '../../platform/lease/held-lease.ts';
import type { StageMetrics } from './metrics.ts';
import { beginning, isWhole, type StagePosition } from './position.ts';
import type { Stage } from './stage.ts';
import { restAfter } from './rest.ts';
import { decodeStageSnapshot, encodeStageSnapshot } from './stage-snapshot.ts';
import type { BatchMark, Page, StoredEvents } from './stored-events.ts';

export interface StageDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly leases: LeaseStore;
  readonly snapshots: SnapshotStore;
  readonly stored: StoredEvents;
  readonly frontier: Pick<Frontier, 'standing'>;
  readonly metrics: StageMetrics;
  /** Tells that this process works on the stage; what it answers is called when it does so no more. */
  onOwned(owned: OwnedStage): () => void;
}

export interface StageConfig extends LeaseConfig {
  readonly maxOutOfOrdernessMs: number;
  /** Between two looks for newly stored events. */
  readonly stagePollIntervalMs: number;
  /** Between two writes of what changed while it catches up; when it has caught up it writes at once. */
  readonly stageFlushIntervalMs: number;
  readonly stageSnapshotIntervalMs: number;
  /** Share of the time a stage works at most while it catches up, so that it leaves the processors room. */
  readonly stageWorkShare: number;
}

/** A stage as the process that has its lease sees it. */
export interface OwnedStage {
  readonly name: string;
  /** Log sequence up to which everything is applied. */
  readonly position: number;
  /** Stored log messages behind it. */
  readonly pending: number;
  /** When all effects were last written; undefined before the first time. */
  readonly flushedAtMs: number | undefined;
  /** Whether something applied is not written yet; a state restored from a snapshot owes nothing. */
  readonly owesWrites: boolean;
  /** What failed last, until it succeeds. */
  readonly failure: string | undefined;
  /** What is being done because the log lost its end; undefined when nothing is. */
  readonly repair: string | undefined;
  /** Drops a tenant from the state and saves a snapshot without it, so that no restart brings it back. */
  forget(tenant: string): Promise<void>;
}

/**
 * Runs one stage wherever its lease can be had, until `signal` aborts.
 *
 * Order of effects and what a crash leaves at each point:
 *   1. apply a page in memory     crash after: nothing was written; the next owner reads the same events in the same order
 *   2. flush                      crash during or after: the next owner applies the same events again and writes the same rows again
 *   3. snapshot (state, position) crash during: the object is the old one or the new one; each matches its position
 * A snapshot is taken only of a state that has been flushed whole, so nothing that is owed is ever skipped.
 */
export async function runStage<State>(
  deps: StageDeps,
  stage: Stage<State>,
  config: StageConfig,
  signal: AbortSignal,
): Promise<void> {
  await workUnderLease(deps, config, `stage.${stage.name}`, signal, (lease, aborted) =>
    work(deps, stage, config, lease, aborted),
  );
}

async function work<State>(
  deps: StageDeps,
  stage: Stage<State>,
  config: StageConfig,
  lease: HeldLease,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, snapshots, stored, metrics } = deps;
  const label = { stage: stage.name };
  const objectName = `stage-${stage.name}`;
  const restored = await restore(deps, stage, objectName);
  const { newestMs, rows } = restored;
  let { state, position, epoch } = restored;
  let frontier = position.seq;
  let flushedAtMs: number | undefined;
  let failure: string | undefined;
  let repair: string | undefined;
  let isFlushed = true;
  let isSaved = true;
  /** A fold that threw may have left the state half changed: only the snapshot helps. */
  let isBroken = false;
  let flushDueMs = clock.monotonicMs();
  let snapshotDueMs = clock.monotonicMs() + config.stageSnapshotIntervalMs;
  const forgetting: { readonly tenant: string; readonly resolve: () => void }[] = [];

  const context = {
    watermarkMs: (tenant: string) =>
      (newestMs.get(tenant) ?? Number.NEGATIVE_INFINITY) - config.maxOutOfOrdernessMs,
  };
  const flush = async (): Promise<void> => {
    if (isFlushed) return;
    await lease.confirm();
    await stage.flush(state, clock.nowMs());
    isFlushed = true;
    flushedAtMs = clock.nowMs();
    flushDueMs = clock.monotonicMs() + config.stageFlushIntervalMs;
  };
  const save = async (): Promise<void> => {
    await flush();
    await lease.confirm();
    const bytes = encodeStageSnapshot({
      position,
      newestMs,
      state: stage.encode(state),
      rows,
      ...(epoch === undefined ? {} : { epoch }),
    });
    await snapshots.put(objectName, bytes);
    metrics.snapshotBytes.set(label, bytes.length);
    isSaved = true;
    snapshotDueMs = clock.monotonicMs() + config.stageSnapshotIntervalMs;
  };

  /**
   * The log lost its end since the position was reached. Partitions store behind it from then on, so normally nothing was missed; that is
   * not taken on trust: were rows stored below the position that were not there when it was reached, the stage is built again.
   */
  const reconcile = async (next: string, bar: number): Promise<void> => {
    const missed = position.seq > bar || !isSameCount(await stored.countTo(position), rows);
    if (missed) {
      log.error(
        { ...label, position: position.seq, epoch: next },
        'after the log lost its end, events were stored below the position of a stage: it is built again from the first stored event',
      );
      metrics.rebuilds.inc(label);
      repair = rebuilding;
      state = stage.create();
      position = beginning;
      newestMs.clear();
      rows.clear();
      isFlushed = true;
    } else if (position.seq > 0)
      log.info(
        { ...label, position: position.seq },
        'the log lost its end; the stage holds everything that is stored below its position and goes on',
      );
    epoch = next;
    isSaved = false;
    snapshotDueMs = clock.monotonicMs();
  };

  /** One page; answers whether everything that may be read has been applied. */
  const advance = async (): Promise<boolean> => {
    const standing = await deps.frontier.standing();
    if (standing.epoch === undefined) {
      repair ??= waiting;
      return true;
    }
    if (repair === waiting) repair = undefined;
    if (standing.epoch !== epoch) await reconcile(standing.epoch, standing.bar);
    frontier = Math.max(standing.upTo, position.seq);
    if (frontier > position.seq || !isWhole(position)) {
      const page = await stored.read(position, frontier, stage.types, stage.view !== undefined);
      isBroken = true;
      const calls = applyPage(stage, state, page, newestMs, context);
      isBroken = false;
      if (calls > 0) isFlushed = false;
      for (const mark of page.marks) rows.set(mark.tenant, (rows.get(mark.tenant) ?? 0) + mark.rows);
      metrics.events.inc(label, page.events.length);
      ({ position } = page);
      isSaved = false;
    }
    metrics.position.set(label, position.seq);
    metrics.pending.set(label, frontier - position.seq);
    const isCaughtUp = position.seq >= frontier && isWhole(position);
    if (isCaughtUp) repair = undefined;
    return isCaughtUp;
  };

  /** Answers for how long to rest. */
  const round = async (): Promise<number> => {
    const startedMs = clock.monotonicMs();
    await lease.confirm();
    // A state whose effects could not be written is not built on: what waits stays within one page.
    if (failure !== undefined) await flush();
    const isCaughtUp = await advance();
    if (stage.isFlushDue?.(state) === true) {
      isFlushed = false;
      isSaved = false;
    }
    if (isCaughtUp || clock.monotonicMs() >= flushDueMs) await flush();
    if (forgetting.length > 0) {
      for (const { tenant } of forgetting) {
        stage.forget(state, tenant);
        newestMs.delete(tenant);
        rows.delete(tenant);
      }
      await save();
      for (const { resolve } of forgetting.splice(0)) resolve();
    } else if (!isSaved && clock.monotonicMs() >= snapshotDueMs) await save();
    const workedMs = clock.monotonicMs() - startedMs;
    return Math.max(isCaughtUp ? config.stagePollIntervalMs : 0, restAfter(workedMs, config.stageWorkShare));
  };

  const release = deps.onOwned({
    name: stage.name,
    get position() {
      return position.seq;
    },
    get pending() {
      return frontier - position.seq;
    },
    get flushedAtMs() {
      return flushedAtMs;
    },
    get owesWrites() {
      return !isFlushed;
    },
    get failure() {
      return failure;
    },
    get repair() {
      return repair;
    },
    forget: (tenant) =>
      new Promise((resolve) => {
        forgetting.push({ tenant, resolve });
      }),
  });
  try {
    for (let failures = 0; !signal.aborted;) {
      let restMs = 0;
      try {
        restMs = await round();
        if (failure !== undefined) log.info({ ...label, failures }, 'the stage goes on');
        failure = undefined;
        failures = 0;
      } catch (error) {
        if (signal.aborted || isBroken || isLeaseLost(error)) throw error;
        if (failures === 0) log.warn({ ...label, error: messageOf(error) }, 'a round failed, repeating');
        failure = messageOf(error);
        metrics.failures.inc(label);
        restMs = Math.min(config.storeRetryMs * 2 ** Math.min(failures++, 4), 5_000);
      }
      await clock.sleep(restMs, signal).catch(() => undefined);
    }
    // Best effort: what is not written now is applied and written again by the next owner.
    if (!isSaved) await save().catch(() => undefined);
  } finally {
    release();
  }
}

/** Applies a page batch by batch, each with the watermark of what came before it. Answers how often the state was called. */
function applyPage<State>(
  stage: Stage<State>,
  state: State,
  page: Page,
  newestMs: Map<string, number>,
  context: { watermarkMs(tenant: string): number },
): number {
  let mark = 0;
  let calls = 0;
  let isNews = false;
  const passMarks = (before: { readonly seq: number; readonly partition: number } | undefined): void => {
    for (let next = page.marks[mark]; next !== undefined; next = page.marks[++mark]) {
      if (before !== undefined && !isBefore(next, before)) return;
      if (next.newestMs <= (newestMs.get(next.tenant) ?? Number.NEGATIVE_INFINITY)) continue;
      newestMs.set(next.tenant, next.newestMs);
      isNews = true;
    }
  };
  for (let i = 0, v = 0; ;) {
    const batch = earlier(page.events[i], page.viewings[v]);
    if (batch === undefined) break;
    const [fromEvent, fromViewing] = [i, v];
    while (isSameBatch(page.events[i], batch)) i++;
    while (isSameBatch(page.viewings[v], batch)) v++;
    passMarks(batch);
    stage.apply(state, page.events.slice(fromEvent, i), context);
    if (v > fromViewing) stage.view?.(state, page.viewings.slice(fromViewing, v));
    calls++;
    isNews = false;
  }
  // A page that ends inside a batch does not count that batch's times yet.
  passMarks(isWhole(page.position) ? undefined : page.position);
  if (isNews) {
    stage.apply(state, [], context);
    calls++;
  }
  return calls;
}

function isLeaseLost(error: unknown): boolean {
  return isWeirError(error) && error.code === 'STREAMS_LEASE_LOST';
}

function isBefore(mark: BatchMark, other: { readonly seq: number; readonly partition: number }): boolean {
  return mark.seq < other.seq || (mark.seq === other.seq && mark.partition < other.partition);
}

interface InBatch {
  readonly seq: number;
  readonly partition: number;
}

function isSameBatch(one: InBatch | undefined, other: InBatch): boolean {
  return one !== undefined && one.seq === other.seq && one.partition === other.partition;
}

function earlier(one: InBatch | undefined, other: InBatch | undefined): InBatch | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.seq < other.seq || (one.seq === other.seq && one.partition <= other.partition) ? one : other;
}

const rebuilding =
  'The log lost its end, and events were stored below what had been read: built again from the first stored event';
const waiting = 'The log lost its end: waits until every partition stores behind what was read';

function isSameCount(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return [...new Set([...a.keys(), ...b.keys()])].every((key) => (a.get(key) ?? 0) === (b.get(key) ?? 0));
}

/** State, position, row counts and newest times of the last snapshot, or of the beginning when there is none that can be read. */
async function restore<State>(
  deps: StageDeps,
  stage: Stage<State>,
  objectName: string,
): Promise<{
  state: State;
  position: StagePosition;
  newestMs: Map<string, number>;
  rows: Map<string, number>;
  epoch: string | undefined;
}> {
  const bytes = await deps.snapshots.get(objectName).catch((error: unknown) => {
    if (isWeirError(error) && error.code === 'BUS_VALUE_INVALID') return new Uint8Array(0);
    throw error;
  });
  if (bytes !== undefined) {
    const snapshot = decodeStageSnapshot(bytes);
    const state = snapshot === undefined ? undefined : stage.decode(snapshot.state);
    if (snapshot !== undefined && state !== undefined)
      return {
        state,
        position: snapshot.position,
        newestMs: new Map(snapshot.newestMs),
        // A snapshot of a former version holds what was stored up to its position: there was nothing else to read.
        rows: new Map(snapshot.rows ?? (await deps.stored.countTo(snapshot.position))),
        epoch: snapshot.epoch ?? '',
      };
    deps.log.error(
      { stage: stage.name },
      'the snapshot of a stage is damaged or of another version: it is built again from the first stored event',
    );
  }
  return {
    state: stage.create(),
    position: beginning,
    newestMs: new Map(),
    rows: new Map(),
    epoch: undefined,
  };
}
