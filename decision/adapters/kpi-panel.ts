import { isAdditive } from '../../platform/contracts/additive.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { compileKpi, type CompiledKpi } from '../../platform/kpi/kpi.ts';
import { mergedMaps, mergedSketches, RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Panel } from '../effect/controlled.ts';
import type { Cut } from '../effect/cut.ts';

export interface PanelDeps {
  readonly store: Store;
  /** KPIs of a tenant, its own and the catalogue's. */
  readonly kpisOf: (tenant: string) => Promise<readonly KpiDefinition[]>;
  readonly currencyOf: (tenant: string) => string;
}

const hourMs = 3_600_000;
const lengthMs = { '1m': 60_000, '1h': hourMs } as const;
/** A window is whole when it ended this long ago: what is in flight is counted by then. */
const graceMs = 120_000;
/** The largest others and the treated are read; the rest would be no controls anyway. */
const maxDims = 40;
const maxRows = 200_000;
const seconds = 20;

/** KPIs of parts of a tenant from the rollups, for what the watch does not judge. */
export interface KpiPanels {
  /** Hours in [fromMs, toMs) of the cut and of the largest others of its kind; undefined where the KPI has no value by cuts. */
  panel(tenant: string, kpi: string, cut: Cut, fromMs: number, toMs: number): Promise<Panel | undefined>;
  /** Value of the newest whole window that begins at `sinceMs` or later; undefined without one. */
  newest(
    tenant: string,
    kpi: string,
    cut: Cut,
    window: '1m' | '1h',
    sinceMs: number,
    nowMs: number,
  ): Promise<number | undefined>;
}

export function createKpiPanels({ store, kpisOf, currencyOf }: PanelDeps): KpiPanels {
  const minorPerMajor = (tenant: string): number => 10 ** (currencyExponent(currencyOf(tenant)) ?? 2);
  const compiledOf = async (tenant: string, kpi: string): Promise<CompiledKpi | undefined> => {
    const definition = (await kpisOf(tenant)).find(({ key }) => key === kpi);
    if (definition === undefined) return undefined;
    const compiled = compileKpi(definition);
    // What needs more than the state of its window has no value by hour and cut.
    return definition.basis !== undefined || compiled.spans.size > 0 ? undefined : compiled;
  };

  return {
    panel: async (tenant, kpi, cut, fromMs, toMs) => {
      const compiled = await compiledOf(tenant, kpi);
      if (compiled === undefined) return undefined;
      const { measures } = compiled.definition;
      const first = Math.ceil(fromMs / hourMs) * hourMs;
      const hoursMs = Array.from(
        { length: Math.max(0, Math.floor((toMs - first) / hourMs)) },
        (_, at) => first + at * hourMs,
      );
      const rows = await store.query(
        `SELECT dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(measures)}, ${mergedSketches(measures)},
 sum(kpi.revision) AS revision
FROM kpi FINAL
WHERE tenant = {tenant:String} AND window = '1h' AND rollup = {rollup:String} AND dim != ''
 AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
 AND (dim = {dim:String} OR dim IN (
  SELECT dim FROM kpi WHERE tenant = {tenant:String} AND window = '1h' AND rollup = {rollup:String} AND dim != ''
   AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
  GROUP BY dim ORDER BY uniqExact(window_start) DESC, sum(arraySum(mapValues(sums))) DESC, dim LIMIT ${maxDims}))
GROUP BY dim, window_start ORDER BY dim, window_start LIMIT ${maxRows} SETTINGS max_execution_time = ${seconds}`,
        { tenant, rollup: cut.rollup, dim: cut.dim, from: first, to: Math.round(toMs) },
        RollupRow,
      );
      const place = new Map(hoursMs.map((startMs, at) => [startMs, at]));
      // Nothing happened is 0 for what adds up, and no value for a rate.
      const nothing = isAdditive(compiled.definition) ? 0 : null;
      const series = new Map<string, (number | null)[]>();
      for (const row of rows) {
        const at = place.get(row.start_ms);
        if (at === undefined) continue;
        const values = series.get(row.dim) ?? hoursMs.map(() => nothing);
        series.set(row.dim, values);
        values[at] = compiled.evaluate(stateOf(row), hourMs, minorPerMajor(tenant));
      }
      return { hoursMs, series };
    },
    newest: async (tenant, kpi, cut, wanted, sinceMs, nowMs) => {
      const compiled = await compiledOf(tenant, kpi);
      if (compiled === undefined) return undefined;
      const { measures } = compiled.definition;
      // Contents are many: their minutes are not kept.
      const window = cut.rollup === 'content' ? '1h' : wanted;
      const untilMs = nowMs - graceMs - lengthMs[window];
      const [row] = await store.query(
        `SELECT dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(measures)}, ${mergedSketches(measures)},
 sum(kpi.revision) AS revision
FROM kpi FINAL
WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = {rollup:String} AND dim = {dim:String}
 AND window_start >= fromUnixTimestamp64Milli({since:Int64}) AND window_start <= fromUnixTimestamp64Milli({until:Int64})
GROUP BY dim, window_start ORDER BY window_start DESC LIMIT 1 SETTINGS max_execution_time = ${seconds}`,
        {
          tenant,
          window,
          rollup: cut.rollup,
          dim: cut.dim,
          since: Math.round(sinceMs - (window === wanted ? 0 : hourMs)),
          until: Math.round(untilMs),
        },
        RollupRow,
      );
      if (row === undefined) return undefined;
      return compiled.evaluate(stateOf(row), lengthMs[window], minorPerMajor(tenant)) ?? undefined;
    },
  };
}
