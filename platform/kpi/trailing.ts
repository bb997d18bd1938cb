/**
 * Sliding window over a sequence of slices, as an aggregate that only has to be merged: one pushes the newest slice and lets the oldest
 * go. Two stacks: of the older half every suffix is kept merged, of the newer half only the whole, so a push, a let-go and a look cost
 * one merge each on average, however many slices the window spans (the "two-stacks" algorithm, in Tangwongsan, Hirzel, Schneider, "Low-latency
 * sliding-window aggregation in worst-case constant time", DEBS 2017, §2). `merge` must be associative and must not change its arguments.
 */
export interface SlidingAggregate<S> {
  push(slice: S): void;
  /** Lets the oldest slice go; of an empty window it is a no-op. */
  shift(): void;
  /** Merge of everything in the window, oldest first; undefined when it is empty. */
  value(): S | undefined;
  readonly size: number;
}

export function createSlidingAggregate<S>(merge: (older: S, newer: S) => S): SlidingAggregate<S> {
  /** Suffixes of the older half, merged; the last one stands for all of it. */
  let older: S[] = [];
  let newer: S[] = [];
  let newerWhole: S | undefined;

  const turn = (): void => {
    older = [];
    for (const slice of newer.reverse()) {
      const after = older.at(-1);
      older.push(after === undefined ? slice : merge(slice, after));
    }
    newer = [];
    newerWhole = undefined;
  };

  return {
    push: (slice) => {
      newer.push(slice);
      newerWhole = newerWhole === undefined ? slice : merge(newerWhole, slice);
    },
    shift: () => {
      if (older.length === 0) turn();
      older.pop();
    },
    value: () => {
      const before = older.at(-1);
      if (before === undefined || newerWhole === undefined) return before ?? newerWhole;
      return merge(before, newerWhole);
    },
    get size() {
      return older.length + newer.length;
    },
  };
}

/**
 * For each window of `starts` (ascending, none left out) the merge of its slice and those of the `count - 1` windows before it; windows
 * in which nothing lies have none. `slices` holds a slice by the start of its window.
 */
export function* trailing<S>(
  starts: readonly number[],
  slices: ReadonlyMap<number, S>,
  count: number,
  merge: (older: S, newer: S) => S,
): Generator<{ readonly windowStartMs: number; readonly value: S }> {
  const window = createSlidingAggregate(merge);
  for (const [index, windowStartMs] of starts.entries()) {
    const leaving = starts[index - count];
    if (leaving !== undefined && slices.has(leaving)) window.shift();
    const slice = slices.get(windowStartMs);
    if (slice !== undefined) window.push(slice);
    const value = window.value();
    if (value !== undefined) yield { windowStartMs, value };
  }
}
