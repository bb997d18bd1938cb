import { Type, type Static } from '@sinclair/typebox';
import type { Measure, MeasureState } from '../contracts/kpi.ts';
import { emptyState, mergeStates } from './measure-state.ts';

const Numbers = Type.Record(Type.String(), Type.Number());

/** One window of one dimension value, all partitions together; distinct counts and distributions still apart, as they merge outside SQL. */
export const RollupRow = Type.Object({
  dim: Type.String(),
  start_ms: Type.Number(),
  s: Numbers,
  lo: Numbers,
  hi: Numbers,
  u: Type.Array(Type.Record(Type.String(), Type.String())),
  q: Type.Array(Type.Record(Type.String(), Type.String())),
  revision: Type.Number(),
});
export type RollupRow = Static<typeof RollupRow>;

/** Keys of `measures` that live in one map of the kpi table; the map is cut down to them before anything is moved. */
function only(column: string, measures: readonly Measure[], aggs: readonly Measure['agg'][]): string {
  const keys = measures.filter((measure) => aggs.includes(measure.agg)).map((measure) => measure.key);
  return `mapFilter((k, v) -> has([${keys.map((key) => `'${key}'`).join(', ')}]::Array(String), k), ${column})`;
}

/** Aggregates of the kpi table that give the merged state of a KPI's measures; keys come from validated records. */
export function mergedMaps(measures: readonly Measure[]): string {
  return [
    `sumMap(${only('sums', measures, ['sum', 'count'])}) AS s`,
    `minMap(${only('mins', measures, ['min'])}) AS lo`,
    `maxMap(${only('maxs', measures, ['max'])}) AS hi`,
  ].join(', ');
}

/** Sketches of all partitions; nothing is moved when no measure has any. */
export function mergedSketches(measures: readonly Measure[]): string {
  return `${sketches('uniques', measures, 'unique')} AS u, ${sketches('quantiles', measures, 'quantile')} AS q`;
}

function sketches(column: string, measures: readonly Measure[], agg: Measure['agg']): string {
  return measures.some((measure) => measure.agg === agg)
    ? `groupArray(${only(column, measures, [agg])})`
    : '[]::Array(Map(String, String))';
}

/** The merged state of a row. */
export function stateOf(row: Pick<RollupRow, 's' | 'lo' | 'hi' | 'u' | 'q'>): MeasureState {
  const { uniques, quantiles } = mergeStates([
    emptyState,
    ...row.u.map((each) => ({ ...emptyState, uniques: each })),
    ...row.q.map((each) => ({ ...emptyState, quantiles: each })),
  ]);
  return { sums: row.s, mins: row.lo, maxs: row.hi, uniques, quantiles };
}
