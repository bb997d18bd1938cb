import { WeirError, type ErrorCode } from '../../platform/errors/weir-error.ts';
import { cellAt, type Cells } from './cell.ts';
import { keyOf, type CompiledMapping, type MadeEvent, type Series } from './compile-mapping.ts';
import { createDiffer, type Differ } from './difference.ts';
import { put, shown } from './fields.ts';
import type { ReadableRow } from './rows.ts';

/** What one row became. Outgoing events are JSON values; those of a mapping are plain events. */
export type RowResult =
  | {
      readonly kind: 'events';
      /** The event of the row itself first, then the extra ones. */
      readonly events: readonly Readonly<Record<string, unknown>>[];
      /** A counter of the row went down. */
      readonly isCorrection: boolean;
    }
  /** Left out on purpose: a skip rule holds, or the same snapshot came before. */
  | { readonly kind: 'skipped'; readonly reason: 'filter' | 'repeat' }
  /** Goes to the dead letters. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

/** The step every row of an import goes through, in the order of the file (or of the series, where it sorts). */
export type RowStep = (row: ReadableRow) => RowResult;

/**
 * The step of a compiled mapping. It keeps the last totals of each key and the keys whose extra events were made, each at most
 * `maxKeys`, and throws IMPORT_LIMIT_EXCEEDED beyond. A row that is refused or left out changes nothing.
 */
export function createRowStep(mapping: CompiledMapping, maxKeys: number): RowStep {
  const differ = createDiffer(maxKeys);
  const seen = mapping.extras.map(() => new Set<string>());

  return ({ cells }) => {
    if (mapping.skips.some((holds) => holds(cells))) return { kind: 'skipped', reason: 'filter' };
    const event = mapping.main.make(cells);
    if ('fault' in event) return refused(event.fault);

    const extras: { readonly event: MadeEvent; readonly done: () => void }[] = [];
    for (const [index, extra] of mapping.extras.entries()) {
      const key = keyOf(cells, extra.key);
      if (key === undefined) return refused(`a column of ${extra.key.join(', ')} is empty`);
      if (seen[index]?.has(key) === true) continue;
      const made = extra.make(cells);
      if ('fault' in made) return refused(made.fault);
      extras.push({ event: made, done: () => void seen[index]?.add(key) });
    }

    const changed =
      mapping.series === undefined ? event : takeDifference(event, cells, mapping.series, differ, maxKeys);
    if ('kind' in changed) return changed;
    for (const extra of extras) extra.done();
    if (seen.some((keys) => keys.size > maxKeys)) throw tooManyKeys(maxKeys);
    return {
      kind: 'events',
      events: [changed, ...extras.map((extra) => extra.event)].map((each) => ({ ...each })),
      isCorrection: mapping.series !== undefined && isMarked(changed.data, mapping.series.correction),
    };
  };
}

/** Replaces the totals in `event` by their changes, or says what else becomes of the row. */
function takeDifference(
  event: MadeEvent,
  cells: Cells,
  series: Series,
  differ: Differ,
  maxKeys: number,
): MadeEvent | RowResult {
  const key = keyOf(cells, series.key);
  const order = series.order(cells);
  if (key === undefined) return refused(`a column of ${series.key.join(', ')} is empty`);
  if (order === undefined) {
    return refused(
      `${series.orderColumn} ${shown(cellAt(cells, series.orderColumn))} is not a time of format ${series.orderFormat}`,
    );
  }
  const totals = series.counters.map((path) => {
    const total = cellAt(event.data, path);
    return typeof total === 'number' ? total : undefined;
  });
  const change = differ.next(key, order, totals);
  switch (change.kind) {
    case 'repeat':
      return { kind: 'skipped', reason: 'repeat' };
    case 'full':
      throw tooManyKeys(maxKeys);
    case 'older':
      return {
        kind: 'refused',
        code: 'IMPORT_ROW_OUT_OF_ORDER',
        message: `the snapshot of ${shown(cellAt(cells, series.orderColumn))} is older than one of the same key counted before`,
      };
    case 'delta': {
      for (const [index, path] of series.counters.entries()) {
        const delta = change.deltas[index];
        if (delta !== undefined) put(event.data, path.split('.'), delta);
      }
      if (change.isCorrection) put(event.data, series.correction, true);
      // A second, different snapshot at the same time is an event of its own: its id says which it is.
      return change.occurrence === 1 ? event : { ...event, id: `${event.id}~${change.occurrence}` };
    }
  }
}

function isMarked(data: Readonly<Record<string, unknown>>, path: readonly string[]): boolean {
  return cellAt(data, path.join('.')) === true;
}

function refused(message: string): RowResult & { readonly kind: 'refused' } {
  return { kind: 'refused', code: 'IMPORT_ROW_INVALID', message };
}

function tooManyKeys(maxKeys: number): WeirError {
  return new WeirError(
    'IMPORT_LIMIT_EXCEEDED',
    `the file has more than ${maxKeys} different keys; split it by key and import the parts one by one`,
  );
}
