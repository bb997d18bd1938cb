import { alarmWindows } from '../../platform/contracts/alarm-window.ts';
import type {
  AnomalyDetail,
  AnomalyList,
  AnomalyView,
  BandPoint,
  BandReply,
  ContributionView,
  Explanation,
  InputView,
  WatchSettings,
} from '../../platform/contracts/anomaly.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';
import { kpiUnits } from './wire-kpi.ts';

const isMaybe = nullable(isNumber);
const isWindow = oneOf(alarmWindows);

export const isAnomaly: Guard<AnomalyView> = object<AnomalyView>({
  id: isString,
  kpi: isString,
  title: isString,
  unit: oneOf(kpiUnits),
  window: isWindow,
  rollup: oneOf(['total', 'channel', 'country', 'stream']),
  dim: isString,
  state: oneOf(['open', 'resolved']),
  severity: oneOf(['info', 'warning', 'critical']),
  reason: oneOf(['value', 'drift']),
  startedAtMs: isNumber,
  endedAtMs: isNumber,
  peakAtMs: isNumber,
  score: isNumber,
  observed: isNumber,
  expected: isMaybe,
  lower: isMaybe,
  upper: isMaybe,
  isGood: isBoolean,
  parentId: nullable(isString),
  others: isNumber,
});

export const isAnomalyList: Guard<AnomalyList> = object<AnomalyList>({
  currency: isString,
  anomalies: arrayOf(isAnomaly),
  isCut: isBoolean,
});

const isBandPoint: Guard<BandPoint> = object<BandPoint>({
  windowStartMs: isNumber,
  observed: isMaybe,
  expected: isMaybe,
  lower: isMaybe,
  upper: isMaybe,
  score: isNumber,
});

const isContribution: Guard<ContributionView> = object<ContributionView>({
  value: nullable(isString),
  contribution: isNumber,
  share: isNumber,
  expected: optional(isNumber),
  observed: optional(isNumber),
  rateEffect: optional(isNumber),
  mixEffect: optional(isNumber),
});

const isExplanation: Guard<Explanation> = object<Explanation>({
  windowStartMs: isNumber,
  expected: isNumber,
  observed: isNumber,
  dimensions: arrayOf(
    object<Explanation['dimensions'][number]>({
      dimension: oneOf(['channel', 'content', 'country', 'stream']),
      contributions: arrayOf(isContribution),
    }),
  ),
  inputs: optional(
    arrayOf(object<InputView>({ name: isString, isMoney: isBoolean, observed: isNumber, usual: isNumber })),
  ),
  unsaid: optional(oneOf(['distinct', 'distribution', 'formula', 'new', 'whole', 'total', 'long'])),
});

export const isAnomalyDetail: Guard<AnomalyDetail> = object<AnomalyDetail>({
  currency: isString,
  anomaly: isAnomaly,
  explanation: nullable(isExplanation),
  band: arrayOf(isBandPoint),
  related: arrayOf(isAnomaly),
});

export const isBandReply: Guard<BandReply> = object<BandReply>({
  kpi: isString,
  window: isWindow,
  points: arrayOf(isBandPoint),
});

export const isWatchSettings: Guard<WatchSettings> = object<WatchSettings>({
  falseAlarmsPerWeek: isNumber,
  perKpi: recordOf(isNumber),
  changes: arrayOf(
    object<WatchSettings['changes'][number]>({
      atMs: isNumber,
      by: isString,
      what: isString,
      from: isMaybe,
      to: isMaybe,
    }),
  ),
});
