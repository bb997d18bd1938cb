import { Type, type Static } from '@sinclair/typebox';
import { scoped } from './analytics.ts';
import { stageFigures, Trend, TrendMoment, TrendStageName, type TrendStage } from './trend.ts';

const closed = { additionalProperties: false };
const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Money = (description: string) => Type.Number({ description: `${description}, units of the currency` });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Union(values.map((value) => Type.Literal(value as T[number])));

/** What a tenant reckons with when a trend is weighed. Null: its own figure of the last 28 days, or the estimate. */
export const TrendAssumptions = Type.Object(
  {
    leadTimeHours: Type.Number({
      minimum: 0,
      maximum: 720,
      description: 'From the decision to publication',
    }),
    costPerContent: nullable(Type.Number({ minimum: 0, maximum: 1e9, description: 'Of one content' })),
    rpm: nullable(Type.Number({ minimum: 0, maximum: 1e6, description: 'Revenue of a thousand views' })),
    minRoi: Type.Number({
      minimum: -1,
      maximum: 100,
      description: 'Expected return below which it is no go',
    }),
    maxRisk: Share('Risk above which it is no go'),
    competition: Type.Object(
      {
        emerging: Share(''),
        rising: Share(''),
        peak: Share(''),
        declining: Share(''),
        dead: Share(''),
      },
      { ...closed, description: 'What a stage usually brings (seeds)' },
    ),
    risk: Type.Object(
      {
        emerging: Share(''),
        rising: Share(''),
        peak: Share(''),
        declining: Share(''),
        dead: Share(''),
      },
      { ...closed, description: 'Of the stage itself (seeds)' },
    ),
  },
  closed,
);
export type TrendAssumptions = Static<typeof TrendAssumptions>;

const byStage = (what: 'competition' | 'risk'): Record<TrendStage, number> => ({
  emerging: stageFigures.emerging[what],
  rising: stageFigures.rising[what],
  peak: stageFigures.peak[what],
  declining: stageFigures.declining[what],
  dead: stageFigures.dead[what],
});
export const defaultTrendAssumptions: TrendAssumptions = {
  leadTimeHours: 24,
  costPerContent: null,
  rpm: null,
  minRoi: 0.5,
  maxRisk: 0.6,
  competition: byStage('competition'),
  risk: byStage('risk'),
};

/** Only what is changed. */
export const TrendAssumptionsRequest = Type.Partial(TrendAssumptions, closed);

export const riskKinds = ['policy', 'monetization', 'competition', 'fatigue', 'stage'] as const;
export type RiskKind = (typeof riskKinds)[number];
export const windowStages = ['emerging', 'rising', 'peak'] as const;

/** A low, a middle and a high, for the trajectory's interval of four in five. */
const Range = Type.Object({ low: Type.Number(), expected: Type.Number(), high: Type.Number() });

export const TrendWindow = Type.Object({
  stage: literals(windowStages),
  fromMs: Type.Number(),
  toMs: Type.Number(),
  publishMs: nullable(
    Type.Number({
      description: 'First moment in it at which a content begun now can be out; null when none',
    }),
  ),
  views: nullable(Type.Object(Range.properties, { description: 'Expected of one content published then' })),
  roi: nullable(Type.Object(Range.properties, { description: '(revenue − cost) ÷ cost of one content' })),
  contents: Type.Integer({ description: 'How many earn more than they cost, ten at most' }),
  investment: Money('Cost of as many'),
});
export type TrendWindow = Static<typeof TrendWindow>;

export const TrendRisk = Type.Object({
  kind: literals(riskKinds),
  score: Share('0 none, 1 certain'),
  facts: Type.Array(Type.String(), { description: 'What it is taken from, in words' }),
});
export type TrendRisk = Static<typeof TrendRisk>;

export const TrendLifecycle = Type.Object({
  key: Type.String(),
  atMs: Type.Number({ description: 'Event time of the evaluation it is reckoned from' }),
  stage: TrendStageName,
  peak: TrendMoment,
  end: TrendMoment,
  saturationMs: nullable(
    Type.Number({
      description: 'By then nine tenths of the attention to come in thirty days will have come',
    }),
  ),
  currency: Type.String(),
  rpm: Type.Object({
    value: Money('Revenue of a thousand views'),
    from: literals(['own', 'assumed', 'estimate']),
  }),
  cost: Type.Object({ value: Money('Of one content'), from: literals(['own', 'assumed', 'estimate']) }),
  windows: Type.Array(TrendWindow, { maxItems: 3 }),
  entry: nullable(
    Type.Object({ stage: literals(windowStages), publishMs: Type.Number(), startMs: Type.Number() }),
  ),
  risks: Type.Array(TrendRisk),
  risk: Share('All together'),
  decision: literals(['go', 'no-go']),
  reasons: Type.Array(Type.String(), { description: 'Why, in words' }),
  assumptions: TrendAssumptions,
});
export type TrendLifecycle = Static<typeof TrendLifecycle>;

/** The trend as stored, what the tenant reckons with, and what a US dollar is worth in its currency. */
export const LifecycleQuestion = Type.Object({
  trend: Trend,
  atMs: Type.Number(),
  assumptions: TrendAssumptions,
  usdRate: nullable(Type.Number({ exclusiveMinimum: 0 })),
});
export type LifecycleQuestion = Static<typeof LifecycleQuestion>;
export const LifecycleRequest = scoped(LifecycleQuestion);
