/** Everything up to here, in the order of (seq, partition, idx), has been applied. */
export interface StagePosition {
  readonly seq: number;
  readonly partition: number;
  readonly idx: number;
}

const LAST_PARTITION = 65_535;
const LAST_IDX = 4_294_967_295;

/** Every event of every batch up to and including `seq`. */
export function endOf(seq: number): StagePosition {
  return { seq, partition: LAST_PARTITION, idx: LAST_IDX };
}

/** Whether the position is the end of a batch rather than a place inside of one. */
export function isWhole(position: StagePosition): boolean {
  return position.partition === LAST_PARTITION && position.idx === LAST_IDX;
}

export const beginning: StagePosition = endOf(0);
