import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { AnomalyView } from '../../platform/contracts/anomaly.ts';
import type { Job } from '../../platform/contracts/api.ts';
import type { LiveRender } from '../../platform/contracts/render.ts';
import type { WindowSize } from '../../platform/contracts/kpi.ts';
import type { CountersView, LiveKpiPoint, SystemState } from '../../platform/contracts/live.ts';
import { pointsCell, watermarkCell, type OpenAlerts, type OpenDecisions } from './live-cells.ts';
import type { LiveStatus } from './live-store.ts';
import type { Query, Resource } from './query.ts';
import { dimensions, type Filters } from './view-state.ts';
import { useWorkspace } from './workspace.ts';

export interface Shown<T> extends Resource<T> {
  /** The data answers what was asked before; what is asked now is on its way. */
  readonly isOutdated: boolean;
}

const IDLE = { data: undefined, problem: undefined, isLoading: false, loadedAtMs: undefined } as const;
const noWatch = (): (() => void) => () => {};

/** The same value as long as it says the same: callers build their arguments anew on every render. */
function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  const [held, setHeld] = useState({ text, value });
  if (held.text === text) return held.value;
  setHeld({ text, value });
  return value;
}

/** The answer to a question, kept while the next one is loaded, so that nothing jumps. Undefined asks nothing. */
export function useQuery<A, T>(query: Query<A, T>, args: A | undefined): Shown<T> {
  const stable = useStable(args);
  const watch = useCallback(
    (onChange: () => void) => (stable === undefined ? noWatch() : query.watch(stable, onChange)),
    [query, stable],
  );
  const read = useCallback(
    (): Resource<T> => (stable === undefined ? IDLE : query.read(stable)),
    [query, stable],
  );
  const resource = useSyncExternalStore(watch, read);
  const [last, setLast] = useState(resource.data);
  if (resource.data !== undefined && resource.data !== last) setLast(resource.data);
  if (resource.data !== undefined || last === undefined || stable === undefined)
    return { ...resource, isOutdated: false };
  return { ...resource, data: last, isOutdated: true };
}

/** A value once it has not changed for `ms`: what is typed asks once. */
export function useSettled<T>(value: T, ms: number): T {
  const stable = useStable(value);
  const [settled, setSettled] = useState(stable);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(() => stable), ms);
    return () => clearTimeout(timer);
  }, [stable, ms]);
  return settled;
}

/** The time, told anew every `stepMs`; on a hidden page not at all. */
export function useNow(stepMs: number): number {
  const { nowMs } = useWorkspace();
  const [now, setNow] = useState(nowMs);
  useEffect(() => {
    const tell = (): void => {
      if (!document.hidden) setNow(nowMs());
    };
    const timer = setInterval(tell, stepMs);
    document.addEventListener('visibilitychange', tell);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tell);
    };
  }, [nowMs, stepMs]);
  return now;
}

/** Name of the live topic that holds KPIs narrowed so; undefined where none is kept, for more than one dimension. */
export function kpiTopic(filters: Filters): string | undefined {
  const used = dimensions.filter((dimension) => filters[dimension] !== undefined);
  const [only] = used;
  if (used.length > 1) return undefined;
  return only === undefined ? 'kpis' : `kpis?${only}=${encodeURIComponent(filters[only] ?? '')}`;
}

/** Wants a live topic while the component is there. */
export function useTopic(topic: string | undefined): void {
  const { live } = useWorkspace();
  useEffect(() => (topic === undefined ? undefined : live.want(topic)), [live, topic]);
}

const NO_POINTS: readonly LiveKpiPoint[] = [];

/** Live windows of one KPI and size. `everyMs` keeps what is costly to draw from following every update. */
export function useLivePoints(
  topic: string | undefined,
  key: string,
  window: WindowSize,
  everyMs = 0,
): readonly LiveKpiPoint[] {
  const { cells } = useWorkspace().live;
  const watch = useCallback(
    (onChange: () => void) => {
      if (topic === undefined) return noWatch();
      const slow = everyMs === 0 ? undefined : throttle(onChange, everyMs);
      const leave = cells.watch(pointsCell(topic, key, window), slow?.call ?? onChange);
      return () => {
        slow?.stop();
        leave();
      };
    },
    [cells, topic, key, window, everyMs],
  );
  return useSyncExternalStore(watch, () =>
    topic === undefined ? NO_POINTS : cells.points(topic, key, window),
  );
}

export function useLiveWatermark(topic: string): number | undefined {
  const { cells } = useWorkspace().live;
  const watch = useCallback(
    (onChange: () => void) => {
      const slow = throttle(onChange, 1_000);
      const leave = cells.watch(watermarkCell(topic), slow.call);
      return () => {
        slow.stop();
        leave();
      };
    },
    [cells, topic],
  );
  return useSyncExternalStore(watch, () => cells.watermark(topic));
}

function useCell<T>(cell: string, read: () => T): T {
  const { cells } = useWorkspace().live;
  const watch = useCallback((onChange: () => void) => cells.watch(cell, onChange), [cells, cell]);
  return useSyncExternalStore(watch, read);
}

export function useCounters(): CountersView | undefined {
  const { cells } = useWorkspace().live;
  return useCell('counters', cells.counters);
}

export function useSystem(): SystemState | undefined {
  const { cells } = useWorkspace().live;
  return useCell('system', cells.system);
}

/** Open episodes as they are told; undefined before the socket has told. */
export function useOpenAnomalies(): readonly AnomalyView[] | undefined {
  const { cells } = useWorkspace().live;
  return useCell('anomalies', cells.anomalies);
}

/** Recent jobs as they are told; undefined before the socket has told. */
export function useLiveJobs(): readonly Job[] | undefined {
  const { cells } = useWorkspace().live;
  return useCell('jobs', cells.jobs);
}

/** Recent renders as they are told; undefined before the socket has told. */
export function useLiveRenders(): readonly LiveRender[] | undefined {
  const { cells } = useWorkspace().live;
  return useCell('renders', cells.renders);
}

/** Decisions that have not ended, as they are told; undefined before the socket has told. */
export function useOpenDecisions(): OpenDecisions | undefined {
  const { cells } = useWorkspace().live;
  return useCell('decisions', cells.decisions);
}
/** Alerts that are not over, as they are told; undefined before the socket has told. */
export function useOpenAlerts(): OpenAlerts | undefined {
  const { cells } = useWorkspace().live;
  return useCell('alerts', cells.alerts);
}

export function useTopLists(): ReturnType<ReturnType<typeof useWorkspace>['live']['cells']['top']> {
  const { cells } = useWorkspace().live;
  return useCell('top', cells.top);
}

export function useLiveStatus(): { readonly status: LiveStatus; readonly sinceMs: number } {
  const { live } = useWorkspace();
  const status = useCell('status', live.status);
  return { status, sinceMs: live.statusSinceMs() };
}

/** Calls at once and then at most every `ms`, never losing the last call. */
function throttle(run: () => void, ms: number): { readonly call: () => void; readonly stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isPending = false;
  const call = (): void => {
    if (timer !== undefined) {
      isPending = true;
      return;
    }
    run();
    timer = setTimeout(() => {
      timer = undefined;
      if (isPending) {
        isPending = false;
        call();
      }
    }, ms);
  };
  return { call, stop: () => clearTimeout(timer) };
}

/** Answers to several questions of one kind, in their order. */
export function useQueries<A, T>(query: Query<A, T>, list: readonly A[]): readonly Resource<T>[] {
  const stable = useStable(list);
  const all = useMemo(() => combine(query, stable), [query, stable]);
  return useSyncExternalStore(all.watch, all.read);
}

/** Several answers as one, which is another one only when one of them is. */
function combine<A, T>(
  query: Query<A, T>,
  list: readonly A[],
): { readonly watch: (onChange: () => void) => () => void; readonly read: () => readonly Resource<T>[] } {
  let held: readonly Resource<T>[] = [];
  return {
    watch: (onChange) => {
      const leave = list.map((args) => query.watch(args, onChange));
      return () => {
        for (const each of leave) each();
      };
    },
    read: () => {
      const next = list.map((args) => query.read(args));
      const isSame = next.length === held.length && next.every((each, i) => each === held[i]);
      if (!isSame) held = next;
      return held;
    },
  };
}
