import { plannedKinds } from '../../platform/contracts/calendar-names.ts';
import type { PlannedEvent, TenantCalendar } from '../../platform/contracts/calendar.ts';
import type {
  ForecastBacktest,
  ForecastDriver,
  ForecastHorizon,
  ForecastList,
  ForecastMember,
  ForecastMilestone,
  ForecastMonthEnd,
  ForecastRecommendation,
  ForecastReply,
  ForecastScenario,
  ForecastSummary,
  ModelVersionList,
  PastForecast,
  SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';
import type { ModelManifest } from '../../platform/contracts/model-manifest.ts';
import type { ModelsBackend, ModelsReply, ModelsRun, ModelsStatus } from '../../platform/contracts/models.ts';
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
import { kpiUnits } from './wire-kpi.ts';

const isUnit = oneOf(kpiUnits);
const isGrain = oneOf(['daily', 'hourly']);
const isRollup = oneOf(['total', 'channel', 'stream', 'content']);
const isMethod = oneOf(['ensemble', 'seasonal-naive', 'constant', 'zero', 'short']);

const isBacktest: Guard<ForecastBacktest> = object<ForecastBacktest>({
  origins: isNumber,
  stepsTested: isNumber,
  meanAbsoluteError: nullable(isNumber),
  wape: nullable(isNumber),
  mase: nullable(isNumber),
  accuracy: nullable(isNumber),
  totalAccuracy: nullable(isNumber),
  relativeToSeasonalNaive: nullable(isNumber),
  beatsSeasonalNaive: isBoolean,
});

const isHorizon: Guard<ForecastHorizon> = object<ForecastHorizon>({
  steps: isNumber,
  method: isMethod,
  total: isNumber,
  bounds: arrayOf(
    object<ForecastHorizon['bounds'][number]>({ level: isNumber, lower: isNumber, upper: isNumber }),
  ),
  before: nullable(isNumber),
  backtest: isBacktest,
  members: arrayOf(
    object<ForecastMember>({
      name: isString,
      family: isString,
      weight: isNumber,
      meanAbsoluteError: nullable(isNumber),
      relativeToSeasonalNaive: nullable(isNumber),
    }),
  ),
  scenarios: arrayOf(
    object<ForecastScenario>({
      name: oneOf(['conservative', 'likely', 'optimistic']),
      total: isNumber,
      growth: nullable(isNumber),
      assumptions: isString,
    }),
  ),
  drivers: arrayOf(
    object<ForecastDriver>({
      name: oneOf([
        'period before',
        'one-offs before',
        'season',
        'holidays and events',
        'level change',
        'trend',
        'momentum',
        'adding up',
      ]),
      amount: isNumber,
      words: isString,
    }),
  ),
});

const isDetail: Guard<SeriesForecastDetail> = object<SeriesForecastDetail>({
  id: isString,
  grain: isGrain,
  kpi: isString,
  rollup: isRollup,
  dim: isString,
  title: isString,
  unit: isUnit,
  isStock: isBoolean,
  originMs: isNumber,
  madeAtMs: isNumber,
  modelVersion: isNumber,
  historySteps: isNumber,
  method: isMethod,
  statement: isString,
  notes: arrayOf(isString),
  stepStarts: arrayOf(isNumber),
  endMs: isNumber,
  points: arrayOf(isNumber),
  bands: arrayOf(
    object<SeriesForecastDetail['bands'][number]>({
      level: isNumber,
      lower: arrayOf(isNumber),
      upper: arrayOf(isNumber),
    }),
  ),
  horizons: arrayOf(isHorizon),
  milestones: arrayOf(
    object<ForecastMilestone>({
      kind: oneOf(['reaches', 'falls below']),
      value: isNumber,
      likelyMs: isNumber,
      earliestMs: nullable(isNumber),
      latestMs: nullable(isNumber),
      words: isString,
    }),
  ),
  monthEnd: nullable(
    object<ForecastMonthEnd>({
      month: isString,
      daysLeft: isNumber,
      soFar: isNumber,
      total: isNumber,
      lower: isNumber,
      upper: isNumber,
      before: nullable(isNumber),
    }),
  ),
  recommendations: optional(
    arrayOf(
      object<ForecastRecommendation>({
        kind: oneOf(['grow', 'mend', 'caution']),
        words: isString,
        because: isString,
      }),
    ),
  ),
});

const isVersion: Guard<ModelManifest> = object<ModelManifest>({
  name: isString,
  version: isNumber,
  state: oneOf(['current', 'retired', 'refused']),
  reason: isString,
  trainedAtMs: isNumber,
  features: arrayOf(isString),
  series: isNumber,
  input: isNumber,
  horizon: isNumber,
  normalisation: isString,
  dataHash: isString,
  backend: isString,
  backtest: object<ModelManifest['backtest']>({
    measure: oneOf(['mean scaled absolute error', 'log-loss']),
    origins: isNumber,
    error: nullable(isNumber),
    currentError: nullable(isNumber),
    relativeToReference: nullable(isNumber),
  }),
});

export const isPlannedEvent: Guard<PlannedEvent> = object<PlannedEvent>({
  id: isString,
  kind: oneOf(plannedKinds),
  label: isString,
  from: isString,
  to: isString,
  knownFrom: isString,
  createdAtMs: isNumber,
});

export const isCalendar: Guard<TenantCalendar> = object<TenantCalendar>({
  country: nullable(isString),
  events: arrayOf(isPlannedEvent),
});

export const isForecastList: Guard<ForecastList> = object<ForecastList>({
  grain: isGrain,
  forecasts: arrayOf(
    object<ForecastSummary>({
      id: isString,
      grain: isGrain,
      kpi: isString,
      rollup: isRollup,
      dim: isString,
      title: isString,
      unit: isUnit,
      originMs: isNumber,
      method: isMethod,
      horizonSteps: isNumber,
      total: isNumber,
      growth: nullable(isNumber),
      accuracy: nullable(isNumber),
    }),
  ),
  model: nullable(isVersion),
});

export const isForecastReply: Guard<ForecastReply> = object<ForecastReply>({
  forecast: isDetail,
  past: arrayOf(
    object<PastForecast>({ targetMs: isNumber, point: isNumber, lower95: isNumber, upper95: isNumber }),
  ),
});

export const isModelVersionList: Guard<ModelVersionList> = object<ModelVersionList>({
  grain: isGrain,
  versions: arrayOf(isVersion),
});

export const isModelsReply: Guard<ModelsReply> = object<ModelsReply>({
  isOwned: isBoolean,
  status: nullable(
    object<ModelsStatus>({
      backend: nullable(
        object<ModelsBackend>({
          name: isString,
          device: isString,
          selfTestError: isNumber,
          refused: arrayOf(object<ModelsBackend['refused'][number]>({ name: isString, reason: isString })),
        }),
      ),
      backendFault: nullable(isString),
      running: nullable(
        object<NonNullable<ModelsStatus['running']>>({
          task: isString,
          title: isString,
          percent: isNumber,
          stage: isString,
        }),
      ),
      waiting: isNumber,
      processBytes: isNumber,
      runs: arrayOf(
        object<ModelsRun>({
          task: isString,
          tenant: isString,
          title: isString,
          endedAtMs: isNumber,
          tookMs: isNumber,
          outcome: oneOf(['done', 'failed', 'cancelled']),
          detail: isString,
        }),
      ),
    }),
  ),
});
