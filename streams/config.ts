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
  privacyEpsilon: Type.Number({
    default: 0.1,
    minimum: 0.05,
    maximum: 1,
    description: 'Privacy loss ε of one private answer unless the question asks for another.',
  }),
  privacyDelta: Type.Number({
    default: 1e-6,
    minimum: 1e-12,
    maximum: 1e-3,
    description: 'δ of one private answer, and of all of a period together.',
  }),
  privacyPeriodEpsilon: Type.Number({
    default: 1,
    minimum: 0.05,
    maximum: 10,
    description:
      'ε that all private answers of a tenant and period may cost together; then they are refused.',
  }),
  privacyPeriod: Type.Union([Type.Literal('day'), Type.Literal('week'), Type.Literal('month')], {
    default: 'month',
    description: 'After which the privacy budget is whole again; UTC.',
  }),
  stagePollIntervalMs: ms(1_000, 'Between two looks of a second stage for newly stored events.'),
  stagePageRows: Type.Integer({
    default: 2_000,
    minimum: 1,
    description: 'Events a second stage reads at once.',
  }),
  stageFlushIntervalMs: ms(
    2_000,
    'Between two writes of what a second stage changed while it catches up; caught up it writes at once.',
  ),
  stageSnapshotIntervalMs: ms(15_000, 'Between two snapshots of a second stage.'),
  stageWorkShare: Type.Number({
    default: 0.25,
    exclusiveMinimum: 0,
    maximum: 1,
    description: 'Share of the time a second stage works at most; the rest is left to the processors.',
  }),
  watchSettleMs: ms(
    15_000,
    'A closed window is judged once, so long after the written rows have passed its end; revisions until then count, later ones only change the chart.',
  ),
  watchDimensionValues: Type.Integer({
    default: 20,
    minimum: 0,
    maximum: 1_000,
    description: 'Values of each dimension watched a tenant, those with the most events of a week.',
  }),
  watchMinutesBackMs: ms(86_400_000, 'Windows of a minute that are older are not judged by the minute.'),
  watchSignalMaxAgeMs: ms(
    6 * 3_600_000,
    'Windows that ended longer ago are learned from and listed, but tell no signal.',
  ),
  storeRetryMs: ms(500, 'First pause before a failed effect is repeated; doubles to 5 s.'),
});

/** Settings of the processors as they come from the environment. */
export const streamsConfig = defineConfig({
  section: 'streams',
  schema: StreamsSettings,
  env: {
    partitions: 'WEIR_PARTITIONS',
    privacyEpsilon: 'WEIR_PRIVACY_EPSILON',
    privacyDelta: 'WEIR_PRIVACY_DELTA',
    privacyPeriodEpsilon: 'WEIR_PRIVACY_PERIOD_EPSILON',
    privacyPeriod: 'WEIR_PRIVACY_PERIOD',
  },
});

/** Settings of the processors; `owner` names this processor in leases and checkpoints and stays the same over restarts. */
export type StreamsConfig = Static<typeof StreamsSettings> & { readonly owner: string };
