/** What a snapshot became. */
export type Difference =
  | {
      readonly kind: 'delta';
      /** Change of each counter since the snapshot before; undefined where this snapshot does not hold the counter. */
      readonly deltas: readonly (number | undefined)[];
      /** 1 for the first snapshot of a key at this order, 2 for a second that differs from it, and so on. */
      readonly occurrence: number;
      readonly isFirst: boolean;
      /** A counter went down. */
      readonly isCorrection: boolean;
    }
  /** The same counters at the same order once more: nothing changed. */
  | { readonly kind: 'repeat' }
  /** Older than a snapshot of this key that was counted already. */
  | { readonly kind: 'older' }
  /** The bound on keys is reached and this key is a new one. */
  | { readonly kind: 'full' };

export interface Differ {
  /** Counts a snapshot of `key`. Give the snapshots of a key by ascending `order`. */
  next(key: string, order: number, counters: readonly (number | undefined)[]): Difference;
  readonly keys: number;
}

interface Last {
  order: number;
  occurrence: number;
  readonly totals: (number | undefined)[];
}

/**
 * Running totals to changes: the first snapshot of a key counts whole, each later one by its difference to the last known
 * total, counter by counter. So for any snapshots the sum of the changes is the last total known (telescoping sum), whatever
 * goes up, down or is missing in between. Counters are whole numbers below 2^53, so the sum is exact.
 *
 * Keeps one entry a key, at most `maxKeys`.
 */
export function createDiffer(maxKeys: number): Differ {
  const lasts = new Map<string, Last>();
  return {
    get keys() {
      return lasts.size;
    },
    next: (key, order, counters) => {
      const last = lasts.get(key);
      if (last === undefined) {
        if (lasts.size >= maxKeys) return { kind: 'full' };
        lasts.set(key, { order, occurrence: 1, totals: [...counters] });
        return {
          kind: 'delta',
          deltas: counters,
          occurrence: 1,
          isFirst: true,
          isCorrection: counters.some(isNegative),
        };
      }
      if (order < last.order) return { kind: 'older' };
      const deltas = counters.map((total, index) =>
        total === undefined ? undefined : total - (last.totals[index] ?? 0),
      );
      if (order === last.order && deltas.every((delta) => delta === undefined || delta === 0)) {
        return { kind: 'repeat' };
      }
      last.occurrence = order === last.order ? last.occurrence + 1 : 1;
      last.order = order;
      for (const [index, total] of counters.entries()) if (total !== undefined) last.totals[index] = total;
      return {
        kind: 'delta',
        deltas,
        occurrence: last.occurrence,
        isFirst: false,
        isCorrection: deltas.some(isNegative),
      };
    },
  };
}

function isNegative(delta: number | undefined): boolean {
  return delta !== undefined && delta < 0;
}
