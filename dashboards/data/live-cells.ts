import type { AlertThread } from '../../platform/contracts/alert-thread.ts';
import type { AnomalyView } from '../../platform/contracts/anomaly.ts';
import type { Job } from '../../platform/contracts/api.ts';
import type { LiveRender } from '../../platform/contracts/render.ts';
import type { Decision } from '../../platform/contracts/decision.ts';
import type { WindowSize } from '../../platform/contracts/kpi.ts';
import type { CountersView, LiveKpiPoint, SystemState, TopEntry } from '../../platform/contracts/live.ts';

/** Windows of one KPI and size kept for each cut; the server shows four at most. */
const KEPT_WINDOWS = 6;
const NONE: readonly LiveKpiPoint[] = [];

export interface TopLists {
  readonly channels: readonly TopEntry[];
  readonly contents: readonly TopEntry[];
}

export interface OpenDecisions {
  readonly open: readonly Decision[];
  readonly isStopped: boolean;
}
/** Alerts that are not over. */
export interface OpenAlerts {
  /** Threads from warning up that nobody has acknowledged or snoozed. */
  readonly firing: number;
  readonly open: readonly AlertThread[];
}

/** Live values by cell, with the readers of each. A cell changes identity exactly when its value changes. */
export interface LiveCells {
  readonly points: (topic: string, key: string, window: WindowSize) => readonly LiveKpiPoint[];
  readonly watermark: (topic: string) => number | undefined;
  readonly counters: () => CountersView | undefined;
  readonly system: () => SystemState | undefined;
  readonly top: () => TopLists | undefined;
  /** Open episodes; undefined before the socket has told. */
  readonly anomalies: () => readonly AnomalyView[] | undefined;
  /** Recent jobs; undefined before the socket has told. */
  readonly jobs: () => readonly Job[] | undefined;
  /** Recent renders; undefined before the socket has told. */
  readonly renders: () => readonly LiveRender[] | undefined;
  /** Decisions that have not ended; undefined before the socket has told. */
  readonly decisions: () => OpenDecisions | undefined;
  /** Undefined before the socket has told. */
  readonly alerts: () => OpenAlerts | undefined;
  /** Calls back when the cell of this name may have changed. */
  readonly watch: (cell: string, onChange: () => void) => () => void;
  readonly setPoints: (
    topic: string,
    values: readonly LiveKpiPoint[],
    watermarkMs: number,
    isFull: boolean,
  ) => void;
  readonly setCounters: (value: CountersView) => void;
  readonly setSystem: (value: SystemState) => void;
  readonly setTop: (value: TopLists) => void;
  readonly setAnomalies: (value: readonly AnomalyView[]) => void;
  readonly setJobs: (value: readonly Job[]) => void;
  readonly setRenders: (value: readonly LiveRender[]) => void;
  readonly setDecisions: (value: OpenDecisions) => void;
  readonly setAlerts: (value: OpenAlerts) => void;
  /** Tells the readers of a cell whose value is kept elsewhere. */
  readonly touch: (cell: string) => void;
}

export const pointsCell = (topic: string, key: string, window: WindowSize): string =>
  `points ${topic} ${key} ${window}`;
export const watermarkCell = (topic: string): string => `watermark ${topic}`;

export function createLiveCells(): LiveCells {
  const pointsByCell = new Map<string, readonly LiveKpiPoint[]>();
  const watermarks = new Map<string, number>();
  const readers = new Map<string, Set<() => void>>();
  let counters: CountersView | undefined;
  let system: SystemState | undefined;
  let top: TopLists | undefined;
  let anomalies: readonly AnomalyView[] | undefined;
  let jobs: readonly Job[] | undefined;
  let renders: readonly LiveRender[] | undefined;
  let decisions: OpenDecisions | undefined;
  let alerts: OpenAlerts | undefined;

  const touch = (cell: string): void => {
    for (const read of readers.get(cell) ?? []) read();
  };

  return {
    points: (topic, key, window) => pointsByCell.get(pointsCell(topic, key, window)) ?? NONE,
    watermark: (topic) => watermarks.get(topic),
    counters: () => counters,
    system: () => system,
    top: () => top,
    anomalies: () => anomalies,
    jobs: () => jobs,
    renders: () => renders,
    decisions: () => decisions,
    alerts: () => alerts,
    watch: (cell, onChange) => {
      const set = readers.get(cell) ?? new Set();
      readers.set(cell, set);
      set.add(onChange);
      return () => {
        set.delete(onChange);
        if (set.size === 0 && readers.get(cell) === set) readers.delete(cell);
      };
    },
    setPoints: (topic, values, watermarkMs, isFull) => {
      const changed = new Map<string, LiveKpiPoint[]>();
      for (const point of values) {
        const cell = pointsCell(topic, point.key, point.window);
        const list = changed.get(cell);
        if (list === undefined) changed.set(cell, [point]);
        else list.push(point);
      }
      if (isFull) {
        const prefix = `points ${topic} `;
        for (const cell of pointsByCell.keys())
          if (cell.startsWith(prefix) && !changed.has(cell)) changed.set(cell, []);
      }
      for (const [cell, points] of changed) {
        const held = isFull ? NONE : (pointsByCell.get(cell) ?? NONE);
        pointsByCell.set(cell, mergePoints(held, points));
      }
      watermarks.set(topic, Math.max(watermarks.get(topic) ?? 0, watermarkMs));
      for (const cell of changed.keys()) touch(cell);
      touch(watermarkCell(topic));
    },
    setCounters: (value) => {
      counters = value;
      touch('counters');
    },
    setSystem: (value) => {
      system = value;
      touch('system');
    },
    setTop: (value) => {
      top = value;
      touch('top');
    },
    setJobs: (value) => {
      jobs = value;
      touch('jobs');
    },
    setRenders: (value) => {
      renders = value;
      touch('renders');
    },
    setAnomalies: (value) => {
      anomalies = value;
      touch('anomalies');
    },
    setDecisions: (value) => {
      decisions = value;
      touch('decisions');
    },
    setAlerts: (value) => {
      alerts = value;
      touch('alerts');
    },
    touch,
  };
}

/** Newer points by cut and window, oldest window first, no more than are worth keeping. */
export function mergePoints(
  held: readonly LiveKpiPoint[],
  incoming: readonly LiveKpiPoint[],
): readonly LiveKpiPoint[] {
  const merged = new Map(held.map((point) => [pointId(point), point]));
  for (const point of incoming) merged.set(pointId(point), point);
  const points = [...merged.values()].sort((a, b) => a.windowStartMs - b.windowStartMs);
  const starts = [...new Set(points.map((point) => point.windowStartMs))];
  const oldest = starts.at(-KEPT_WINDOWS) ?? Number.NEGATIVE_INFINITY;
  return points.filter((point) => point.windowStartMs >= oldest);
}

function pointId(point: LiveKpiPoint): string {
  return `${point.windowStartMs} ${JSON.stringify(point.dims)}`;
}
