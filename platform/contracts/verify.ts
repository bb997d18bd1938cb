import { Type, type Static } from '@sinclair/typebox';
import { WindowParam } from './api.ts';
import { rollups } from './kpi.ts';

/** What the audit of a running engine asks, finds and reports; carried over core NATS from the command line to the processors. */

export const verifySubject = 'streams.verify';

const Seq = Type.Integer({ minimum: 0 });

/** One acknowledged message of the log, as the door remembers it. */
export const AcknowledgedBatch = Type.Object({
  seq: Seq,
  partition: Type.Integer({ minimum: 0 }),
  events: Type.Integer({ minimum: 0 }),
});
export type AcknowledgedBatch = Static<typeof AcknowledgedBatch>;

/**
 * How far the log was acknowledged, kept outside the log (`<home>/run/acknowledged`): without it a log that lost its end looks whole.
 * Written at most every 200 ms, so a kill -9 of Weir may leave out what was acknowledged in the last of them.
 */
export const AcknowledgedMark = Type.Object({
  lastSeq: Seq,
  atMs: Type.Number(),
  /** The newest batches, ascending; older ones are known by `lastSeq` alone. */
  recent: Type.Array(AcknowledgedBatch, { maxItems: 8_192 }),
});
export type AcknowledgedMark = Static<typeof AcknowledgedMark>;

/** Where one partition stood when a loss was noticed; in sequences of the log. */
export const PartitionPosition = Type.Object({
  partition: Type.Integer({ minimum: 0 }),
  position: Seq,
  intentTo: Seq,
  /** Row sequences in `events` are log sequences plus this. */
  seqOffset: Type.Integer(),
});
export type PartitionPosition = Static<typeof PartitionPosition>;

/**
 * The log was found to end before what had been acknowledged or processed. KV bucket `settings`, key `incident.truncated.…`. The first
 * form is written by the door, the second by a processor that met it.
 */
export const LogIncident = Type.Union([
  Type.Object({
    foundBy: Type.Literal('door'),
    atMs: Type.Number(),
    /** What the log still held when it was found; everything after it up to `acknowledgedSeq` is missing. */
    lastSeq: Seq,
    acknowledgedSeq: Seq,
    /** Of the missing ones, those the door remembered. */
    missing: Type.Array(AcknowledgedBatch),
    positions: Type.Array(PartitionPosition),
  }),
  Type.Object({
    partition: Type.Integer({ minimum: 0 }),
    /** Where it stood, in sequences of the log as it was; row sequences were `seqOffset` more. */
    position: Type.Integer(),
    intentTo: Type.Integer(),
    seqOffset: Type.Integer(),
    lastSeq: Seq,
    atMs: Type.Number(),
  }),
]);
export type LogIncident = Static<typeof LogIncident>;

export const incidentPrefix = 'incident.truncated';

export const VerifyRequest = Type.Object({
  acknowledged: Type.Optional(AcknowledgedMark),
  /** How long to wait until everything in the log is applied, stored and written. */
  settleTimeoutMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
});
export type VerifyRequest = Static<typeof VerifyRequest>;

export const findingCodes = [
  'KPI_WINDOW_DIFFERS',
  'KPI_BACKFILL_PENDING',
  'EVENT_STORED_TWICE',
  'LOG_BATCHES_LOST',
  'LOG_BATCHES_MISSING_BUT_STORED',
  'LOG_BATCHES_MISSING_AND_UNKNOWN',
  'LOG_TRUNCATED',
  'ENGINE_NOT_SETTLED',
  'PARTITION_NOT_OWNED',
] as const;

export const VerifyFinding = Type.Object({
  code: Type.Union(findingCodes.map((code) => Type.Literal(code))),
  /** `error`: something is wrong or could not be checked. `info`: worth knowing, nothing is lost. */
  severity: Type.Union([Type.Literal('error'), Type.Literal('info')]),
  message: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
});
export type VerifyFinding = Static<typeof VerifyFinding>;

/** One value of a window that is not what the stored events add up to. */
export const WindowDifference = Type.Object({
  tenant: Type.String(),
  rollup: Type.Union(rollups.map((rollup) => Type.Literal(rollup))),
  window: WindowParam,
  windowStartMs: Type.Number(),
  dim: Type.String(),
  measure: Type.String(),
  /** In `kpi`, merged over partitions; null = no value. */
  stored: Type.Union([Type.Number(), Type.Null()]),
  /** Counted again from `events`. */
  recounted: Type.Union([Type.Number(), Type.Null()]),
});
export type WindowDifference = Static<typeof WindowDifference>;

export const VerifyReport = Type.Object({
  /** No finding of severity error. */
  ok: Type.Boolean(),
  findings: Type.Array(VerifyFinding),
  compared: Type.Object({
    tenants: Type.Integer(),
    events: Type.Integer(),
    windows: Type.Integer({ description: 'Pairs of a window and a dimension value' }),
    values: Type.Integer({ description: 'Measures of those windows' }),
    logMessages: Type.Integer(),
  }),
  durationMs: Type.Number(),
});
export type VerifyReport = Static<typeof VerifyReport>;
