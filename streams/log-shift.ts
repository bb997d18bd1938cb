import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { Checkpoint } from './checkpoint.ts';
import { hasAdopted, type LogEpoch } from './log-epoch.ts';
import type { CheckpointStore, EpochStore, EventLog } from './ports.ts';
import { highestOfAll, highestStored } from './stored-batches.ts';

export interface ShiftDeps {
  readonly events: Pick<EventLog, 'bounds' | 'timestampAt'>;
  readonly checkpoints: Pick<CheckpointStore, 'load'>;
  readonly epochs: EpochStore;
  readonly store: Pick<Store, 'query'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** How a partition goes on when the log is not the one its numbers were taken from. */
export interface Shift {
  readonly epoch: LogEpoch;
  /** First sequence of the log that the partition has not stored. */
  readonly firstNewSeq: number;
  /** When the log stored the message before it, as far as that is known; else 0. */
  readonly storedAtMs: number;
  /** Position of the last row the partition has stored, or of the last message its checkpoint covers. */
  readonly storedTo: number;
  /** Whether messages it had processed are gone from the log. */
  readonly isLoss: boolean;
  /** Whether this partition was the first to notice. */
  readonly isNewEpoch: boolean;
}

/**
 * Whether a partition must renumber before it may store anything, and how; undefined when the log, all checkpoints and the stored rows
 * agree. A second stage reads in one order over all partitions, and a partition with nothing to store is counted up to the end of the
 * log; so a log that lost its end, of which ONE partition noticed something, concerns all of them: what any of them stores from then on must
 * stand behind everything that was ever promised. That is no position of a checkpoint and no stored row (a promise is never more
 * than the furthest of these), so the bar is their maximum.
 *
 * A loss shows in four ways:
 *   - a checkpoint names a message that the log does not hold any more, or holds another one there (its end was lost),
 *   - rows stand behind the intent of their partition (the checkpoints are older than ClickHouse: JetStream came back from a copy),
 *   - rows without any checkpoint (JetStream has lost everything),
 *   - somebody else has written a new epoch.
 */
export async function findShift(
  deps: ShiftDeps,
  partitions: number,
  partition: number,
  own: Checkpoint,
): Promise<Shift | undefined> {
  const { events, epochs, store } = deps;
  for (;;) {
    const loaded = await epochs.load();
    const epoch = loaded?.value;
    const stored = await highestStored(store, partition, own.position);
    const highest = await highestOfAll(store, Math.max(epoch?.bar ?? 0, own.intentTo));
    // After the rows: others are at work, and each of them saves its intent before its rows.
    const others = await otherCheckpoints(deps.checkpoints, partitions, partition);
    const known = Math.max(epoch?.bar ?? 0, own.intentTo, ...others.map(({ intentTo }) => intentTo));
    const isOwnSame = await isSameLog(events, own);
    const isOwnWhole = isOwnSame && stored <= own.intentTo;
    const areOthersWhole = highest <= known && (await areSame(events, others, epoch));
    const bounds = await events.bounds();

    const isIntentStored = stored > own.position && own.intentTo > 0;
    const reached = isIntentStored ? reachedByIntent(own) : own;
    const firstNewSeq = await firstUnread(events, reached, isOwnSame, bounds);
    const storedTo = Math.max(reached.position, stored);
    const shiftTo = async (next: LogEpoch, isNewEpoch: boolean): Promise<Shift> => ({
      epoch: next,
      firstNewSeq,
      storedAtMs: isOwnSame ? reached.positionStoredAtMs : ((await events.timestampAt(firstNewSeq - 1)) ?? 0),
      storedTo,
      isLoss:
        !isOwnSame ||
        (stored > own.intentTo && (own.intentTo === 0 || stored - own.seqOffset > bounds.lastSeq)),
      isNewEpoch,
    });

    if (epoch !== undefined && !hasAdopted(own, epoch) && areOthersWhole) {
      if (firstNewSeq - 1 + epoch.seqOffset >= Math.max(own.intentTo, storedTo)) return shiftTo(epoch, false);
    } else if (isOwnWhole && areOthersWhole) return undefined;

    const bar = Math.max(known, storedTo, highest);
    const unread = await Promise.all(
      others.map(async (other) => firstUnread(events, other, await isSameLog(events, other), bounds)),
    );
    const next: LogEpoch = {
      seqOffset: Math.max(
        own.seqOffset,
        ...others.map(({ seqOffset }) => seqOffset),
        bar - (Math.min(firstNewSeq, ...unread) - 1),
      ),
      bar,
      atMs: deps.clock.nowMs(),
    };
    const saved = await epochs.save(next, loaded?.revision ?? 0);
    if (saved !== 'conflict') return shiftTo(next, true);
  }
}

/**
 * Whether a partition that is at work may go on: nobody has begun a new epoch, and the log holds what every checkpoint names. Asked whenever
 * it begins to read, which it does anew after every restart of the server: a quiet partition sees nothing of a loss itself.
 */
export async function mayGoOn(
  deps: Pick<ShiftDeps, 'events' | 'checkpoints' | 'epochs'>,
  partitions: number,
  seqOffset: number,
): Promise<boolean> {
  const epoch = (await deps.epochs.load())?.value;
  if (seqOffset < (epoch?.seqOffset ?? 0)) return false;
  return areSame(deps.events, await otherCheckpoints(deps.checkpoints, partitions, -1), epoch);
}

async function otherCheckpoints(
  checkpoints: Pick<CheckpointStore, 'load'>,
  partitions: number,
  but: number,
): Promise<Checkpoint[]> {
  const loaded = await Promise.all(
    Array.from({ length: partitions }, async (_, other) =>
      other === but ? undefined : await checkpoints.load(other),
    ),
  );
  return loaded.flatMap((entry) => entry?.value ?? []);
}

/** A partition that has not followed into the epoch yet tells of the loss before it, not of another one. */
async function areSame(
  events: ShiftDeps['events'],
  checkpoints: readonly Checkpoint[],
  epoch: LogEpoch | undefined,
): Promise<boolean> {
  for (const checkpoint of checkpoints)
    if (hasAdopted(checkpoint, epoch) && !(await isSameLog(events, checkpoint))) return false;
  return true;
}

/** An intent whose rows stand is done: an insert is one block. */
function reachedByIntent(checkpoint: Checkpoint): Checkpoint {
  return {
    ...checkpoint,
    position: checkpoint.intentTo,
    positionStoredAtMs: checkpoint.intentStoredAtMs,
  };
}

async function firstUnread(
  events: ShiftDeps['events'],
  checkpoint: Checkpoint,
  isSame: boolean,
  bounds: { readonly firstSeq: number; readonly lastSeq: number },
): Promise<number> {
  if (checkpoint.intentTo > 0 && isSame) return checkpoint.position - checkpoint.seqOffset + 1;
  // The stream hands lost sequences out again. What it stored later than our last message is new, whatever number it has.
  return firstStoredAfter(events, checkpoint.positionStoredAtMs, bounds);
}

/** First sequence stored later than `storedAtMs`, by halving: timestamps grow with the sequence. One past the end when there is none. */
async function firstStoredAfter(
  events: ShiftDeps['events'],
  storedAtMs: number,
  { firstSeq, lastSeq }: { readonly firstSeq: number; readonly lastSeq: number },
): Promise<number> {
  let low = Math.max(1, firstSeq);
  let high = lastSeq + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = await events.timestampAt(middle);
    if (at !== undefined && at > storedAtMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the log still holds, under the same sequences, the messages the checkpoint names; purged ones count as held. */
export async function isSameLog(events: ShiftDeps['events'], checkpoint: Checkpoint): Promise<boolean> {
  const marks = [
    { seq: checkpoint.position - checkpoint.seqOffset, storedAtMs: checkpoint.positionStoredAtMs },
    { seq: checkpoint.intentTo - checkpoint.seqOffset, storedAtMs: checkpoint.intentStoredAtMs },
  ];
  for (const { seq, storedAtMs } of marks) {
    if (storedAtMs === 0) continue;
    const foundMs = await events.timestampAt(seq);
    if (foundMs === storedAtMs) continue;
    if (foundMs !== undefined) return false;
    // Asked for after the message: what a purge takes in between counts as held.
    const { firstSeq } = await events.bounds();
    if (seq >= firstSeq || seq <= 0 || firstSeq <= 1) return false;
  }
  return true;
}
