import { Type, type Static } from '@sinclair/typebox';
import type { Checkpoint } from './checkpoint.ts';
import type { EventLog } from './ports.ts';

/**
 * KV `settings`, key `log-epoch`: since when the log is the one it is. Absent while it never lost its end. Written with compare-and-set
 * by whichever partition notices a loss first; every partition then takes over `seqOffset` before it stores anything more.
 */
export const LogEpoch = Type.Object({
  /** Positions are sequences of the log plus this, in every partition. */
  seqOffset: Type.Integer({ minimum: 0 }),
  /** The highest position anybody had stored or been promised before: everything stored in this epoch stands behind it. */
  bar: Type.Integer({ minimum: 0 }),
  /** When the loss was noticed. */
  atMs: Type.Number(),
});
export type LogEpoch = Static<typeof LogEpoch>;

/** Names an epoch in the snapshot of a stage; '' is the time before any loss. */
export function epochName(epoch: LogEpoch | undefined): string {
  return epoch === undefined ? '' : `${epoch.seqOffset}@${epoch.atMs}`;
}

/** Whether a partition stores under the numbers of this epoch. */
export function hasAdopted(checkpoint: Checkpoint, epoch: LogEpoch | undefined): boolean {
  return checkpoint.seqOffset >= (epoch?.seqOffset ?? 0);
}

type Log = Pick<EventLog, 'bounds' | 'timestampAt'>;

/** Whether the log still holds, under the same sequences, the messages the checkpoint names; purged ones count as held. */
export async function isSameLog(events: Log, checkpoint: Checkpoint): Promise<boolean> {
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
