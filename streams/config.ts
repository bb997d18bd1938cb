import { Type, type Static } from '@sinclair/typebox';
import { defaultPartitions } from '../platform/contracts/subjects.ts';
import { defineConfig } from '../platform/config/config.ts';

const ms = (byDefault: number, description: string) =>
  Type.Integer({ default: byDefault, minimum: 1, description });

export const StreamsSettings = Type.Object({
  partitions: Type.Integer({
    default: defaultPartitions,
    minimum: 1,
    maximum: 256,
    description: 'Partitions of the log; fixed once events are stored.',
  }),
  maxOutOfOrdernessMs: ms(5_000, 'How far the watermark trails the newest event time.'),
  allowedLatenessMs: ms(
    300_000,
    'How long a window is held after the watermark has passed its end; later events are counted by a correction.',
  ),
  identityCapacity: Type.Integer({
    default: 500_000,
    minimum: 1_000,
    description:
      'Identities a generation and partition for recognising duplicates; two generations, about 24 bytes each. Older events are looked up in history.',
  }),
  commitIntervalMs: ms(
    500,
    'Few rows wait this long before they are stored, many up to three times as long.',
  ),
  targetCommitRows: Type.Integer({
    default: 25_000,
    minimum: 1,
    description: 'Rows an insert waits for when much arrives: larger inserts are merged less often.',
  }),
  maxCommitRows: Type.Integer({ default: 50_000, minimum: 1, description: 'Rows of one insert.' }),
  maxCommitBytes: Type.Integer({
    default: 16 * 1024 * 1024,
    minimum: 1_024,
    description: 'Bytes of one insert.',
  }),
  maxPendingBytes: Type.Integer({
    default: 48 * 1024 * 1024,
    minimum: 1_024,
    description: 'Rows waiting to be stored, a partition; reading stops above it and the log grows instead.',
  }),
  liveIntervalMs: ms(100, 'Between two live updates of a key.'),
  kpiFlushIntervalMs: ms(1_000, 'Between two writes of changed KPI windows.'),
  kpiRowsPerFlush: Type.Integer({
    default: 4_000,
    minimum: 1,
    description: 'KPI rows a write beyond those that are due; the rest wait for the next.',
  }),
  maxKpiRowsPerFlush: Type.Integer({
    default: 10_000,
    minimum: 1,
    description:
      'KPI rows one write has at most: making them holds up the thread, and their text takes memory.',
  }),
  maxOverdueWindows: Type.Integer({
    default: 40_000,
    minimum: 1,
    description:
      'Finished windows of a partition that wait to be written; reading stops above it and the log grows instead.',
  }),
  snapshotIntervalMs: ms(
    30_000,
    'Between two snapshots of a partition’s state; a restart replays at most what came since.',
  ),
  leaseTtlMs: ms(10_000, 'A partition whose owner is silent this long is taken over by another processor.'),
  storeRetryMs: ms(500, 'First pause before a failed effect is repeated; doubles to 5 s.'),
});

/** Settings of the processors as they come from the environment. */
export const streamsConfig = defineConfig({
  section: 'streams',
  schema: StreamsSettings,
  env: { partitions: 'WEIR_PARTITIONS' },
});

/** Settings of the processors; `owner` names this processor in leases and checkpoints and stays the same over restarts. */
export type StreamsConfig = Static<typeof StreamsSettings> & { readonly owner: string };
