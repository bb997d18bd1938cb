import { Type, type Static } from '@sinclair/typebox';
import { alertFamilies } from './kpi-family.ts';
import { Severity, signalKinds } from './signal.ts';
import { TENANT_PATTERN } from './subjects.ts';

/** Who is told of what, where and when. Records of people; the owner of alerts reads them, the gateway writes them. */

export const alertKinds = [...signalKinds, 'decision'] as const;
export const AlertKindSchema = Type.Union(alertKinds.map((kind) => Type.Literal(kind)));
export const AlertFamilySchema = Type.Union(alertFamilies.map((family) => Type.Literal(family)));

/** Ways to reach a person. */
export const alertChannels = ['inapp', 'push', 'email', 'slack', 'pagerduty', 'webhook'] as const;
export type AlertChannel = (typeof alertChannels)[number];
export const AlertChannelSchema = Type.Union(alertChannels.map((channel) => Type.Literal(channel)));

export const AlertRecordId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const UserId = Type.String({ minLength: 1, maxLength: 200 });
const Name = Type.String({ minLength: 1, maxLength: 120 });
const Zone = Type.String({ minLength: 1, maxLength: 64, description: 'IANA name of a time zone' });
const Values = Type.Array(Type.String({ maxLength: 256 }), { maxItems: 50 });
const MinuteOfDay = Type.Integer({ minimum: 0, maximum: 1_439 });

/** An empty list takes all. */
export const SubscribedWhat = Type.Object(
  {
    kpis: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }), { maxItems: 100 }),
    families: Type.Array(AlertFamilySchema, { maxItems: alertFamilies.length }),
    kinds: Type.Array(AlertKindSchema, { maxItems: alertKinds.length }),
    minSeverity: Severity,
    /** Only alerts about one of these values; alerts about the total are left out where a list has entries. */
    channels: Values,
    countries: Values,
    streams: Values,
    contents: Values,
    withGood: Type.Boolean({ description: 'Also what is good for the business' }),
  },
  { additionalProperties: false },
);
export type SubscribedWhat = Static<typeof SubscribedWhat>;

export const SubscribedWhen = Type.Object(
  {
    mode: Type.Union([
      Type.Literal('immediate'),
      Type.Literal('hourly'),
      Type.Literal('daily'),
      Type.Literal('weekly'),
    ]),
    hour: Type.Integer({ minimum: 0, maximum: 23, description: 'Local hour of a daily or weekly digest' }),
    weekday: Type.Integer({ minimum: 1, maximum: 7, description: 'Of a weekly digest; 1 is Monday' }),
  },
  { additionalProperties: false },
);

/** From `fromMinute` to `toMinute` of the local day; over midnight when `toMinute` is not above `fromMinute`. */
export const QuietHours = Type.Object(
  {
    fromMinute: MinuteOfDay,
    toMinute: MinuteOfDay,
    /** Days on which the stretch begins, 1 is Monday; all when empty. */
    days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 7 }),
    policy: Type.Union([Type.Literal('hold'), Type.Literal('drop')]),
    criticalBypass: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type QuietHours = Static<typeof QuietHours>;

const subscriptionBody = {
  name: Name,
  isOn: Type.Boolean(),
  what: SubscribedWhat,
  where: Type.Array(AlertRecordId, { maxItems: 10, description: 'Ids of contact points' }),
  when: SubscribedWhen,
  quiet: Type.Union([QuietHours, Type.Null()]),
  timeZone: Zone,
  /** At most so many messages in so long; what is above waits and is counted. */
  cap: Type.Union([
    Type.Object(
      {
        messages: Type.Integer({ minimum: 1, maximum: 100 }),
        perHours: Type.Integer({ minimum: 1, maximum: 168 }),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ]),
  /** Where to go when nobody has acknowledged in time. */
  escalation: Type.Union([
    Type.Object(
      {
        afterMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
        to: Type.Array(AlertRecordId, { minItems: 1, maxItems: 10 }),
      },
      { additionalProperties: false },
    ),
    Type.Null(),
  ]),
  withResolved: Type.Boolean({ description: 'Also when it is over' }),
};

export const SubscriptionRequest = Type.Object(subscriptionBody, { additionalProperties: false });
export type SubscriptionRequest = Static<typeof SubscriptionRequest>;

/** KV `subscriptions`, key `<tenant>.<id>`. */
export const Subscription = Type.Object({
  id: AlertRecordId,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  userId: UserId,
  ...subscriptionBody,
  createdAtMs: Type.Number(),
  changedAtMs: Type.Number(),
});
export type Subscription = Static<typeof Subscription>;
export const SubscriptionList = Type.Object({ subscriptions: Type.Array(Subscription) });
export type SubscriptionList = Static<typeof SubscriptionList>;

/** KV `contacts`, key `<tenant>.<id>`: what may be shown of a contact point. */
export const ContactPoint = Type.Object({
  id: AlertRecordId,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  userId: UserId,
  name: Name,
  channel: AlertChannelSchema,
  /** The e-mail address, or enough of a secret to recognise it. */
  shown: Type.String({ maxLength: 300 }),
  isOn: Type.Boolean(),
  /** Why it is off; '' while it is on. */
  offReason: Type.String({ maxLength: 300 }),
  createdAtMs: Type.Number(),
});
export type ContactPoint = Static<typeof ContactPoint>;
export const ContactPointList = Type.Object({ contacts: Type.Array(ContactPoint) });
export type ContactPointList = Static<typeof ContactPointList>;

const Url = Type.String({ minLength: 8, maxLength: 2_000 });
const PushSubscription = Type.Object(
  {
    endpoint: Url,
    keys: Type.Object(
      { p256dh: Type.String({ maxLength: 200 }), auth: Type.String({ maxLength: 100 }) },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** KV `contactsecrets`, key `<tenant>.<id>`: apart from what is shown, never told again, never logged. */
export const ContactSecret = Type.Union([
  Type.Object({ channel: Type.Literal('inapp') }),
  Type.Object({ channel: Type.Literal('push'), push: PushSubscription }),
  Type.Object({ channel: Type.Literal('email'), address: Type.String({ maxLength: 254 }) }),
  Type.Object({ channel: Type.Literal('slack'), url: Url }),
  Type.Object({
    channel: Type.Literal('pagerduty'),
    routingKey: Type.String({ pattern: '^[A-Za-z0-9]{32}$' }),
  }),
  Type.Object({
    channel: Type.Literal('webhook'),
    url: Url,
    secret: Type.String({ pattern: '^whsec_[A-Za-z0-9+/=]{32,100}$' }),
  }),
]);
export type ContactSecret = Static<typeof ContactSecret>;

const strict = { additionalProperties: false };
/** A new contact point; a webhook's signing secret is made by Weir and answered once. */
export const ContactRequest = Type.Union([
  Type.Object({ channel: Type.Literal('inapp'), name: Name }, strict),
  Type.Object({ channel: Type.Literal('push'), name: Name, push: PushSubscription }, strict),
  Type.Object(
    {
      channel: Type.Literal('email'),
      name: Name,
      address: Type.Optional(
        Type.String({
          maxLength: 254,
          description: 'Your own when absent; another one needs the scope admin',
        }),
      ),
    },
    strict,
  ),
  Type.Object({ channel: Type.Literal('slack'), name: Name, url: Url }, strict),
  Type.Object(
    {
      channel: Type.Literal('pagerduty'),
      name: Name,
      routingKey: Type.String({ pattern: '^[A-Za-z0-9]{32}$' }),
    },
    strict,
  ),
  Type.Object({ channel: Type.Literal('webhook'), name: Name, url: Url }, strict),
]);
export type ContactRequest = Static<typeof ContactRequest>;
export const ContactCreated = Type.Object({
  contact: ContactPoint,
  secret: Type.Optional(Type.String({ description: 'Signing secret of a webhook; shown this once' })),
});
export type ContactCreated = Static<typeof ContactCreated>;

export const silenceFields = [
  'kpi',
  'family',
  'kind',
  'severity',
  'channel',
  'content',
  'country',
  'stream',
] as const;
export const SilenceMatcher = Type.Object(
  {
    field: Type.Union(silenceFields.map((field) => Type.Literal(field))),
    isEqual: Type.Boolean(),
    value: Type.String({ maxLength: 256 }),
  },
  { additionalProperties: false },
);
export type SilenceMatcher = Static<typeof SilenceMatcher>;

const silenceBody = {
  /** All of them must hold. */
  matchers: Type.Array(SilenceMatcher, { minItems: 1, maxItems: 10 }),
  startsAtMs: Type.Number(),
  endsAtMs: Type.Union([Type.Number(), Type.Null()]),
  comment: Type.String({ maxLength: 500 }),
  /** True: for me alone, as when I mute a KPI; false: for everybody of the tenant. */
  isMine: Type.Boolean(),
};
export const SilenceRequest = Type.Object(silenceBody, { additionalProperties: false });
export type SilenceRequest = Static<typeof SilenceRequest>;
/** KV `silences`, key `<tenant>.<id>`. */
export const Silence = Type.Object({
  id: AlertRecordId,
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  ...silenceBody,
  userId: UserId,
  by: Type.String({ maxLength: 254 }),
  createdAtMs: Type.Number(),
});
export type Silence = Static<typeof Silence>;
export const SilenceList = Type.Object({ silences: Type.Array(Silence) });
export type SilenceList = Static<typeof SilenceList>;

/** KV `alertsettings`, key = tenant. */
export const AlertSettings = Type.Object(
  {
    groupWaitSeconds: Type.Integer({
      minimum: 0,
      maximum: 3_600,
      description: 'The first message of a thread waits so long for what belongs to it',
    }),
    groupIntervalSeconds: Type.Integer({
      minimum: 0,
      maximum: 86_400,
      description: 'Between two messages of a thread',
    }),
    repeatHours: Type.Integer({
      minimum: 1,
      maximum: 720,
      description: 'What still fires unacknowledged is told again',
    }),
    isInhibiting: Type.Boolean({ description: 'Missing events and wider cuts hold back what they explain' }),
    noDataSeverity: Type.Optional(
      Type.Object(
        {
          feed: Severity,
          kpi: Severity,
        },
        {
          additionalProperties: false,
          description:
            'How bad it is when no events arrive any more, and when one KPI has no values any more; critical and info when absent',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type AlertSettings = Static<typeof AlertSettings>;
export const defaultAlertSettings: AlertSettings = {
  groupWaitSeconds: 60,
  groupIntervalSeconds: 900,
  repeatHours: 24,
  isInhibiting: true,
};
/** Where the tenant says nothing: silence of everything is an outage, of one KPI seldom. */
export const defaultNoDataSeverity: NonNullable<AlertSettings['noDataSeverity']> = {
  feed: 'critical',
  kpi: 'info',
};
