import { Type, type Static } from '@sinclair/typebox';
import { answered, scoped } from './analytics.ts';

/** What could harm revenue: measured on what is stored, with the money at stake, and what to do about it by expected effect. */

/** Days every amount of the answer is meant for: the last complete ones, or the next ones. */
export const RISK_DAYS = 28;

export const revenueRiskCodes = [
  'stream_concentration',
  'channel_concentration',
  'content_concentration',
  'customer_concentration',
  'platform_dependence',
  'few_streams',
  'revenue_trend_falling',
  'rpm_falling',
  'churn_rising',
  'contraction_rising',
  'payment_failures',
  'refunds',
  'ad_season',
  'source_silent',
] as const;
export type RevenueRiskCode = (typeof revenueRiskCodes)[number];

const Unit = Type.Union([
  /** 0.1 is 10%. */
  Type.Literal('ratio'),
  /** Herfindahl–Hirschman index, 0…1. */
  Type.Literal('index'),
  Type.Literal('probability'),
  Type.Literal('hours'),
  Type.Literal('times'),
  Type.Literal('count'),
  /** Minor units of the tenant's currency. */
  Type.Literal('money'),
  /** Milliseconds since 1970. */
  Type.Literal('instant'),
]);

export const evidenceNames = [
  'revenue',
  'revenue_of_subject',
  'parts',
  'index',
  'worst_fall',
  'slope_a_day',
  'tau',
  'days',
  'rpm_now',
  'rpm_before',
  'views',
  'rate_now',
  'rate_before',
  'months',
  'mrr',
  'failed',
  'paid',
  'open_payments',
  'mean_payment',
  'recovered',
  'refunded',
  'sold',
  'season_now',
  'season_ahead',
  'season_starts',
  'seen_a_year_ago',
  'last_event',
  'longest_pause',
  'revenue_an_hour',
  'return_of_best',
  'return_of_least',
  'cost_moved',
] as const;
export type EvidenceName = (typeof evidenceNames)[number];

export const Evidence = Type.Object({
  name: Type.Union(evidenceNames.map((name) => Type.Literal(name))),
  value: Type.Number(),
  unit: Unit,
});
export type Evidence = Static<typeof Evidence>;

/** How the money at risk was worked out; the words stand in docs/adr/0037. */
export const riskMethods = [
  /** Revenue of 28 days of what it rests on × the worst fall of one week against the week before that was seen of it. */
  'worst_fall',
  /** All that the one customer brought in 28 days. */
  'whole',
  /** What the next 28 days bring less when the slope goes on, against staying where it is. */
  'slope_ahead',
  /** What the views of 28 days bring less than at the earlier rate. */
  'rate_lost',
  /** What goes a month beyond the median rate of earlier months. */
  'above_usual',
  /** Mean payment × customers whose payment failed and has not come since. */
  'unpaid',
  /** What was paid back beyond the bound. */
  'above_bound',
  /** Ad revenue of 28 days × the change the season brings. */
  'season',
  /** Usual revenue an hour × hours of silence. */
  'silence',
] as const;
const Method = Type.Union(riskMethods.map((method) => Type.Literal(method)));
export type RiskMethod = Static<typeof Method>;

const Code = Type.Union(revenueRiskCodes.map((code) => Type.Literal(code)));
const Maybe = Type.Union([Type.Number(), Type.Null()]);

export const RevenueRisk = Type.Object({
  code: Code,
  /** The stream, channel, content, platform or source it is about; single customers are not named. */
  subject: Type.Optional(Type.String()),
  /** What the subject is called, where that is known. */
  title: Type.Optional(Type.String()),
  value: Type.Number(),
  bound: Type.Number(),
  unit: Unit,
  /** high: at least a tenth of the revenue of 28 days is at risk. unknown: history is too short to say how much. */
  severity: Type.Union([Type.Literal('high'), Type.Literal('moderate'), Type.Literal('unknown')]),
  atRiskMinor: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
  method: Method,
  /** Start of the first day of the run that is beyond the bound; null where it is no run of days. */
  sinceMs: Maybe,
  /** It was so already when the history that was read begins. */
  isSinceOpen: Type.Boolean(),
  evidence: Type.Array(Evidence),
});
export type RevenueRisk = Static<typeof RevenueRisk>;

export const recommendationCodes = [
  'spread_revenue',
  'lift_rpm',
  'stop_fall',
  'keep_customers',
  'keep_plans',
  'collect_payments',
  'reduce_refunds',
  'prepare_season',
  'use_season',
  'mend_source',
  'move_budget',
] as const;
export type RecommendationCode = (typeof recommendationCodes)[number];

export const Recommendation = Type.Object({
  code: Type.Union(recommendationCodes.map((code) => Type.Literal(code))),
  subject: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  kind: Type.Union([Type.Literal('gain'), Type.Literal('avoided_loss')]),
  /** Expected over 28 days: `ofMinor` × `share`. */
  effectMinor: Type.Integer({ minimum: 0 }),
  ofMinor: Type.Integer({ minimum: 0 }),
  share: Type.Number({ minimum: 0, maximum: 1 }),
  /** measured: from the tenant's own past. bound: what brings the measure back to its bound. assumed: ours, in docs/adr/0037. */
  shareBasis: Type.Union([Type.Literal('measured'), Type.Literal('bound'), Type.Literal('assumed')]),
  restsOn: Type.Array(Code),
  evidence: Type.Array(Evidence),
  /** Where it can be acted on: a path of the dashboards. */
  screen: Type.String(),
});
export type Recommendation = Static<typeof Recommendation>;

export const RiskCheck = Type.Object({
  code: Code,
  /** The worst measure there is; null where it cannot be told. */
  value: Maybe,
  bound: Type.Number(),
  unit: Unit,
  state: Type.Union([Type.Literal('beyond'), Type.Literal('within'), Type.Literal('unknown')]),
});
export type RiskCheck = Static<typeof RiskCheck>;

export const RisksAnswer = Type.Object({
  currency: Type.String(),
  /** End of the last complete day; everything is about the time before. */
  asOfMs: Type.Number(),
  /** Complete days read. */
  days: Type.Integer(),
  revenueMinor: Type.Integer(),
  /** By money at risk. They overlap, so they do not add up. */
  risks: Type.Array(RevenueRisk),
  /** By expected effect. */
  recommendations: Type.Array(Recommendation),
  /** Everything that was looked at. */
  checks: Type.Array(RiskCheck),
});
export type RisksAnswer = Static<typeof RisksAnswer>;

export const RisksQuestion = Type.Object({}, { additionalProperties: false });
export const RisksRequest = scoped(RisksQuestion);
export const RisksReply = answered(RisksAnswer);
