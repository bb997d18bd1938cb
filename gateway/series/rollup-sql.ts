import { mergedMaps, mergedSketches } from '../../platform/kpi/merged-sql.ts';
import type { SqlParams } from '../../platform/store/store.ts';
import type { SeriesQuestion, Source } from './question.ts';

export interface Statement {
  readonly sql: string;
  readonly params: SqlParams;
}

export function rollupSeriesSql(
  question: SeriesQuestion,
  source: Extract<Source, { kind: 'rollup' }>,
  limit: number,
): Statement {
  const { definition, range, tenant, window } = question;
  const narrowed = source.dim === undefined ? '' : ' AND dim = {dim:String}';
  return {
    sql: `SELECT dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(definition.measures)}, ${mergedSketches(definition.measures)},
 sum(kpi.revision) AS revision
FROM kpi FINAL
WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = {rollup:String}
 AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})${narrowed}
GROUP BY dim, window_start
ORDER BY dim, window_start
LIMIT {limit:UInt32}`,
    params: {
      tenant,
      window,
      rollup: source.rollup,
      from: range.fromMs,
      to: range.toMs,
      limit,
      ...(source.dim === undefined ? {} : { dim: source.dim }),
    },
  };
}
