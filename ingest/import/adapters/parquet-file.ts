import { stat } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { messageOf, WeirError } from '../../../platform/errors/weir-error.ts';
import { isRecord, jsonText } from '../cell.ts';
import { unreadable, type FileRow, type ReadOptions, type RowSource } from '../rows.ts';

const rowsAtOnce = 2000;

// What hyparquet does not bring itself (it has none and SNAPPY) and Node does.
const compressors = {
  GZIP: (input: Uint8Array, length: number) =>
    bounded(gunzipSync(input, { maxOutputLength: atMost(length) })),
  BROTLI: (input: Uint8Array, length: number) =>
    bounded(brotliDecompressSync(input, { maxOutputLength: atMost(length) })),
  ZSTD: (input: Uint8Array, length: number) =>
    bounded(zstdDecompressSync(input, { maxOutputLength: atMost(length) })),
};

/** Streams a Parquet file, some thousand rows at a time; `line` is the row number from 1. */
export async function openParquet(path: string, options: Omit<ReadOptions, 'delimiter'>): Promise<RowSource> {
  try {
    const { size } = await stat(path);
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const columns = parquetSchema(metadata).children.map((child) => child.element.name);
    const total = Number(metadata.num_rows);
    return { columns, rows: guarded(path, readRows(total, size)), close: async () => {} };

    async function* readRows(rows: number, bytes: number): AsyncGenerator<readonly FileRow[], void> {
      for (let rowStart = 0; rowStart < rows; rowStart += rowsAtOnce) {
        const rowEnd = Math.min(rows, rowStart + rowsAtOnce);
        const objects: unknown[] = await parquetReadObjects({
          file,
          metadata,
          rowStart,
          rowEnd,
          compressors,
        });
        yield objects.map((object, index) => toRow(rowStart + index + 1, object));
        options.onBytes?.(Math.round((bytes * rowEnd) / rows));
      }
    }
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}

async function* guarded(
  path: string,
  rows: AsyncIterable<readonly FileRow[]>,
): AsyncGenerator<readonly FileRow[], void> {
  try {
    yield* rows;
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}

function toRow(line: number, object: unknown): FileRow {
  if (!isRecord(object)) return unreadable(line, jsonText(object), 'the row is not a record');
  return { line, raw: jsonText(object), cells: object };
}

function unreadableFile(path: string, cause: unknown): WeirError {
  return new WeirError('IMPORT_FILE_UNREADABLE', `${path} cannot be read as Parquet: ${messageOf(cause)}`, {
    cause,
  });
}

function bounded(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A page says how long it is unpacked; a page that unpacks to more is broken or a bomb. */
function atMost(length: number): number {
  return Math.max(1, length);
}
