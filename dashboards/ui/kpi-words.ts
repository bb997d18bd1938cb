import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import { kpiWatchOf } from '../../platform/contracts/kpi-watch.ts';
import type { KpiDefinition, KpiUnit, Measure } from '../../platform/contracts/kpi.ts';
import { windowWords } from '../data/anomaly-words.ts';

export function unitWords(unit: KpiUnit, currency: string): string {
  const words: Readonly<Record<KpiUnit, string>> = {
    currency: `Money in ${currency}`,
    count: 'Count',
    ratio: 'Ratio, shown in percent',
    minutes: 'Minutes',
    per_day: 'Number a day',
    hours: 'Hours',
    seconds: 'Seconds',
    months: 'Months',
    times: 'How many times as much',
  };
  return words[unit];
}

/** A measure as a sentence: what it accumulates, of which events. */
export function measureWords(measure: Measure): string {
  const of = `of ${measure.types.join(', ')}`;
  const where =
    measure.where === undefined
      ? ''
      : ` where ${measure.where.field} is ${measure.where.in.map(String).join(' or ')}`;
  switch (measure.agg) {
    case 'count':
      return `number ${of}${where}`;
    case 'sum': {
      const absent = measure.default === undefined ? '' : `, ${measure.default} where absent,`;
      return `sum of ${fieldWords(measure.field)}${absent} ${of}${where}`;
    }
    case 'min':
      return `smallest ${fieldWords(measure.field)} ${of}${where}`;
    case 'max':
      return `largest ${fieldWords(measure.field)} ${of}${where}`;
    case 'quantile':
      return `distribution of ${fieldWords(measure.field)} ${of}${where}`;
    case 'unique':
      return `distinct ${measure.of}s ${of}${where}`;
  }
}

function fieldWords(field: string): string {
  return field === 'amount' ? 'the amount of money' : field.replace(/^m:/, '');
}

/** Which values an alert threshold is held against: "judged by the minute and the hour". */
export function thresholdWords(kpi: KpiDefinition): string {
  const { threshold } = kpiWatchOf(kpi);
  return threshold.length === 0 ? 'never judged: it has no such window' : `judged ${byWords(threshold)}`;
}

/** In which windows its detector looks for what is unusual. */
export function watchWords(kpi: KpiDefinition): string {
  const { anomalies, threshold } = kpiWatchOf(kpi);
  if (anomalies.length > 0) return `for what is unusual, ${byWords(anomalies)}`;
  return threshold.length === 0
    ? 'not watched: it has no window of a minute or longer'
    : `not for what is unusual; an alert level is judged ${byWords(threshold)}`;
}

function byWords(windows: readonly AlarmWindow[]): string {
  return `by ${windows.map((window) => `the ${windowWords[window]}`).join(' and ')}`;
}
