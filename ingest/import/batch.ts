import type { DeadLetterPost } from '../../platform/contracts/api.ts';
import type { FileRow } from './rows.ts';
import type { RowResult } from './row-mapper.ts';

/** Counts of an import. Rows: every row of the file is in exactly one of stored, skipped, repeated, refused, rejected. */
export interface Tally {
  rows: number;
  /** Rows whose event the server has. */
  rowsStored: number;
  /** Rows a skip rule left out. */
  rowsSkipped: number;
  /** Rows that repeat the snapshot before them. */
  rowsRepeated: number;
  /** Rows that never became an event; each is a dead letter. */
  rowsRefused: number;
  /** Rows whose event the server rejected; each is a dead letter. */
  rowsRejected: number;
  events: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  deadLetters: number;
  corrections: number;
}

export const emptyTally: Readonly<Tally> = {
  rows: 0,
  rowsStored: 0,
  rowsSkipped: 0,
  rowsRepeated: 0,
  rowsRefused: 0,
  rowsRejected: 0,
  events: 0,
  accepted: 0,
  duplicates: 0,
  rejected: 0,
  deadLetters: 0,
  corrections: 0,
};

export function addTally(left: Readonly<Tally>, right: Readonly<Tally>): Tally {
  return {
    rows: left.rows + right.rows,
    rowsStored: left.rowsStored + right.rowsStored,
    rowsSkipped: left.rowsSkipped + right.rowsSkipped,
    rowsRepeated: left.rowsRepeated + right.rowsRepeated,
    rowsRefused: left.rowsRefused + right.rowsRefused,
    rowsRejected: left.rowsRejected + right.rowsRejected,
    events: left.events + right.events,
    accepted: left.accepted + right.accepted,
    duplicates: left.duplicates + right.duplicates,
    rejected: left.rejected + right.rejected,
    deadLetters: left.deadLetters + right.deadLetters,
    corrections: left.corrections + right.corrections,
  };
}

export type DeadLetterItem = DeadLetterPost['entries'][number];

export interface BatchedEvent {
  readonly event: Readonly<Record<string, unknown>>;
  readonly line: number;
  readonly raw: string;
  /** The event of the row itself, not one of its extra events. */
  readonly isMain: boolean;
}

/** Whole rows that travel and are acknowledged together. */
export interface Batch {
  readonly events: readonly BatchedEvent[];
  readonly deadLetters: readonly DeadLetterItem[];
  /** What is known before the server answers. */
  readonly tally: Readonly<Tally>;
}

export interface BatchBounds {
  readonly maxEvents: number;
  /** Of JSON text, estimated by the characters of the rows. */
  readonly maxCharacters: number;
  /** Rows without an event end a batch too, so that the position moves on. */
  readonly maxRows: number;
}

export interface Batcher {
  /** Adds a row; returns a batch when one is full. */
  add(row: FileRow, result: RowResult): Batch | undefined;
  /** What is left. */
  take(): Batch | undefined;
}

// Bounds of the dead letter contract (platform/contracts/api.ts).
const maxItemLength = 65_536;
const maxMessageLength = 2000;
const maxSourceLength = 512;
export const maxDeadLettersAtOnce = 500;

/** Collects rows into batches. `source` names the file in dead letters. */
export function createBatcher(source: string, bounds: BatchBounds): Batcher {
  let events: BatchedEvent[] = [];
  let deadLetters: DeadLetterItem[] = [];
  let tally: Tally = { ...emptyTally };
  let characters = 0;

  const take = (): Batch | undefined => {
    if (tally.rows === 0) return undefined;
    const batch = { events, deadLetters, tally };
    events = [];
    deadLetters = [];
    tally = { ...emptyTally };
    characters = 0;
    return batch;
  };

  return {
    take,
    add: (row, result) => {
      tally.rows += 1;
      switch (result.kind) {
        case 'events':
          for (const [index, event] of result.events.entries()) {
            events.push({ event, line: row.line, raw: row.raw, isMain: index === 0 });
          }
          tally.events += result.events.length;
          tally.corrections += result.isCorrection ? 1 : 0;
          characters += result.events.length * (200 + row.raw.length);
          break;
        case 'skipped':
          tally.rowsSkipped += result.reason === 'filter' ? 1 : 0;
          tally.rowsRepeated += result.reason === 'repeat' ? 1 : 0;
          break;
        case 'refused':
          deadLetters.push(deadLetter(source, row.line, row.raw, result.code, result.message));
          tally.rowsRefused += 1;
          tally.deadLetters += 1;
          characters += row.raw.length;
          break;
      }
      const isFull =
        events.length >= bounds.maxEvents ||
        characters >= bounds.maxCharacters ||
        deadLetters.length >= maxDeadLettersAtOnce ||
        tally.rows >= bounds.maxRows;
      return isFull ? take() : undefined;
    },
  };
}

/** A dead letter of the import, cut to the bounds of the contract. */
export function deadLetter(
  source: string,
  line: number,
  raw: string,
  code: string,
  message: string,
): DeadLetterItem {
  return {
    dialect: 'import',
    source: cut(source, maxSourceLength),
    index: line,
    code,
    message: cut(message, maxMessageLength),
    item: cut(raw, maxItemLength),
  };
}

function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length).toWellFormed() : text;
}
