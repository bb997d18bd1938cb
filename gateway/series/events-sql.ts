import { Type, type Static } from '@sinclair/typebox';
import { dimensions, type KpiDefinition, type WindowSize } from '../../platform/contracts/kpi.ts';
import { evaluateFormula, partsOf, type FormulaReader } from '../../platform/kpi/formula.ts';
import { isMoney, parseKpiFormula } from '../../platform/kpi/kpi.ts';
import { measureToSql, presenceToSql, quantileToSql } from '../../platform/kpi/measure-sql.ts';
import type { SqlParams } from '../../platform/store/store.ts';
import type { SeriesQuestion } from './question.ts';
import type { Statement } from './rollup-sql.ts';

/** Values of the measures, in their order, then of the quantiles the formula reads; `seen` tells for each measure how many events carried it. */
export const EventsRow = Type.Object({
  cut: Type.Array(Type.String()),
  start_ms: Type.Number(),
  v: Type.Array(Type.Union([Type.Number(), Type.Null()])),
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
 [${valueColumns(definition).join(', ')}] AS v,
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

/** A measure's place in the columns of a distribution and rank. */
function quantilesOf(definition: KpiDefinition): readonly { readonly name: string; readonly q: number }[] {
  const found = new Map<string, { readonly name: string; readonly q: number }>();
  for (const part of partsOf(parseKpiFormula(definition)))
    if (part.kind === 'quantile') found.set(`${part.name} ${part.q}`, { name: part.name, q: part.q });
  return [...found.values()];
}

function valueColumns(definition: KpiDefinition): string[] {
  const plain = definition.measures.map((measure) => `toFloat64(${measureToSql(measure)})`);
  const ranks = quantilesOf(definition).flatMap(({ name, q }) => {
    const measure = definition.measures.find(({ key }) => key === name);
    return measure?.agg === 'quantile' ? [quantileToSql(measure, q)] : [];
  });
  return [...plain, ...ranks];
}

/**
 * Value of a KPI over one row, the row of the window before given where there is one; an extreme that no event carried has none.
 * Spans beyond the window before are kept by one dimension at most, not here.
 */
export function eventsRowValue(
  question: SeriesQuestion,
  minorPerMajor: number,
): (row: EventsRow, windowMs: number, previous: EventsRow | undefined, previousMs: number) => number | null {
  const { definition } = question;
  const { measures } = definition;
  const index = new Map(measures.map((measure, i) => [measure.key, i]));
  const ranks = new Map(
    quantilesOf(definition).map(({ name, q }, i) => [`${name} ${q}`, measures.length + i]),
  );
  const tree = parseKpiFormula(definition);
  const scaleOf = (name: string): number => {
    const measure = measures[index.get(name) ?? -1];
    return measure !== undefined && isMoney(measure) ? minorPerMajor : 1;
  };
  const readerOf = (
    row: EventsRow | undefined,
    windowMs: number,
    before: FormulaReader | undefined,
  ): FormulaReader => ({
    value: (name) => {
      if (name === 'window_days') return windowMs / 86_400_000;
      if (name === 'window_hours') return windowMs / 3_600_000;
      const i = index.get(name);
      const measure = i === undefined ? undefined : measures[i];
      if (i === undefined || measure === undefined) return Number.NaN;
      const isExtreme = measure.agg === 'min' || measure.agg === 'max';
      if (isExtreme && (row?.seen[i] ?? 0) === 0) return Number.NaN;
      return (row?.v[i] ?? 0) / scaleOf(name);
    },
    quantile: (name, q) => (row?.v[ranks.get(`${name} ${q}`) ?? -1] ?? Number.NaN) / scaleOf(name),
    past: (span) => (span === 'prev' ? before : undefined),
  });
  return (row, windowMs, previous, previousMs) =>
    evaluateFormula(tree, readerOf(row, windowMs, readerOf(previous, previousMs, undefined)));
}

function bucketSql(window: WindowSize): string {
  const length = fixedLengthMs[window];
  if (length !== undefined) return `intDiv(toUnixTimestamp64Milli(time), ${length}) * ${length}`;
  return window === '1d'
    ? 'toUnixTimestamp(toStartOfDay(time, {zone:String})) * 1000'
    : 'toUnixTimestamp(toDateTime(toStartOfMonth(time, {zone:String}), {zone:String})) * 1000';
}
