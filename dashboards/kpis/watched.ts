import type { AnomalyView } from '../../platform/contracts/anomaly.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useQuery } from '../data/hooks.ts';
import type { Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import type { ChartSpec } from '../ui/chart-spec.ts';

const LIMIT = 100;

/**
 * What the watch knows of a KPI over the view: the expected band where windows of this grain are judged, and the stretches that were
 * unusual. Nothing where the view is narrowed by more than one dimension, or by content: those series are not watched.
 */
export function useWatched(
  kpi: KpiDefinition,
  { range, view }: Scope,
): { readonly spec: Pick<ChartSpec, 'band' | 'events'>; readonly anomalies: readonly AnomalyView[] } {
  const { queries } = useWorkspace();
  const { filters } = view;
  const cuts = (['channel', 'country', 'stream'] as const).filter((each) => filters[each] !== undefined);
  const isWatched = filters.content === undefined && cuts.length <= 1;
  const window = range.grain === '1m' || range.grain === '1h' ? range.grain : undefined;
  const band = useQuery(
    queries.band,
    isWatched && window !== undefined
      ? { key: kpi.key, window, fromMs: range.fromMs, toMs: range.toMs, filters }
      : undefined,
  );
  const found = useQuery(
    queries.anomalies,
    isWatched ? { kpi: kpi.key, fromMs: range.fromMs, toMs: range.toMs, filters, limit: LIMIT } : undefined,
  );
  const anomalies = (found.data?.anomalies ?? []).filter(
    ({ startedAtMs }) => startedAtMs >= range.fromMs && startedAtMs < range.toMs,
  );
  const byStart = new Map(band.data?.points.map((point) => [point.windowStartMs, point]));
  const lower = range.starts.map((start) => byStart.get(start)?.lower ?? null);
  const upper = range.starts.map((start) => byStart.get(start)?.upper ?? null);
  const events = anomalies.flatMap((anomaly) => {
    const index = range.starts.findLastIndex((start) => start <= anomaly.startedAtMs);
    return index < 0
      ? []
      : [{ index, label: 'unusual', tone: anomaly.isGood ? ('good' as const) : ('bad' as const) }];
  });
  return {
    spec: {
      ...(lower.some((edge) => edge !== null) ? { band: { label: 'expected band', lower, upper } } : {}),
      ...(events.length === 0 ? {} : { events }),
    },
    anomalies,
  };
}
