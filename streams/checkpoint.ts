import { Type, type Static } from '@sinclair/typebox';

/**
 * KV `checkpoints`, key = partition. Written with compare-and-set by the owner of the partition only; a lost race means the lease
 * is lost. What a crash leaves behind at each point is told in `partition.ts`.
 */
export const Checkpoint = Type.Object({
  /** Everything up to here is stored and counted. */
  position: Type.Integer({ minimum: 0 }),
  /** The rows of (position, intentTo] are being inserted, or have been, under the token of exactly this range. */
  intentTo: Type.Integer({ minimum: 0 }),
  /** When the log stored the messages at `position` and `intentTo`: proof that the log still is the one that was read. */
  positionStoredAtMs: Type.Number(),
  intentStoredAtMs: Type.Number(),
  /**
   * Position = stream sequence + this. Grows when the log was found shorter than the position: the stream hands the lost sequences out
   * again, and positions, row sequences and tokens must never repeat.
   */
  seqOffset: Type.Integer({ minimum: 0 }),
  /** State at `snapshotSeq` ≤ position; '' = none, replay from the beginning. */
  snapshotName: Type.String(),
  snapshotSeq: Type.Integer({ minimum: 0 }),
  owner: Type.String(),
  savedAtMs: Type.Number(),
});
export type Checkpoint = Static<typeof Checkpoint>;

export const emptyCheckpoint: Checkpoint = {
  position: 0,
  intentTo: 0,
  positionStoredAtMs: 0,
  intentStoredAtMs: 0,
  seqOffset: 0,
  snapshotName: '',
  snapshotSeq: 0,
  owner: '',
  savedAtMs: 0,
};

/** Deduplication token of a range of one partition: equal ranges give equal rows, so equal tokens never carry other rows. */
export function insertToken(partition: number, fromSeq: number, toSeq: number): string {
  return `events:${partition}:${fromSeq}:${toSeq}`;
}
