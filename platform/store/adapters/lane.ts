export type StatementKind = 'read' | 'write';

/** The way of statements into the engine. */
export interface Lane {
  /** Runs `work` when its turn comes: writes and reads take turns, each in the order they came. */
  run<T>(kind: StatementKind, work: () => Promise<T>): Promise<T>;
  waiting(): number;
}

/**
 * Lets at most `width` statements into the engine at once. chdb runs one statement of a connection at a time, and each that waits inside of
 * it holds one of the four threads that all of this process's file reads and hashes need as well (seen: with five statements at the engine a
 * file read took two seconds); so they wait here. Turns, because rows of events must not wait behind every question of every dashboard, nor
 * questions behind a backlog of rows. Who asks bounds how many wait.
 */
export function createLane(width: number): Lane {
  const queues: Record<StatementKind, (() => void)[]> = { read: [], write: [] };
  let running = 0;
  let last: StatementKind = 'read';

  const next = (): void => {
    const other: StatementKind = last === 'read' ? 'write' : 'read';
    const kind = queues[other].length > 0 ? other : last;
    const begin = queues[kind].shift();
    if (begin === undefined) return;
    last = kind;
    begin();
  };

  return {
    waiting: () => queues.read.length + queues.write.length,
    run: async (kind, work) => {
      if (running >= width) await new Promise<void>((resolve) => void queues[kind].push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        // The place passes to whoever waits; only when nobody does it is free.
        if (queues.read.length + queues.write.length > 0) next();
        else running -= 1;
      }
    },
  };
}
