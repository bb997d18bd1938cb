import { Type, type Static } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';

/** What the processors answer on `streams.status`. */
const StreamsStatus = Type.Object({
  /** When the log was last found to have lost its end, and how many partitions have yet to go on behind what was stored. */
  log: Type.Object({ lostAtMs: Type.Union([Type.Number(), Type.Null()]), toFollow: Type.Integer() }),
  partitions: Type.Array(
    Type.Object({
      partition: Type.Integer(),
      appliedSeq: Type.Number(),
      position: Type.Number(),
      pendingBytes: Type.Number(),
      pendingMessages: Type.Number(),
    }),
  ),
  expectedPartitions: Type.Integer(),
  lastSeq: Type.Number(),
  watermarkMs: Type.Union([Type.Number(), Type.Null()]),
});
export type StreamsStatus = Static<typeof StreamsStatus>;

/** Asks the processors, at most once a second for the same tenant; undefined when they do not answer. */
export interface StatusReader {
  read(tenant: string): Promise<StreamsStatus | undefined>;
}

const timeoutMs = 1_500;
const statusCodec = createJsonCodec(StreamsStatus);

export function createStatusReader(bus: Bus, clock: Clock): StatusReader {
  const answers = createSharedAnswers<StreamsStatus | undefined>(clock, 1_000, 1_000);
  return {
    read: async (tenant) =>
      await answers.get(tenant, async () => {
        if (!bus.isConnected()) return undefined;
        return await bus.request('streams.status', { tenant }, statusCodec, timeoutMs).catch(() => undefined);
      }),
  };
}

/**
 * Messages of the log that are not applied yet. A partition knows what waits behind its last message; what arrived for one that has not
 * read since shows as the distance to the furthest.
 */
export function pendingMessages(status: StreamsStatus): number {
  const known = status.partitions.reduce((sum, partition) => sum + partition.pendingMessages, 0);
  const furthest = Math.max(0, ...status.partitions.map((partition) => partition.appliedSeq));
  return Math.max(known, status.lastSeq - furthest, 0);
}
