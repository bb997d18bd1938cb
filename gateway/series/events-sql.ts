import { Type, type Static } from '@sinclair/typebox';
import { dimensions, type WindowSize } from '../../platform/contracts/kpi.ts';
import { evaluateFormula, parseFormula } from '../../platform/kpi/formula.ts';
import { measureToSql, presenceToSql } from '../../platform/kpi/measure-sql.ts';
import type { SqlParams } from '../../platform/store/store.ts';
import type { SeriesQuestion } from './question.ts';
import type { Statement } from './rollup-sql.ts';

/** Values of the measures, in their order; `seen` tells for each how many events carried it. */
export const EventsRow = Type.Object({
  cut: Type.Array(Type.String()),
  start_ms: Type.Number(),
  v: Type.Array(Type.Number()),
  seen: Type.Array(Type.Number()),
});
export type EventsRow = Static<typeof EventsRow>;

const fixedLengthMs: Readonly<Partial<Record<WindowSize, number>>> = {
  '10s': 10_000,
  '1m': 60_000,
  '1h': 3_600_000,
};

/** The series counted from stored events: for combinations of dimensions that are not kept live. */
export function eventsSeriesSql(question: SeriesQuestion, timeZone: string, limit: number): Statement {
  const { by, definition, filters, range, tenant, window } = question;
  const types = [...new Set(definition.measures.flatMap((measure) => measure.types))];
  const narrowed = dimensions.filter((dimension) => filters[dimension] !== undefined);
  const filterParams: Record<string, string> = {};
  for (const dimension of narrowed) filterParams[`is_${dimension}`] = filters[dimension] ?? '';
  const params: SqlParams = {
    tenant,
    types,
    zone: timeZone,
    from: range.fromMs,
    to: range.toMs,
    limit,
    ...filterParams,
  };
  return {
    sql: `SELECT [${by.join(', ')}]::Array(String) AS cut, ${bucketSql(window)} AS start_ms,
 [${definition.measures.map((measure) => `toFloat64(${measureToSql(measure)})`).join(', ')}] AS v,
 [${definition.measures.map((measure) => `toFloat64(${presenceToSql(measure)})`).join(', ')}] AS seen
FROM events
WHERE tenant = {tenant:String} AND type IN {types:Array(String)}
 AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})${narrowed
   .map((dimension) => ` AND ${dimension} = {is_${dimension}:String}`)
   .join('')}
GROUP BY cut, start_ms
ORDER BY cut, start_ms
LIMIT {limit:UInt32}`,
    params,
  };
}

/** Value of a KPI over one row; an extreme that no event carried has none. */
export function eventsRowValue(
  question: SeriesQuestion,
  minorPerMajor: number,
): (row: EventsRow, windowMs: number) => number | null {
  const { formula, measures } = question.definition;
  const index = new Map(measures.map((measure, i) => [measure.key, i]));
  const tree = parseFormula(formula, index.keys());
  return (row, windowMs) =>
    evaluateFormula(tree, (name) => {
      if (name === 'window_days') return windowMs / 86_400_000;
      if (name === 'window_hours') return windowMs / 3_600_000;
      const i = index.get(name);
      const measure = i === undefined ? undefined : measures[i];
      if (i === undefined || measure === undefined) return 0;
      const isExtreme = measure.agg === 'min' || measure.agg === 'max';
      if (isExtreme && (row.seen[i] ?? 0) === 0) return Number.NaN;
      const isMoney = 'field' in measure && measure.field === 'amount';
      return (row.v[i] ?? 0) / (isMoney ? minorPerMajor : 1);
    });
}

function bucketSql(window: WindowSize): string {
  const length = fixedLengthMs[window];
  if (length !== undefined) return `intDiv(toUnixTimestamp64Milli(time), ${length}) * ${length}`;
  return window === '1d'
    ? 'toUnixTimestamp(toStartOfDay(time, {zone:String})) * 1000'
    : 'toUnixTimestamp(toDateTime(toStartOfMonth(time, {zone:String}), {zone:String})) * 1000';
}
