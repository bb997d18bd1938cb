import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Job } from './api.ts';
import { AuditList, AuditState } from './audit.ts';
import { ApproveRequest, Calibration, Decision, DecisionList, ReasonRequest } from './decision.ts';
import { DryRunRequest, DryRunResult } from './dry-run.ts';
import {
  ChangeList,
  OutboxItem,
  NextRuns,
  outboxStates,
  OutboxList,
  Schedule,
  ScheduleList,
  ScheduleRequest,
  WebhookList,
  WebhookRequest,
  WebhookSaved,
  WebhookTest,
} from './outbox.ts';
import {
  ActionKindSchema,
  DecisionSettings,
  DecisionStateSchema,
  Policy,
  PolicyList,
  PolicyRequest,
  RecordId,
} from './policy.ts';
import { ProposeRequest } from './proposal.ts';
import { TENANT_PATTERN } from './subjects.ts';

const None = Type.Object({}, { additionalProperties: false });
const Done = Type.Object({ ok: Type.Literal(true) });
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 120 }) });
const Limit = Type.Integer({ minimum: 1, maximum: 100 });

export const DecisionSettingsRequest = Type.Object(
  {
    automaticKinds: Type.Array(ActionKindSchema, { maxItems: 10, uniqueItems: true }),
    fourEyesAbove: Type.Union([Type.Number({ minimum: 0, maximum: 1e12 }), Type.Null()]),
    version: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
);
export type DecisionSettingsRequest = Static<typeof DecisionSettingsRequest>;

export const StopRequest = Type.Object(
  { isStopped: Type.Boolean(), reason: Type.String({ minLength: 3, maxLength: 300 }) },
  { additionalProperties: false },
);

/** Settings and kill switches as people see them. */
export const DecisionSettingsView = Type.Object({
  settings: DecisionSettings,
  /** The switch for every tenant. */
  isAllStopped: Type.Boolean(),
  allStoppedReason: Type.String(),
});
export type DecisionSettingsView = Static<typeof DecisionSettingsView>;

export const DecisionQuery = Type.Object({
  states: Type.Optional(Type.Array(DecisionStateSchema, { maxItems: 10 })),
  policyId: Type.Optional(RecordId),
  limit: Limit,
});

/** What the owner of decisions is asked, core NATS `decision.ask.<operation>`: body and answer of each. */
export const decisionOperations = {
  'policies-list': { body: None, reply: PolicyList },
  'policies-get': { body: Id, reply: Policy },
  'policies-versions': { body: Id, reply: PolicyList },
  'policies-save': { body: Type.Object({ id: RecordId, policy: PolicyRequest }), reply: Policy },
  'policies-enable': {
    body: Type.Object({ id: RecordId, enabled: Type.Boolean(), version: Type.Integer() }),
    reply: Policy,
  },
  'policies-delete': { body: Id, reply: Done },
  'policies-dry-run': { body: DryRunRequest, reply: Job },
  'dry-run-result': { body: Id, reply: DryRunResult },
  'decisions-list': { body: DecisionQuery, reply: DecisionList },
  'decisions-get': { body: Id, reply: Decision },
  'decisions-propose': { body: ProposeRequest, reply: Decision },
  'decisions-approve': {
    body: Type.Object({ id: Type.String(), ...ApproveRequest.properties }),
    reply: Decision,
  },
  'decisions-reject': {
    body: Type.Object({ id: Type.String(), ...ReasonRequest.properties }),
    reply: Decision,
  },
  'decisions-undo': {
    body: Type.Object({ id: Type.String(), ...ReasonRequest.properties }),
    reply: Decision,
  },
  'decisions-calibration': { body: None, reply: Calibration },
  'settings-get': { body: None, reply: DecisionSettingsView },
  'settings-save': { body: DecisionSettingsRequest, reply: DecisionSettingsView },
  'settings-stop': {
    body: Type.Object({ ...StopRequest.properties, all: Type.Boolean() }),
    reply: DecisionSettingsView,
  },
  'outbox-list': {
    body: Type.Object({
      states: Type.Optional(Type.Array(Type.Union(outboxStates.map((state) => Type.Literal(state))))),
      causeId: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Limit,
    }),
    reply: OutboxList,
  },
  'outbox-replay': { body: Id, reply: OutboxItem },
  'changes-list': { body: Type.Object({ limit: Limit }), reply: ChangeList },
  'schedules-list': { body: None, reply: ScheduleList },
  'schedules-save': { body: Type.Object({ id: RecordId, schedule: ScheduleRequest }), reply: Schedule },
  'schedules-delete': { body: Id, reply: Done },
  'schedules-run': { body: Id, reply: OutboxItem },
  'schedules-next': {
    body: Type.Object({
      cron: Type.String({ maxLength: 120 }),
      zone: Type.String({ maxLength: 64 }),
    }),
    reply: NextRuns,
  },
  'webhooks-list': { body: None, reply: WebhookList },
  'webhooks-save': { body: Type.Object({ id: RecordId, webhook: WebhookRequest }), reply: WebhookSaved },
  'webhooks-rotate': { body: Id, reply: WebhookSaved },
  'webhooks-test': { body: Id, reply: WebhookTest },
  'webhooks-delete': { body: Id, reply: Done },
  'audit-list': {
    body: Type.Object({ beforeNumber: Type.Optional(Type.Integer({ minimum: 1 })), limit: Limit }),
    reply: AuditList,
  },
  'audit-state': { body: None, reply: AuditState },
} as const satisfies Record<string, { body: TSchema; reply: TSchema }>;

export type DecisionOperation = keyof typeof decisionOperations;
export type AskBody<K extends DecisionOperation> = Static<(typeof decisionOperations)[K]['body']>;
export type AskReply<K extends DecisionOperation> = Static<(typeof decisionOperations)[K]['reply']>;

/** Around each body: whose it is and who asks, as the credential says. */
export const DecisionAsk = Type.Object({
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  /** Subject of the caller. */
  actor: Type.String({ minLength: 1, maxLength: 200 }),
  body: Type.Unknown(),
});
