import { Type, type Static } from '@sinclair/typebox';
import { Action } from './decision.ts';
import { RecordId } from './policy.ts';
import { TENANT_PATTERN } from './subjects.ts';

export const outboxStates = ['waiting', 'running', 'done', 'dead', 'cancelled'] as const;

/** Who wanted it: a decision does it or takes it back, a schedule runs it. */
const Cause = Type.Object({
  type: Type.Union([Type.Literal('decision'), Type.Literal('undo'), Type.Literal('schedule')]),
  id: Type.String({ maxLength: 200 }),
  title: Type.String({ maxLength: 300 }),
});

/**
 * What a schedule may run beside actions. The first four look at Weir itself and tell by an alert; the others look at the tenant's data and
 * propose decisions, which wait for people.
 */
export const routineNames = [
  'health',
  'keys',
  'tasks',
  'budgets',
  'churn',
  'channel-optimizer',
  'revenue-optimizer',
  'content-optimizer',
] as const;
export const Routine = Type.Object({
  kind: Type.Literal('routine'),
  params: Type.Object({
    routine: Type.Union(routineNames.map((name) => Type.Literal(name))),
    /** Of `churn`: what the discounts of a run may cost at most, major units; 1,000 when absent. */
    budget: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12 })),
    /** Of `churn`: endpoint that carries the campaigns out; tickets when absent. */
    endpoint: Type.Optional(RecordId),
  }),
});
export type Routine = Static<typeof Routine>;
export const RunnableAction = Type.Union([Action, Routine]);
export type RunnableAction = Static<typeof RunnableAction>;

/**
 * KV `outbox`, key `<tenant>.<id>`. The id is the idempotency key of the effect: an executor that is asked twice with it has one effect.
 */
export const OutboxItem = Type.Object({
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,120}$' }),
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  action: RunnableAction,
  cause: Cause,
  state: Type.Union(outboxStates.map((state) => Type.Literal(state))),
  /** Tries of this round; a replay begins a new one. */
  tries: Type.Integer({ minimum: 0 }),
  /** Not before this. */
  nextAtMs: Type.Number(),
  /** Who runs it and until when that is believed. */
  lease: Type.Optional(Type.Object({ owner: Type.String(), untilMs: Type.Number() })),
  /** Newest last; the delivery log. */
  attempts: Type.Array(
    Type.Object({
      atMs: Type.Number(),
      isOk: Type.Boolean(),
      note: Type.String({ maxLength: 300 }),
      status: Type.Optional(Type.Integer()),
      tookMs: Type.Number(),
    }),
    { maxItems: 24 },
  ),
  createdAtMs: Type.Number(),
  endedAtMs: Type.Optional(Type.Number()),
});
export type OutboxItem = Static<typeof OutboxItem>;

export const OutboxList = Type.Object({ items: Type.Array(OutboxItem), isCut: Type.Boolean() });
export type OutboxList = Static<typeof OutboxList>;

const ChangeValue = Type.Union([Type.Number(), Type.String({ maxLength: 500 }), Type.Null()]);

/** A change that a connector applies; undone by a change back to `from`. */
export const ChangeRecord = Type.Object({
  id: Type.String(),
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  kind: Type.Union([
    Type.Literal('budget'),
    Type.Literal('schedule'),
    Type.Literal('price'),
    Type.Literal('rollout'),
  ]),
  /** What is changed, such as a campaign, plan or slot. */
  target: Type.String({ minLength: 1, maxLength: 200 }),
  from: ChangeValue,
  to: ChangeValue,
  cause: Cause,
  /** One more with each change of the target: a connector applies them in this order, the highest counts. */
  order: Type.Integer({ minimum: 1 }),
  createdAtMs: Type.Number(),
});
export type ChangeRecord = Static<typeof ChangeRecord>;
export const ChangeList = Type.Object({ changes: Type.Array(ChangeRecord) });

/** KV `changes`, key `<tenant>.<kind>.<hash of the target>`: what a target stands at and its newest changes, in order. */
export const ChangeTarget = Type.Object({
  value: ChangeValue,
  changes: Type.Array(ChangeRecord, { minItems: 1, maxItems: 64 }),
});
export type ChangeTarget = Static<typeof ChangeTarget>;

/** KV `tickets`, key `<tenant>.<id>`. */
export const Ticket = Type.Object({
  id: Type.String(),
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  title: Type.String({ maxLength: 300 }),
  body: Type.String({ maxLength: 8_000 }),
  cause: Cause,
  state: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  createdAtMs: Type.Number(),
});
export type Ticket = Static<typeof Ticket>;

/** KV `webhooks`, key `<tenant>.<id>`: where webhooks go. */
export const WebhookEndpoint = Type.Object({
  id: RecordId,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  url: Type.String({ maxLength: 2_000 }),
  /** `whsec_` and base64; the old one signs beside it after a rotation. Never leaves Weir after it was made. */
  secrets: Type.Array(Type.String({ pattern: '^whsec_[A-Za-z0-9+/=]{32,100}$' }), {
    minItems: 1,
    maxItems: 2,
  }),
  isEnabled: Type.Boolean(),
  /** Why it was switched off: by a person, or because it answered 410. */
  disabledReason: Type.String({ maxLength: 300 }),
  createdAtMs: Type.Number(),
});
export type WebhookEndpoint = Static<typeof WebhookEndpoint>;

export const WebhookView = Type.Omit(WebhookEndpoint, ['secrets', 'tenant']);
export type WebhookView = Static<typeof WebhookView>;
export const WebhookList = Type.Object({ webhooks: Type.Array(WebhookView) });
export type WebhookList = Static<typeof WebhookList>;
export const WebhookRequest = Type.Object(
  { url: Type.String({ minLength: 8, maxLength: 2_000 }), isEnabled: Type.Boolean() },
  { additionalProperties: false },
);
export type WebhookRequest = Static<typeof WebhookRequest>;
/** The only time the secret is shown; absent where the endpoint kept its own. */
export const WebhookSaved = Type.Object({ webhook: WebhookView, secret: Type.Optional(Type.String()) });
export type WebhookSaved = Static<typeof WebhookSaved>;

/** What came of a message sent to try an endpoint. */
export const WebhookTest = Type.Object({
  isOk: Type.Boolean(),
  /** In words; what the receiver answers beside its status is never shown. */
  note: Type.String({ maxLength: 300 }),
  status: Type.Union([Type.Integer(), Type.Null()]),
  tookMs: Type.Number(),
});
export type WebhookTest = Static<typeof WebhookTest>;

export const missedRules = ['skip', 'run_once', 'run_all'] as const;
const scheduleBody = {
  title: Type.String({ minLength: 1, maxLength: 120 }),
  cron: Type.String({ minLength: 9, maxLength: 120 }),
  zone: Type.String({ minLength: 1, maxLength: 64 }),
  /** Each run starts up to so much later, always as much for the same run. */
  jitterMs: Type.Integer({ minimum: 0, maximum: 3_600_000 }),
  /** What becomes of runs that came due while Weir was down. `run_all` at most 24 of them, the newest. */
  missed: Type.Union(missedRules.map((rule) => Type.Literal(rule))),
  action: RunnableAction,
  enabled: Type.Boolean(),
};
export const ScheduleRequest = Type.Object(
  { ...scheduleBody, version: Type.Optional(Type.Integer({ minimum: 0 })) },
  { additionalProperties: false },
);
export type ScheduleRequest = Static<typeof ScheduleRequest>;

/** KV `schedules`, key `<tenant>.<id>`. */
export const Schedule = Type.Object({
  id: RecordId,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  version: Type.Integer({ minimum: 1 }),
  ...scheduleBody,
  changedAtMs: Type.Number(),
  changedBy: Type.String({ maxLength: 200 }),
  deletedAtMs: Type.Optional(Type.Number()),
});
export type Schedule = Static<typeof Schedule>;

/** A schedule as people see it. */
export const ScheduleView = Type.Composite([
  Schedule,
  Type.Object({ nextAtMs: Type.Union([Type.Number(), Type.Null()]) }),
]);
export const ScheduleList = Type.Object({ schedules: Type.Array(ScheduleView) });
export type ScheduleList = Static<typeof ScheduleList>;

/** When an expression would run, or what is wrong with it. */
export const NextRuns = Type.Object({
  runsAtMs: Type.Array(Type.Number(), { maxItems: 5 }),
  fault: Type.Union([Type.String({ maxLength: 300 }), Type.Null()]),
});
export type NextRuns = Static<typeof NextRuns>;
