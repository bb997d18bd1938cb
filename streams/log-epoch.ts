import { Type, type Static } from '@sinclair/typebox';
import type { Checkpoint } from './checkpoint.ts';

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
