import { Type, type Static } from '@sinclair/typebox';
import { defaultPartitions } from '../platform/contracts/subjects.ts';
import { defineConfig } from '../platform/config/config.ts';

const MiB = 1024 * 1024;
const bytes = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 1_024, description });
const milliseconds = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, description });
const count = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, description });

const schema = Type.Object({
  partitions: Type.Integer({
    default: defaultPartitions,
    minimum: 1,
    maximum: 256,
    description: 'Subjects of the event log. The same number as streams reads.',
  }),
  maxBodyBytes: bytes(8 * MiB, 'Largest body, after decompression.'),
  maxCompressedBytes: bytes(2 * MiB, 'Largest compressed body.'),
  maxInFlightBodyBytes: bytes(64 * MiB, 'Bodies in memory over all requests; beyond it requests get 503.'),
  maxConcurrentDecompressions: count(4, 'Bodies decompressed at the same time; the others wait.'),
  bodyTimeoutMs: milliseconds(30_000, 'A body must have arrived after this long.'),
  maxItems: count(10_000, 'Events of one request.'),
  maxEventBytes: bytes(32 * 1024, 'JSON text of the data of one event.'),
  maxDepth: Type.Integer({ default: 20, minimum: 1, maximum: 100, description: 'Levels data may nest.' }),
  maxValues: count(2_000, 'Members and elements of one event.'),
  maxKeyLength: count(256, 'Characters of a key inside data.'),
  futureToleranceMs: milliseconds(300_000, 'A time further ahead of ours becomes the received time.'),
  skewToleranceMs: milliseconds(10_000, 'A sender clock off by more is corrected when it says when it sent.'),
  commitIntervalMs: milliseconds(2, 'Events wait this long for others before they are published together.'),
  flushBytes: bytes(256 * 1024, 'A record batch of this size is published at once.'),
  maxInFlightPerPartition: count(2, 'Record batches of a partition awaiting their acknowledgement.'),
  maxPendingBytes: bytes(
    64 * MiB,
    'Record batches in memory, not yet acknowledged; beyond it requests get 503.',
  ),
  maxPendingEvents: count(200_000, 'Events in memory, not yet acknowledged; beyond it requests get 503.'),
  publishTimeoutMs: milliseconds(5_000, 'First try of a publish.'),
  publishDeadlineMs: milliseconds(15_000, 'Both tries of a publish; a request waits no longer.'),
  duplicateWindowMs: Type.Integer({
    default: 120_000,
    minimum: 100,
    description:
      'How long the log recognises a record batch that is sent again. Later repeats are stored, and counted once by their ids.',
  }),
  logMaxBytes: bytes(8 * 1024 * MiB, 'Size of the event log on disk; a full log refuses events with 503.'),
  deadLetterMaxBytes: bytes(256 * MiB, 'Size of the dead-letter stream; its oldest give way.'),
  deadLetterTimeoutMs: milliseconds(2_000, 'A reply waits this long for its dead letters.'),
  deadLettersPerRequest: count(100, 'Refused items of a request kept one by one; the rest is summarised.'),
  rateWindowSeconds: count(10, 'Seconds of its rate a tenant may use at once.'),
  recentIds: count(262_144, 'Acknowledged identities remembered to name resends in replies.'),
});

export type IngestConfig = Static<typeof schema>;

export const ingestConfig = defineConfig({
  section: 'ingest',
  schema,
  env: { partitions: 'WEIR_PARTITIONS' },
  refine: ({ publishTimeoutMs, publishDeadlineMs }) =>
    publishTimeoutMs <= publishDeadlineMs && publishDeadlineMs < 60_000
      ? []
      : ['WEIR_INGEST_PUBLISH_DEADLINE_MS must be below 60000 and at least WEIR_INGEST_PUBLISH_TIMEOUT_MS'],
});
