import { WeirError } from '../platform/errors/weir-error.ts';

/** One row of a series in the form of the Numenta Anomaly Benchmark: `timestamp,value`. */
export interface NabRow {
  /** As it stands in the file. */
  readonly timestamp: string;
  readonly timeMs: number;
  readonly valueText: string;
  /** Undefined for an empty field, NaN and infinities: nothing was measured. */
  readonly value: number | undefined;
}

const NOT_MEASURED = /^(?:|nan|null|na|[+-]?inf(?:inity)?)$/i;
const TIMESTAMP = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z?$/;

/** Rows of a file with the columns `timestamp` and `value`, times in UTC. Throws `EVAL_FILE_INVALID` naming file and line. */
export function parseNabFile(text: string, file: string): NabRow[] {
  const lines = text.split(/\r?\n/);
  const header = (lines[0] ?? '')
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim());
  const timeColumn = header.indexOf('timestamp');
  const valueColumn = header.indexOf('value');
  if (timeColumn < 0 || valueColumn < 0)
    throw invalid(file, 1, 'the header has no columns timestamp and value');
  const rows: NabRow[] = [];
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const fields = line.split(',');
    if (fields.length !== header.length)
      throw invalid(file, at + 1, `${fields.length} fields where the header has ${header.length}`);
    const timestamp = (fields[timeColumn] ?? '').trim();
    const valueText = (fields[valueColumn] ?? '').trim();
    rows.push({
      timestamp,
      timeMs: timeOf(timestamp, file, at + 1),
      valueText,
      value: valueOf(valueText, file, at + 1),
    });
  }
  if (rows.length === 0) throw invalid(file, 1, 'there are no rows');
  return rows;
}

function timeOf(text: string, file: string, line: number): number {
  const timeMs = TIMESTAMP.test(text)
    ? Date.parse(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`)
    : Number.NaN;
  if (Number.isNaN(timeMs))
    throw invalid(file, line, `"${text.slice(0, 40)}" is no time like 2026-01-31 23:55:00`);
  return timeMs;
}

function valueOf(text: string, file: string, line: number): number | undefined {
  if (NOT_MEASURED.test(text)) return undefined;
  const value = Number(text);
  if (Number.isNaN(value)) throw invalid(file, line, `"${text.slice(0, 40)}" is no number`);
  return Number.isFinite(value) ? value : undefined;
}

function invalid(file: string, line: number, what: string): WeirError {
  return new WeirError('EVAL_FILE_INVALID', `${file}:${line}: ${what}`);
}
