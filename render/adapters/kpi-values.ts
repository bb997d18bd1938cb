import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiDefinition, MeasureState, WindowSize } from '../../platform/contracts/kpi.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { emptyState, mergeStates } from '../../platform/kpi/measure-state.ts';
import { mergedMaps, mergedSketches, RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import type { Store } from '../../platform/store/store.ts';

/** Windows of a KPI by cut and start. */
export interface KpiWindow {
  readonly dim: string;
  readonly startMs: number;
  readonly state: MeasureState;
}

/** States of the windows of one size in a range, merged over partitions; one rollup. */
export async function readWindows(
  store: Store,
  tenant: string,
  definition: Pick<KpiDefinition, 'measures'>,
  question: {
    readonly window: WindowSize;
    readonly rollup: string;
    readonly fromMs: number;
    readonly toMs: number;
  },
): Promise<KpiWindow[]> {
  const rows = await store.query(
    `SELECT dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(definition.measures)}, ${mergedSketches(definition.measures)},
 sum(kpi.revision) AS revision
FROM kpi FINAL
WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = {rollup:String}
 AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
GROUP BY dim, window_start ORDER BY dim, window_start LIMIT 50000`,
    { tenant, window: question.window, rollup: question.rollup, from: question.fromMs, to: question.toMs },
    RollupRow,
  );
  return rows.map((row) => ({ dim: row.dim, startMs: row.start_ms, state: stateOf(row) }));
}

/**
 * Value of each KPI over a whole range of days: the measures of its days merged, then the formula once. KPIs that look at a window
 * before (`prev`, `last_30d`) have no value over a range and are left out.
 */
export async function readKpiFacts(
  store: Store,
  tenant: Tenant,
  definitions: readonly KpiDefinition[],
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<string, number | null>> {
  const measures = [
    ...new Map(
      definitions.flatMap((each) => each.measures).map((measure) => [measure.key, measure]),
    ).values(),
  ];
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const windows = await readWindows(
    store,
    tenant.id,
    { measures },
    { window: '1d', rollup: 'total', fromMs, toMs },
  );
  const state = windows.length === 0 ? emptyState : mergeStates(windows.map((each) => each.state));
  const values = new Map<string, number | null>();
  for (const definition of definitions) {
    const kpi = compileKpi(definition);
    const isByDay = definition.windows === undefined || definition.windows.includes('1d');
    if (!isByDay || kpi.spans.size > 0 || windows.length === 0) continue;
    values.set(definition.key, kpi.evaluate(state, toMs - fromMs, minorPerMajor));
  }
  return values;
}
