import { Type, type Static } from '@sinclair/typebox';

/** Bands of the seeds, least risk first. */
export const churnBandNames = ['low', 'medium', 'high', 'critical'] as const;
const literals = <const T extends readonly string[]>(values: T) =>
  Type.Union(values.map((value) => Type.Literal(value as T[number])));
const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const Minor = (description: string) =>
  Type.Number({ description: `${description}; minor units of the tenant currency` });
const AtMs = Type.Number({ description: 'Milliseconds since 1970' });

export const ChurnBandName = literals(churnBandNames);
export type ChurnBandName = Static<typeof ChurnBandName>;

/** Model: a calibrated probability. Rule: points of the seeds’ six factors, no measured probability. */
export const ScoredBy = literals(['model', 'rule'] as const);
export type ScoredBy = Static<typeof ScoredBy>;

/** What speaks for leaving (contribution above 0) or staying. */
export const ChurnReason = Type.Object({
  factor: Type.String(),
  words: Type.String({ description: 'The factor with its value, in words' }),
  contribution: Type.Number({
    description: 'Log-odds added by the model; points of 0 to 1 where the rule scores',
  }),
});
export type ChurnReason = Static<typeof ChurnReason>;

/** When a customer is likely to leave. */
export const CustomerOutlook = Type.Object({
  expectedMonths: Type.Number({
    description: 'Mean of the months still to come, counted to 36 at most',
  }),
  medianMonths: Type.Union([Type.Number(), Type.Null()], {
    description: 'By then half of customers like this have left; null beyond 36',
  }),
  staying: Type.Array(Share('Share still there'), { description: 'After 1, 2, … 36 months' }),
});
export type CustomerOutlook = Static<typeof CustomerOutlook>;

/** A customer under contract as last scored. */
export const CustomerScore = Type.Object({
  customer: Type.String({ description: 'Pseudonymous, as the events name it' }),
  probability: Share('Chance to cancel or not to renew within the horizon; the rule’s score where it scores'),
  scoredBy: ScoredBy,
  band: ChurnBandName,
  campaign: Type.Array(Type.String()),
  discount: Share('Taken off the price by the campaign'),
  reasons: Type.Array(ChurnReason),
  plan: Type.String(),
  country: Type.String(),
  tenureDays: Type.Number(),
  mrrMinor: Minor('Monthly recurring revenue'),
  atRiskMinor: Minor('Probability × a year of MRR'),
  outlook: CustomerOutlook,
});
export type CustomerScore = Static<typeof CustomerScore>;

/** What a customer is worth in the months to come. */
export const CustomerValue = Type.Object({
  customer: Type.String(),
  kind: literals(['contract', 'purchases'] as const),
  value: Minor('Expected margin to come, discounted'),
  low: Minor('Lower end of the 80% interval of this customer'),
  high: Minor('Upper end of the 80% interval'),
  isAlive: Share('Chance to be a customer still'),
  segment: Type.String({ description: 'Id of the segment; empty where there are too few customers' }),
  rank: Share('Lifetime value .4, engagement .3, influence .3, each as a rank'),
  engagement: Type.Number({ description: 'Events of use in the last 12 weeks' }),
  monetization: Minor('Paid in the last 12 weeks'),
  loyaltyDays: Type.Number({ description: 'Since the first payment or contract' }),
  influence: Type.Number({ description: 'Shares and comments in the last 12 weeks' }),
});
export type CustomerValue = Static<typeof CustomerValue>;

export const CustomerSegment = Type.Object({
  id: Type.String({ description: 'The same as long as it is the same segment' }),
  name: Type.String(),
  members: Type.Integer({ minimum: 0 }),
  engagement: Type.Number(),
  monetization: Minor('Mean paid in 12 weeks'),
  loyaltyDays: Type.Number(),
  valueMinor: Minor('Mean lifetime value'),
  rank: Share('Mean value rank'),
  ranks: Type.Object(
    { engagement: Share('Mean rank'), monetization: Share('Mean rank'), loyalty: Share('Mean rank') },
    { description: 'Mean rank of its members among all, by dimension' },
  ),
  before: Type.Union([
    Type.Object({ members: Type.Integer(), joined: Type.Integer(), left: Type.Integer() }),
    Type.Null(),
  ]),
});
export type CustomerSegment = Static<typeof CustomerSegment>;

const Metrics = Type.Object({
  auc: Type.Number(),
  averagePrecision: Type.Number(),
  logLoss: Type.Number(),
  brier: Type.Number(),
  calibrationError: Type.Number(),
});

export const CalibrationBin = Type.Object({
  predicted: Share('Mean probability said'),
  observed: Share('Share that left'),
  low: Share('95% interval of the share'),
  high: Share('95% interval of the share'),
  customers: Type.Integer(),
});
export type CalibrationBin = Static<typeof CalibrationBin>;

/** How a model did on customers and times it had not seen. */
export const ChurnBacktest = Type.Object({
  metrics: Metrics,
  /** Log-loss of saying the average to everybody. */
  baseLogLoss: Type.Number(),
  baseRate: Share('Left within the horizon'),
  rows: Type.Integer(),
  left: Type.Integer(),
  method: literals(['time', 'folds'] as const),
  /** Reference dates that were foretold from those before. */
  origins: Type.Array(AtMs),
  calibration: Type.Array(CalibrationBin),
});
export type ChurnBacktest = Static<typeof ChurnBacktest>;

export const SurvivalByPlan = Type.Object({
  plan: Type.String({ description: 'Empty: all plans' }),
  customers: Type.Integer(),
  left: Type.Integer(),
  medianMonths: Type.Union([Type.Number(), Type.Null()]),
  points: Type.Array(
    Type.Object({
      months: Type.Number(),
      share: Share('Still there'),
      low: Share('95%'),
      high: Share('95%'),
      atRisk: Type.Integer(),
    }),
  ),
});
export type SurvivalByPlan = Static<typeof SurvivalByPlan>;

export const ValueBin = Type.Object({
  fromMinor: Type.Number(),
  toMinor: Type.Number(),
  contract: Type.Integer(),
  purchases: Type.Integer(),
});

export const PurchaseModel = Type.Object({
  buyers: Type.Integer(),
  repeatBuyers: Type.Integer(),
  r: Type.Number(),
  alpha: Type.Number(),
  a: Type.Number(),
  b: Type.Number(),
  p: Type.Number(),
  q: Type.Number(),
  gamma: Type.Number(),
});

/** A run as a whole; what it says of single customers is in the lists. */
export const CustomerRun = Type.Object({
  asOfMs: AtMs,
  madeAtMs: AtMs,
  horizonDays: Type.Integer(),
  currency: Type.String(),
  scoredBy: ScoredBy,
  /** Why the rule scores, where it does. */
  ruleReason: Type.Union([Type.String(), Type.Null()]),
  modelVersion: Type.Integer({ description: '0: no model' }),
  backtest: Type.Union([ChurnBacktest, Type.Null()]),
  customers: Type.Integer(),
  /** Already said that they go, and are not scored. */
  leaving: Type.Integer(),
  leftOut: Type.Integer({ description: 'Customers beyond the bound' }),
  bands: Type.Array(
    Type.Object({
      band: ChurnBandName,
      customers: Type.Integer(),
      mrrMinor: Type.Number(),
      atRiskMinor: Type.Number(),
      campaign: Type.Array(Type.String()),
      discount: Type.Number(),
      /** Lowest probability; absent in runs from before bands could be changed. */
      from: Type.Optional(Type.Number()),
    }),
  ),
  reasons: Type.Array(
    Type.Object({ factor: Type.String(), words: Type.String(), customers: Type.Integer() }),
  ),
  survival: Type.Array(SurvivalByPlan),
  hazard: Type.Array(
    Type.Object({
      month: Type.Integer(),
      share: Share('Leave in this month of tenure'),
      atRisk: Type.Integer(),
    }),
  ),
  segments: Type.Array(CustomerSegment),
  segmentation: Type.Union([
    Type.Object({
      silhouette: Type.Number(),
      stability: Type.Number(),
      moved: Share('Changed their segment'),
    }),
    Type.Null(),
  ]),
  values: Type.Object({
    customers: Type.Integer(),
    totalMinor: Type.Number(),
    marginShare: Share('Of revenue kept after costs, by the last 12 weeks'),
    bins: Type.Array(ValueBin),
    purchases: Type.Union([PurchaseModel, Type.Null()]),
    note: Type.Union([Type.String(), Type.Null()]),
  }),
});
export type CustomerRun = Static<typeof CustomerRun>;

export const CustomerBoard = Type.Object({ run: Type.Union([CustomerRun, Type.Null()]) });
export type CustomerBoard = Static<typeof CustomerBoard>;

export const CustomerScoreList = Type.Object({
  asOfMs: Type.Union([AtMs, Type.Null()]),
  total: Type.Integer({ minimum: 0 }),
  customers: Type.Array(CustomerScore),
});
export type CustomerScoreList = Static<typeof CustomerScoreList>;

export const CustomerValueList = Type.Object({
  asOfMs: Type.Union([AtMs, Type.Null()]),
  total: Type.Integer({ minimum: 0 }),
  customers: Type.Array(CustomerValue),
});
export type CustomerValueList = Static<typeof CustomerValueList>;

export const CustomerDetail = Type.Object({
  asOfMs: AtMs,
  currency: Type.String(),
  horizonDays: Type.Integer(),
  score: Type.Union([CustomerScore, Type.Null()]),
  value: Type.Union([CustomerValue, Type.Null()]),
  segment: Type.Union([CustomerSegment, Type.Null()]),
  past: Type.Array(Type.Object({ asOfMs: AtMs, probability: Type.Number(), scoredBy: ScoredBy }), {
    description: 'How it was scored before, oldest first',
  }),
});
export type CustomerDetail = Static<typeof CustomerDetail>;

export const ChurnModelVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  trainedAtMs: AtMs,
  reason: Type.String(),
  dataHash: Type.String(),
  state: literals(['current', 'refused', 'retired'] as const),
  backtest: ChurnBacktest,
  /**
   * Log-loss on the newest reference date, of what was known by then: of this version (as learned from the dates before), and of the one then in
   * force. Null where nothing lay before that date; of the one in force also where it was learned after it, and so had seen what became of its customers.
   */
  newest: Type.Union([Type.Number(), Type.Null()]),
  newestOfCurrent: Type.Union([Type.Number(), Type.Null()]),
  /** What it looks at; absent in what was written before features were. */
  features: Type.Optional(Type.Array(Type.String())),
});
export type ChurnModelVersion = Static<typeof ChurnModelVersion>;

/** KV `churnmodels`, key `<tenant>`. */
export const ChurnRegistry = Type.Object({
  current: Type.Integer({ minimum: 0 }),
  next: Type.Integer({ minimum: 1 }),
  versions: Type.Array(ChurnModelVersion),
  asOfMs: Type.Number(),
  /** When a model was last tried, whether or not there was enough to learn from. */
  triedAtMs: Type.Number(),
  retrain: Type.Union([Type.String(), Type.Null()]),
});
export type ChurnRegistry = Static<typeof ChurnRegistry>;

export const churnModelObject = (tenant: string, version: number): string => `churn.${tenant}.${version}`;
