import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { WeirError } from '../../../platform/errors/weir-error.ts';
import type { RowSource } from '../rows.ts';
import { fileChunks, openCsv } from './csv-file.ts';
import { openNdjson } from './ndjson-file.ts';
import { openParquet } from './parquet-file.ts';

export type InputFormat = 'csv' | 'ndjson' | 'parquet';

const formatsByEnding: Readonly<Record<string, InputFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.parquet': 'parquet',
};

/** The format a file name stands for; undefined when it says nothing. */
export function formatOf(path: string): InputFormat | undefined {
  return formatsByEnding[extname(path).toLowerCase()];
}

export async function openRows(
  path: string,
  input: { readonly format?: InputFormat | undefined; readonly delimiter?: string | undefined },
  onBytes: (bytes: number) => void,
): Promise<RowSource> {
  switch (input.format ?? formatOf(path)) {
    case 'csv':
      return await openCsv(path, {
        delimiter: input.delimiter ?? (extname(path).toLowerCase() === '.tsv' ? '\t' : ','),
        onBytes,
      });
    case 'ndjson':
      return openNdjson(path, { onBytes });
    case 'parquet':
      return await openParquet(path, { onBytes });
    case undefined:
      throw new WeirError(
        'IMPORT_FILE_UNREADABLE',
        `${path}: the name does not say what it is; name it .csv, .tsv, .ndjson, .jsonl or .parquet, or set input.format in the mapping`,
      );
  }
}

/** Size and SHA-256 of a file, read once from start to end. Throws IMPORT_FILE_UNREADABLE. */
export async function digestFile(
  path: string,
  onBytes: (bytes: number, total: number) => void,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const total = await sizeOf(path);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of fileChunks(path)) {
    hash.update(chunk);
    bytes += chunk.length;
    onBytes(bytes, total);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** A file that is not there is reported by the reading that follows. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
