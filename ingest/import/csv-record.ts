import type { Line } from './lines.ts';
import { withoutCarriageReturn } from './lines.ts';

/** A record of a CSV file, or the line that could not be one. */
export type CsvRecord =
  | { readonly line: number; readonly raw: string; readonly fields: readonly string[] }
  | { readonly line: number; readonly raw: string; readonly fault: string };

export interface CsvRecordReader {
  push(line: Line): readonly CsvRecord[];
  /** What is still open at the end of the file. */
  end(): readonly CsvRecord[];
}

export interface CsvBounds {
  /** Most physical lines one record may span, by line feeds inside quotes. */
  readonly maxLines: number;
  /** Most characters of one record. */
  readonly maxLength: number;
}

interface Open {
  readonly lines: Line[];
  length: number;
  readonly fields: string[];
  /** The quoted field that is not closed yet. */
  text: string;
}

/**
 * Physical lines to records by RFC 4180: fields in double quotes may hold delimiters, line feeds and doubled quotes; an empty
 * line is no record.
 *
 * One bad quote costs one line, never the rest of the file: when a quoted field is not closed within the bounds, or is followed by
 * anything but a delimiter, only the line the record began on is given up and reading goes on with the line after it. (csv-parse,
 * the usual library, loses everything behind such a quote, and the import must account for every row.)
 */
export function createCsvRecordReader(delimiter: string, bounds: CsvBounds): CsvRecordReader {
  let open: Open | undefined;

  const read = (lines: Line[], atEnd: boolean): CsvRecord[] => {
    const records: CsvRecord[] = [];
    // A queue, because lines of a record given up are read again as the start of others.
    const queue = [...lines];
    for (
      let next = queue.shift();
      next !== undefined || (atEnd && open !== undefined);
      next = queue.shift()
    ) {
      const giveUp = (fault: string): void => {
        const first = open?.lines[0] ?? next;
        if (first !== undefined) records.push({ line: first.number, raw: first.text, fault });
        queue.unshift(
          ...(open?.lines.slice(1) ?? []),
          ...(open === undefined || next === undefined ? [] : [next]),
        );
        open = undefined;
      };
      if (next === undefined) {
        giveUp('a quoted field is opened and never closed');
        continue;
      }
      if (next.isCut) {
        giveUp(`the line is longer than ${bounds.maxLength} bytes`);
        continue;
      }
      if (open !== undefined && isBeyond(open, next, bounds)) {
        giveUp(
          `a quoted field is not closed within ${bounds.maxLines} lines or ${bounds.maxLength} characters`,
        );
        continue;
      }
      const state: Open = open ?? { lines: [], length: 0, fields: [], text: '' };
      const outcome = scan(next.text, delimiter, state, open !== undefined);
      if (outcome === 'bad quote') {
        giveUp('a quoted field is followed by something other than a delimiter');
        continue;
      }
      state.lines.push(next);
      state.length += next.text.length + 1;
      open = outcome === 'open' ? state : undefined;
      if (outcome === 'closed' && !isBlank(state)) records.push(toRecord(state));
    }
    return records;
  };

  return { push: (line) => read([line], false), end: () => read([], true) };
}

/** Reads one more physical line into `state`. A line without quotes, the common case, is a split. */
function scan(
  text: string,
  delimiter: string,
  state: Open,
  isContinued: boolean,
): 'closed' | 'open' | 'bad quote' {
  let at = 0;
  if (isContinued) {
    const end = readQuoted(text, 0, state);
    if (end === undefined) return stayOpen(state);
    at = end;
  } else if (!text.includes('"')) {
    state.fields.push(...withoutCarriageReturn(text).split(delimiter));
    return 'closed';
  }
  const end = text.endsWith('\r') ? text.length - 1 : text.length;
  let isFieldDone = isContinued;
  for (;;) {
    if (isFieldDone) {
      state.fields.push(state.text);
      state.text = '';
      if (at >= end) return 'closed';
      if (!text.startsWith(delimiter, at)) return 'bad quote';
      at += delimiter.length;
      isFieldDone = false;
    }
    if (text.charAt(at) === '"' && at < end) {
      const after = readQuoted(text, at + 1, state);
      if (after === undefined) return stayOpen(state);
      at = after;
      isFieldDone = true;
      continue;
    }
    const found = text.indexOf(delimiter, at);
    const stop = found === -1 || found >= end ? end : found;
    state.fields.push(text.slice(at, stop));
    if (stop === end) return 'closed';
    at = stop + delimiter.length;
  }
}

function stayOpen(state: Open): 'open' {
  state.text += '\n';
  return 'open';
}

/** Appends a quoted field from `at` to the state; the place behind its closing quote, or undefined when the line ends first. */
function readQuoted(text: string, at: number, state: Open): number | undefined {
  let from = at;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) {
      state.text += text.slice(from);
      return undefined;
    }
    if (text.charAt(quote + 1) !== '"') {
      state.text += text.slice(from, quote);
      return quote + 1;
    }
    state.text += text.slice(from, quote + 1);
    from = quote + 2;
  }
}

function isBeyond(open: Open, next: Line, bounds: CsvBounds): boolean {
  return open.lines.length >= bounds.maxLines || open.length + next.text.length > bounds.maxLength;
}

function isBlank(state: Open): boolean {
  return state.lines.length === 1 && state.lines[0]?.text.trim() === '';
}

function toRecord(state: Open): CsvRecord {
  return {
    line: state.lines[0]?.number ?? 0,
    raw: withoutCarriageReturn(state.lines.map((line) => line.text).join('\n')),
    fields: state.fields,
  };
}
