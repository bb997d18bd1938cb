import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { capitalize } from '../../platform/contracts/chart-spec.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { ReadChart } from '../charts/ports.ts';
import { readWindows } from './kpi-values.ts';

const MAX_POINTS = 800;
const MAX_SERIES = 8;

/** Windows of a KPI as a chart; cut by a dimension, its largest values each as a series. */
export function createReadChart(deps: {
  readonly store: Store;
  readonly kpis: KvMirror<KpiDefinition>;
  readonly clock: Clock;
}): ReadChart {
  return async (tenant, params) => {
    const own = deps.kpis
      .keys()
      .flatMap((key) => (key.startsWith(`${tenant.id}.`) ? (deps.kpis.get(key) ?? []) : []));
    const definition = kpisOf(own).find(({ key }) => key === params.kpi);
    if (definition === undefined)
      throw new WeirError('RENDER_PARAMS_INVALID', `There is no KPI "${params.kpi}".`);
    const kpi = compileKpi(definition);
    if (kpi.spans.size > 0 || definition.basis !== undefined)
      throw new WeirError(
        'RENDER_PARAMS_INVALID',
        `${definition.key} looks beyond its own window and cannot be drawn here.`,
      );
    const windows = createWindowClock(tenant.timeZone);
    const starts: number[] = [];
    let endMs = windows.start(params.grain, params.fromMs);
    while (endMs < params.toMs) {
      if (starts.length >= MAX_POINTS)
        throw new WeirError('RENDER_PARAMS_INVALID', `A chart has at most ${MAX_POINTS} points.`);
      starts.push(endMs);
      endMs = windows.end(params.grain, endMs);
    }
    if (starts.length === 0) throw new WeirError('RENDER_PARAMS_INVALID', 'The range of the chart is empty.');
    const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
    const found = await readWindows(deps.store, tenant.id, definition, {
      window: params.grain,
      rollup: params.by ?? 'total',
      fromMs: starts[0] ?? 0,
      toMs: endMs,
    });
    const byDim = new Map<string, Map<number, number | null>>();
    for (const { dim, startMs, state } of found) {
      const values = byDim.get(dim) ?? new Map<number, number | null>();
      byDim.set(dim, values);
      values.set(startMs, kpi.evaluate(state, windows.end(params.grain, startMs) - startMs, minorPerMajor));
    }
    const size = (values: Map<number, number | null>): number =>
      [...values.values()].reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
    const largest = [...byDim]
      .filter(([dim]) => params.by === undefined || dim !== '')
      .toSorted((a, b) => size(b[1]) - size(a[1]) || (a[0] < b[0] ? -1 : 1));
    const shown = params.by === undefined ? largest.slice(0, 1) : largest.slice(0, MAX_SERIES);
    const nowMs = deps.clock.nowMs();
    const title = params.by === undefined ? definition.title : `${definition.title} by ${params.by}`;
    return {
      title,
      spec: {
        kind: 'lines',
        hasArea: shown.length === 1 && (definition.unit === 'currency' || definition.unit === 'count'),
        unit: definition.unit,
        grain: params.grain,
        starts,
        endMs,
        completeCount: starts.filter((start) => windows.end(params.grain, start) <= nowMs).length,
        series: shown.map(([dim, values], i) => ({
          id: dim === '' ? definition.key : dim,
          label: dim === '' ? definition.title : capitalize(dim),
          slot: i + 1,
          values: starts.map((start) => values.get(start) ?? null),
        })),
        ...(definition.target === undefined || params.by !== undefined
          ? {}
          : { marks: [{ label: 'Target', value: definition.target, tone: 'good' as const }] }),
      },
    };
  };
}
