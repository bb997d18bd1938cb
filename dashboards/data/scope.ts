import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { KpiDefinition, WindowSize } from '../../platform/contracts/kpi.ts';
import { compareRange, type ComparedRange } from './comparison.ts';
import { kpiTopic, useNow } from './hooks.ts';
import { completeCount, completeEdge, completeUpTo, resolveRange, type ResolvedRange } from './range.ts';
import { useView } from './router.ts';
import { dimensions, type ViewState } from './view-state.ts';
import { useWorkspace } from './workspace.ts';
import type { Zone } from './zone-time.ts';

/** What the view means right now. */
export interface Scope {
  readonly view: ViewState;
  readonly range: ResolvedRange;
  readonly compared: ComparedRange | undefined;
  /** Leading windows that are complete, and where they end. */
  readonly completeCount: number;
  readonly edgeMs: number;
  /** Leading windows that have begun. */
  readonly begunCount: number;
  /** Live topic of KPIs narrowed so; undefined where none is kept. */
  readonly topic: string | undefined;
}

const STEP_MS = 15_000;
const BEHIND_MS = 30_000;

export function useScope(): Scope {
  const [view] = useView();
  const { live, zone } = useWorkspace();
  const now = useNow(STEP_MS);
  const isBehind = useIsBehind();
  return useMemo(() => {
    const range = resolveRange(view.range, view.grain, now, zone);
    const complete = completeUpTo(now, live.cells.watermark('kpis'), isBehind);
    const begun = range.starts.findIndex((start) => start > now);
    return {
      view,
      range,
      compared: compareRange(range, view.range, view.compare, zone),
      completeCount: completeCount(range, complete),
      edgeMs: completeEdge(range, complete),
      begunCount: begun < 0 ? range.starts.length : begun,
      topic: kpiTopic(view.filters),
    };
  }, [view, now, zone, live, isBehind]);
}

/** Whether accepted events wait to be counted, so that numbers are older than they could be. */
export function useIsBehind(): boolean {
  const { cells } = useWorkspace().live;
  const watch = useCallback((onChange: () => void) => cells.watch('system', onChange), [cells]);
  return useSyncExternalStore(watch, () => {
    const system = cells.system();
    return system !== undefined && system.pendingMessages > 0 && (system.freshnessMs ?? 0) > BEHIND_MS;
  });
}

/** The dimension the view is narrowed by that a KPI does not know, if any. */
export function unknownDimension(kpi: KpiDefinition, view: ViewState): string | undefined {
  return dimensions.find(
    (dimension) => view.filters[dimension] !== undefined && !kpi.dimensions.includes(dimension),
  );
}

/** The window size of which a range is exactly one. */
export function singleWindow(range: ResolvedRange, zone: Zone): WindowSize | undefined {
  return (['1h', '1d', '1mo'] as const).find(
    (size) =>
      zone.startOf(size, range.fromMs) === range.fromMs && zone.next(size, range.fromMs) === range.toMs,
  );
}

/** The longest window size of which a range is made up, for lists that need no course. */
export function coarsestWindow(range: ResolvedRange, zone: Zone): WindowSize {
  const fits = (['1mo', '1d', '1h'] as const).find(
    (size) =>
      zone.startOf(size, range.fromMs) === range.fromMs && zone.startOf(size, range.toMs) === range.toMs,
  );
  return fits ?? range.grain;
}
