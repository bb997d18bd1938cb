import { Type, type Static } from '@sinclair/typebox';
import {
  windowSizes,
  type KpiDefinition,
  type Measure,
  type WindowSize,
} from '../../platform/contracts/kpi.ts';
import { mergedMaps, mergedSketches, RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import type { Statement } from '../series/rollup-sql.ts';
import type { BoardScope, StoredWindow } from './kpi-board.ts';

export const BoardRow = Type.Composite([
  RollupRow,
  Type.Object({ window: Type.Union(windowSizes.map((size) => Type.Literal(size))), seq: Type.Number() }),
]);
export type BoardRow = Static<typeof BoardRow>;

/** The current windows of a rollup key from the store, all sizes in one statement. */
export function boardSql(
  tenant: string,
  scope: BoardScope,
  definitions: readonly KpiDefinition[],
  floors: Readonly<Record<WindowSize, number>>,
): Statement {
  const measures = distinct(definitions);
  const sizes = windowSizes.map(
    (size) => `(window = '${size}' AND window_start >= fromUnixTimestamp64Milli({from_${size}:Int64}))`,
  );
  const floorParams: Record<string, number> = {};
  for (const size of windowSizes) floorParams[`from_${size}`] = floors[size];
  return {
    sql: `SELECT window, dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(measures)}, ${mergedSketches(measures)},
 sum(kpi.revision) AS revision, max(version) AS seq
FROM kpi FINAL
WHERE tenant = {tenant:String} AND rollup = {rollup:String}${scope.dim === undefined ? '' : ' AND dim = {dim:String}'}
 AND (${sizes.join(' OR ')})
GROUP BY window, dim, window_start
LIMIT 5000`,
    params: {
      tenant,
      rollup: scope.rollup,
      ...(scope.dim === undefined ? {} : { dim: scope.dim }),
      ...floorParams,
    },
  };
}

export function storedWindow(row: BoardRow): StoredWindow {
  const { dim, revision, seq, window } = row;
  return { dim, window, windowStartMs: row.start_ms, revision, seq, state: stateOf(row) };
}

function distinct(definitions: readonly KpiDefinition[]): readonly Measure[] {
  const measures = definitions.flatMap((definition) => definition.measures);
  return [...new Map(measures.map((measure) => [measure.key, measure])).values()];
}
