import { escapeTsv } from '../store/tsv.ts';

/** The strings of one batch, each with a code from 0 on in the order they first came. */
export interface BatchDictionary {
  /** The strings of the present batch; index is code. */
  readonly strings: readonly string[];
  /** UTF-16 units of them together. */
  readonly chars: number;
  code(value: string): number;
  /** The string of a code of this batch, escaped for TabSeparated. */
  escaped(code: number): string;
  /** Forgets the codes for the next batch. */
  next(): void;
}

/** Strings remembered from batch to batch; dropped whole beyond it. */
const MAX_KNOWN = 16_384;

/**
 * Contents and channels come again in the next batch, so strings outlive the batch and only their codes are forgotten: building
 * the map anew for every batch costs more than all else the dictionary does.
 */
export function createBatchDictionary(): BatchDictionary {
  const slots = new Map<string, number>();
  let batchOf: number[] = [];
  let codeOf: number[] = [];
  let escapedOf: string[] = [];
  let strings: string[] = [];
  let escaped: string[] = [];
  let chars = 0;
  let batch = 1;

  const newSlot = (value: string): number => {
    const slot = slots.size;
    slots.set(value, slot);
    batchOf.push(0);
    codeOf.push(0);
    escapedOf.push(escapeTsv(value));
    return slot;
  };

  return {
    get strings() {
      return strings;
    },
    get chars() {
      return chars;
    },
    code: (value) => {
      const slot = slots.get(value) ?? newSlot(value);
      if (batchOf[slot] === batch) return codeOf[slot] ?? 0;
      const code = strings.length;
      batchOf[slot] = batch;
      codeOf[slot] = code;
      strings.push(value);
      escaped.push(escapedOf[slot] ?? '');
      chars += value.length;
      return code;
    },
    escaped: (code) => escaped[code] ?? '',
    next: () => {
      batch++;
      strings = [];
      escaped = [];
      chars = 0;
      if (slots.size < MAX_KNOWN) return;
      slots.clear();
      batchOf = [];
      codeOf = [];
      escapedOf = [];
    },
  };
}
