import { Type, type Static } from '@sinclair/typebox';
import { TENANT_PATTERN } from './subjects.ts';

/** What can be made. `params` are the kind's own and are checked by the folder that renders. */
export const renderKinds = ['report', 'chart', 'thumbnail', 'video'] as const;
export type RenderKind = (typeof renderKinds)[number];
const RenderKindSchema = Type.Union(renderKinds.map((kind) => Type.Literal(kind)));

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
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,120}$' }),
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

const Artefact = Type.Object({
  /** File name a person sees. */
  name: Type.String({ minLength: 1, maxLength: 200 }),
  contentType: Type.String({ maxLength: 120 }),
  bytes: Type.Integer({ minimum: 0 }),
  /** Lower-case hex of the stored bytes. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Name in the object store `artefacts`. */
  object: Type.String({ maxLength: 400 }),
  /** After this it is deleted. */
  expiresAtMs: Type.Number(),
});
export type Artefact = Static<typeof Artefact>;

export const renderStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

/** KV `renders`, key `<tenant>.<id>`: written by `render` only. Each change also goes out on `live.<tenant>.renders`. */
export const RenderJob = Type.Composite([
  RenderRequest,
  Type.Object({
    state: Type.Union(renderStates.map((state) => Type.Literal(state))),
    /** What is being done now, in words. */
    stage: Type.String({ maxLength: 120 }),
    /** 0 to 100, never falls within one attempt. */
    percent: Type.Number({ minimum: 0, maximum: 100 }),
    attempts: Type.Integer({ minimum: 0 }),
    artefacts: Type.Array(Artefact, { maxItems: 32 }),
    /** Why it failed: a stable code and what to mend. */
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String({ maxLength: 1_000 }) })),
    startedAtMs: Type.Optional(Type.Number()),
    endedAtMs: Type.Optional(Type.Number()),
  }),
]);
export type RenderJob = Static<typeof RenderJob>;
