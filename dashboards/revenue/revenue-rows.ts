import type { RankedValue } from '../data/ranked-value.ts';

export interface RevenueRow {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly value: number;
  /** Of the total; undefined when there is none to be a share of. */
  readonly share: number | undefined;
  readonly canChoose: boolean;
}

/**
 * Rows of a table whose values add up to the total exactly: what the list leaves is a row of its own. That is money of events that
 * name no value of the dimension, of values beyond the length of the list, and what came in while the answer was made.
 */
export function revenueRows(
  values: readonly RankedValue[],
  total: number | null,
  minorDigits: number,
): readonly RevenueRow[] {
  const scale = 10 ** minorDigits;
  const minor = (value: number): number => Math.round(value * scale);
  const shareOf = (value: number): number | undefined =>
    total === null || total <= 0 ? undefined : value / total;
  const rows = values
    .filter((value) => minor(value.value) !== 0)
    .map(({ id, title, value }): RevenueRow => ({
      key: `of ${id}`,
      id,
      title,
      value: minor(value) / scale,
      share: shareOf(value),
      canChoose: id !== '',
    }));
  if (total === null) return rows;
  const rest = (minor(total) - rows.reduce((sum, row) => sum + minor(row.value), 0)) / scale;
  if (rest === 0) return rows;
  return [
    ...rows,
    { key: 'rest', id: '', title: 'Everything else', value: rest, share: shareOf(rest), canChoose: false },
  ];
}
