import { createReadStream } from 'node:fs';
import { WeirError } from '../../../platform/errors/weir-error.ts';
import { createCsvRecordReader, type CsvRecord } from '../csv-record.ts';
import { createLineSplitter, type Line } from '../lines.ts';
import { unreadable, type FileRow, type ReadOptions, type RowSource } from '../rows.ts';

const chunkBytes = 256 * 1024;
const maxRecordBytes = 1024 * 1024;
const maxRecordLines = 1000;

/** Streams a CSV file with a header line. Keeps one chunk and one record in memory. */
export async function openCsv(path: string, options: ReadOptions): Promise<RowSource> {
  const records = readRecords(path, options);
  try {
    return await openRecords(path, records);
  } catch (error) {
    await records.return();
    throw error;
  }
}

async function openRecords(
  path: string,
  records: AsyncGenerator<readonly CsvRecord[], void>,
): Promise<RowSource> {
  const first = await records.next();
  const [header, ...rest] = first.done === true ? [] : first.value;
  if (header === undefined) {
    throw new WeirError('IMPORT_FILE_UNREADABLE', `${path} is empty: a CSV file begins with its header line`);
  }
  if ('fault' in header) {
    throw new WeirError('IMPORT_FILE_UNREADABLE', `${path}: the header line cannot be read: ${header.fault}`);
  }
  const columns = header.fields.map((name) => name.trim());
  refuseBadHeader(path, columns);
  const close = async (): Promise<void> => void (await records.return());
  return { columns, rows: toRows(columns, rest, records), close };
}

async function* readRecords(path: string, options: ReadOptions): AsyncGenerator<readonly CsvRecord[], void> {
  const splitter = createLineSplitter(maxRecordBytes);
  const reader = createCsvRecordReader(options.delimiter, {
    maxLines: maxRecordLines,
    maxLength: maxRecordBytes,
  });
  const take = (lines: readonly Line[]): CsvRecord[] => lines.flatMap((line) => reader.push(line));
  let bytes = 0;
  for await (const chunk of fileChunks(path)) {
    bytes += chunk.length;
    const records = take(splitter.push(chunk));
    options.onBytes?.(bytes);
    if (records.length > 0) yield records;
  }
  const last = [...take(splitter.end()), ...reader.end()];
  if (last.length > 0) yield last;
}

async function* toRows(
  columns: readonly string[],
  first: readonly CsvRecord[],
  rest: AsyncIterable<readonly CsvRecord[]>,
): AsyncGenerator<readonly FileRow[], void> {
  if (first.length > 0) yield first.map((record) => toRow(columns, record));
  for await (const records of rest) yield records.map((record) => toRow(columns, record));
}

function toRow(columns: readonly string[], record: CsvRecord): FileRow {
  if ('fault' in record) return unreadable(record.line, record.raw, record.fault);
  if (record.fields.length !== columns.length) {
    return unreadable(
      record.line,
      record.raw,
      `the row has ${record.fields.length} fields, the header has ${columns.length}`,
    );
  }
  const cells: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) cells[column] = record.fields[index];
  return { line: record.line, raw: record.raw, cells };
}

function refuseBadHeader(path: string, columns: readonly string[]): void {
  if (columns.some((name) => name.includes('\u0000') || name.startsWith('\uFFFD\uFFFD'))) {
    throw new WeirError('IMPORT_FILE_UNREADABLE', `${path} looks like UTF-16; save it as UTF-8`);
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new WeirError('IMPORT_FILE_UNREADABLE', `${path}: the header names the column "${twice}" twice`);
  }
}

/** The bytes of a file, chunk by chunk. Throws IMPORT_FILE_UNREADABLE. */
export async function* fileChunks(path: string): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (cause) {
    throw new WeirError('IMPORT_FILE_UNREADABLE', `${path} cannot be read: ${describe(cause)}`, { cause });
  }
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  return code === 'EACCES' ? 'permission denied' : cause.message;
}
