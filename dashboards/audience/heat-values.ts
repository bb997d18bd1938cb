import type { AudienceBody } from '../../platform/contracts/audience.ts';

export type ActivityCell = Extract<AudienceBody, { kind: 'activity' }>['cells'][number];
export type HeatMeasure = 'views' | 'viewers' | 'watch';

/**
 * What a cell is coloured by. Views and minutes are those of one such hour, since a range may hold five Mondays and four Tuesdays; viewers
 * are people over the whole range. Null where the answer does not know it or the hour did not come.
 */
export function heatValue(cell: ActivityCell, measure: HeatMeasure): number | null {
  if (measure === 'viewers') return cell.viewers;
  const total = measure === 'views' ? cell.views : cell.watchMinutes;
  return total === null || cell.occurrences === 0 ? null : total / cell.occurrences;
}

/** Cells by hour, Monday first. */
export function byHour(cells: readonly ActivityCell[]): readonly (readonly ActivityCell[])[] {
  return Array.from({ length: 24 }, (_, hour) =>
    cells.filter((cell) => cell.hour === hour).toSorted((a, b) => a.weekday - b.weekday),
  );
}

/** The busiest and the quietest cell. */
export function extremes(
  cells: readonly ActivityCell[],
  measure: HeatMeasure,
): { readonly most: ActivityCell; readonly least: ActivityCell } | undefined {
  const known = cells
    .flatMap((cell) => {
      const value = heatValue(cell, measure);
      return value === null ? [] : [{ cell, value }];
    })
    .toSorted((a, b) => b.value - a.value);
  const most = known[0]?.cell;
  const least = known.at(-1)?.cell;
  return most === undefined || least === undefined ? undefined : { most, least };
}
