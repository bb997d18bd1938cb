import type { ChurnBands } from '../../platform/contracts/churn-bands.ts';
import type {
  CalibrationBin,
  ChurnBacktest,
  ChurnBandName,
  ChurnReason,
  CustomerBoard,
  CustomerDetail,
  CustomerOutlook,
  CustomerRun,
  CustomerScore,
  CustomerScoreList,
  CustomerSegment,
  CustomerValue,
  CustomerValueList,
  SurvivalByPlan,
} from '../../platform/contracts/customers.ts';
import { arrayOf, isNumber, isString, nullable, object, oneOf, optional, type Guard } from './guard.ts';

/** The contract's list, spelled again because importing it would bring the schema library into the page. */
export const churnBands = ['critical', 'high', 'medium', 'low'] as const satisfies readonly ChurnBandName[];

const isMaybe = nullable(isNumber);
const isBand = oneOf(churnBands);
const isScoredBy = oneOf(['model', 'rule'] as const);

const isReason: Guard<ChurnReason> = object<ChurnReason>({
  factor: isString,
  words: isString,
  contribution: isNumber,
});

const isScore: Guard<CustomerScore> = object<CustomerScore>({
  customer: isString,
  probability: isNumber,
  scoredBy: isScoredBy,
  band: isBand,
  campaign: arrayOf(isString),
  discount: isNumber,
  reasons: arrayOf(isReason),
  plan: isString,
  country: isString,
  tenureDays: isNumber,
  mrrMinor: isNumber,
  atRiskMinor: isNumber,
  outlook: object<CustomerOutlook>({
    expectedMonths: isNumber,
    medianMonths: isMaybe,
    staying: arrayOf(isNumber),
  }),
});

const isValue: Guard<CustomerValue> = object<CustomerValue>({
  customer: isString,
  kind: oneOf(['contract', 'purchases']),
  value: isNumber,
  low: isNumber,
  high: isNumber,
  isAlive: isNumber,
  segment: isString,
  rank: isNumber,
  engagement: isNumber,
  monetization: isNumber,
  loyaltyDays: isNumber,
  influence: isNumber,
});

const isSegment: Guard<CustomerSegment> = object<CustomerSegment>({
  id: isString,
  name: isString,
  members: isNumber,
  engagement: isNumber,
  monetization: isNumber,
  loyaltyDays: isNumber,
  valueMinor: isNumber,
  rank: isNumber,
  ranks: object<CustomerSegment['ranks']>({
    engagement: isNumber,
    monetization: isNumber,
    loyalty: isNumber,
  }),
  before: nullable(object({ members: isNumber, joined: isNumber, left: isNumber })),
});

const isBacktest: Guard<ChurnBacktest> = object<ChurnBacktest>({
  metrics: object<ChurnBacktest['metrics']>({
    auc: isNumber,
    averagePrecision: isNumber,
    logLoss: isNumber,
    brier: isNumber,
    calibrationError: isNumber,
  }),
  baseLogLoss: isNumber,
  baseRate: isNumber,
  rows: isNumber,
  left: isNumber,
  method: oneOf(['time', 'folds']),
  origins: arrayOf(isNumber),
  calibration: arrayOf(
    object<CalibrationBin>({
      predicted: isNumber,
      observed: isNumber,
      low: isNumber,
      high: isNumber,
      customers: isNumber,
    }),
  ),
});

const isRun: Guard<CustomerRun> = object<CustomerRun>({
  asOfMs: isNumber,
  madeAtMs: isNumber,
  horizonDays: isNumber,
  currency: isString,
  scoredBy: isScoredBy,
  ruleReason: nullable(isString),
  modelVersion: isNumber,
  backtest: nullable(isBacktest),
  customers: isNumber,
  leaving: isNumber,
  leftOut: isNumber,
  bands: arrayOf(
    object<CustomerRun['bands'][number]>({
      band: isBand,
      customers: isNumber,
      from: optional(isNumber),
      mrrMinor: isNumber,
      atRiskMinor: isNumber,
      campaign: arrayOf(isString),
      discount: isNumber,
    }),
  ),
  reasons: arrayOf(
    object<CustomerRun['reasons'][number]>({ factor: isString, words: isString, customers: isNumber }),
  ),
  survival: arrayOf(
    object<SurvivalByPlan>({
      plan: isString,
      customers: isNumber,
      left: isNumber,
      medianMonths: isMaybe,
      points: arrayOf(
        object<SurvivalByPlan['points'][number]>({
          months: isNumber,
          share: isNumber,
          low: isNumber,
          high: isNumber,
          atRisk: isNumber,
        }),
      ),
    }),
  ),
  hazard: arrayOf(
    object<CustomerRun['hazard'][number]>({ month: isNumber, share: isNumber, atRisk: isNumber }),
  ),
  segments: arrayOf(isSegment),
  segmentation: nullable(object({ silhouette: isNumber, stability: isNumber, moved: isNumber })),
  values: object<CustomerRun['values']>({
    customers: isNumber,
    totalMinor: isNumber,
    marginShare: isNumber,
    bins: arrayOf(
      object<CustomerRun['values']['bins'][number]>({
        fromMinor: isNumber,
        toMinor: isNumber,
        contract: isNumber,
        purchases: isNumber,
      }),
    ),
    purchases: nullable(
      object({
        buyers: isNumber,
        repeatBuyers: isNumber,
        r: isNumber,
        alpha: isNumber,
        a: isNumber,
        b: isNumber,
        p: isNumber,
        q: isNumber,
        gamma: isNumber,
      }),
    ),
    note: nullable(isString),
  }),
});

export const isCustomerBoard: Guard<CustomerBoard> = object<CustomerBoard>({ run: nullable(isRun) });

export const isChurnBands: Guard<ChurnBands> = object<ChurnBands>({
  bands: arrayOf(
    object<ChurnBands['bands'][number]>({
      band: isBand,
      from: isNumber,
      campaign: arrayOf(isString),
      discount: isNumber,
    }),
  ),
});

export const isCustomerScoreList: Guard<CustomerScoreList> = object<CustomerScoreList>({
  asOfMs: isMaybe,
  total: isNumber,
  customers: arrayOf(isScore),
});

export const isCustomerValueList: Guard<CustomerValueList> = object<CustomerValueList>({
  asOfMs: isMaybe,
  total: isNumber,
  customers: arrayOf(isValue),
});

export const isCustomerDetail: Guard<CustomerDetail> = object<CustomerDetail>({
  asOfMs: isNumber,
  currency: isString,
  horizonDays: isNumber,
  score: nullable(isScore),
  value: nullable(isValue),
  segment: nullable(isSegment),
  past: arrayOf(object({ asOfMs: isNumber, probability: isNumber, scoredBy: isScoredBy })),
});
