import type {
  Experiment,
  ExperimentList,
  ExperimentMetric,
  ExperimentReading,
  ExperimentView,
  MetricReading,
  Recommendation,
  VariantMetric,
} from '../../platform/contracts/experiment.ts';
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

const isMaybe = nullable(isNumber);

const isMetric: Guard<ExperimentMetric> = object<ExperimentMetric>({
  key: isString,
  title: isString,
  kind: oneOf(['conversion', 'revenue']),
  eventTypes: arrayOf(isString),
  higherIsBetter: isBoolean,
});

const isExperiment: Guard<Experiment> = object<Experiment>({
  key: isString,
  tenant: isString,
  title: isString,
  hypothesis: isString,
  variants: arrayOf(object({ key: isString, title: isString, share: isNumber })),
  traffic: isNumber,
  primary: isMetric,
  secondary: arrayOf(isMetric),
  guardrails: arrayOf(object({ metric: isMetric, maxHarm: isNumber })),
  allocation: oneOf(['fixed', 'thompson']),
  exploration: isNumber,
  alpha: isNumber,
  power: isNumber,
  minimumEffect: isNumber,
  windowHours: isNumber,
  stopsOnHarm: isBoolean,
  maxDays: isNumber,
  state: oneOf(['draft', 'running', 'stopped']),
  salt: isString,
  epochs: arrayOf(object({ fromMs: isNumber, shares: arrayOf(isNumber) })),
  createdAtMs: isNumber,
  startedAtMs: optional(isNumber),
  stoppedAtMs: optional(isNumber),
  stopReason: optional(isString),
});

const isReading: Guard<ExperimentReading> = object<ExperimentReading>({
  atMs: isNumber,
  readings: arrayOf(
    object<MetricReading>({
      metric: isMetric,
      role: oneOf(['primary', 'secondary', 'guardrail']),
      maxHarm: optional(isNumber),
      variants: arrayOf(
        object<VariantMetric>({
          users: isNumber,
          mean: isNumber,
          lower: isNumber,
          upper: isNumber,
          winProbability: isNumber,
          expectedLoss: isNumber,
          lift: optional(object({ value: isMaybe, lower: isMaybe, upper: isMaybe })),
          pValue: optional(isNumber),
        }),
      ),
    }),
  ),
  mixedUsers: isNumber,
  movedUsers: optional(isNumber),
  sampleRatioP: isNumber,
  plannedUsers: isMaybe,
  recommendation: object<Recommendation>({
    advice: oneOf(['wait', 'choose', 'stop-harm', 'no-difference', 'mend-split']),
    variant: optional(isString),
    reasons: arrayOf(isString),
    expectedLift: isMaybe,
    riskAdjustedLift: isMaybe,
  }),
});

export const isExperimentView: Guard<ExperimentView> = object<ExperimentView>({
  experiment: isExperiment,
  reading: nullable(isReading),
  fault: optional(isString),
  shares: arrayOf(isNumber),
  currency: isString,
});

export const isExperimentList: Guard<ExperimentList> = object<ExperimentList>({
  experiments: arrayOf(isExperimentView),
});
