import {
  windowSizes,
  type MeasureState,
  type Rollup,
  type WindowSize,
} from '../../platform/contracts/kpi.ts';
import type { LiveKpiPoint, PartUpdate } from '../../platform/contracts/live.ts';
import { hasFewPeople, isNarrowCut } from '../../platform/kpi/few-people.ts';
import type { CompiledKpi } from '../../platform/kpi/kpi.ts';
import { emptyState, mergeStates } from '../../platform/kpi/measure-state.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';

/** How many windows of a size are shown: the running one and those before it that may still be revised. */
const shownWindows: Readonly<Record<WindowSize, number>> = { '10s': 4, '1m': 3, '1h': 2, '1d': 2, '1mo': 2 };
/** Windows further ahead come from clocks far wrong; showing them would hide the running one. */
const aheadMs = 600_000;
/** A window the processors spoke of this recently is not asked of the store, which may lack the last second of some partition. */
const busyMs = 5_000;
/** Values of a dimension shown on one board at most; revenue streams are few. */
const MAX_DIMS = 64;

export interface BoardScope {
  readonly rollup: Rollup;
  /** One value, or all values of the rollup. */
  readonly dim: string | undefined;
}

export interface KpiBoardConfig {
  readonly scope: BoardScope;
  readonly kpis: readonly CompiledKpi[];
  readonly clock: WindowClock;
  readonly minorPerMajor: number;
}

/** State of one window as the store has it, all partitions together. */
export interface StoredWindow {
  readonly dim: string;
  readonly window: WindowSize;
  readonly windowStartMs: number;
  readonly revision: number;
  /** Stream position it stands for. */
  readonly seq: number;
  readonly state: MeasureState;
}

interface HeldState {
  readonly seq: number;
  readonly revision: number;
  readonly state: MeasureState;
}

/** One window of one dimension value. */
interface Cell {
  readonly dim: string;
  readonly window: WindowSize;
  readonly startMs: number;
  /** What each processor last said; together they are the whole. */
  readonly live: Map<number, HeldState>;
  stored: HeldState | undefined;
  liveAtMs: number;
  isChanged: boolean;
  /** As last evaluated. */
  points: readonly LiveKpiPoint[];
}

/**
 * Live values of the current windows of one rollup key: what the processors last said, or what the store has where that is newer,
 * put through the formulas. All states are absolute, so they may come late, twice or in any order: the highest position wins.
 */
export interface KpiBoard {
  readonly scope: BoardScope;
  apply(part: number, seq: number, updates: readonly PartUpdate[], nowMs: number): void;
  applyStored(windows: readonly StoredWindow[], nowMs: number): void;
  /** Points whose value changed since the last call. */
  changes(nowMs: number): readonly LiveKpiPoint[];
  all(nowMs: number): readonly LiveKpiPoint[];
  /** Start of the oldest window of each size it holds. */
  floors(nowMs: number): Readonly<Record<WindowSize, number>>;
  /** States held, for the gauge. */
  readonly size: number;
}

export function createKpiBoard(config: KpiBoardConfig): KpiBoard {
  const { scope, kpis, clock, minorPerMajor } = config;
  const cells = new Map<string, Cell>();
  /** Formulas that look at the window before need one more than is shown. */
  const looksBack = kpis.some((kpi) => kpi.spans.has('prev'));
  const heldFloors = (nowMs: number): Record<WindowSize, number> =>
    boardFloors(clock, nowMs, looksBack ? 1 : 0);
  let shownFloors: Readonly<Record<WindowSize, number>> = boardFloors(clock, 0);
  /** Whether the store has told all it has: only then does a window that is not held mean that nothing happened. */
  let isLoaded = false;
  let isDirty = false;
  let nextFloorMs = Number.NEGATIVE_INFINITY;

  const bySize = new Map(
    windowSizes.map((size) => [
      size,
      kpis.filter(({ definition: { windows } }) => windows === undefined || windows.includes(size)),
    ]),
  );
  const kpisOf = (size: WindowSize): readonly CompiledKpi[] => bySize.get(size) ?? [];

  const evaluate = (cell: Cell): readonly LiveKpiPoint[] => {
    const { state, revision } = currentState(cell);
    const windowMs = clock.end(cell.window, cell.startMs) - cell.startMs;
    const beforeMs = looksBack ? clock.start(cell.window, cell.startMs - 1) : 0;
    const before = looksBack ? cells.get(cellKey(cell.dim, cell.window, beforeMs)) : undefined;
    const beforeState =
      before === undefined ? (isLoaded ? emptyState : undefined) : currentState(before).state;
    const context =
      beforeState === undefined
        ? {}
        : { past: { prev: { state: beforeState, windowMs: cell.startMs - beforeMs } } };
    const dims: Record<string, string> = scope.rollup === 'total' ? {} : { [scope.rollup]: cell.dim };
    // As by the series: a part of the events in a short window may be one person's.
    const isNarrow = isNarrowCut(scope.rollup === 'total' ? 0 : 1, cell.window);
    return kpisOf(cell.window).map((kpi) => ({
      key: kpi.definition.key,
      window: cell.window,
      windowStartMs: cell.startMs,
      value:
        isNarrow && hasFewPeople(kpi.definition, state)
          ? null
          : kpi.evaluate(state, windowMs, minorPerMajor, context),
      revision,
      dims,
    }));
  };

  const refresh = (cell: Cell): readonly LiveKpiPoint[] => {
    if (!cell.isChanged || cell.startMs < shownFloors[cell.window]) return [];
    cell.isChanged = false;
    const before = cell.points;
    cell.points = evaluate(cell);
    return cell.points.filter((point, i) => {
      const old = before[i];
      return old === undefined || old.value !== point.value || old.revision !== point.revision;
    });
  };

  const forgetOld = (nowMs: number): void => {
    if (nowMs < nextFloorMs) return;
    // The finest windows begin every 10 s; nothing can fall off the board before the next of them does.
    nextFloorMs = clock.end('10s', clock.start('10s', nowMs));
    shownFloors = boardFloors(clock, nowMs);
    const floors = heldFloors(nowMs);
    for (const [key, cell] of cells) if (cell.startMs < floors[cell.window]) cells.delete(key);
  };

  const cellOf = (dim: string, window: WindowSize, startMs: number): Cell | undefined => {
    const key = cellKey(dim, window, startMs);
    const known = cells.get(key);
    if (known !== undefined) return known;
    if (scope.dim === undefined && !hasRoomFor(dim)) return undefined;
    const cell: Cell = {
      dim,
      window,
      startMs,
      live: new Map(),
      liveAtMs: Number.NEGATIVE_INFINITY,
      stored: undefined,
      isChanged: true,
      points: [],
    };
    cells.set(key, cell);
    return cell;
  };

  const hasRoomFor = (dim: string): boolean => {
    const dims = new Set([...cells.values()].map((cell) => cell.dim));
    return dims.has(dim) || dims.size < MAX_DIMS;
  };

  const markChanged = (cell: Cell): void => {
    cell.isChanged = true;
    isDirty = true;
    if (!looksBack) return;
    const next = cells.get(cellKey(cell.dim, cell.window, clock.end(cell.window, cell.startMs)));
    if (next !== undefined) next.isChanged = true;
  };

  return {
    scope,
    apply: (part, seq, updates, nowMs) => {
      const floors = heldFloors(nowMs);
      for (const { rollup, dim, window, windowStartMs, revision, state } of updates) {
        if (rollup !== scope.rollup || (scope.dim !== undefined && dim !== scope.dim)) continue;
        if (windowStartMs < floors[window] || windowStartMs > nowMs + aheadMs) continue;
        const cell = cellOf(dim, window, windowStartMs);
        if (cell === undefined || (cell.live.get(part)?.seq ?? -1) > seq) continue;
        cell.live.set(part, { seq, revision, state });
        cell.liveAtMs = nowMs;
        markChanged(cell);
      }
    },
    applyStored: (windows, nowMs) => {
      const floors = heldFloors(nowMs);
      if (!isLoaded && looksBack) for (const cell of cells.values()) cell.isChanged = true;
      isLoaded = true;
      for (const { dim, window, windowStartMs, seq, revision, state } of windows) {
        if (windowStartMs < floors[window] || windowStartMs > nowMs + aheadMs) continue;
        const cell = cellOf(dim, window, windowStartMs);
        if (cell === undefined || (cell.stored?.seq ?? -1) > seq || nowMs - cell.liveAtMs < busyMs) continue;
        cell.stored = { seq, revision, state };
        markChanged(cell);
      }
    },
    changes: (nowMs) => {
      forgetOld(nowMs);
      if (!isDirty) return [];
      isDirty = false;
      return [...cells.values()].flatMap(refresh);
    },
    all: (nowMs) => {
      forgetOld(nowMs);
      return [...cells.values()].flatMap((cell) =>
        cell.startMs < shownFloors[cell.window] ? [] : cell.isChanged ? evaluate(cell) : cell.points,
      );
    },
    floors: heldFloors,
    get size() {
      return cells.size;
    },
  };
}

function cellKey(dim: string, window: WindowSize, startMs: number): string {
  return `${window} ${startMs} ${dim}`;
}

/** Start of the oldest window of each size that a board shows, or of one that lies `further` windows before. */
export function boardFloors(clock: WindowClock, nowMs: number, further = 0): Record<WindowSize, number> {
  const floors: Record<WindowSize, number> = { '10s': 0, '1m': 0, '1h': 0, '1d': 0, '1mo': 0 };
  for (const size of windowSizes) {
    let start = clock.start(size, nowMs);
    for (let i = 1; i < shownWindows[size] + further; i += 1) start = clock.start(size, start - 1);
    floors[size] = start;
  }
  return floors;
}

/** A message may have been lost between NATS and us: then the store, which is behind by a second at most, knows better. */
function currentState(cell: Cell): { readonly state: MeasureState; readonly revision: number } {
  const live = [...cell.live.values()];
  const liveSeq = Math.max(-1, ...live.map((held) => held.seq));
  if (cell.stored !== undefined && cell.stored.seq > liveSeq) return cell.stored;
  return {
    state: mergeStates(live.map((held) => held.state)),
    revision: live.reduce((sum, held) => sum + held.revision, 0),
  };
}
