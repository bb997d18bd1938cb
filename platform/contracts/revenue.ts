import { Type, type Static } from '@sinclair/typebox';
import { AnalyticsFilters, scoped, spanFields } from './analytics.ts';
import { dimensions } from './kpi.ts';

const Maybe = Type.Union([Type.Number(), Type.Null()]);
const Instant = Type.Integer({ minimum: 0, maximum: 10_413_792_000_000 });
const Dimension = Type.Union(dimensions.map((dimension) => Type.Literal(dimension)));

export const BreakdownQuestion = Type.Object(
  {
    ...spanFields,
    by: Dimension,
    /** What it is compared with, up to the same point of time; both or none. */
    comparedFromMs: Type.Optional(Instant),
    comparedToMs: Type.Optional(Instant),
    limit: Type.Integer({ minimum: 1, maximum: 1_000 }),
  },
  { additionalProperties: false },
);
export type BreakdownQuestion = Static<typeof BreakdownQuestion>;

/** What could harm revenue, with the figure and the bound it is beyond. */
export const riskCodes = [
  'stream_concentration',
  'channel_concentration',
  'few_streams',
  'revenue_falling',
  'rpm_falling',
] as const;
const Risk = Type.Object({
  code: Type.Union(riskCodes.map((code) => Type.Literal(code))),
  value: Type.Number(),
  bound: Type.Number(),
  /** The stream or channel it is about. */
  subject: Type.Optional(Type.String()),
});

const Concentration = Type.Object({
  largest: Type.Union([Type.String(), Type.Null()]),
  largestShare: Maybe,
  /** Sum of squared shares: 1 when all comes from one, 1/n when n earn the same. */
  hhi: Maybe,
});

export const BreakdownReply = Type.Object({
  currency: Type.String(),
  by: Dimension,
  rows: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      revenueMinor: Type.Integer(),
      previousMinor: Type.Union([Type.Integer(), Type.Null()]),
      share: Maybe,
      views: Type.Integer(),
      /** Revenue per 1,000 views; of a stream, per 1,000 views of the whole. Minor units. */
      rpmMinor: Maybe,
    }),
  ),
  totalMinor: Type.Integer(),
  previousTotalMinor: Type.Union([Type.Integer(), Type.Null()]),
  /** Over the last 28 complete days before the end of the range. */
  pace: Type.Object({
    days: Type.Integer(),
    /** Mean of the last seven complete days, and of the seven before. */
    perDayMinor: Maybe,
    beforePerDayMinor: Maybe,
    growth: Maybe,
    /** How much more each day earns than the one before: the median slope over all pairs of days (Theil–Sen). */
    perDayPerDayMinor: Maybe,
  }),
  concentration: Type.Object({ stream: Concentration, channel: Concentration }),
  risks: Type.Array(Risk),
  rpm: Type.Array(Type.Object({ startMs: Type.Number(), rpmMinor: Maybe, trendMinor: Maybe })),
});
export type BreakdownReply = Static<typeof BreakdownReply>;
export const BreakdownRequest = scoped(BreakdownQuestion);

export const DecompositionQuestion = Type.Object(
  { ...spanFields, filters: Type.Optional(AnalyticsFilters) },
  { additionalProperties: false },
);
export type DecompositionQuestion = Static<typeof DecompositionQuestion>;

const members = ['decomposition', 'same_hour_last_week', 'recent_level'] as const;

export const DecompositionReply = Type.Object({
  currency: Type.String(),
  /** Whether seasons multiply the trend or are added to it; the one that foretold the next hour better. */
  form: Type.Union([Type.Literal('multiplicative'), Type.Literal('additive')]),
  /** Hours used; below two days there is no season yet and the lists are empty. */
  hours: Type.Integer(),
  weeks: Type.Number(),
  /** By local hour 0…23 and weekday Monday…Sunday: a factor, or minor units an hour. Null where not seen yet. */
  hourEffects: Type.Array(Type.Number()),
  weekdayEffects: Type.Array(Maybe),
  /** Share of the variation about the trend that the seasons explain, 0…1. */
  seasonalStrength: Maybe,
  ensemble: Type.Array(
    Type.Object({
      member: Type.Union(members.map((member) => Type.Literal(member))),
      weight: Type.Number(),
      /** Mean absolute error of the next hour, minor units. */
      errorMinor: Maybe,
    }),
  ),
  /** Residual quantiles of the ensemble: share of the expected value (multiplicative) or minor units (additive). */
  residuals: Type.Object({ low: Maybe, median: Maybe, high: Maybe, sensitivity: Type.Number() }),
  /** The last hours, at most 336. */
  points: Type.Array(
    Type.Object({
      startMs: Type.Number(),
      valueMinor: Type.Integer(),
      trendMinor: Maybe,
      expectedMinor: Maybe,
      lowMinor: Maybe,
      highMinor: Maybe,
      isAnomaly: Type.Boolean(),
    }),
  ),
  anomalies: Type.Integer(),
});
export type DecompositionReply = Static<typeof DecompositionReply>;
export const DecompositionRequest = scoped(DecompositionQuestion);
