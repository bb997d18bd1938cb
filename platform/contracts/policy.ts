import { Type, type Static } from '@sinclair/typebox';
import { severities, SignalKindSchema, Severity } from './signal.ts';
import { TENANT_PATTERN } from './subjects.ts';

/** What a decision can do; each has one executor in `decision/executors`. */
export const actionKinds = [
  'alert',
  'render',
  'webhook',
  'budget',
  'schedule',
  'price',
  'rollout',
  'experiment',
  'ticket',
  'job',
] as const;
export type ActionKind = (typeof actionKinds)[number];
export const ActionKindSchema = Type.Union(actionKinds.map((kind) => Type.Literal(kind)));

/** Kinds that spend money, change a price or publish: automatic only where the tenant's settings name the kind. */
export const guardedActionKinds = [
  'budget',
  'price',
  'schedule',
  'rollout',
  'experiment',
] as const satisfies readonly ActionKind[];

/** Id of a policy, schedule or endpoint as its author chose it. */
export const RecordId = Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' });

/**
 * Arithmetic over the evidence as `platform/kpi/formula.ts` parses it: + - * / ( ), min, max, or, numbers, and the numbers of the evidence in
 * lower case with underscores (`observed`, `expected`, `peak_at_ms`), `severity` (0 info, 1 warning, 2 critical).
 */
const Expression = Type.String({ minLength: 1, maxLength: 500 });

export const comparisons = ['<', '<=', '>', '>=', '=', '!='] as const;
export type Comparison = (typeof comparisons)[number];
const ComparisonSchema = Type.Union(comparisons.map((is) => Type.Literal(is)));

export const Condition = Type.Object(
  { left: Expression, is: ComparisonSchema, right: Expression },
  { additionalProperties: false },
);
export type Condition = Static<typeof Condition>;
const Conditions = Type.Optional(Type.Array(Condition, { maxItems: 8 }));

const Values = Type.Optional(
  Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { minItems: 1, maxItems: 50 }),
);
/** Which values of each dimension it is about; a dimension that is not named may be anything. */
export const DimFilter = Type.Optional(
  Type.Object(
    { channel: Values, content: Values, country: Values, stream: Values },
    { additionalProperties: false },
  ),
);

export const decisionStates = [
  'proposed',
  'approved',
  'rejected',
  'expired',
  'executing',
  'applied',
  'failed',
  'verifying',
  'kept',
  'rolled_back',
] as const;
export type DecisionState = (typeof decisionStates)[number];
export const DecisionStateSchema = Type.Union(decisionStates.map((state) => Type.Literal(state)));

const Cron = Type.String({ minLength: 9, maxLength: 120, description: 'Five fields, or six with seconds' });
const Zone = Type.String({ minLength: 1, maxLength: 64, description: 'IANA zone' });

export const Trigger = Type.Union([
  Type.Object(
    {
      type: Type.Literal('signal'),
      kinds: Type.Array(SignalKindSchema, { minItems: 1, maxItems: 5, uniqueItems: true }),
      kpis: Values,
      minSeverity: Type.Optional(Severity),
      isGood: Type.Optional(Type.Boolean()),
      dims: DimFilter,
      where: Conditions,
    },
    { additionalProperties: false },
  ),
  Type.Object({ type: Type.Literal('schedule'), cron: Cron, zone: Zone }, { additionalProperties: false }),
  Type.Object(
    {
      type: Type.Literal('event'),
      eventType: Type.String({ minLength: 1, maxLength: 128 }),
      dims: DimFilter,
      where: Conditions,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('decision'),
      states: Type.Array(DecisionStateSchema, { minItems: 1, maxItems: 10, uniqueItems: true }),
      policyId: Type.Optional(RecordId),
    },
    { additionalProperties: false },
  ),
]);
export type Trigger = Static<typeof Trigger>;

/** A text may hold `{name}` of the evidence; a formula becomes a number. */
export const ParamValue = Type.Union([
  Type.String({ maxLength: 4_000 }),
  Type.Number(),
  Type.Boolean(),
  Type.Object({ formula: Expression }, { additionalProperties: false }),
]);
export type ParamValue = Static<typeof ParamValue>;

export const ActionSpec = Type.Object(
  {
    kind: ActionKindSchema,
    params: Type.Record(Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_]{0,63}$' }), ParamValue),
  },
  { additionalProperties: false },
);
export type ActionSpec = Static<typeof ActionSpec>;

/** Broken when the newest window of the KPI meets the comparison. */
export const Guardrail = Type.Object(
  {
    kpi: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
    window: Type.Union([Type.Literal('1m'), Type.Literal('1h')]),
    is: ComparisonSchema,
    value: Type.Number(),
    /** Stop: nothing of it is executed any more. Roll back: what was applied is undone too. */
    onBreach: Type.Union([Type.Literal('stop'), Type.Literal('roll_back')]),
    /**
     * `decision`, and where absent: the channel, content, country or stream the decision is about, the total where it is about none. `total`: the
     * total whatever it is about.
     */
    scope: Type.Optional(Type.Union([Type.Literal('decision'), Type.Literal('total')])),
  },
  { additionalProperties: false },
);
export type Guardrail = Static<typeof Guardrail>;

const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });
/** May go over midnight. */
export const QuietHours = Type.Object(
  {
    from: ClockTime,
    to: ClockTime,
    zone: Zone,
    inside: Type.Union([Type.Literal('hold'), Type.Literal('drop')]),
    criticalPasses: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type QuietHours = Static<typeof QuietHours>;

/** Suggest: shown, never executed. Approve: waits for people. Automatic: approved by its policy. */
export const policyModes = ['suggest', 'approve', 'automatic'] as const;
export type PolicyMode = (typeof policyModes)[number];
export const PolicyModeSchema = Type.Union(policyModes.map((mode) => Type.Literal(mode)));

const hourMs = 3_600_000;
const body = {
  title: Type.String({ minLength: 1, maxLength: 120 }),
  description: Type.String({ maxLength: 2_000 }),
  when: Trigger,
  /** How long a signal must hold before it counts; 0 at once. Only for signals. */
  forMs: Type.Integer({ minimum: 0, maximum: 30 * 24 * hourMs }),
  /** How long the same thing (KPI and dimensions) is left alone after a decision. */
  coolDownMs: Type.Integer({ minimum: 0, maximum: 90 * 24 * hourMs }),
  budget: Type.Optional(
    Type.Object(
      {
        periodHours: Type.Integer({ minimum: 1, maximum: 24 * 366 }),
        count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
        money: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
      },
      { additionalProperties: false },
    ),
  ),
  quietHours: Type.Optional(QuietHours),
  actions: Type.Array(ActionSpec, { minItems: 1, maxItems: 8 }),
  /** Money at stake, major units of the tenant's currency; what limits and budgets are held against. */
  money: Type.Optional(Expression),
  expected: Type.Optional(
    Type.Object(
      {
        kpi: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
        /** Change of the KPI, summed over the hours of the horizon, in the KPI's unit. */
        delta: Expression,
        low: Type.Optional(Expression),
        high: Type.Optional(Expression),
        horizonHours: Type.Integer({ minimum: 4, maximum: 24 * 90 }),
      },
      { additionalProperties: false },
    ),
  ),
  guardrails: Type.Array(Guardrail, { maxItems: 8 }),
  mode: PolicyModeSchema,
  /** A proposal nobody decided on expires; it is never taken for approved. */
  expiresAfterHours: Type.Integer({ minimum: 1, maximum: 24 * 30 }),
};

/** What a person writes. */
export const PolicyRequest = Type.Object(
  { ...body, enabled: Type.Boolean(), version: Type.Optional(Type.Integer({ minimum: 0 })) },
  {
    additionalProperties: false,
    description: '`version`: the one that was read; 0 or absent for a new policy',
  },
);
export type PolicyRequest = Static<typeof PolicyRequest>;

/** KV `policies`, key `<tenant>.<id>`; every earlier version in KV `policyversions`, key `<tenant>.<id>.<version>`. */
export const Policy = Type.Object({
  id: RecordId,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  version: Type.Integer({ minimum: 1 }),
  enabled: Type.Boolean(),
  ...body,
  createdAtMs: Type.Number(),
  changedAtMs: Type.Number(),
  /** Subject of who wrote this version: `user:…` or `key:…`, never a name. */
  changedBy: Type.String({ maxLength: 200 }),
  /** Set where it was deleted; its versions stay for the decisions that point to them. */
  deletedAtMs: Type.Optional(Type.Number()),
});
export type Policy = Static<typeof Policy>;

export const PolicyList = Type.Object({ policies: Type.Array(Policy) });

/** KV `decisionsettings`, key = tenant, or `_all` for every tenant (kill switch alone). */
export const DecisionSettings = Type.Object({
  /** Kinds of action that may run without a person although they spend, price or publish. */
  automaticKinds: Type.Array(ActionKindSchema, { maxItems: 10, uniqueItems: true }),
  /** Above this much money two people must approve, neither the author; null: never. Major units. */
  fourEyesAbove: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  /** While it is on nothing is executed. */
  isStopped: Type.Boolean(),
  stoppedReason: Type.String({ maxLength: 300 }),
  version: Type.Integer({ minimum: 0 }),
  changedAtMs: Type.Number(),
  changedBy: Type.String({ maxLength: 200 }),
});
export type DecisionSettings = Static<typeof DecisionSettings>;

export const defaultDecisionSettings: DecisionSettings = {
  automaticKinds: [],
  fourEyesAbove: 1_000,
  isStopped: false,
  stoppedReason: '',
  version: 0,
  changedAtMs: 0,
  changedBy: '',
};

export const severityRank = (severity: Severity): number => severities.indexOf(severity);
