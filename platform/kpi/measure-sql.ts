import type { Measure } from '../contracts/kpi.ts';
import { gammaOf, LARGEST, SMALLEST } from './quantile-sketch.ts';

/**
 * The same measure as an aggregate over the `events` table, written apart from the streaming step on purpose: `weir verify`
 * compares the two. Literals come from validated records (keys, field names and type names have strict patterns) and are quoted.
 */
export function measureToSql(measure: Measure): string {
  const condition = measureCondition(measure);
  switch (measure.agg) {
    case 'count':
      return `countIf(${condition})`;
    case 'sum':
      return `sumIf(${valueSql(measure.field, measure.default ?? 0)}, ${condition})`;
    case 'min':
      return `minIf(${valueSql(measure.field)}, ${condition} AND ${presentSql(measure.field)})`;
    case 'max':
      return `maxIf(${valueSql(measure.field)}, ${condition} AND ${presentSql(measure.field)})`;
    case 'quantile':
      return `countIf(${condition} AND ${presentSql(measure.field)})`;
    case 'unique':
      return `uniqExactIf(${measure.of}, ${condition} AND ${measure.of} != '')`;
  }
}

/** The exact value of rank q of a distribution; NaN over no events. */
export function quantileToSql(measure: Extract<Measure, { agg: 'quantile' }>, q: number): string {
  const condition = `${measureCondition(measure)} AND ${presentSql(measure.field)}`;
  const value = `toFloat64(${valueSql(measure.field)})`;
  return `if(countIf(${condition}) = 0, nan, quantileExactLowIf(${q})(${value}, ${condition}))`;
}

/** Moves bucket indexes of either sign apart in one map: positive above, negative below, zero at 0. */
export const BUCKET_OFFSET = 100_000;

/**
 * Counts of a distribution in logarithmic buckets of relative accuracy `accuracy`, Map(Int32, Float64), which merges by sumMap. With
 * the accuracy of the live sketch its buckets are the sketch's; with a finer one it is as good as the values themselves and still bounded.
 */
export function bucketsToSql(measure: Extract<Measure, { agg: 'quantile' }>, accuracy: number): string {
  const condition = `${measureCondition(measure)} AND ${presentSql(measure.field)}`;
  // Short-circuited: the field is read out of JSON, and the logarithm taken, only where the measure sees the event at all.
  const value = `if(${condition}, toFloat64(${valueSql(measure.field)}), 0.)`;
  const index = `toInt32(ceil(log(least(abs(${value}), toFloat64(${LARGEST}))) / log(${gammaOf(accuracy)})))`;
  const key = `if(abs(${value}) < ${SMALLEST}, 0, if(${value} > 0, ${index} + ${BUCKET_OFFSET}, -(${index} + ${BUCKET_OFFSET})))`;
  return `sumMapIf(map(toInt32(${key}), toFloat64(1)), ${condition})`;
}

/** Distinct values themselves, for states that must merge with live sketches. */
export function uniqueValuesSql(measure: Extract<Measure, { agg: 'unique' }>): string {
  return `groupUniqArrayIf(${measure.of}, ${measureCondition(measure)} AND ${measure.of} != '')`;
}

/** How many events of the measure carry its field at all: an extreme over none has no value. */
export function presenceToSql(measure: Measure): string {
  const condition = measureCondition(measure);
  return measure.agg === 'min' || measure.agg === 'max' || measure.agg === 'quantile'
    ? `countIf(${condition} AND ${presentSql(measure.field)})`
    : `countIf(${condition})`;
}

function measureCondition(measure: Measure): string {
  const types = `type IN (${measure.types.map(quote).join(', ')})`;
  if (measure.where === undefined) return types;
  const path = measure.where.field.split('.').map(quote).join(', ');
  const alternatives = measure.where.in.map((value) => {
    if (typeof value === 'string')
      return `(JSONType(data, ${path}) = 'String' AND JSONExtractString(data, ${path}) = ${quote(value)})`;
    if (typeof value === 'boolean')
      return `(JSONType(data, ${path}) = 'Bool' AND JSONExtractBool(data, ${path}) = ${value})`;
    return `(JSONType(data, ${path}) IN ('Int64', 'UInt64', 'Double') AND JSONExtractFloat(data, ${path}) = ${value})`;
  });
  return `(${types} AND (${alternatives.join(' OR ')}))`;
}

function valueSql(field: string, absent?: number): string {
  if (field === 'amount') return 'amount_base_minor';
  const path = fieldPath(field);
  const value = `JSONExtractFloat(data, ${path})`;
  return absent === undefined || absent === 0 ? value : `if(${presentSql(field)}, ${value}, ${absent})`;
}

function presentSql(field: string): string {
  if (field === 'amount') return "currency != ''";
  return `JSONType(data, ${fieldPath(field)}) IN ('Int64', 'UInt64', 'Double')`;
}

function fieldPath(field: string): string {
  return field.slice(2).split('.').map(quote).join(', ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
