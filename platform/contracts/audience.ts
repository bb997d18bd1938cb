import { Type, type Static } from '@sinclair/typebox';
import { demographicFields } from './demographics.ts';
import { Mechanism } from './privacy.ts';

/** Questions about the audience and their answers; the gateway asks, streams computes over the stored events. */

export const audienceSubject = 'streams.analytics.audience';

export const audienceTopics = [
  'activity',
  'returning',
  'watch_time',
  'interaction',
  'loyalty',
  'churn',
  'preferences',
  'demographics',
] as const;
export const AudienceTopic = Type.Union(audienceTopics.map((topic) => Type.Literal(topic)));
export type AudienceTopic = Static<typeof AudienceTopic>;

const Field = Type.Union(demographicFields.map((field) => Type.Literal(field)));
export const DemographicFieldName = Field;

const Value = Type.Optional(Type.String({ minLength: 1, maxLength: 256 }));

/**
 * Part of the audience. For `preferences` its members are the viewers with a matching view in the range, and all they watched counts; for
 * everything else only matching views count.
 */
export const Segment = Type.Object(
  {
    country: Value,
    channel: Value,
    content: Value,
    age_band: Value,
    gender: Value,
    device_type: Value,
    language: Value,
    region: Value,
  },
  { additionalProperties: false },
);
export type Segment = Static<typeof Segment>;

/** Where the answer goes: to the tenant's own people, or out of the tenant. */
export const Release = Type.Union([Type.Literal('tenant'), Type.Literal('public')]);

const EPSILON_LEAST = 0.05;
const EPSILON_MOST = 1;

/** What costs privacy budget: a question that names a segment, or whose answer leaves the tenant. */
export const PrivateRequest = Type.Object(
  {
    from: Type.Optional(Type.String({ maxLength: 64, description: 'Milliseconds since 1970 or RFC 3339' })),
    to: Type.Optional(Type.String({ maxLength: 64, description: 'Milliseconds since 1970 or RFC 3339' })),
    by: Type.Optional(Type.Union([Type.Literal('channel'), Type.Literal('content')])),
    field: Type.Optional(Field),
    segment: Type.Optional(Segment),
    release: Type.Optional(Release),
    mechanism: Type.Optional(Mechanism),
    epsilon: Type.Optional(
      Type.Number({
        minimum: EPSILON_LEAST,
        maximum: EPSILON_MOST,
        description: 'Privacy loss of this answer; less noise costs more of the budget. 0.1 when absent',
      }),
    ),
  },
  { additionalProperties: false },
);
export type PrivateRequest = Static<typeof PrivateRequest>;

/** The request on the bus; the gateway puts in tenant and asker from the credential. */
export const AudienceQuestion = Type.Object({
  tenant: Type.String(),
  asker: Type.String({ maxLength: 256 }),
  what: AudienceTopic,
  /** Event time; moved to whole days of the tenant's zone. */
  fromMs: Type.Optional(Type.Number()),
  toMs: Type.Optional(Type.Number()),
  /** What `preferences` are of; channel when absent. */
  by: Type.Optional(Type.Union([Type.Literal('channel'), Type.Literal('content')])),
  /** What `demographics` are of; age_band when absent. */
  field: Type.Optional(Field),
  segment: Type.Optional(Segment),
  release: Release,
  mechanism: Type.Optional(Mechanism),
  epsilon: Type.Optional(Type.Number({ minimum: EPSILON_LEAST, maximum: EPSILON_MOST })),
});
export type AudienceQuestion = Static<typeof AudienceQuestion>;

const Count = Type.Number({
  description: 'People; whole when exact, with noise and not below 0 when private',
});
const Share = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);
const Exact = Type.Union([Type.Number(), Type.Null()], { description: 'Null in private answers' });

/** What is told with noise is within this of the truth in 95 of 100 answers; sums of several counts have more of it than one. */
const HalfWidth = Type.Optional(
  Type.Number({ minimum: 0, description: 'Half width of the noise, 95%; absent in exact answers' }),
);
/** A count of people that is a sum. */
const total = { viewers: Count, viewersHalfWidth: HalfWidth };
/** Null where there is nobody, or where that many may be noise. */
const share = { share: Share, shareHalfWidth: HalfWidth };
const rate = { rate: Share, rateHalfWidth: HalfWidth };

const ActivityBody = Type.Object({
  kind: Type.Literal('activity'),
  /** 7 × 24, Monday 0 o'clock first, in the tenant's zone. */
  cells: Type.Array(
    Type.Object({
      weekday: Type.Integer({ minimum: 1, maximum: 7, description: 'Monday is 1' }),
      hour: Type.Integer({ minimum: 0, maximum: 23 }),
      /** How often this hour of the week came in the range. */
      occurrences: Type.Number(),
      viewers: Count,
      views: Exact,
      watchMinutes: Exact,
    }),
  ),
});

const ReturningBody = Type.Object({
  kind: Type.Literal('returning'),
  horizons: Type.Array(
    Type.Object({
      days: Type.Integer(),
      /** Viewers whose first day in the range lies at least this many days before its end. */
      ...total,
      returned: Count,
      returnedHalfWidth: HalfWidth,
      ...rate,
    }),
  ),
});

const WatchTimeBody = Type.Object({
  kind: Type.Literal('watch_time'),
  ...total,
  totalMinutes: Exact,
  meanMinutes: Exact,
  bins: Type.Array(
    Type.Object({
      fromMinutes: Type.Number(),
      toMinutes: Type.Union([Type.Number(), Type.Null()]),
      viewers: Count,
      ...share,
    }),
  ),
});

const InteractionBody = Type.Object({
  kind: Type.Literal('interaction'),
  /** People who watched or interacted. */
  ...total,
  interactions: Exact,
  bins: Type.Array(
    Type.Object({
      /** Likes, comments, shares, clicks and subscriptions of a person in the range. */
      from: Type.Integer(),
      to: Type.Union([Type.Integer(), Type.Null()]),
      viewers: Count,
      ...share,
    }),
  ),
});

const LoyaltyBody = Type.Object({
  kind: Type.Literal('loyalty'),
  ...total,
  classes: Type.Array(
    Type.Object({
      key: Type.String(),
      title: Type.String(),
      rule: Type.String(),
      viewers: Count,
      ...share,
      watchMinutes: Exact,
    }),
  ),
});

const ChurnBody = Type.Object({
  kind: Type.Literal('churn'),
  /** Viewers seen before it; lapsed are those not seen from it on. */
  splitMs: Type.Number(),
  ...total,
  lapsed: Count,
  lapsedHalfWidth: HalfWidth,
  ...rate,
  predictors: Type.Array(
    Type.Object({
      key: Type.String(),
      title: Type.String(),
      bands: Type.Array(Type.Object({ title: Type.String(), ...total, lapsed: Count, ...rate })),
    }),
  ),
});

const PreferencesBody = Type.Object({
  kind: Type.Literal('preferences'),
  by: Type.Union([Type.Literal('channel'), Type.Literal('content')]),
  ...total,
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      viewers: Count,
      ...share,
      /** Affinity: share among the segment over share among everybody; null without a segment. */
      index: Share,
      /** Interval that holds it in 95 of 100 answers, by the noise and by the number of people. */
      indexLow: Share,
      indexHigh: Share,
    }),
  ),
  /** Watched by the same people more often than by chance; only in exact answers. */
  pairs: Type.Array(
    Type.Object({
      a: Type.String(),
      aTitle: Type.String(),
      b: Type.String(),
      bTitle: Type.String(),
      viewers: Count,
      lift: Type.Number({ minimum: 0 }),
      /** 95% of what chance leaves open at this number of people. */
      liftLow: Type.Number({ minimum: 0 }),
      liftHigh: Type.Number({ minimum: 0 }),
    }),
  ),
});

const DemographicsBody = Type.Object({
  kind: Type.Literal('demographics'),
  field: Field,
  ...total,
  groups: Type.Array(
    Type.Object({
      /** '' is several groups of fewer than ten people each, told together. */
      value: Type.String(),
      groups: Type.Integer(),
      viewers: Count,
      ...share,
      views: Exact,
      watchMinutes: Exact,
      /** Of people who are known to be in the group, and of events that name nobody but say it. */
      revenueMinor: Exact,
      revenuePerViewerMinor: Exact,
      /** Only in private answers: each person counts up to 8 views and 20.00, by steps. */
      least: Type.Union([
        Type.Object({
          views: Count,
          viewsHalfWidth: Type.Number(),
          payers: Count,
          revenueMinor: Count,
          revenueHalfWidthMinor: Type.Number(),
        }),
        Type.Null(),
      ]),
    }),
  ),
  /** Groups nothing is told of, not even together: they are fewer than ten people. */
  suppressed: Type.Integer(),
});

export const AudienceBody = Type.Union([
  ActivityBody,
  ReturningBody,
  WatchTimeBody,
  InteractionBody,
  LoyaltyBody,
  ChurnBody,
  PreferencesBody,
  DemographicsBody,
]);
export type AudienceBody = Static<typeof AudienceBody>;

/** How an answer protects people: not at all because it is exact and stays inside, or by noise. */
export const AudiencePrivacy = Type.Union([
  Type.Object({ kind: Type.Literal('exact') }),
  Type.Object({
    kind: Type.Literal('private'),
    /** Of the charge and of the stored answer. */
    id: Type.String(),
    epsilon: Type.Number(),
    delta: Type.Number(),
    mechanism: Mechanism,
    /** Cells one person can move, by one each; enforced in the query. */
    cellsPerPerson: Type.Integer(),
    /** A count is within this of the true one in 95 of 100 answers, before cutting at 0. */
    halfWidth95: Type.Number(),
    rho: Type.Number(),
    answeredAtMs: Type.Number(),
    /** True when this is the stored answer to the same question: nothing was charged. */
    isRepeated: Type.Boolean(),
  }),
]);

export const AudienceAnswer = Type.Object({
  what: AudienceTopic,
  timeZone: Type.String(),
  fromMs: Type.Number(),
  /** Exclusive; the end of the last whole day that is complete for private answers. */
  toMs: Type.Number(),
  /** Event time up to which everything is counted; null before the first event. */
  watermarkMs: Type.Union([Type.Number(), Type.Null()]),
  segment: Segment,
  release: Release,
  privacy: AudiencePrivacy,
  body: AudienceBody,
});
export type AudienceAnswer = Static<typeof AudienceAnswer>;

/** What is stored of a private answer: the counts after the noise, from which everything shown is made. KV `privacyanswers`. */
export const StoredCounts = Type.Object({
  question: Type.String(),
  answeredAtMs: Type.Number(),
  counts: Type.Record(Type.String(), Type.Number()),
});
export type StoredCounts = Static<typeof StoredCounts>;
