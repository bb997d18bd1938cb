import { csvOf } from '../data/csv.ts';

/** Hands the reader a file. */
export function saveCsv(
  name: string,
  head: readonly string[],
  rows: readonly (readonly (string | number | null | undefined)[])[],
): void {
  const url = URL.createObjectURL(new Blob([csvOf(head, rows)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `weir-${name}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}
