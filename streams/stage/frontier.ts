import type { Clock } from '../../platform/time/clock.ts';
import type { CheckpointStore, EventLog } from '../ports.ts';

/** Position up to which the events of every partition are stored. */
export interface Frontier {
  /** Never less than what it answered before: what was stored once stays stored. */
  read(): Promise<number>;
}

/** Answers are shared by the stages of a process for this long. */
const SHARED_MS = 200;

/**
 * The lowest position over all partitions. A partition whose last message is stored has nothing to wait for: it counts up to the end of
 * the log as it was read before. That is claimed only while the log still is the one the checkpoint knows: after a loss the stream
 * hands sequences out again, and the owner shifts its positions when it notices.
 */
export function createFrontier(
  deps: {
    readonly events: Pick<EventLog, 'bounds' | 'lastSeqOf' | 'timestampAt'>;
    readonly checkpoints: Pick<CheckpointStore, 'load'>;
    readonly clock: Clock;
  },
  partitions: number,
): Frontier {
  const { events, checkpoints, clock } = deps;
  let highest = 0;
  let shared: { readonly atMs: number; readonly answer: Promise<number> } | undefined;

  const completeTo = async (partition: number, log: Bounds): Promise<number> => {
    const checkpoint = (await checkpoints.load(partition))?.value;
    const lastSeq = await events.lastSeqOf(partition);
    if (checkpoint === undefined) return lastSeq === 0 ? log.lastSeq : 0;
    const { position, seqOffset, positionStoredAtMs } = checkpoint;
    if (lastSeq + seqOffset > position) return position;
    const seq = position - seqOffset;
    const isPurged = seq > 0 && seq < log.firstSeq;
    const isSame =
      positionStoredAtMs === 0 || isPurged || (await events.timestampAt(seq)) === positionStoredAtMs;
    return isSame ? Math.max(position, log.lastSeq + seqOffset) : position;
  };

  const find = async (): Promise<number> => {
    const log = await events.bounds();
    const complete = await Promise.all(
      Array.from({ length: partitions }, (_, partition) => completeTo(partition, log)),
    );
    // A partition that had nothing to wait for falls back to its own last message when it gets the next one.
    highest = Math.max(highest, Math.min(...complete));
    return highest;
  };

  return {
    read: () => {
      const nowMs = clock.monotonicMs();
      if (shared === undefined || nowMs - shared.atMs >= SHARED_MS) {
        const answer = find();
        shared = { atMs: nowMs, answer };
        answer.catch(() => {
          if (shared?.answer === answer) shared = undefined;
        });
      }
      return shared.answer;
    },
  };
}

interface Bounds {
  readonly firstSeq: number;
  readonly lastSeq: number;
}
