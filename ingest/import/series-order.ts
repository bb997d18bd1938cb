import { WeirError } from '../../platform/errors/weir-error.ts';
import { keyOf, type Series } from './compile-mapping.ts';
import type { FileRow } from './rows.ts';

/** Whether the snapshots of each key come by ascending order in a file. Keeps one number a key, at most `maxKeys`. */
export function createOrderCheck(
  series: Series,
  maxKeys: number,
): { add(row: FileRow): void; isOrdered(): boolean } {
  const lasts = new Map<string, number>();
  let isOrdered = true;
  return {
    isOrdered: () => isOrdered,
    add: (row) => {
      if (!isOrdered || !('cells' in row)) return;
      const key = keyOf(row.cells, series.key);
      const order = series.order(row.cells);
      if (key === undefined || order === undefined) return;
      const last = lasts.get(key);
      if (last !== undefined && order < last) isOrdered = false;
      if (last === undefined && lasts.size >= maxKeys) {
        throw new WeirError(
          'IMPORT_LIMIT_EXCEEDED',
          `the file has more than ${maxKeys} different keys; split it by key and import the parts one by one`,
        );
      }
      lasts.set(key, order);
    },
  };
}

/**
 * The rows of a file by ascending order, rows of the same order as they stand in the file. Rows without a readable order come
 * first: they will be refused wherever they stand.
 */
export function sortBySeries(rows: readonly FileRow[], series: Series): FileRow[] {
  const placed = rows.map((row) => ({
    row,
    order: 'cells' in row ? (series.order(row.cells) ?? Number.NEGATIVE_INFINITY) : Number.NEGATIVE_INFINITY,
  }));
  // Compared, not subtracted: -Infinity minus itself is NaN. Array.sort is stable, which keeps ties in the order of the file.
  placed.sort((a, b) => (a.order < b.order ? -1 : Number(a.order > b.order)));
  return placed.map((each) => each.row);
}
