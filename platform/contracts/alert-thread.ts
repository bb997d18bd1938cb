import { Type, type Static } from '@sinclair/typebox';
import {
  AlertChannelSchema,
  AlertFamilySchema,
  AlertKindSchema,
  AlertRecordId,
} from './alert-subscription.ts';
import { KpiUnit } from './kpi.ts';
import { ReportNotice } from './report-mail.ts';
import { Severity } from './signal.ts';
import { TENANT_PATTERN } from './subjects.ts';

const Maybe = Type.Union([Type.Number(), Type.Null()]);
const Dims = Type.Object({
  channel: Type.Optional(Type.String()),
  content: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  stream: Type.Optional(Type.String()),
});
const Tenant = Type.String({ pattern: TENANT_PATTERN });

/** One thing that fires: a signal, or what a decision wants to be told. Units are those of the KPI. */
export const AlertItem = Type.Object({
  /** `<kind>/<id of the signal>`, or `decision/<id of the record>`. */
  id: Type.String(),
  kind: AlertKindSchema,
  kpi: Type.String(),
  unit: Type.Union([KpiUnit, Type.Null()]),
  title: Type.String(),
  body: Type.String(),
  dims: Dims,
  severity: Severity,
  state: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
  startedAtMs: Type.Number(),
  endedAtMs: Maybe,
  isGood: Type.Union([Type.Boolean(), Type.Null()]),
  observed: Maybe,
  expected: Maybe,
  lower: Maybe,
  upper: Maybe,
  /** 0 to 1: w/(1+w) of the weeks w between two as unusual ones. */
  score: Maybe,
  /** Largest contributions first. */
  why: Type.Array(
    Type.Object({
      dimension: Type.String(),
      value: Type.String(),
      contribution: Type.Number(),
      share: Type.Number(),
    }),
    { maxItems: 3 },
  ),
  /** Observed less expected over all windows of it, in the tenant's currency; null where the KPI is no money. */
  impact: Maybe,
  link: Type.String(),
  decisionId: Type.String(),
});
export type AlertItem = Static<typeof AlertItem>;

export const threadEvents = [
  'fired',
  'changed',
  'resolved',
  'ended',
  'acknowledged',
  'unacknowledged',
  'snoozed',
  'woken',
  'told',
  'escalated',
] as const;
const ThreadEvent = Type.Object({
  atMs: Type.Number(),
  what: Type.Union(threadEvents.map((event) => Type.Literal(event))),
  /** Name of the person or the subscription; '' for the engine. */
  by: Type.String(),
  text: Type.String({ maxLength: 500 }),
});
export type ThreadEvent = Static<typeof ThreadEvent>;

/** Alerts that belong together, from the first that fired until none does. */
export const AlertThread = Type.Object({
  id: AlertRecordId,
  tenant: Tenant,
  title: Type.String(),
  family: AlertFamilySchema,
  state: Type.Union([Type.Literal('firing'), Type.Literal('acknowledged'), Type.Literal('resolved')]),
  severity: Severity,
  startedAtMs: Type.Number(),
  endedAtMs: Maybe,
  changedAtMs: Type.Number(),
  alertCount: Type.Integer(),
  firingCount: Type.Integer(),
  /** Worst first; at most 20. */
  alerts: Type.Array(AlertItem),
  impact: Maybe,
  acknowledged: Type.Union([
    Type.Object({ by: Type.String(), atMs: Type.Number(), comment: Type.String() }),
    Type.Null(),
  ]),
  /** `untilMs` null: until something changes. */
  snoozed: Type.Union([Type.Object({ by: Type.String(), atMs: Type.Number(), untilMs: Maybe }), Type.Null()]),
  /** Oldest first; the newest 60. */
  history: Type.Array(ThreadEvent),
  version: Type.Integer(),
});
export type AlertThread = Static<typeof AlertThread>;

export const feedbackVerdicts = ['useful', 'false_alarm', 'known', 'too_late'] as const;
export const AlertFeedback = Type.Object({
  tenant: Tenant,
  threadId: AlertRecordId,
  userId: Type.String(),
  verdict: Type.Union(feedbackVerdicts.map((verdict) => Type.Literal(verdict))),
  comment: Type.String({ maxLength: 500 }),
  atMs: Type.Number(),
});
export type AlertFeedback = Static<typeof AlertFeedback>;
export const FeedbackRequest = Type.Object(
  {
    verdict: Type.Union(feedbackVerdicts.map((verdict) => Type.Literal(verdict))),
    comment: Type.String({ maxLength: 500 }),
  },
  { additionalProperties: false },
);

export const AlertThreadList = Type.Object({
  currency: Type.String(),
  threads: Type.Array(AlertThread),
  isCut: Type.Boolean(),
});
export type AlertThreadList = Static<typeof AlertThreadList>;
export const AlertThreadDetail = Type.Object({
  currency: Type.String(),
  thread: AlertThread,
  /** Of the one who asks; null before they gave any. */
  feedback: Type.Union([AlertFeedback, Type.Null()]),
  /** Subscriptions of the one who asks that take part of it. */
  because: Type.Array(Type.Object({ id: AlertRecordId, name: Type.String(), why: Type.String() })),
  /** KPIs in it whose false alarms a week can be set. */
  tunable: Type.Array(Type.String()),
});
export type AlertThreadDetail = Static<typeof AlertThreadDetail>;

/** What a message counts besides what it lists; every alert that matches is listed or counted once for each of its changes. */
export const MessageCounts = Type.Object({
  fired: Type.Integer(),
  changed: Type.Integer(),
  resolved: Type.Integer(),
  /** Fired and over before anything was sent. */
  ended: Type.Integer(),
  still: Type.Integer(),
  /** Explained by another alert. */
  covered: Type.Integer(),
  silenced: Type.Integer(),
  /** Left out by quiet hours that drop. */
  dropped: Type.Integer(),
  /** Came when no more alerts could be kept. */
  overflow: Type.Integer(),
});
export type MessageCounts = Static<typeof MessageCounts>;

const MessageThread = Type.Object({
  threadId: AlertRecordId,
  title: Type.String(),
  family: AlertFamilySchema,
  state: Type.Union([Type.Literal('firing'), Type.Literal('acknowledged'), Type.Literal('resolved')]),
  severity: Severity,
  startedAtMs: Type.Number(),
  endedAtMs: Maybe,
  impact: Maybe,
  /** Which message of the thread to this subscriber it is, from 1. */
  number: Type.Integer(),
  /** At most 8. */
  items: Type.Array(AlertItem),
  more: Type.Integer(),
});
export type MessageThread = Static<typeof MessageThread>;

/** What one subscriber is told at one moment. */
export const AlertMessage = Type.Object({
  id: AlertRecordId,
  tenant: Tenant,
  subscriptionId: Type.String(),
  subscriptionName: Type.String(),
  userId: Type.String(),
  kind: Type.Union([
    Type.Literal('thread'),
    Type.Literal('digest'),
    Type.Literal('acknowledged'),
    Type.Literal('test'),
    Type.Literal('report'),
  ]),
  isEscalation: Type.Boolean(),
  severity: Severity,
  createdAtMs: Type.Number(),
  /** Why this subscriber gets it, in words. */
  why: Type.String(),
  timeZone: Type.String(),
  currency: Type.String(),
  tenantName: Type.String(),
  threads: Type.Array(MessageThread),
  moreThreads: Type.Integer(),
  counts: MessageCounts,
  /** Messages that the rate cap held back and that are in this one. */
  held: Type.Integer(),
  /** Of kind `report`; its subscription is the schedule. */
  report: Type.Optional(ReportNotice),
});
export type AlertMessage = Static<typeof AlertMessage>;

export const deliveryStates = ['waiting', 'sent', 'dead'] as const;
export const DeliveryAttempt = Type.Object({
  atMs: Type.Number(),
  isOk: Type.Boolean(),
  code: Type.String({ maxLength: 64 }),
  note: Type.String({ maxLength: 300 }),
  tookMs: Type.Number(),
});
export type DeliveryAttempt = Static<typeof DeliveryAttempt>;

/** KV `deliveries`, key `<tenant>.<id>`, while it waits or is dead; then only its row in ClickHouse. One message to one contact point. */
export const Delivery = Type.Object({
  id: AlertRecordId,
  tenant: Tenant,
  contactId: AlertRecordId,
  channel: AlertChannelSchema,
  state: Type.Union(deliveryStates.map((state) => Type.Literal(state))),
  tries: Type.Integer(),
  nextAtMs: Type.Number(),
  attempts: Type.Array(DeliveryAttempt, { maxItems: 20 }),
  createdAtMs: Type.Number(),
  endedAtMs: Maybe,
  message: AlertMessage,
});
export type Delivery = Static<typeof Delivery>;

/** A delivery as people see it. */
export const DeliveryView = Type.Object({
  id: AlertRecordId,
  contactId: AlertRecordId,
  channel: AlertChannelSchema,
  state: Type.Union(deliveryStates.map((state) => Type.Literal(state))),
  title: Type.String(),
  kind: Type.String(),
  subscriptionId: Type.String(),
  subscriptionName: Type.String(),
  threadIds: Type.Array(Type.String()),
  severity: Severity,
  tries: Type.Integer(),
  /** Null when nothing more is due. */
  nextAtMs: Maybe,
  lastNote: Type.String(),
  createdAtMs: Type.Number(),
  endedAtMs: Maybe,
});
export type DeliveryView = Static<typeof DeliveryView>;
export const DeliveryList = Type.Object({ deliveries: Type.Array(DeliveryView) });
export type DeliveryList = Static<typeof DeliveryList>;

/** KV `alertreads`: what one person has read of the notices in the app; of nobody else's. */
export const AlertReads = Type.Object({
  tenant: Tenant,
  userId: Type.String(),
  /** Every notice up to then is read. */
  untilMs: Type.Number(),
  /** Of those after it; the newest 500. */
  ids: Type.Array(AlertRecordId, { maxItems: 500 }),
});
export type AlertReads = Static<typeof AlertReads>;

/** A message to the caller's own inbox of this app. */
export const AlertNotice = Type.Object({
  id: AlertRecordId,
  title: Type.String(),
  severity: Severity,
  threadIds: Type.Array(Type.String()),
  subscriptionName: Type.String(),
  createdAtMs: Type.Number(),
  isRead: Type.Boolean(),
});
export type AlertNotice = Static<typeof AlertNotice>;
export const AlertNoticeList = Type.Object({
  notices: Type.Array(AlertNotice),
  /** Of those listed. */
  unread: Type.Integer({ minimum: 0 }),
});
export type AlertNoticeList = Static<typeof AlertNoticeList>;
export const NoticesReadRequest = Type.Object(
  {
    ids: Type.Optional(Type.Array(AlertRecordId, { maxItems: 100 })),
    untilMs: Type.Optional(Type.Number({ minimum: 0, description: 'Every notice up to then' })),
  },
  { additionalProperties: false },
);
export type NoticesReadRequest = Static<typeof NoticesReadRequest>;

/** Core subject on which the owner of alerts is asked; no stream takes it. */
export const alertAskSubject = 'alertowner.ask';
const command = { tenant: Tenant, userId: Type.String(), by: Type.String({ maxLength: 254 }) };
export const AlertAsk = Type.Union([
  Type.Object({
    op: Type.Literal('acknowledge'),
    ...command,
    threadId: AlertRecordId,
    comment: Type.String({ maxLength: 500 }),
  }),
  Type.Object({
    op: Type.Literal('snooze'),
    ...command,
    threadId: AlertRecordId,
    /** Null: until something changes. */
    untilMs: Maybe,
  }),
  Type.Object({ op: Type.Literal('wake'), ...command, threadId: AlertRecordId }),
  Type.Object({ op: Type.Literal('test'), ...command, contactId: AlertRecordId }),
  Type.Object({ op: Type.Literal('retry'), ...command, deliveryId: AlertRecordId }),
  Type.Object({ op: Type.Literal('push-key') }),
]);
export type AlertAsk = Static<typeof AlertAsk>;
export const AlertAnswer = Type.Object({
  thread: Type.Optional(AlertThread),
  delivery: Type.Optional(DeliveryView),
  pushKey: Type.Optional(Type.String()),
});
export type AlertAnswer = Static<typeof AlertAnswer>;
