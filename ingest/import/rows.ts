import type { ErrorCode } from '../../platform/errors/weir-error.ts';
import type { Cells } from './cell.ts';

/** A row as a reader found it; `line` is 1-based: the physical line it starts on, for Parquet the row number. */
export type FileRow =
  | ReadableRow
  | { readonly line: number; readonly raw: string; readonly code: ErrorCode; readonly message: string };

export interface ReadableRow {
  readonly line: number;
  readonly raw: string;
  readonly cells: Cells;
}

export interface RowSource {
  /** The columns the file declares; undefined where each row brings its own. */
  readonly columns: readonly string[] | undefined;
  /** The rows in the order of the file, some at a time. */
  readonly rows: AsyncIterable<readonly FileRow[]>;
  /** Lets go of the file when the rows are not read to their end. */
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly delimiter: string;
  /** Told how far the reader is, in bytes of the file. */
  readonly onBytes?: (bytes: number) => void;
}

/** A row no reader could make sense of. */
export function unreadable(line: number, raw: string, message: string): FileRow {
  return { line, raw, code: 'IMPORT_ROW_INVALID', message };
}
