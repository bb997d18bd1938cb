import { Type, type Static } from '@sinclair/typebox';
import { TENANT_PATTERN } from './subjects.ts';

const strict = { additionalProperties: false };
const Key = Type.String({ pattern: '^[a-z][a-z0-9_-]{0,63}$' });
const Title = Type.String({ minLength: 1, maxLength: 200 });
const Share = Type.Number({ minimum: 0, maximum: 1 });

/** What is measured per user, from the user's own events within the window after the first exposure. */
export const ExperimentMetric = Type.Object(
  {
    key: Key,
    title: Title,
    kind: Type.Union([Type.Literal('conversion'), Type.Literal('revenue')], {
      description:
        'conversion: did it at least once; revenue: sum of money in the tenant currency, refunds taken off',
    }),
    eventTypes: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 16 }),
    higherIsBetter: Type.Boolean(),
  },
  strict,
);
export type ExperimentMetric = Static<typeof ExperimentMetric>;

export const ExperimentVariant = Type.Object({ key: Key, title: Title, share: Share }, strict);
export type ExperimentVariant = Static<typeof ExperimentVariant>;

/** A metric that must not get worse by more than a share of the control's mean. */
const Guardrail = Type.Object(
  {
    metric: ExperimentMetric,
    maxHarm: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Worse than the control by this share of its mean is too much',
    }),
  },
  strict,
);

/** How an experiment is set up. Changing anything but title and hypothesis after the start would break what it promises. */
export const ExperimentDesign = Type.Object(
  {
    title: Title,
    hypothesis: Type.String({ maxLength: 2_000 }),
    /** The first is the control. Shares sum to 1. */
    variants: Type.Array(ExperimentVariant, { minItems: 2, maxItems: 8 }),
    /** Share of users in the experiment at all. */
    traffic: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    primary: ExperimentMetric,
    secondary: Type.Array(ExperimentMetric, { maxItems: 8 }),
    guardrails: Type.Array(Guardrail, { maxItems: 8 }),
    allocation: Type.Union([Type.Literal('fixed'), Type.Literal('thompson')], {
      description:
        'thompson: shares follow the win probabilities of the primary conversion metric; nothing is then claimed by a test',
    }),
    exploration: Type.Number({
      minimum: 0.02,
      maximum: 1,
      description: 'Share spread evenly under thompson',
    }),
    alpha: Type.Number({
      minimum: 0.001,
      maximum: 0.2,
      description: 'Chance of a false winner, however often one looks',
    }),
    power: Type.Number({ minimum: 0.5, maximum: 0.99 }),
    minimumEffect: Type.Number({
      exclusiveMinimum: 0,
      maximum: 10,
      description: 'The least relative change worth finding',
    }),
    windowHours: Type.Integer({
      minimum: 1,
      maximum: 24 * 90,
      description: 'How long after exposure counts',
    }),
    /** Stop by itself when a guardrail is broken. */
    stopsOnHarm: Type.Boolean(),
    maxDays: Type.Integer({ minimum: 1, maximum: 365 }),
  },
  strict,
);
export type ExperimentDesign = Static<typeof ExperimentDesign>;

/** Shares that held from a moment on; under `fixed` there is one. */
const ShareEpoch = Type.Object({ fromMs: Type.Number(), shares: Type.Array(Share) });

export const experimentStates = ['draft', 'running', 'stopped'] as const;

/** KV `experiments`, key `<tenant>.<key>`. */
export const Experiment = Type.Composite([
  ExperimentDesign,
  Type.Object({
    key: Key,
    tenant: Type.String({ pattern: TENANT_PATTERN }),
    state: Type.Union(experimentStates.map((state) => Type.Literal(state))),
    /** Goes into the hash of assignment, so that two experiments with the same key never share their split. */
    salt: Type.String({ minLength: 1, maxLength: 64 }),
    epochs: Type.Array(ShareEpoch, { maxItems: 1_000 }),
    createdAtMs: Type.Number(),
    startedAtMs: Type.Optional(Type.Number()),
    stoppedAtMs: Type.Optional(Type.Number()),
    /** In words: by whom or by which rule. */
    stopReason: Type.Optional(Type.String({ maxLength: 500 })),
  }),
]);
export type Experiment = Static<typeof Experiment>;

/** Change against the control; both relative to the control's mean where that is not 0, else null. */
const Lift = Type.Object({
  value: Type.Union([Type.Number(), Type.Null()]),
  lower: Type.Union([Type.Number(), Type.Null()]),
  upper: Type.Union([Type.Number(), Type.Null()]),
});

const VariantMetric = Type.Object({
  users: Type.Integer({ minimum: 0 }),
  /** Rate, or amount per user in major units. */
  mean: Type.Number(),
  /** Central .95 of the posterior. */
  lower: Type.Number(),
  upper: Type.Number(),
  winProbability: Type.Number({ minimum: 0, maximum: 1 }),
  /** In the metric's unit. */
  expectedLoss: Type.Number({ minimum: 0 }),
  /** Absent for the control and while nothing can be compared. */
  lift: Type.Optional(Lift),
  /** Always valid, the least so far; absent for the control and under thompson. */
  pValue: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
export type VariantMetric = Static<typeof VariantMetric>;

const MetricReading = Type.Object({
  metric: ExperimentMetric,
  role: Type.Union([Type.Literal('primary'), Type.Literal('secondary'), Type.Literal('guardrail')]),
  maxHarm: Type.Optional(Type.Number()),
  /** In the order of the variants. */
  variants: Type.Array(VariantMetric),
});
export type MetricReading = Static<typeof MetricReading>;

export const experimentAdvice = ['wait', 'choose', 'stop-harm', 'no-difference', 'mend-split'] as const;

const Recommendation = Type.Object({
  advice: Type.Union(experimentAdvice.map((advice) => Type.Literal(advice))),
  /** Key of the variant it is about. */
  variant: Type.Optional(Key),
  /** Sentences a person can check against the numbers. */
  reasons: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 8 }),
  /** Expected lift of the best variant, and the same less its expected loss; relative to the control. */
  expectedLift: Type.Union([Type.Number(), Type.Null()]),
  riskAdjustedLift: Type.Union([Type.Number(), Type.Null()]),
});
export type Recommendation = Static<typeof Recommendation>;

/** What is known of an experiment at a moment. */
export const ExperimentReading = Type.Object({
  atMs: Type.Number(),
  readings: Type.Array(MetricReading),
  /** Users who saw more than one variant under the same shares; left out of everything above. */
  mixedUsers: Type.Integer({ minimum: 0 }),
  /** Users who came back after the shares had changed and saw another variant; they count as first allocated. */
  movedUsers: Type.Optional(Type.Integer({ minimum: 0 })),
  sampleRatioP: Type.Number({ minimum: 0, maximum: 1 }),
  /** A variant, by a fixed test; null while the base is not known. */
  plannedUsers: Type.Union([Type.Number(), Type.Null()]),
  recommendation: Recommendation,
});
export type ExperimentReading = Static<typeof ExperimentReading>;

/** KV `experimentresults`, key `<tenant>.<key>`: written by decision only. */
export const ExperimentResult = Type.Object({
  /** Of which start this is; a result of an earlier run is none. */
  startedAtMs: Type.Number(),
  reading: ExperimentReading,
  /** Least p-values so far, by `<metric>/<variant>`. */
  kept: Type.Record(Type.String(), Type.Number()),
  /** Why it could not be read the last time; the reading is then the one before. */
  fault: Type.Optional(Type.String({ maxLength: 300 })),
});
export type ExperimentResult = Static<typeof ExperimentResult>;

/** What the API answers of one experiment. */
export const ExperimentView = Type.Object({
  experiment: Experiment,
  /** Null before the first reading. */
  reading: Type.Union([ExperimentReading, Type.Null()]),
  fault: Type.Optional(Type.String()),
  /** Shares in force. */
  shares: Type.Array(Share),
  currency: Type.String(),
});
export type ExperimentView = Static<typeof ExperimentView>;
export const ExperimentList = Type.Object({ experiments: Type.Array(ExperimentView) });
export type ExperimentList = Static<typeof ExperimentList>;

export const ExperimentRequest = Type.Composite([Type.Object({ key: Key }), ExperimentDesign], strict);
export type ExperimentRequest = Static<typeof ExperimentRequest>;

export const ExperimentAssignment = Type.Object({
  experiment: Key,
  /** Null: the user is not in the experiment, or it does not run; show the control and send no exposure. */
  variant: Type.Union([Key, Type.Null()]),
});
