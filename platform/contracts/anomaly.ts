import { Type, type Static } from '@sinclair/typebox';
import { AlarmWindowSchema, KpiUnit } from './kpi.ts';
import { Severity } from './signal.ts';

const Maybe = Type.Union([Type.Number(), Type.Null()]);
const KpiKey = Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' });

/** Short grains, in which series and their parts are watched; days and months are totals alone (`kpi-watch.ts`). */
export const watchedWindows = ['1m', '1h'] as const;
export type WatchedWindow = (typeof watchedWindows)[number];

/** Rollups whose series are watched. */
export const watchedRollups = ['total', 'channel', 'country', 'stream'] as const;
export type WatchedRollup = (typeof watchedRollups)[number];
const WatchedRollupSchema = Type.Union(watchedRollups.map((rollup) => Type.Literal(rollup)));

/** What stood out: a value far from what was expected, or many a little off in the same direction. */
export const anomalyReasons = ['value', 'drift'] as const;
export type AnomalyReason = (typeof anomalyReasons)[number];

/** One dimension value's part of a deviation, in the KPI's unit. */
export const ContributionView = Type.Object({
  /** Null: what no watched value covers. */
  value: Type.Union([Type.String(), Type.Null()]),
  contribution: Type.Number(),
  share: Type.Number({ description: 'Part of the deviation; may be negative or above 1' }),
  expected: Type.Optional(Type.Number()),
  observed: Type.Optional(Type.Number()),
  rateEffect: Type.Optional(Type.Number({ description: 'Because its own ratio changed' })),
  mixEffect: Type.Optional(Type.Number({ description: 'Because its weight changed' })),
});
export type ContributionView = Static<typeof ContributionView>;

/** One measure of a KPI's formula in the window an episode began with, beside the mean of its usual windows. */
export const InputView = Type.Object({
  name: Type.String({ description: 'Key of the measure' }),
  isMoney: Type.Boolean(),
  observed: Type.Number(),
  usual: Type.Number(),
});
export type InputView = Static<typeof InputView>;

/**
 * Why no dimension is named: distinct counts do not add up over values, nor do distributions, nor formulas that are neither a sum nor a ratio of sums; the
 * series has no usual windows yet; the KPI is not cut by anything more; days are judged, in total; or its
 * parts could not be counted in time.
 */
const unsaidReasons = ['distinct', 'distribution', 'formula', 'new', 'whole', 'total', 'long'] as const;

/** Why: contributions of each dimension to observed − expected at the window the episode began with. */
export const Explanation = Type.Object({
  windowStartMs: Type.Number(),
  expected: Type.Number(),
  observed: Type.Number(),
  dimensions: Type.Array(
    Type.Object({
      dimension: Type.Union([
        Type.Literal('channel'),
        Type.Literal('content'),
        Type.Literal('country'),
        Type.Literal('stream'),
      ]),
      contributions: Type.Array(ContributionView, { maxItems: 12 }),
    }),
  ),
  inputs: Type.Optional(Type.Array(InputView, { maxItems: 16 })),
  unsaid: Type.Optional(Type.Union(unsaidReasons.map((reason) => Type.Literal(reason)))),
});
export type Explanation = Static<typeof Explanation>;

/** An episode of a series: one stretch of unusual windows, one alarm. */
export const AnomalyView = Type.Object({
  id: Type.String(),
  kpi: KpiKey,
  title: Type.String({ description: 'Title of the KPI' }),
  unit: KpiUnit,
  window: AlarmWindowSchema,
  rollup: WatchedRollupSchema,
  dim: Type.String({ description: 'Value of the dimension; empty for the total' }),
  state: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
  severity: Severity,
  reason: Type.Union(anomalyReasons.map((reason) => Type.Literal(reason))),
  startedAtMs: Type.Number({ description: 'Start of the first unusual window' }),
  endedAtMs: Type.Number({ description: 'End of the last unusual window so far' }),
  peakAtMs: Type.Number(),
  score: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'w/(1+w) of the weeks w between two that are as unusual on a series with nothing wrong',
  }),
  observed: Type.Number(),
  expected: Maybe,
  lower: Maybe,
  upper: Maybe,
  isGood: Type.Boolean({ description: 'Whether the deviation is in the direction the KPI calls good' }),
  parentId: Type.Union([Type.String(), Type.Null()], {
    description:
      'The episode it is listed under and counted as one with: of a wider cut or of the minutes of the same KPI, or the first of its incident, of another KPI that the same events make',
  }),
  others: Type.Integer({ minimum: 0, description: 'Episodes listed under this one' }),
});
export type AnomalyView = Static<typeof AnomalyView>;

export const AnomalyList = Type.Object({
  currency: Type.String(),
  anomalies: Type.Array(AnomalyView),
  /** There are more than were asked for. */
  isCut: Type.Boolean(),
});
export type AnomalyList = Static<typeof AnomalyList>;

/** One judged window of a series. */
export const BandPoint = Type.Object({
  windowStartMs: Type.Number(),
  observed: Maybe,
  expected: Maybe,
  lower: Maybe,
  upper: Maybe,
  score: Type.Number(),
});
export type BandPoint = Static<typeof BandPoint>;

export const AnomalyDetail = Type.Object({
  currency: Type.String(),
  anomaly: AnomalyView,
  explanation: Type.Union([Explanation, Type.Null()]),
  /** The windows around it as they were judged. */
  band: Type.Array(BandPoint),
  /** Other episodes that overlap it in time, the nearest in start first. */
  related: Type.Array(AnomalyView),
});
export type AnomalyDetail = Static<typeof AnomalyDetail>;

/** Expected bands of one series over a range. */
export const BandReply = Type.Object({
  kpi: KpiKey,
  window: AlarmWindowSchema,
  points: Type.Array(BandPoint),
});
export type BandReply = Static<typeof BandReply>;

const FalseAlarms = Type.Number({
  minimum: 0,
  maximum: 1_000,
  description:
    'About so many false alarms a week; KPIs that go off over the same events together are one. 0 switches the detector off',
});

export const SensitivityRequest = Type.Object(
  {
    falseAlarmsPerWeek: Type.Optional(FalseAlarms),
    kpi: Type.Optional(
      Type.Object(
        {
          key: KpiKey,
          falseAlarmsPerWeek: Type.Union([FalseAlarms, Type.Null()], {
            description: 'Null: follow the tenant again',
          }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type SensitivityRequest = Static<typeof SensitivityRequest>;

/** KV bucket `watch`, key = tenant. */
export const WatchSettings = Type.Object({
  falseAlarmsPerWeek: FalseAlarms,
  /** KPIs that do not follow the tenant; each has so many of its own. */
  perKpi: Type.Record(Type.String(), FalseAlarms),
  /** Newest first. */
  changes: Type.Array(
    Type.Object({
      atMs: Type.Number(),
      by: Type.String(),
      what: Type.String({ description: 'Key of the KPI, or `tenant`' }),
      from: Maybe,
      to: Maybe,
    }),
    { maxItems: 50 },
  ),
});
export type WatchSettings = Static<typeof WatchSettings>;

export const defaultWatchSettings: WatchSettings = { falseAlarmsPerWeek: 2, perKpi: {}, changes: [] };
