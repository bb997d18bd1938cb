import { WeirError } from '../platform/errors/weir-error.ts';

export interface M4Series {
  readonly id: string;
  /** NaN where a value is missing between others. */
  readonly values: Float64Array;
}

/** Reads the form of the M4 competition: a header, then `id,V1,V2,…` with rows of different length; blanks at the end are no values. */
export function parseM4File(text: string, name: string): M4Series[] {
  const lines = text.split(/\r?\n/);
  const series: M4Series[] = [];
  lines.forEach((line, at) => {
    if (at === 0 || line.trim() === '') return;
    const [id = '', ...cells] = line.split(',').map((cell) => cell.replaceAll('"', '').trim());
    while (cells.length > 0 && isBlank(cells.at(-1))) cells.pop();
    const values = Float64Array.from(cells, (cell) => (isBlank(cell) ? Number.NaN : Number(cell)));
    const bad = cells.findIndex((cell, i) => !isBlank(cell) && !Number.isFinite(values[i]));
    if (bad !== -1)
      throw new WeirError(
        'EVAL_FILE_INVALID',
        `${name}: line ${at + 1} has "${cells[bad]}" where a number belongs`,
      );
    if (id === '' || values.every(Number.isNaN))
      throw new WeirError('EVAL_FILE_INVALID', `${name}: line ${at + 1} has no id or no value`);
    series.push({ id, values });
  });
  if (series.length === 0)
    throw new WeirError('EVAL_FILE_INVALID', `${name}: there is no series below the header`);
  return series;
}

/** Writes forecasts in the same form: `id,F1,…`. */
export function m4Text(ids: readonly string[], rows: readonly Float64Array[]): string {
  const horizon = rows[0]?.length ?? 0;
  const header = ['id', ...Array.from({ length: horizon }, (_, h) => `F${h + 1}`)].join(',');
  return `${[header, ...ids.map((id, i) => [id, ...(rows[i] ?? [])].join(','))].join('\n')}\n`;
}

function isBlank(cell: string | undefined): boolean {
  return cell === undefined || cell === '' || cell === 'NA';
}
