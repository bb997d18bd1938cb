import { Type, type Static } from '@sinclair/typebox';
import {
  ActionKindSchema,
  DecisionStateSchema,
  Guardrail,
  PolicyModeSchema,
  RecordId,
  Trigger,
} from './policy.ts';
import { dimensions } from './kpi.ts';
import { ProposalOrigin } from './proposal.ts';
import { Severity } from './signal.ts';
import { TENANT_PATTERN } from './subjects.ts';

const Id = Type.String({ pattern: '^[A-Za-z0-9_-]{1,120}$' });
/** `user:…`, `key:…`, `policy:…` or `weir`; never a name or an address. */
const Subject = Type.String({ minLength: 1, maxLength: 200 });
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Dims = Type.Record(Type.String({ maxLength: 32 }), Type.String({ maxLength: 256 }));

/** An action with its parameters worked out. */
export const Action = Type.Object({
  kind: ActionKindSchema,
  params: Type.Record(
    Type.String(),
    Type.Union([Type.String({ maxLength: 8_000 }), Type.Number(), Type.Boolean()]),
  ),
});
export type Action = Static<typeof Action>;

export const Expected = Type.Object({
  kpi: Type.String(),
  delta: Type.Number(),
  low: Type.Union([Type.Number(), Type.Null()]),
  high: Type.Union([Type.Number(), Type.Null()]),
  horizonMs: Type.Number({ exclusiveMinimum: 0 }),
});
export type Expected = Static<typeof Expected>;

/** What came of it, held against what was expected. */
export const Outcome = Type.Object({
  method: Type.String({ maxLength: 300 }),
  windows: Type.Integer({ minimum: 0 }),
  /** Null where too few windows tell. */
  realised: Type.Union([Type.Number(), Type.Null()]),
  low: Type.Union([Type.Number(), Type.Null()]),
  high: Type.Union([Type.Number(), Type.Null()]),
  measuredAtMs: Type.Number(),
  /** What it was measured on; absent for the total. */
  cut: Type.Optional(
    Type.Object({
      rollup: Type.Union(dimensions.map((dimension) => Type.Literal(dimension))),
      dim: Type.String({ maxLength: 256 }),
    }),
  ),
  /** The others of its kind that say what would have been. */
  controls: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 20 })),
});
export type Outcome = Static<typeof Outcome>;

export const transitionNames = [
  'propose',
  'approve',
  'reject',
  'expire',
  'invalidate',
  'start',
  'succeed',
  'fail',
  'retry',
  'verify',
  'keep',
  'roll_back',
] as const;
export type TransitionName = (typeof transitionNames)[number];

export const riskClasses = ['none', 'low', 'medium', 'high'] as const;

/**
 * A decision is data. KV `decisions`, key `<tenant>.<id>`, written by `decision` alone by compare-and-set. What follows from it (outbox items,
 * the stream, the audit trail, the table) is derived from this record, so that a crash can only delay it.
 */
export const Decision = Type.Object({
  /** Made of tenant, policy, what fired it and what it rests on: the same firing twice is one decision. */
  id: Id,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  title: Type.String({ maxLength: 300 }),
  policy: Type.Object({ id: RecordId, version: Type.Integer({ minimum: 1 }), title: Type.String() }),
  /** Who wrote the policy in this version, or proposed it. */
  author: Subject,
  mode: PolicyModeSchema,
  trigger: Type.Object({
    /** `proposal`: a person or a routine proposed it; there is no policy then, and `policy` names where it came from. */
    type: Type.Union([...Trigger.anyOf.map((each) => each.properties.type), Type.Literal('proposal')]),
    id: Type.String({ maxLength: 300 }),
    title: Type.String({ maxLength: 300 }),
    link: Type.String({ maxLength: 500 }),
    severity: Type.Optional(Severity),
    kpi: Type.Optional(Type.String({ maxLength: 128 })),
  }),
  /** What it is about: KPI and dimensions; cool-down counts by this. */
  key: Type.String({ maxLength: 600 }),
  dims: Dims,
  /** Evidence as it was used. */
  facts: Type.Array(
    Type.Object({
      name: Type.String({ maxLength: 64 }),
      value: Type.Union([Type.Number(), Type.String({ maxLength: 500 })]),
    }),
    { maxItems: 60 },
  ),
  /** Also what was weighed: doing nothing is always one of them. */
  options: Type.Array(Type.Object({ title: Type.String({ maxLength: 300 }), isChosen: Type.Boolean() }), {
    maxItems: 8,
  }),
  /** Up to 8 of a policy; a plan may change more targets at once. */
  actions: Type.Array(Action, { minItems: 1, maxItems: 64 }),
  money: Type.Union([Type.Number(), Type.Null()], { description: 'Major units of `currency`' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  expected: Type.Union([Expected, Type.Null()]),
  assumptions: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 8 }),
  riskClass: Type.Union(riskClasses.map((risk) => Type.Literal(risk))),
  guardrails: Type.Array(Guardrail, { maxItems: 8 }),
  isReversible: Type.Boolean(),
  undoPlan: Type.String({ maxLength: 1_000 }),
  /** SHA-256 over the canonical JSON of what it rests on; an approval names it and dies with it. */
  inputsHash: Hash,
  requires: Type.Object({
    scope: Type.Literal('decisions:approve'),
    count: Type.Integer({ minimum: 1, maximum: 2 }),
    notAuthor: Type.Boolean(),
  }),
  approvals: Type.Array(Type.Object({ by: Subject, atMs: Type.Number(), inputsHash: Hash }), { maxItems: 2 }),
  state: DecisionStateSchema,
  /** One more with every change. */
  revision: Type.Integer({ minimum: 1 }),
  /** Oldest first. */
  history: Type.Array(
    Type.Object({
      atMs: Type.Number(),
      by: Subject,
      name: Type.Union(transitionNames.map((name) => Type.Literal(name))),
      to: DecisionStateSchema,
      reason: Type.String({ maxLength: 500 }),
    }),
    { maxItems: 64 },
  ),
  createdAtMs: Type.Number(),
  expiresAtMs: Type.Number(),
  appliedAtMs: Type.Optional(Type.Number()),
  /** How undoing goes; absent as long as nobody asked for it. */
  undo: Type.Optional(Type.Union([Type.Literal('running'), Type.Literal('done'), Type.Literal('failed')])),
  outcome: Type.Optional(Outcome),
  /** Of a proposal alone. */
  proposal: Type.Optional(ProposalOrigin),
  /** How many decisions led to this one; a chain ends at five. */
  depth: Type.Integer({ minimum: 0 }),
});
export type Decision = Static<typeof Decision>;

export const DecisionList = Type.Object({ decisions: Type.Array(Decision), isCut: Type.Boolean() });
export type DecisionList = Static<typeof DecisionList>;

export const ApproveRequest = Type.Object(
  {
    inputsHash: Hash,
    amount: Type.Optional(
      Type.Number({ description: 'The money at stake, typed again; needed above the limit' }),
    ),
  },
  { additionalProperties: false },
);
export type ApproveRequest = Static<typeof ApproveRequest>;

export const ReasonRequest = Type.Object(
  { reason: Type.String({ minLength: 3, maxLength: 300 }) },
  { additionalProperties: false },
);

/** JetStream `decisions`, subject `decisions.<tenant>`, message id `<tenant>.<id>.<revision>`. At least once, in order of revision. */
export const DecisionMessage = Type.Object({ decision: Decision });
export type DecisionMessage = Static<typeof DecisionMessage>;

/** Realised against predicted, by policy. */
export const Calibration = Type.Object({
  policies: Type.Array(
    Type.Object({
      policyId: RecordId,
      kpi: Type.String(),
      measured: Type.Integer({ minimum: 1 }),
      predicted: Type.Number(),
      realised: Type.Number(),
      /** Mean of realised − predicted with a 95% t interval; null with one decision. */
      meanError: Type.Number(),
      low: Type.Union([Type.Number(), Type.Null()]),
      high: Type.Union([Type.Number(), Type.Null()]),
      /** How many realised values lie in the interval that was predicted, of those that had one. */
      inside: Type.Integer({ minimum: 0 }),
      withInterval: Type.Integer({ minimum: 0 }),
    }),
  ),
});
export type Calibration = Static<typeof Calibration>;
