import { cutFields } from '../../platform/contracts/recurring.ts';
import { cellOf, partsOfCell } from './customer-steps.ts';
import type { CutRow } from './cut-rows.ts';
import type { Amounts, MovementRow } from './movements.ts';
import type { Book, Customer } from './recurring-state.ts';

const FIELDS = 3;

/**
 * The rows of a customer that differ from those written last, rows that no longer stand as zeros among them, and what to remember
 * once they are written.
 */
export function changedRows(
  book: Book,
  customer: Customer,
  rows: readonly CutRow[],
): { readonly changed: readonly CutRow[]; readonly written: number[] } {
  const before = new Map<string, number>();
  for (let at = 0; at < customer.written.length; at += FIELDS)
    before.set(`${customer.written[at]} ${customer.written[at + 1]}`, customer.written[at + 2] ?? 0);
  const changed: CutRow[] = [];
  const written: number[] = [];
  for (const row of rows) {
    const address = addressOf(row);
    const cell = numberOf(book, writtenCell(row));
    const hash = hashOf(row);
    written.push(address, cell, hash);
    const key = `${address} ${cell}`;
    if (before.get(key) !== hash) changed.push(row);
    before.delete(key);
  }
  for (const key of before.keys()) {
    const [address = 0, cell = 0] = key.split(' ').map(Number);
    changed.push({
      window: address % 2 === 1 ? '1mo' : '1d',
      windowStartMs: Math.floor(address / 2),
      ...partsOfWritten(book.cells[cell] ?? cellOf('', '')),
      native: zero,
      base: zero,
    });
  }
  return { changed, written };
}

const zero: Amounts = {
  opening: 0,
  new: 0,
  reactivation: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  transfer: 0,
  fx: 0,
  closing: 0,
  yearAgo: 0,
};

function addressOf({ window, windowStartMs }: MovementRow): number {
  return windowStartMs * 2 + (window === '1mo' ? 1 : 0);
}

/** No value of an event begins with it, and a name of a cut follows. */
const MARK = '\u0002';

function writtenCell({ currency, cutBy, segment }: CutRow): string {
  const cell = cellOf(segment, currency);
  return cutBy === undefined ? cell : `${MARK}${cutBy}${MARK}${cell}`;
}

function partsOfWritten(text: string): Pick<CutRow, 'currency' | 'cutBy' | 'segment'> {
  const cutBy = cutFields.find((field) => text.startsWith(`${MARK}${field}${MARK}`));
  return {
    cutBy,
    ...partsOfCell(cutBy === undefined ? text : text.slice(cutBy.length + 2 * MARK.length)),
  };
}

/** Numbers of a book's cells: one lookup a row instead of a search through channels and countries. */
const numbers = new WeakMap<readonly string[], Map<string, number>>();

function numberOf({ cells }: Book, cell: string): number {
  const known = numbers.get(cells) ?? new Map(cells.map((each, i) => [each, i]));
  numbers.set(cells, known);
  const number = known.get(cell) ?? cells.push(cell) - 1;
  known.set(cell, number);
  return number;
}

/** 53 bits over all amounts of a row, so that equal hashes mean equal rows for all practical purposes. */
function hashOf({ native, base }: MovementRow): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const amounts of [native, base]) {
    for (const value of Object.values(amounts)) {
      low = Math.imul(low ^ (value | 0), 0x01000193);
      high = Math.imul(high ^ Math.floor(value / 4_294_967_296) ^ (value | 0), 0x85ebca6b);
      high ^= low >>> 15;
    }
  }
  return (low >>> 0) * 2_097_152 + ((high >>> 0) % 2_097_152);
}
