import { Type, type Static } from '@sinclair/typebox';
import { KpiDefinition, windowSizes } from './kpi.ts';

/** Wire schemas of the REST API; OpenAPI is generated from them and the browser's types are inferred from them. */

export const EventsReply = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer({
    description:
      'Items the door already knows to be resends; with accepted and rejected they add up to what was sent',
  }),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String() })),
});
export type EventsReply = Static<typeof EventsReply>;

export const KpiList = Type.Object({
  currency: Type.String(),
  timeZone: Type.String(),
  kpis: Type.Array(KpiDefinition),
});
export type KpiList = Static<typeof KpiList>;

export const WindowParam = Type.Union(windowSizes.map((w) => Type.Literal(w)));

export const SeriesReply = Type.Object({
  key: Type.String(),
  unit: Type.String(),
  currency: Type.Optional(Type.String()),
  window: WindowParam,
  /** Event time up to which windows are complete; null before the first event. */
  watermarkMs: Type.Union([Type.Number(), Type.Null()]),
  series: Type.Array(
    Type.Object({
      dims: Type.Record(Type.String(), Type.String()),
      /** The formula over the whole range, from merged measures: what adding windows cannot give for rates and distinct counts. */
      total: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
      points: Type.Array(
        Type.Object({
          windowStartMs: Type.Number(),
          value: Type.Union([Type.Number(), Type.Null()]),
          revision: Type.Integer(),
          isFewPeople: Type.Optional(
            Type.Literal(true, {
              description:
                'No value: cut by two dimensions, or by one in windows of less than an hour, it would tell of one to nine people',
            }),
          ),
        }),
      ),
    }),
  ),
});
export type SeriesReply = Static<typeof SeriesReply>;

export const EventStats = Type.Object({
  stored: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Integer(),
  late: Type.Integer(),
  byType: Type.Record(Type.String(), Type.Integer()),
});
export type EventStats = Static<typeof EventStats>;

export const StoredEvent = Type.Object({
  id: Type.String(),
  source: Type.String(),
  type: Type.String(),
  time: Type.String({ description: 'RFC 3339, event time' }),
  receivedAt: Type.String(),
  data: Type.Unknown(),
  flags: Type.Array(Type.String()),
});
export type StoredEvent = Static<typeof StoredEvent>;

export const StoredEvents = Type.Object({ events: Type.Array(StoredEvent) });

export const DeadLetterEntry = Type.Object({
  seq: Type.Integer(),
  receivedAt: Type.String(),
  dialect: Type.String(),
  source: Type.String(),
  code: Type.String(),
  message: Type.String(),
  index: Type.Integer(),
  item: Type.String(),
});
export const DeadLetterList = Type.Object({
  total: Type.Integer(),
  entries: Type.Array(DeadLetterEntry),
  nextBeforeSeq: Type.Optional(Type.Integer()),
});
export type DeadLetterList = Static<typeof DeadLetterList>;

/** Long work a person waits for (backfill of a KPI, correction of late windows, replay of dead letters). KV bucket `jobs`. */
export const Job = Type.Object({
  id: Type.String(),
  tenant: Type.String(),
  kind: Type.Union([
    Type.Literal('kpi-backfill'),
    Type.Literal('late-correction'),
    Type.Literal('deadletter-replay'),
    Type.Literal('simulated-removal'),
    Type.Literal('models'),
    Type.Literal('policy-dry-run'),
  ]),
  title: Type.String(),
  stage: Type.String(),
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  state: Type.Union([
    Type.Literal('queued'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
    Type.Literal('cancelled'),
  ]),
  /** When somebody asked to end it early; its worker ends it and says cancelled. */
  cancelAskedAtMs: Type.Optional(Type.Number()),
  createdAtMs: Type.Number(),
  updatedAtMs: Type.Number(),
  error: Type.Optional(Type.String()),
  /** What the job needs to start again after a crash; owner-defined. */
  params: Type.Record(Type.String(), Type.Unknown()),
});
export type Job = Static<typeof Job>;

export const JobList = Type.Object({ jobs: Type.Array(Job) });

/** What a client sends to create or replace a KPI; version and origin are given by Weir. */
export const KpiRequest = Type.Omit(KpiDefinition, ['version', 'origin'], { additionalProperties: false });
export type KpiRequest = Static<typeof KpiRequest>;

/** A KPI that was stored; `job` fills its history. */
export const KpiSaved = Type.Object({ kpi: KpiDefinition, job: Type.Optional(Job) });
export type KpiSaved = Static<typeof KpiSaved>;

export const TopReply = Type.Object({
  kpi: Type.String(),
  by: Type.Union([Type.Literal('channel'), Type.Literal('content')]),
  unit: Type.String(),
  currency: Type.Optional(Type.String()),
  fromMs: Type.Number(),
  toMs: Type.Number(),
  entries: Type.Array(
    Type.Object({
      id: Type.String(),
      /** Newest title known for a content; the id where none is. */
      title: Type.String(),
      value: Type.Number(),
    }),
  ),
});
export type TopReply = Static<typeof TopReply>;

/** Refusals an importer met in a file, kept beside those of the HTTP door. */
export const DeadLetterPost = Type.Object(
  {
    entries: Type.Array(
      Type.Object(
        {
          dialect: Type.String({ minLength: 1, maxLength: 64 }),
          source: Type.String({ minLength: 1, maxLength: 512 }),
          index: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
          code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' }),
          message: Type.String({ maxLength: 2000 }),
          item: Type.String({ maxLength: 65_536 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  { additionalProperties: false },
);
export type DeadLetterPost = Static<typeof DeadLetterPost>;

export const DeadLetterPosted = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer({ description: 'Entries known already from an earlier import of the same file' }),
});
export type DeadLetterPosted = Static<typeof DeadLetterPosted>;

/** Which refusals to send through the door again; all that are stored when nothing is named. */
export const ReplayRequest = Type.Object(
  {
    seqs: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1, maxItems: 10_000 })),
    code: Type.Optional(Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$' })),
  },
  { additionalProperties: false },
);

export const SystemReply = Type.Object({
  version: Type.String(),
  simulated: Type.Boolean(),
  parts: Type.Array(
    Type.Object({
      name: Type.String(),
      state: Type.Union([Type.Literal('up'), Type.Literal('degraded'), Type.Literal('down')]),
      detail: Type.String(),
    }),
  ),
  freshnessMs: Type.Union([Type.Number(), Type.Null()]),
  pendingMessages: Type.Number(),
});

export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  /** Whether the same request can succeed later, and what to change. */
  retry: Type.Union([Type.Literal('never'), Type.Literal('backoff')]),
  mend: Type.String(),
  traceId: Type.String(),
  details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type Problem = Static<typeof Problem>;
