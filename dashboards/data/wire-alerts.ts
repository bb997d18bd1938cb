import type {
  AlertSettings,
  ContactCreated,
  ContactPoint,
  ContactPointList,
  QuietHours,
  Silence,
  SilenceList,
  SilenceMatcher,
  SubscribedWhat,
  Subscription,
  SubscriptionList,
} from '../../platform/contracts/alert-subscription.ts';
import type {
  AlertNotice,
  AlertNoticeList,
  AlertFeedback,
  AlertItem,
  AlertThread,
  AlertThreadDetail,
  AlertThreadList,
  DeliveryList,
  DeliveryView,
  ThreadEvent,
} from '../../platform/contracts/alert-thread.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  type Guard,
} from './guard.ts';
import { kpiUnits } from './wire-kpi.ts';

export const families = [
  'revenue',
  'content',
  'operations',
  'growth',
  'recurring',
  'own',
  'feed',
  'trend',
  'viral',
  'decision',
] as const;
export const kinds = ['threshold', 'anomaly', 'trend', 'viral', 'forecast', 'decision'] as const;
export const channels = ['inapp', 'push', 'email', 'slack', 'pagerduty', 'webhook'] as const;

const isMaybe = nullable(isNumber);
const isSeverity = oneOf(['info', 'warning', 'critical']);
const isFamily = oneOf(families);
const isKind = oneOf(kinds);
const isChannel = oneOf(channels);

const isItem: Guard<AlertItem> = object<AlertItem>({
  id: isString,
  kind: isKind,
  kpi: isString,
  unit: nullable(oneOf(kpiUnits)),
  title: isString,
  body: isString,
  dims: object<AlertItem['dims']>({
    channel: optional(isString),
    content: optional(isString),
    country: optional(isString),
    stream: optional(isString),
  }),
  severity: isSeverity,
  state: oneOf(['firing', 'resolved']),
  startedAtMs: isNumber,
  endedAtMs: isMaybe,
  isGood: nullable(isBoolean),
  observed: isMaybe,
  expected: isMaybe,
  lower: isMaybe,
  upper: isMaybe,
  score: isMaybe,
  why: arrayOf(
    object<AlertItem['why'][number]>({
      dimension: isString,
      value: isString,
      contribution: isNumber,
      share: isNumber,
    }),
  ),
  impact: isMaybe,
  link: isString,
  decisionId: isString,
});

const isEvent: Guard<ThreadEvent> = object<ThreadEvent>({
  atMs: isNumber,
  what: oneOf([
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
  ]),
  by: isString,
  text: isString,
});

export const isAlertThread: Guard<AlertThread> = object<AlertThread>({
  id: isString,
  tenant: isString,
  title: isString,
  family: isFamily,
  state: oneOf(['firing', 'acknowledged', 'resolved']),
  severity: isSeverity,
  startedAtMs: isNumber,
  endedAtMs: isMaybe,
  changedAtMs: isNumber,
  alertCount: isNumber,
  firingCount: isNumber,
  alerts: arrayOf(isItem),
  impact: isMaybe,
  acknowledged: nullable(
    object<NonNullable<AlertThread['acknowledged']>>({ by: isString, atMs: isNumber, comment: isString }),
  ),
  snoozed: nullable(
    object<NonNullable<AlertThread['snoozed']>>({ by: isString, atMs: isNumber, untilMs: isMaybe }),
  ),
  history: arrayOf(isEvent),
  version: isNumber,
});

export const isAlertThreadList: Guard<AlertThreadList> = object<AlertThreadList>({
  currency: isString,
  threads: arrayOf(isAlertThread),
  isCut: isBoolean,
});

export const isAlertFeedback: Guard<AlertFeedback> = object<AlertFeedback>({
  tenant: isString,
  threadId: isString,
  userId: isString,
  verdict: oneOf(['useful', 'false_alarm', 'known', 'too_late']),
  comment: isString,
  atMs: isNumber,
});

export const isAlertThreadDetail: Guard<AlertThreadDetail> = object<AlertThreadDetail>({
  currency: isString,
  thread: isAlertThread,
  feedback: nullable(isAlertFeedback),
  because: arrayOf(
    object<AlertThreadDetail['because'][number]>({ id: isString, name: isString, why: isString }),
  ),
  tunable: arrayOf(isString),
});

export const isDelivery: Guard<DeliveryView> = object<DeliveryView>({
  id: isString,
  contactId: isString,
  channel: isChannel,
  state: oneOf(['waiting', 'sent', 'dead']),
  title: isString,
  kind: isString,
  subscriptionId: isString,
  subscriptionName: isString,
  threadIds: arrayOf(isString),
  severity: isSeverity,
  tries: isNumber,
  nextAtMs: isMaybe,
  lastNote: isString,
  createdAtMs: isNumber,
  endedAtMs: isMaybe,
});
export const isNoticeList: Guard<AlertNoticeList> = object<AlertNoticeList>({
  notices: arrayOf(
    object<AlertNotice>({
      id: isString,
      title: isString,
      severity: oneOf(['info', 'warning', 'critical']),
      threadIds: arrayOf(isString),
      subscriptionName: isString,
      createdAtMs: isNumber,
      isRead: isBoolean,
    }),
  ),
  unread: isNumber,
});

export const isDeliveryList: Guard<DeliveryList> = object<DeliveryList>({ deliveries: arrayOf(isDelivery) });

const isWhat: Guard<SubscribedWhat> = object<SubscribedWhat>({
  kpis: arrayOf(isString),
  families: arrayOf(isFamily),
  kinds: arrayOf(isKind),
  minSeverity: isSeverity,
  channels: arrayOf(isString),
  countries: arrayOf(isString),
  streams: arrayOf(isString),
  contents: arrayOf(isString),
  withGood: isBoolean,
});

export const isSubscription: Guard<Subscription> = object<Subscription>({
  id: isString,
  tenant: isString,
  userId: isString,
  name: isString,
  isOn: isBoolean,
  what: isWhat,
  where: arrayOf(isString),
  when: object<Subscription['when']>({
    mode: oneOf(['immediate', 'hourly', 'daily', 'weekly']),
    hour: isNumber,
    weekday: isNumber,
  }),
  quiet: nullable(
    object<QuietHours>({
      fromMinute: isNumber,
      toMinute: isNumber,
      days: arrayOf(isNumber),
      policy: oneOf(['hold', 'drop']),
      criticalBypass: isBoolean,
    }),
  ),
  timeZone: isString,
  cap: nullable(object<NonNullable<Subscription['cap']>>({ messages: isNumber, perHours: isNumber })),
  escalation: nullable(
    object<NonNullable<Subscription['escalation']>>({ afterMinutes: isNumber, to: arrayOf(isString) }),
  ),
  withResolved: isBoolean,
  createdAtMs: isNumber,
  changedAtMs: isNumber,
});
export const isSubscriptionList: Guard<SubscriptionList> = object<SubscriptionList>({
  subscriptions: arrayOf(isSubscription),
});

const isContact: Guard<ContactPoint> = object<ContactPoint>({
  id: isString,
  tenant: isString,
  userId: isString,
  name: isString,
  channel: isChannel,
  shown: isString,
  isOn: isBoolean,
  offReason: isString,
  createdAtMs: isNumber,
});
export const isContactList: Guard<ContactPointList> = object<ContactPointList>({
  contacts: arrayOf(isContact),
});
export const isContactCreated: Guard<ContactCreated> = object<ContactCreated>({
  contact: isContact,
  secret: optional(isString),
});

export const isSilence: Guard<Silence> = object<Silence>({
  id: isString,
  tenant: isString,
  matchers: arrayOf(
    object<SilenceMatcher>({
      field: oneOf(['kpi', 'family', 'kind', 'severity', 'channel', 'content', 'country', 'stream']),
      isEqual: isBoolean,
      value: isString,
    }),
  ),
  startsAtMs: isNumber,
  endsAtMs: isMaybe,
  comment: isString,
  isMine: isBoolean,
  userId: isString,
  by: isString,
  createdAtMs: isNumber,
});
export const isSilenceList: Guard<SilenceList> = object<SilenceList>({ silences: arrayOf(isSilence) });

export const isAlertSettings: Guard<AlertSettings> = object<AlertSettings>({
  groupWaitSeconds: isNumber,
  groupIntervalSeconds: isNumber,
  repeatHours: isNumber,
  isInhibiting: isBoolean,
  noDataSeverity: optional(
    object<NonNullable<AlertSettings['noDataSeverity']>>({
      feed: oneOf(['info', 'warning', 'critical']),
      kpi: oneOf(['info', 'warning', 'critical']),
    }),
  ),
});
export const isPushKey: Guard<{ key: string }> = object<{ key: string }>({ key: isString });
