import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import type { Scope } from '../data/scope.ts';
import type { Values } from '../data/series.ts';
import type { SplitPart } from '../data/split.ts';
import type { ChartSpec } from './chart-spec.ts';

/** Parts of a KPI as a chart: sums are stacked, rates are lines beside each other. */
export function splitSpec(
  parts: readonly SplitPart[],
  unit: KpiUnit,
  scope: Scope,
  isStacked: boolean,
  previous: Values | undefined,
): ChartSpec {
  const { range, compared, completeCount } = scope;
  return {
    kind: isStacked ? 'stacked' : 'lines',
    unit,
    grain: range.grain,
    starts: range.starts,
    endMs: range.toMs,
    completeCount,
    series: parts,
    ...(compared === undefined || previous === undefined || previous.every((value) => value === null)
      ? {}
      : { comparison: { label: compared.label, values: previous } }),
  };
}

/** First and last window of a stretch of time, for enlarging a chart. */
export function zoomIndexes(scope: Scope): readonly [number, number] | undefined {
  const { zoom } = scope.view;
  if (zoom === undefined) return undefined;
  const { starts, toMs } = scope.range;
  const first = starts.findIndex((start, i) => (starts[i + 1] ?? toMs) > zoom.fromMs && start < zoom.toMs);
  const last = starts.findLastIndex((start) => start < zoom.toMs);
  return first >= 0 && last > first ? [first, last] : undefined;
}

/** The stretch of time that windows of a chart cover, for the URL. */
export function zoomTimes(
  scope: Scope,
  zoom: readonly [number, number] | undefined,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (zoom === undefined) return undefined;
  const { starts, toMs } = scope.range;
  return { fromMs: starts[zoom[0]] ?? 0, toMs: starts[zoom[1] + 1] ?? toMs };
}
