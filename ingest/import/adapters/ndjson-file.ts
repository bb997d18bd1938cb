import { isRecord } from '../cell.ts';
import { createLineSplitter, type Line } from '../lines.ts';
import { unreadable, type FileRow, type ReadOptions, type RowSource } from '../rows.ts';
import { fileChunks } from './csv-file.ts';

const maxLineBytes = 1024 * 1024;

/** Streams a file of one JSON object a line. Empty lines are no rows. Keeps one chunk and one line in memory. */
export function openNdjson(path: string, options: Omit<ReadOptions, 'delimiter'>): RowSource {
  const rows = readRows(path, options);
  return { columns: undefined, rows, close: async () => void (await rows.return()) };
}

async function* readRows(
  path: string,
  options: Omit<ReadOptions, 'delimiter'>,
): AsyncGenerator<readonly FileRow[], void> {
  const splitter = createLineSplitter(maxLineBytes);
  let bytes = 0;
  for await (const chunk of fileChunks(path)) {
    bytes += chunk.length;
    const rows = splitter.push(chunk).flatMap(toRow);
    options.onBytes?.(bytes);
    if (rows.length > 0) yield rows;
  }
  const last = splitter.end().flatMap(toRow);
  if (last.length > 0) yield last;
}

function toRow(line: Line): readonly FileRow[] {
  const raw = line.text.trim();
  if (line.isCut) return [unreadable(line.number, raw, `the line is longer than ${maxLineBytes} bytes`)];
  if (raw === '') return [];
  const value = parse(raw);
  if ('fault' in value) return [unreadable(line.number, raw, value.fault)];
  if (!isRecord(value.json)) return [unreadable(line.number, raw, 'the line is not a JSON object')];
  return [{ line: line.number, raw, cells: value.json }];
}

function parse(text: string): { readonly json: unknown } | { readonly fault: string } {
  try {
    const json: unknown = JSON.parse(text);
    return { json };
  } catch (error) {
    return { fault: `the line is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
