import type { KpiUnit, Measure } from '../../platform/contracts/kpi.ts';

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
