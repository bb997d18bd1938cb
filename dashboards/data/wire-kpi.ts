import type { KpiList, KpiSaved, SeriesReply, TopReply } from '../../platform/contracts/api.ts';
import { alarmWindows } from '../../platform/contracts/alarm-window.ts';
import type { KpiDefinition, KpiUnit, Measure } from '../../platform/contracts/kpi.ts';
import {
  anyOf,
  arrayOf,
  isNumber,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';
import { isJob } from './wire-system.ts';

export const kpiUnits = [
  'currency',
  'count',
  'ratio',
  'minutes',
  'per_day',
  'hours',
  'seconds',
  'months',
  'times',
] as const satisfies readonly KpiUnit[];

const isDimension = oneOf(['channel', 'content', 'country', 'stream']);
const isWindow = oneOf(['10s', '1m', '1h', '1d', '1mo']);
const isScalar = anyOf(anyOf(isString, isNumber), oneOf([true, false]));

type Count = Extract<Measure, { agg: 'count' }>;
type Sum = Extract<Measure, { agg: 'sum' }>;
type Extreme = Extract<Measure, { agg: 'min' | 'max' }>;
type Quantile = Extract<Measure, { agg: 'quantile' }>;
type Unique = Extract<Measure, { agg: 'unique' }>;

const isWhere = optional(object<NonNullable<Count['where']>>({ field: isString, in: arrayOf(isScalar) }));
const shared = { key: isString, types: arrayOf(isString), where: isWhere };
const isMeasure: Guard<Measure> = anyOf(
  anyOf(
    object<Count>({ ...shared, agg: oneOf(['count']) }),
    object<Sum>({ ...shared, agg: oneOf(['sum']), field: isString, default: optional(isNumber) }),
  ),
  anyOf(
    anyOf(
      object<Extreme>({ ...shared, agg: oneOf(['min', 'max']), field: isString }),
      object<Quantile>({ ...shared, agg: oneOf(['quantile']), field: isString }),
    ),
    object<Unique>({ ...shared, agg: oneOf(['unique']), of: oneOf(['user', 'content', 'channel']) }),
  ),
);

const isKpi: Guard<KpiDefinition> = object<KpiDefinition>({
  key: isString,
  version: isNumber,
  title: isString,
  description: isString,
  unit: oneOf(kpiUnits),
  formula: isString,
  measures: arrayOf(isMeasure),
  basis: optional(oneOf(['recurring'])),
  windows: optional(arrayOf(isWindow)),
  direction: oneOf(['up', 'down']),
  target: optional(isNumber),
  alertThreshold: optional(isNumber),
  alertWindows: optional(arrayOf(oneOf(alarmWindows))),
  dimensions: arrayOf(isDimension),
  cut: optional(isDimension),
  origin: oneOf(['catalogue', 'tenant']),
});

export const isKpiList: Guard<KpiList> = object<KpiList>({
  currency: isString,
  timeZone: isString,
  kpis: arrayOf(isKpi),
});

export const isKpiSaved: Guard<KpiSaved> = object<KpiSaved>({ kpi: isKpi, job: optional(isJob) });

type Series = SeriesReply['series'][number];

export const isSeriesReply: Guard<SeriesReply> = object<SeriesReply>({
  key: isString,
  unit: isString,
  currency: optional(isString),
  window: isWindow,
  watermarkMs: nullable(isNumber),
  series: arrayOf(
    object<Series>({
      dims: recordOf(isString),
      total: optional(nullable(isNumber)),
      points: arrayOf(
        object<Series['points'][number]>({
          windowStartMs: isNumber,
          value: nullable(isNumber),
          revision: isNumber,
          isFewPeople: optional(oneOf([true])),
        }),
      ),
    }),
  ),
});

export const isTopReply: Guard<TopReply> = object<TopReply>({
  kpi: isString,
  by: oneOf(['channel', 'content']),
  unit: isString,
  currency: optional(isString),
  fromMs: isNumber,
  toMs: isNumber,
  entries: arrayOf(object<TopReply['entries'][number]>({ id: isString, title: isString, value: isNumber })),
});
