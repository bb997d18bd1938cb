import { basename } from 'node:path';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { digestFile, openRows } from './adapters/open-rows.ts';
import type { CompiledMapping } from './compile-mapping.ts';
import type { PreparedFile } from './import-file.ts';
import { stateKey } from './import-state.ts';
import type { Mapping } from './mapping.ts';
import type { Progress } from './progress.ts';
import type { FileRow } from './rows.ts';
import { createOrderCheck, sortBySeries } from './series-order.ts';

export interface PrepareOptions {
  readonly files: readonly string[];
  readonly url: string;
  readonly apiKey: string;
  readonly signal: AbortSignal;
}

interface Limits {
  readonly maxKeys: number;
  readonly maxSortCharacters: number;
}

interface Kind {
  /** Absent for files of ready-made events. */
  readonly mapping: Mapping | undefined;
  readonly compiled: CompiledMapping | undefined;
}

/** Reads every file once before anything is sent: its digest, its columns, and whether its snapshots are in order. */
export async function prepareFiles(
  options: PrepareOptions,
  kind: Kind,
  limits: Limits,
  progress: Progress,
): Promise<readonly PreparedFile[]> {
  const mappingText = kind.mapping === undefined ? 'events' : JSON.stringify(kind.mapping);
  const input = kind.mapping?.input ?? (kind.mapping === undefined ? { format: 'ndjson' as const } : {});
  const carriesTotals =
    kind.compiled !== undefined && (kind.compiled.series !== undefined || kind.compiled.extras.length > 0);
  const prepared: PreparedFile[] = [];
  let after = '';
  for (const [index, path] of options.files.entries()) {
    const name = basename(path);
    const { sha256, bytes } = await digestFile(path, (doneBytes, totalBytes) =>
      progress.show({ file: name, stage: 'checking', doneBytes, totalBytes, rows: 0, events: 0 }),
    );
    options.signal.throwIfAborted();
    const key = stateKey({ sha256, after, mapping: mappingText, url: options.url, apiKey: options.apiKey });
    if (carriesTotals) after = key;
    const isOrdered = await checkFile(path, input, kind.compiled, limits);
    prepared.push({
      name,
      sha256,
      bytes,
      stateKey: key,
      mapping: kind.mapping?.name ?? 'events',
      url: options.url,
      isLast: !carriesTotals || index === options.files.length - 1,
      open: async (onBytes) => {
        const source = await openRows(path, input, onBytes);
        const series = kind.compiled?.series;
        return isOrdered || series === undefined
          ? source.rows
          : sorted(path, source.rows, (rows) => sortBySeries(rows, series), limits);
      },
    });
  }
  return prepared;
}

async function checkFile(
  path: string,
  input: Parameters<typeof openRows>[1],
  compiled: CompiledMapping | undefined,
  limits: Limits,
): Promise<boolean> {
  const source = await openRows(path, input, () => {});
  try {
    refuseMissingColumns(path, source.columns, compiled);
    if (compiled?.series === undefined) return true;
    const check = createOrderCheck(compiled.series, limits.maxKeys);
    for await (const rows of source.rows) for (const row of rows) check.add(row);
    return check.isOrdered();
  } finally {
    await source.close();
  }
}

function refuseMissingColumns(
  path: string,
  columns: readonly string[] | undefined,
  compiled: CompiledMapping | undefined,
): void {
  if (columns === undefined || compiled === undefined) return;
  const missing = compiled.columns.filter(
    (column) => !columns.includes(column) && !columns.includes(column.split('.')[0] ?? ''),
  );
  if (missing.length === 0) return;
  throw new WeirError(
    'IMPORT_COLUMN_MISSING',
    `${path} has no column ${missing.join(', ')}; its columns are ${columns.join(', ')}`,
  );
}

async function* sorted(
  path: string,
  rows: AsyncIterable<readonly FileRow[]>,
  sort: (rows: readonly FileRow[]) => FileRow[],
  limits: Limits,
): AsyncGenerator<readonly FileRow[], void> {
  const all: FileRow[] = [];
  let characters = 0;
  for await (const some of rows) {
    for (const row of some) {
      characters += row.raw.length;
      all.push(row);
    }
    if (characters > limits.maxSortCharacters) {
      throw new WeirError(
        'IMPORT_LIMIT_EXCEEDED',
        `${path} is not in the order its mapping asks for and too large to sort here (more than ${limits.maxSortCharacters} characters); sort the file first`,
      );
    }
  }
  const inOrder = sort(all);
  for (let at = 0; at < inOrder.length; at += 1000) yield inOrder.slice(at, at + 1000);
}
