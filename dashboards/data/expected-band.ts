import { kpiWatchOf } from '../../platform/contracts/kpi-watch.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useQuery } from './hooks.ts';
import type { Scope } from './scope.ts';
import type { Values } from './series.ts';
import { useWorkspace } from './workspace.ts';

/** What was expected of each window of a view; null where a window was not judged. */
export interface ExpectedBand {
  readonly lower: Values;
  readonly upper: Values;
}

/**
 * The band of the watch over the view, asked for once `isWanted`; undefined where nothing was expected: windows the KPI is
 * not watched in, a view that is narrowed by more than one dimension or by content, and before a series is known.
 */
export function useExpectedBand(
  kpi: KpiDefinition,
  { range, view }: Scope,
  isWanted: boolean,
): ExpectedBand | undefined {
  const { queries } = useWorkspace();
  const window = kpiWatchOf(kpi).anomalies.find((each) => each === range.grain);
  const band = useQuery(
    queries.band,
    isWanted && isWatched(view.filters) && window !== undefined
      ? { key: kpi.key, window, fromMs: range.fromMs, toMs: range.toMs, filters: view.filters }
      : undefined,
  );
  const byStart = new Map(band.data?.points.map((point) => [point.windowStartMs, point]));
  const lower = range.starts.map((start) => byStart.get(start)?.lower ?? null);
  const upper = range.starts.map((start) => byStart.get(start)?.upper ?? null);
  return lower.some((edge) => edge !== null) ? { lower, upper } : undefined;
}

/** Whether the series of a filter are watched at all. */
export function isWatched(filters: Scope['view']['filters']): boolean {
  const cuts = (['channel', 'country', 'stream'] as const).filter((each) => filters[each] !== undefined);
  return filters.content === undefined && cuts.length <= 1;
}
