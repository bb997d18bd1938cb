import type { Clock } from '../../platform/time/clock.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { epochName, hasAdopted } from '../log-epoch.ts';
import { isSameLog } from '../log-shift.ts';
import type { CheckpointStore, EpochStore, EventLog } from '../ports.ts';

/** What may be read, and of which epoch of the log that is true. */
export interface Standing {
  readonly upTo: number;
  /** Undefined while partitions have still to follow into an epoch: nothing more is promised until they have. */
  readonly epoch: string | undefined;
  /** Everything stored in this epoch stands behind it; a position beyond was promised by a log that nobody knows any more. */
  readonly bar: number;
}

/** Position up to which the events of every partition are stored. */
export interface Frontier {
  /** Never less than what it answered before in the same epoch: what was stored once stays stored. */
  read(): Promise<number>;
  standing(): Promise<Standing>;
}

/** Answers are shared by the stages of a process for this long. */
const SHARED_MS = 200;

/**
 * The lowest position over all partitions. A partition whose last message is stored has nothing to wait for: it counts up to the end of
 * the log as it was read before. That is claimed only while the log is the one that every checkpoint knows, and every partition stores
 * under the numbers of the present epoch: after a loss the stream hands sequences out again, and who has not noticed yet may store below.
 */
export function createFrontier(
  deps: {
    readonly events: Pick<EventLog, 'bounds' | 'lastSeqOf' | 'timestampAt'>;
    readonly checkpoints: Pick<CheckpointStore, 'load'>;
    readonly epochs: Pick<EpochStore, 'load'>;
    readonly clock: Clock;
  },
  partitions: number,
): Frontier {
  const { events, checkpoints, epochs, clock } = deps;
  let last: Standing = { upTo: 0, epoch: undefined, bar: 0 };
  let shared: { readonly atMs: number; readonly answer: Promise<Standing> } | undefined;

  const find = async (): Promise<Standing> => {
    const epoch = (await epochs.load())?.value;
    const log = await events.bounds();
    const all = await Promise.all(
      Array.from({ length: partitions }, async (_, partition) => ({
        checkpoint: (await checkpoints.load(partition))?.value,
        lastSeq: await events.lastSeqOf(partition),
      })),
    );
    const known = all.flatMap(({ checkpoint }) => checkpoint ?? []);
    // Only a partition that never was opened has no checkpoint; with an epoch it has to take that over first.
    const isWaiting = epoch !== undefined && known.length < partitions;
    if (isWaiting || !known.every((checkpoint) => hasAdopted(checkpoint, epoch)))
      return { ...last, epoch: undefined };
    const isSame = (await Promise.all(known.map((one) => isSameLog(events, one)))).every(Boolean);
    const upTo = Math.min(...all.map((one) => completeTo(one, log.lastSeq, isSame)));
    const name = epochName(epoch);
    // A partition that had nothing to wait for falls back to its own last message when it gets the next one.
    last = {
      upTo: last.epoch === name ? Math.max(last.upTo, upTo) : upTo,
      epoch: name,
      bar: epoch?.bar ?? Number.POSITIVE_INFINITY,
    };
    return last;
  };

  const standing = (): Promise<Standing> => {
    const nowMs = clock.monotonicMs();
    if (shared === undefined || nowMs - shared.atMs >= SHARED_MS) {
      const answer = find();
      shared = { atMs: nowMs, answer };
      answer.catch(() => {
        if (shared?.answer === answer) shared = undefined;
      });
    }
    return shared.answer;
  };
  return { read: async () => (await standing()).upTo, standing };
}

/** How far one partition is stored; `lastSeq` is its own last message in the log. */
function completeTo(
  { checkpoint, lastSeq }: { readonly checkpoint: Checkpoint | undefined; readonly lastSeq: number },
  endOfLog: number,
  isSame: boolean,
): number {
  if (checkpoint === undefined) return lastSeq === 0 ? endOfLog : 0;
  const { position, seqOffset } = checkpoint;
  if (lastSeq + seqOffset > position || !isSame) return position;
  return Math.max(position, endOfLog + seqOffset);
}
