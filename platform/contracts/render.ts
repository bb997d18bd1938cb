import { Type, type Static } from '@sinclair/typebox';
import { renderKinds, renderStates } from './render-names.ts';
import { renderParams } from './render-params.ts';
import { TENANT_PATTERN } from './subjects.ts';

const RenderKindSchema = Type.Union(renderKinds.map((kind) => Type.Literal(kind)));
export const RenderId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,120}$' });

/** Who asked: every artefact leads back to this. */
const AskedBy = Type.Object(
  {
    type: Type.Union([Type.Literal('decision'), Type.Literal('person'), Type.Literal('schedule')]),
    /** Id of the decision, user or schedule. */
    id: Type.String({ minLength: 1, maxLength: 200 }),
    /** Words for a screen; never an e-mail address. */
    name: Type.String({ maxLength: 200 }),
  },
  { additionalProperties: false },
);

/**
 * JetStream work queue `renders`, subject `renders.<kind>`. The message id is `<tenant>.<id>`: the same wish twice is one job. Whoever
 * asks (gateway, decision) publishes this and nothing else; `render` makes the job of it.
 */
export const RenderRequest = Type.Object(
  {
    /** Unique in the tenant; deterministic where a crash may ask again. */
    id: RenderId,
    tenant: Type.String({ pattern: TENANT_PATTERN }),
    kind: RenderKindSchema,
    title: Type.String({ minLength: 1, maxLength: 200 }),
    params: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown()),
    askedBy: AskedBy,
    /** 0 first, 9 last; a person's wish goes before a schedule's. */
    priority: Type.Integer({ minimum: 0, maximum: 9 }),
    createdAtMs: Type.Number(),
  },
  { additionalProperties: false },
);
export type RenderRequest = Static<typeof RenderRequest>;

const artefactFields = {
  /** File name a person sees. */
  name: Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
  contentType: Type.String({ maxLength: 120 }),
  bytes: Type.Integer({ minimum: 0 }),
  /** Lower-case hex of the stored bytes. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** After this it is deleted. */
  expiresAtMs: Type.Number(),
};
export const Artefact = Type.Object({
  ...artefactFields,
  /** Name in the object store `artefacts`. */
  object: Type.String({ maxLength: 400 }),
});
export type Artefact = Static<typeof Artefact>;

const progressFields = {
  state: Type.Union(renderStates.map((state) => Type.Literal(state))),
  /** What is being done now, in words. */
  stage: Type.String({ maxLength: 120 }),
  /** 0 to 100, never falls within one attempt. */
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  attempts: Type.Integer({ minimum: 0 }),
  /** Why it failed: a stable code and what to mend. */
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String({ maxLength: 1_000 }) })),
  /** What is less than asked for and why, such as a video without narration. */
  notes: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 16 }),
  /** What it says, in its first sentences; of reports alone. */
  summary: Type.Optional(Type.Array(Type.String({ maxLength: 400 }), { maxItems: 12 })),
  /** What services outside charged for it. */
  costUsd: Type.Number({ minimum: 0 }),
  startedAtMs: Type.Optional(Type.Number()),
  endedAtMs: Type.Optional(Type.Number()),
};

/**
 * KV `renders`, key `<tenant>.<id>`: written by `render` only. Each change also goes out on `live.<tenant>.renders`. Whoever waits for the
 * end of a job (mail, a decision) watches the bucket: an ended record has `endedAtMs` and says who asked.
 */
export const RenderJob = Type.Composite([
  RenderRequest,
  Type.Object({ ...progressFields, artefacts: Type.Array(Artefact, { maxItems: 32 }) }),
]);
export type RenderJob = Static<typeof RenderJob>;

/** Core request `render.cancel`. */
export const renderCancelSubject = 'render.cancel';
export const RenderCancel = Type.Object({ tenant: Type.String({ pattern: TENANT_PATTERN }), id: RenderId });
/** Core request `render.tools`: which programs beside Weir are there. */
export const renderToolsSubject = 'render.tools';
export const RenderToolsQuestion = Type.Object({});
export const RenderTools = Type.Array(
  Type.Object({ name: Type.String(), isThere: Type.Boolean(), without: Type.String() }),
);
export type RenderTools = Static<typeof RenderTools>;

/** A job as the API shows it: artefacts have a link that works without a session until it expires. */
export const RenderView = Type.Composite([
  Type.Omit(RenderRequest, ['tenant']),
  Type.Object({
    ...progressFields,
    artefacts: Type.Array(Type.Object({ ...artefactFields, href: Type.String() })),
  }),
]);
export type RenderView = Static<typeof RenderView>;
/** A render on the live topic `renders`: as the API shows it, without what was asked for, which may be long. */
export type LiveRender = Omit<RenderView, 'params'>;
export const RenderList = Type.Object({ renders: Type.Array(RenderView), tools: RenderTools });
export type RenderList = Static<typeof RenderList>;

const title = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));
/** What a client asks for; `params` as the kind takes them, checked on its own so that a fault names its field. */
export const RenderAsk = Type.Object(
  {
    kind: RenderKindSchema,
    title,
    params: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
      description: 'ReportParams, ChartParams, ThumbnailParams or VideoParams, as the kind says',
    }),
  },
  { additionalProperties: false },
);
export type RenderAsk = Static<typeof RenderAsk>;

export const PictureUpload = Type.Object(
  { dataBase64: Type.String({ minLength: 8, maxLength: 8_000_000, description: 'PNG, JPEG or WebP' }) },
  { additionalProperties: false },
);
export const PictureStored = Type.Object({ picture: Type.String(), bytes: Type.Integer() });
/** Object of an uploaded picture. */
export const pictureObject = (tenant: string, sha256: string): string => `${tenant}/pictures/${sha256}`;

/** KV `renderschedules`, key `<tenant>.<id>`: written by the gateway; `render` asks for what is due. */
export const RenderSchedule = Type.Object(
  {
    id: RenderId,
    tenant: Type.String({ pattern: TENANT_PATTERN }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    /** Five fields: minute, hour, day of month, month, weekday. */
    cron: Type.String({ minLength: 9, maxLength: 100 }),
    timeZone: Type.String({ maxLength: 64 }),
    /** What happens with runs that came due while Weir was down: the newest of them once, or none. */
    missed: Type.Union([Type.Literal('latest'), Type.Literal('skip')]),
    report: renderParams.report,
    /** Contact points of channel e-mail that get it when it is made. */
    recipients: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }), {
        maxItems: 20,
        uniqueItems: true,
        description: 'Ids of contact points of channel email; your own, or those that are in it already',
      }),
    ),
    isOn: Type.Boolean(),
    createdAtMs: Type.Number(),
    createdBy: Type.String({ maxLength: 256 }),
  },
  { additionalProperties: false },
);
export type RenderSchedule = Static<typeof RenderSchedule>;
export const RenderScheduleRequest = Type.Omit(RenderSchedule, ['id', 'tenant', 'createdAtMs', 'createdBy'], {
  additionalProperties: false,
});
export type RenderScheduleRequest = Static<typeof RenderScheduleRequest>;
export const RenderScheduleView = Type.Composite([
  Type.Omit(RenderSchedule, ['tenant']),
  Type.Object({ nextRunMs: Type.Union([Type.Number(), Type.Null()]) }),
]);
export type RenderScheduleView = Static<typeof RenderScheduleView>;
export const RenderScheduleList = Type.Object({ schedules: Type.Array(RenderScheduleView) });
