import { rollups, windowSizes } from '../platform/contracts/kpi.ts';
import type { Touched } from './step.ts';

/**
 * Panes whose rows have to be written, coarse rollups first: what people look at is written at once, contents (many) as the budget
 * of a flush allows. Bound: one entry a pane held in memory.
 */
export interface DirtyQueue {
  mark(change: Touched): void;
  /** Up to `budget` changes, beyond it those whose window is due (its lateness is over, so it is about to be evicted), never more than `most`. */
  take(budget: number, isDue: (change: Touched) => boolean, most: number): TakenChange[];
  /** After the row was written: the pane is clean unless it changed meanwhile. */
  written(taken: readonly TakenChange[]): void;
  /** After a failed write: back into the queue. */
  failed(taken: readonly TakenChange[]): void;
  some(test: (change: Touched) => boolean): boolean;
  /** Takes out what matches, unwritten. */
  drop(test: (change: Touched) => boolean): void;
  readonly size: number;
  /** Due changes the last take left behind: history that is read faster than its windows are written. */
  readonly overdue: number;
}

export interface TakenChange {
  readonly change: Touched;
  readonly changes: number;
}

/** Order of writing: total, stream, country, channel, content. */
const priority = (['total', 'stream', 'country', 'channel', 'content'] as const).map((rollup) =>
  rollups.indexOf(rollup),
);

export function createDirtyQueue(): DirtyQueue {
  const queues: Touched[][] = rollups.map(() => []);
  let overdue = 0;
  const push = (change: Touched): void => {
    queues[change.rollup]?.push(change);
  };
  return {
    mark: (change) => {
      if (change.pane.dirty) return;
      change.pane.dirty = true;
      push(change);
    },
    take: (budget, isDue, most) => {
      const taken: TakenChange[] = [];
      overdue = 0;
      for (const rollup of priority) {
        const queue = queues[rollup] ?? [];
        const kept: Touched[] = [];
        for (const change of queue) {
          const isFull = taken.length >= Math.min(budget, most);
          if (!isFull || (isDue(change) && taken.length < most))
            taken.push({ change, changes: change.pane.changes });
          else {
            kept.push(change);
            if (isDue(change)) overdue++;
          }
        }
        queues[rollup] = kept;
      }
      return taken;
    },
    written: (taken) => {
      for (const { change, changes } of taken) {
        if (change.pane.changes === changes) change.pane.dirty = false;
        else push(change);
      }
    },
    failed: (taken) => {
      for (const { change } of taken) push(change);
    },
    drop: (test) => {
      for (const [rollup, queue] of queues.entries())
        queues[rollup] = queue.filter((change) => !test(change));
    },
    some: (test) => queues.some((queue) => queue.some(test)),
    get size() {
      return queues.reduce((sum, queue) => sum + queue.length, 0);
    },
    get overdue() {
      return overdue;
    },
  };
}

/** Whether the window of a change is past its allowed lateness. */
export function isDue(change: Touched, allowedLatenessMs: number): boolean {
  const size = windowSizes[change.size];
  return (
    size !== undefined &&
    change.tenant.clock.end(size, change.windowStartMs) <= change.tenant.watermarkMs - allowedLatenessMs
  );
}
