import type { Store } from '../../platform/store/store.ts';
import type { Realised } from './deviations.ts';
import { readSaid } from './forecast-rows.ts';
import { historyLength, type Panel } from './panel.ts';

/** Steps looked back at most: after a long stand-still the oldest are not told of any more. */
const MAX_STEPS = 60;

/** Steps that have come since the last forecasts, beside what was said of them: by series in time order. Remainders are left out, their members change. */
export async function realisedSince(
  store: Store,
  tenant: string,
  panel: Panel,
  fromMs: number,
): Promise<readonly Realised[]> {
  const n = historyLength(panel);
  const endMs = panel.starts[n] ?? 0;
  const first = Math.max(0, n - MAX_STEPS);
  if (fromMs <= 0 || fromMs >= endMs) return [];
  const since = Math.max(fromMs, panel.starts[first] ?? 0);
  const said = await readSaid(store, tenant, panel.grain, since, endMs);
  const at = new Map([...panel.starts.subarray(0, n)].map((start, t) => [start, t]));
  return panel.series.flatMap((series): Realised[] => {
    if (series.dim.endsWith('(rest)')) return [];
    const { dim, id, kpi, rollup, title, unit, values } = series;
    return (said.get(id) ?? []).flatMap((each): Realised[] => {
      const t = at.get(each.targetMs);
      const observed = t === undefined ? Number.NaN : (values[t] ?? Number.NaN);
      if (t === undefined || !Number.isFinite(observed)) return [];
      return [
        {
          series: { id, kpi, rollup, dim, title, unit },
          observed,
          said: each,
          stepMs: (panel.starts[t + 1] ?? 0) - each.targetMs,
        },
      ];
    });
  });
}
