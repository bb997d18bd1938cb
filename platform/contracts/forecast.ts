import { Type, type Static } from '@sinclair/typebox';
import { KpiUnit } from './kpi.ts';
import { ModelManifest } from './model-manifest.ts';

/** Steps of a forecast: days of the tenant’s zone, or hours. */
export const forecastGrains = ['daily', 'hourly'] as const;
export type ForecastGrain = (typeof forecastGrains)[number];
export const ForecastGrainName = Type.Union(forecastGrains.map((grain) => Type.Literal(grain)));

/** Horizons in steps, shortest first. */
export const forecastHorizons: Readonly<Record<ForecastGrain, readonly number[]>> = {
  daily: [1, 7, 30, 90],
  hourly: [6, 24],
};

export const forecastLevels = [0.68, 0.8, 0.95] as const;

export const ForecastRollup = Type.Union([
  Type.Literal('total'),
  Type.Literal('channel'),
  Type.Literal('stream'),
  Type.Literal('content'),
]);
export type ForecastRollup = Static<typeof ForecastRollup>;

/** `dim` of what is left of a total beside the series that are named. */
export const REST_DIM = '(rest)';

/** How the numbers came about. */
export const ForecastMethod = Type.Union([
  Type.Literal('ensemble'),
  Type.Literal('seasonal-naive', { description: 'The ensemble did not beat it on this series' }),
  Type.Literal('constant', { description: 'It has never changed' }),
  Type.Literal('zero', { description: 'Nothing for eight seasons' }),
  Type.Literal('short', { description: 'Too few values for a backtest: the mean, with a rule of thumb' }),
]);
export type ForecastMethod = Static<typeof ForecastMethod>;

const Bounds = Type.Object({
  level: Type.Number(),
  lower: Type.Number(),
  upper: Type.Number(),
});

const Band = Type.Object({
  level: Type.Number(),
  lower: Type.Array(Type.Number()),
  upper: Type.Array(Type.Number()),
});

const MaybeNumber = Type.Union([Type.Number(), Type.Null()]);

export const ForecastMember = Type.Object({
  name: Type.String(),
  family: Type.String(),
  weight: Type.Number({ minimum: 0, maximum: 1 }),
  meanAbsoluteError: MaybeNumber,
  /** Against seasonal-naive on the same steps; below 1 it is better. */
  relativeToSeasonalNaive: MaybeNumber,
});
export type ForecastMember = Static<typeof ForecastMember>;

export const ForecastBacktest = Type.Object({
  /** Past origins at which this was tried on this very series; 0: never. */
  origins: Type.Integer({ minimum: 0 }),
  /** Of the steps of the horizon, how many could be tried. */
  stepsTested: Type.Integer({ minimum: 0 }),
  meanAbsoluteError: MaybeNumber,
  /** Sum of errors over sum of values, by step. */
  wape: MaybeNumber,
  mase: MaybeNumber,
  /** 1 − WAPE by step, not below 0. */
  accuracy: MaybeNumber,
  /** The same of the sum over the horizon. */
  totalAccuracy: MaybeNumber,
  relativeToSeasonalNaive: MaybeNumber,
  beatsSeasonalNaive: Type.Boolean(),
});
export type ForecastBacktest = Static<typeof ForecastBacktest>;

export const ForecastScenario = Type.Object({
  name: Type.Union([Type.Literal('conservative'), Type.Literal('likely'), Type.Literal('optimistic')]),
  total: Type.Number(),
  /** Against the same number of steps before; null where there was nothing. */
  growth: MaybeNumber,
  assumptions: Type.String(),
});
export type ForecastScenario = Static<typeof ForecastScenario>;

/** A step from what the same number of steps before came to, which is the first one, to the total; all add up to it. */
export const ForecastDriver = Type.Object({
  name: Type.Union([
    Type.Literal('period before'),
    Type.Literal('one-offs before'),
    Type.Literal('season'),
    Type.Literal('holidays and events'),
    Type.Literal('level change'),
    Type.Literal('trend'),
    Type.Literal('momentum'),
    Type.Literal('adding up'),
  ]),
  amount: Type.Number(),
  words: Type.String(),
});
export type ForecastDriver = Static<typeof ForecastDriver>;

/** A round value a series is on its way to, inside the horizon. */
export const ForecastMilestone = Type.Object({
  kind: Type.Union([Type.Literal('reaches'), Type.Literal('falls below')]),
  value: Type.Number(),
  /** Start of the step at which the forecast is there, and at which the .80 bounds are; null: not inside the horizon. */
  likelyMs: Type.Number(),
  earliestMs: MaybeNumber,
  latestMs: MaybeNumber,
  words: Type.String(),
});
export type ForecastMilestone = Static<typeof ForecastMilestone>;

/** Something to do, or to beware of, that the forecasts of a panel suggest. */
export const ForecastRecommendation = Type.Object({
  kind: Type.Union([Type.Literal('grow'), Type.Literal('mend'), Type.Literal('caution')]),
  words: Type.String(),
  because: Type.String({ description: 'The figures it rests on' }),
});
export type ForecastRecommendation = Static<typeof ForecastRecommendation>;

/** What the running month comes to: what has come and what is forecast; of a level what it is at the end. */
export const ForecastMonthEnd = Type.Object({
  month: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}$' }),
  daysLeft: Type.Integer({ minimum: 1 }),
  soFar: Type.Number(),
  total: Type.Number(),
  /** .80 */
  lower: Type.Number(),
  upper: Type.Number(),
  /** Of the month before; null where not all of it is known. */
  before: MaybeNumber,
});
export type ForecastMonthEnd = Static<typeof ForecastMonthEnd>;

export const ForecastHorizon = Type.Object({
  steps: Type.Integer({ minimum: 1 }),
  method: ForecastMethod,
  total: Type.Number(),
  bounds: Type.Array(Bounds),
  /** Sum of the same number of steps before. */
  before: MaybeNumber,
  backtest: ForecastBacktest,
  members: Type.Array(ForecastMember),
  scenarios: Type.Array(ForecastScenario),
  drivers: Type.Array(ForecastDriver),
});
export type ForecastHorizon = Static<typeof ForecastHorizon>;

export const SeriesForecastDetail = Type.Object({
  id: Type.String(),
  grain: ForecastGrainName,
  kpi: Type.String(),
  rollup: ForecastRollup,
  dim: Type.String(),
  title: Type.String(),
  unit: KpiUnit,
  /** A level: totals of horizons are what it comes to at their end, not sums. */
  isStock: Type.Boolean(),
  /** Start of the first step: everything before it was known. */
  originMs: Type.Number(),
  madeAtMs: Type.Number(),
  modelVersion: Type.Integer({ minimum: 0 }),
  /** Complete steps it was learned from. */
  historySteps: Type.Integer({ minimum: 0 }),
  method: ForecastMethod,
  /** One line: what is shown, and how good it was. */
  statement: Type.String(),
  /** What was done to the history, and what is missing. */
  notes: Type.Array(Type.String()),
  stepStarts: Type.Array(Type.Number()),
  endMs: Type.Number(),
  points: Type.Array(Type.Number()),
  bands: Type.Array(Band),
  horizons: Type.Array(ForecastHorizon),
  milestones: Type.Array(ForecastMilestone),
  /** Null by the hour, and where the month is not known from its first day or reaches beyond the forecast. */
  monthEnd: Type.Union([ForecastMonthEnd, Type.Null()]),
  /** Of totals by the day; absent elsewhere and in what was written before there were any. */
  recommendations: Type.Optional(Type.Array(ForecastRecommendation)),
});
export type SeriesForecastDetail = Static<typeof SeriesForecastDetail>;

/** A line of the list. */
export const ForecastSummary = Type.Object({
  id: Type.String(),
  grain: ForecastGrainName,
  kpi: Type.String(),
  rollup: ForecastRollup,
  dim: Type.String(),
  title: Type.String(),
  unit: KpiUnit,
  originMs: Type.Number(),
  method: ForecastMethod,
  horizonSteps: Type.Integer({ minimum: 1 }),
  total: Type.Number(),
  growth: MaybeNumber,
  accuracy: MaybeNumber,
});
export type ForecastSummary = Static<typeof ForecastSummary>;

export const ForecastList = Type.Object({
  grain: ForecastGrainName,
  forecasts: Type.Array(ForecastSummary),
  model: Type.Union([ModelManifest, Type.Null()]),
});
export type ForecastList = Static<typeof ForecastList>;

/** What was said before, beside what came: the forecast of each step that was newest when it was still to come. */
export const PastForecast = Type.Object({
  targetMs: Type.Number(),
  point: Type.Number(),
  lower95: Type.Number(),
  upper95: Type.Number(),
});
export type PastForecast = Static<typeof PastForecast>;

export const ForecastReply = Type.Object({
  forecast: SeriesForecastDetail,
  past: Type.Array(PastForecast),
});
export type ForecastReply = Static<typeof ForecastReply>;

export const ModelVersionList = Type.Object({
  grain: ForecastGrainName,
  versions: Type.Array(ModelManifest),
});
export type ModelVersionList = Static<typeof ModelVersionList>;

/** KV `modelmanifests`, key `forecast.<tenant>.<grain>`: versions of the models and what watches them. */
export const ForecastRegistry = Type.Object({
  current: Type.Integer({ minimum: 0 }),
  next: Type.Integer({ minimum: 1 }),
  versions: Type.Array(ModelManifest),
  /** Revision of the tenant’s calendar the newest forecasts were made with; 0: there was none. */
  calendarRevision: Type.Integer({ minimum: 0 }),
  /** First step after the history of the newest forecasts, and how many steps that history had. */
  originMs: Type.Number(),
  historySteps: Type.Integer({ minimum: 0 }),
  /** Per series: how often of late reality was outside the .95 interval, as evidence (cumulative sum of log ratios). */
  drift: Type.Record(Type.String(), Type.Object({ evidence: Type.Number(), seen: Type.Integer() })),
  /** Set when the models should learn anew, with the reason; null otherwise. */
  retrain: Type.Union([Type.String(), Type.Null()]),
  /** Signals that fire, by series. */
  firing: Type.Record(
    Type.String(),
    Type.Object({
      id: Type.String(),
      startedAtMs: Type.Number(),
      revision: Type.Integer(),
      outside: Type.Integer(),
    }),
  ),
});
export type ForecastRegistry = Static<typeof ForecastRegistry>;

export const forecastRegistryKey = (tenant: string, grain: ForecastGrain): string =>
  `forecast.${tenant}.${grain}`;
/** Object of a trained version in the bucket `models`. */
export const modelObject = (tenant: string, grain: ForecastGrain, version: number): string =>
  `forecast/${tenant}/${grain}/${version}`;
