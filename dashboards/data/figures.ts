import { useState } from 'react';
import type { Problem, SeriesReply } from '../../platform/contracts/api.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { LiveKpiPoint } from '../../platform/contracts/live.ts';
import { isAdditive } from '../../platform/contracts/additive.ts';
import { useLivePoints, useQuery } from './hooks.ts';
import { grainOf } from './kpi-grain.ts';
import { singleWindow, unknownDimension, type Scope } from './scope.ts';
import {
  alignPoints,
  figuresOf,
  isComparable,
  type TileFigures,
  type Values,
  type WindowPoint,
} from './series.ts';
import type { Grain } from './view-state.ts';
import { useWorkspace } from './workspace.ts';

export interface KpiFigures extends TileFigures {
  readonly isAdditive: boolean;
  /** Windows the figures are of: those of the range, or longer ones where the KPI has no others. */
  readonly grain: Grain;
  /** Window by window; windows to come are null. */
  readonly current: Values;
  readonly previous: Values | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly isOutdated: boolean;
  /** What it is compared with is still on its way. */
  readonly isComparing: boolean;
  /** Event time up to which the server has everything; null before the first event. */
  readonly watermarkMs: number | null | undefined;
}

/**
 * A KPI over the range of the view: stored windows, the newest ones replaced by what is live, the change against the comparison.
 * `everyMs` is how often it may follow what is live.
 */
export function useFigures(kpi: KpiDefinition, scope: Scope, everyMs: number): KpiFigures {
  const { queries, format, zone } = useWorkspace();
  const { range, compared, view, edgeMs, topic } = scope;
  const additive = isAdditive(kpi);
  const isKnown = unknownDimension(kpi, view) === undefined;
  const grain = grainOf(kpi, range.grain);
  const isOther = grain !== range.grain;
  const base = { key: kpi.key, window: grain, filters: view.filters };
  const whole = useQuery(
    queries.series,
    isKnown ? { ...base, fromMs: range.fromMs, toMs: range.toMs } : undefined,
  );
  const hasComplete = isKnown && !isOther && edgeMs > range.fromMs;
  const hasTotals = whole.data?.series[0]?.total !== undefined;
  const complete = useQuery(
    queries.history,
    !additive && hasTotals && hasComplete && compared !== undefined
      ? { ...base, fromMs: range.fromMs, toMs: edgeMs }
      : undefined,
  );
  const before = useQuery(
    queries.history,
    hasComplete && compared !== undefined
      ? { ...base, fromMs: compared.fromMs, toMs: compared.shift(edgeMs) }
      : undefined,
  );
  const spanned = singleWindow(range, zone);
  const single = spanned !== undefined && kpi.windows?.includes(spanned) === false ? undefined : spanned;
  const liveWindows = useLivePoints(isKnown ? topic : undefined, kpi.key, grain, everyMs);
  const liveTotal = useLivePoints(
    isKnown && single !== undefined ? topic : undefined,
    kpi.key,
    single ?? range.grain,
    everyMs,
  ).find((point) => point.windowStartMs === range.fromMs);
  const storedTotal = useQuery(
    queries.series,
    isKnown && single !== undefined && liveTotal === undefined && !additive
      ? { ...base, window: single, fromMs: range.fromMs, toMs: range.toMs }
      : undefined,
  );

  const points = withLive(pointsOf(whole.data), liveWindows);
  // Before the stored windows are there, a window that is not live is unknown, not zero, and nothing can be compared.
  const isStored = whole.data !== undefined;
  const current = alignPoints(points, range.starts, {
    isAdditive: additive && isStored,
    begunCount: scope.begunCount,
  });
  const beforePoints = pointsOf(before.data);
  const comparedStarts = compared?.starts.slice(0, scope.completeCount) ?? [];
  const previous =
    compared === undefined ||
    !isStored ||
    before.data === undefined ||
    !isComparable(beforePoints, comparedStarts)
      ? undefined
      : alignPoints(beforePoints, compared.starts, {
          isAdditive: additive,
          begunCount: scope.completeCount,
        });
  const computed = figuresOf({
    unit: kpi.unit,
    minorDigits: format.minorDigits,
    isAdditive: additive,
    current,
    previous,
    completeCount: scope.completeCount,
    total: liveTotal?.value ?? storedTotal.data?.series[0]?.points[0]?.value ?? totalOf(whole.data),
    completeTotal: totalOf(complete.data),
    previousTotal: previous === undefined ? undefined : totalOf(before.data),
  });
  // A sum over the one window that is the range follows late events the hours shown do not know yet.
  const figures = additive && liveTotal?.value != null ? { ...computed, value: liveTotal.value } : computed;
  const isOutdated = whole.isOutdated || before.isOutdated || complete.isOutdated;
  // While the answers on screen are of different moments, the change is the one last worked out.
  const { change, changeSpan } = figures;
  const [held, setHeld] = useState({ change, changeSpan });
  if (!isOutdated && (held.change?.amount !== change?.amount || held.changeSpan !== changeSpan))
    setHeld({ change, changeSpan });
  if (isOther) {
    // Windows of another length have no place among those of the range: the newest alone is shown.
    const newest = points
      .filter((point) => point.value !== null && point.windowStartMs < range.toMs)
      .reduce<WindowPoint | undefined>(
        (last, point) => (last === undefined || point.windowStartMs >= last.windowStartMs ? point : last),
        undefined,
      );
    return {
      value: newest?.value ?? null,
      valueSpan: 'window',
      change: undefined,
      changeSpan: 'none',
      isAdditive: false,
      grain,
      current: range.starts.map(() => null),
      previous: undefined,
      problem: whole.problem,
      isLoading: isKnown && whole.data === undefined && whole.problem === undefined,
      isOutdated: whole.isOutdated,
      isComparing: false,
      watermarkMs: whole.data?.watermarkMs,
    };
  }
  return {
    ...(isOutdated ? { ...figures, ...held } : figures),
    isAdditive: additive,
    grain,
    current,
    previous,
    problem: whole.problem ?? before.problem,
    isLoading: isKnown && whole.data === undefined && whole.problem === undefined && liveTotal === undefined,
    isOutdated: whole.isOutdated,
    isComparing:
      hasComplete &&
      compared !== undefined &&
      [whole, before].some(({ data, problem }) => data === undefined && problem === undefined),
    watermarkMs: whole.data?.watermarkMs,
  };
}

function pointsOf(reply: SeriesReply | undefined): readonly WindowPoint[] {
  return reply?.series[0]?.points ?? [];
}

function totalOf(reply: SeriesReply | undefined): number | null | undefined {
  return reply?.series[0]?.total;
}

/** Stored points with those that are live in their place. */
export function withLive(
  stored: readonly WindowPoint[],
  live: readonly LiveKpiPoint[],
): readonly WindowPoint[] {
  return live.length === 0 ? stored : [...stored, ...live];
}
