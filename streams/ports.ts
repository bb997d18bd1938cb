import type { Checkpoint } from './checkpoint.ts';
import type { LogEpoch } from './log-epoch.ts';
import type { LogInventory } from './missing-batches.ts';

export interface LogMessage {
  readonly seq: number;
  readonly data: Uint8Array;
  /** When the server stored it; grows with the sequence. */
  readonly timestampMs: number;
  /** Messages of this partition still behind it when it was sent. */
  readonly pendingMessages: number;
}

/** The events stream as a processor sees it. */
export interface EventLog {
  /**
   * Messages of one partition after `afterSeq`, in order, each once; waits for more; ends when `signal` aborts. `isUnbroken` is asked
   * whenever reading begins, also after the server was away; where it says no, BUS_LOG_TRUNCATED is thrown before another message is given.
   */
  read(
    partition: number,
    afterSeq: number,
    signal: AbortSignal,
    isUnbroken: () => Promise<boolean>,
  ): AsyncIterable<readonly LogMessage[]>;
  /** First and last sequence of the whole stream. */
  bounds(): Promise<{ readonly firstSeq: number; readonly lastSeq: number }>;
  /** When the message at this sequence was stored; undefined when there is none. */
  timestampAt(seq: number): Promise<number | undefined>;
  /** Last sequence of a partition; 0 when the log holds none of it. */
  lastSeqOf(partition: number): Promise<number>;
  /** What the log holds and what is missing in its middle. */
  inventory(): Promise<LogInventory>;
  /** Deletes everything below `seq`. */
  purgeBelow(seq: number): Promise<void>;
}

/** Checkpoints with compare-and-set. */
export interface CheckpointStore {
  load(partition: number): Promise<{ readonly value: Checkpoint; readonly revision: number } | undefined>;
  /** New revision, or 'conflict' when somebody else wrote since `revision` (0 = must not exist). */
  save(partition: number, value: Checkpoint, revision: number): Promise<number | 'conflict'>;
}

/** The epoch of the log, with compare-and-set. */
export interface EpochStore {
  load(): Promise<{ readonly value: LogEpoch; readonly revision: number } | undefined>;
  /** New revision, or 'conflict' when somebody else wrote since `revision` (0 = must not exist). */
  save(value: LogEpoch, revision: number): Promise<number | 'conflict'>;
}

export interface SnapshotStore {
  put(name: string, bytes: Uint8Array): Promise<void>;
  get(name: string): Promise<Uint8Array | undefined>;
  delete(name: string): Promise<void>;
}
