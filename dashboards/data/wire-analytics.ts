import type { Answered } from '../../platform/contracts/analytics.ts';
import type { AttributionAnswer, AttributionModel } from '../../platform/contracts/attribution.ts';
import type { CohortAnswer } from '../../platform/contracts/cohorts.ts';
import type { FunnelAnswer } from '../../platform/contracts/funnel.ts';
import type { PnlFigures, PnlReply } from '../../platform/contracts/pnl.ts';
import type { BreakdownReply, DecompositionReply } from '../../platform/contracts/revenue.ts';
import type {
  Evidence,
  Recommendation,
  RevenueRisk,
  RiskCheck,
  RisksAnswer,
} from '../../platform/contracts/risks.ts';
import {
  anyOf,
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
import { evidenceWords, methodWords, recommendationWords, riskTitles } from './risk-words.ts';

const maybe = nullable(isNumber);

type Done<T> = Extract<Answered<T>, { state: 'done' }>;
type Running = Extract<Answered<unknown>, { state: 'running' }>;

function answered<T>(isAnswer: Guard<T>): Guard<Answered<T>> {
  return anyOf(
    object<Done<T>>({ state: oneOf(['done']), computedAtMs: isNumber, tookMs: isNumber, answer: isAnswer }),
    object<Running>({ state: oneOf(['running']), stage: isString, percent: isNumber, startedAtMs: isNumber }),
  );
}

export const isFunnelReply = answered(
  object<FunnelAnswer>({
    isGuarded: isBoolean,
    steps: arrayOf(
      object<FunnelAnswer['steps'][number]>({
        users: maybe,
        ofFirst: maybe,
        ofPrevious: maybe,
        medianMsFromPrevious: maybe,
        medianMsFromFirst: maybe,
      }),
    ),
    parts: arrayOf(
      object<FunnelAnswer['parts'][number]>({ value: isString, isRest: isBoolean, users: arrayOf(maybe) }),
    ),
    events: isNumber,
  }),
);

type Cohort = CohortAnswer['cohorts'][number];
export const isCohortReply = answered(
  object<CohortAnswer>({
    currency: isString,
    isGuarded: isBoolean,
    cohorts: arrayOf(
      object<Cohort>({
        startMs: isNumber,
        endMs: isNumber,
        size: maybe,
        cells: arrayOf(
          object<Cohort['cells'][number]>({
            returned: maybe,
            revenueMinor: maybe,
            ltvMinor: maybe,
            isComplete: isBoolean,
          }),
        ),
      }),
    ),
    mean: arrayOf(
      object<CohortAnswer['mean'][number]>({ members: isNumber, retention: maybe, ltvMinor: maybe }),
    ),
    events: isNumber,
  }),
);

/** The contract's list, spelled again because importing it would bring the schema library into the page. */
export const attributionModels = [
  'first',
  'last',
  'linear',
  'time_decay',
  'position',
  'markov',
  'shapley',
] as const satisfies readonly AttributionModel[];

type Touchpoint = AttributionAnswer['touchpoints'][number];
export const isAttributionReply = answered(
  object<AttributionAnswer>({
    currency: isString,
    conversions: isNumber,
    valueMinor: isNumber,
    unattributed: object<AttributionAnswer['unattributed']>({ conversions: isNumber, valueMinor: isNumber }),
    lostPaths: isNumber,
    meanTouches: maybe,
    touchpoints: arrayOf(
      object<Touchpoint>({
        key: isString,
        isRest: isBoolean,
        touches: isNumber,
        credits: arrayOf(
          object<Touchpoint['credits'][number]>({
            model: oneOf(attributionModels),
            conversions: isNumber,
            valueMinor: isNumber,
            conversionsError: optional(isNumber),
          }),
        ),
      }),
    ),
    shapley: oneOf(['exact', 'sampled']),
    paths: arrayOf(
      object<AttributionAnswer['paths'][number]>({
        keys: arrayOf(isString),
        conversions: isNumber,
        valueMinor: isNumber,
      }),
    ),
    events: isNumber,
  }),
);

type Concentration = BreakdownReply['concentration']['stream'];
const isConcentration = object<Concentration>({
  largest: nullable(isString),
  largestShare: maybe,
  hhi: maybe,
});
export const isBreakdownReply: Guard<BreakdownReply> = object<BreakdownReply>({
  currency: isString,
  by: oneOf(['channel', 'content', 'country', 'stream']),
  rows: arrayOf(
    object<BreakdownReply['rows'][number]>({
      id: isString,
      title: isString,
      revenueMinor: isNumber,
      previousMinor: maybe,
      share: maybe,
      views: isNumber,
      rpmMinor: maybe,
    }),
  ),
  totalMinor: isNumber,
  previousTotalMinor: maybe,
  pace: object<BreakdownReply['pace']>({
    days: isNumber,
    perDayMinor: maybe,
    beforePerDayMinor: maybe,
    growth: maybe,
    perDayPerDayMinor: maybe,
  }),
  concentration: object<BreakdownReply['concentration']>({
    stream: isConcentration,
    channel: isConcentration,
  }),
  risks: arrayOf(
    object<BreakdownReply['risks'][number]>({
      code: oneOf([
        'stream_concentration',
        'channel_concentration',
        'few_streams',
        'revenue_falling',
        'rpm_falling',
      ]),
      value: isNumber,
      bound: isNumber,
      subject: optional(isString),
    }),
  ),
  rpm: arrayOf(
    object<BreakdownReply['rpm'][number]>({ startMs: isNumber, rpmMinor: maybe, trendMinor: maybe }),
  ),
});

export const isDecompositionReply: Guard<DecompositionReply> = object<DecompositionReply>({
  currency: isString,
  form: oneOf(['multiplicative', 'additive']),
  hours: isNumber,
  weeks: isNumber,
  hourEffects: arrayOf(isNumber),
  weekdayEffects: arrayOf(maybe),
  seasonalStrength: maybe,
  ensemble: arrayOf(
    object<DecompositionReply['ensemble'][number]>({
      member: oneOf(['decomposition', 'same_hour_last_week', 'recent_level']),
      weight: isNumber,
      errorMinor: maybe,
    }),
  ),
  residuals: object<DecompositionReply['residuals']>({
    low: maybe,
    median: maybe,
    high: maybe,
    sensitivity: isNumber,
  }),
  points: arrayOf(
    object<DecompositionReply['points'][number]>({
      startMs: isNumber,
      valueMinor: isNumber,
      trendMinor: maybe,
      expectedMinor: maybe,
      lowMinor: maybe,
      highMinor: maybe,
      isAnomaly: isBoolean,
    }),
  ),
  anomalies: isNumber,
});

const isFigures: Guard<PnlFigures> = object<PnlFigures>({
  revenueMinor: isNumber,
  costMinor: isNumber,
  costs: object<PnlFigures['costs']>({
    productionMinor: isNumber,
    advertisingMinor: isNumber,
    apiMinor: isNumber,
    otherMinor: isNumber,
  }),
  feeMinor: isNumber,
  profitMinor: isNumber,
  margin: maybe,
  roi: maybe,
  videos: isNumber,
  revenuePerVideoMinor: maybe,
  costPerVideoMinor: maybe,
  profitPerVideoMinor: maybe,
});
export const isPnlReply: Guard<PnlReply> = object<PnlReply>({
  currency: isString,
  grain: oneOf(['day', 'week', 'month']),
  plan: oneOf(['none', 'starter', 'growth', 'scale']),
  targetPerMonth: isNumber,
  feePerMonthMinor: isNumber,
  periods: arrayOf(
    object<PnlReply['periods'][number]>({
      startMs: isNumber,
      endMs: isNumber,
      isComplete: isBoolean,
      figures: isFigures,
      targetMinor: isNumber,
      isReached: isBoolean,
    }),
  ),
  total: isFigures,
  targetMinor: isNumber,
  channels: arrayOf(object<PnlReply['channels'][number]>({ channel: isString, figures: isFigures })),
});

/** One of the names there are words for. */
const named =
  <T extends string>(words: Readonly<Record<T, unknown>>): Guard<T> =>
  (value): value is T =>
    isString(value) && Object.hasOwn(words, value);
const isRiskCode = named(riskTitles);
const isUnit = oneOf(['ratio', 'index', 'probability', 'hours', 'times', 'count', 'money', 'instant']);
const isEvidence = arrayOf(object<Evidence>({ name: named(evidenceWords), value: isNumber, unit: isUnit }));
export const isRisksReply = answered(
  object<RisksAnswer>({
    currency: isString,
    asOfMs: isNumber,
    days: isNumber,
    revenueMinor: isNumber,
    risks: arrayOf(
      object<RevenueRisk>({
        code: isRiskCode,
        subject: optional(isString),
        title: optional(isString),
        value: isNumber,
        bound: isNumber,
        unit: isUnit,
        severity: oneOf(['high', 'moderate', 'unknown']),
        atRiskMinor: maybe,
        method: named(methodWords),
        sinceMs: maybe,
        isSinceOpen: isBoolean,
        evidence: isEvidence,
      }),
    ),
    recommendations: arrayOf(
      object<Recommendation>({
        code: named(recommendationWords),
        subject: optional(isString),
        title: optional(isString),
        kind: oneOf(['gain', 'avoided_loss']),
        effectMinor: isNumber,
        ofMinor: isNumber,
        share: isNumber,
        shareBasis: oneOf(['measured', 'bound', 'assumed']),
        restsOn: arrayOf(isRiskCode),
        evidence: isEvidence,
        screen: isString,
      }),
    ),
    checks: arrayOf(
      object<RiskCheck>({
        code: isRiskCode,
        value: maybe,
        bound: isNumber,
        unit: isUnit,
        state: oneOf(['beyond', 'within', 'unknown']),
      }),
    ),
  }),
);
