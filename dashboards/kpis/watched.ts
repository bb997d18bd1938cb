import type { AnomalyView } from '../../platform/contracts/anomaly.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { isWatched, useExpectedBand } from '../data/expected-band.ts';
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
  scope: Scope,
): { readonly spec: Pick<ChartSpec, 'band' | 'events'>; readonly anomalies: readonly AnomalyView[] } {
  const { queries } = useWorkspace();
  const { range, view } = scope;
  const { filters } = view;
  const band = useExpectedBand(kpi, scope, true);
  const found = useQuery(
    queries.anomalies,
    isWatched(filters)
      ? { kpi: kpi.key, fromMs: range.fromMs, toMs: range.toMs, filters, limit: LIMIT }
      : undefined,
  );
  const anomalies = (found.data?.anomalies ?? []).filter(
    ({ startedAtMs }) => startedAtMs >= range.fromMs && startedAtMs < range.toMs,
  );
  const events = anomalies.flatMap((anomaly) => {
    const index = range.starts.findLastIndex((start) => start <= anomaly.startedAtMs);
    return index < 0
      ? []
      : [{ index, label: 'unusual', tone: anomaly.isGood ? ('good' as const) : ('bad' as const) }];
  });
  return {
    spec: {
      ...(band === undefined ? {} : { band: { label: 'expected band', ...band } }),
      ...(events.length === 0 ? {} : { events }),
    },
    anomalies,
  };
}
