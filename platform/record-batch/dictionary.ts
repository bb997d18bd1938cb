import { escapeTsv } from '../store/tsv.ts';

/** The strings of one batch, each with a code from 0 on in the order they first came. */
export interface BatchDictionary {
  /** The strings of the present batch; index is code. */
  readonly strings: readonly string[];
  /** UTF-16 units of them together. */
  readonly chars: number;
  code(value: string): number;
  /** Writes the string of a code, escaped for TabSeparated, at `at` of `into`; answers where it ends. */
  writeEscaped(code: number, into: Uint8Array, at: number): number;
  /** Forgets the codes for the next batch. */
  next(): void;
}

/** Strings remembered from batch to batch, and their bytes; dropped whole beyond either. */
const MAX_KNOWN = 16_384;
const MAX_KNOWN_BYTES = 1024 * 1024;

/**
 * Contents and channels come again in the next batch, so strings and their escaped bytes outlive the batch and only the codes are
 * forgotten: building the map anew for every batch costs more than all else the dictionary does.
 */
export function createBatchDictionary(): BatchDictionary {
  const slots = new Map<string, number>();
  /** Escaped bytes of slot i lie from `start[i]` to `start[i + 1]`. */
  let bytes = Buffer.allocUnsafe(16 * 1024);
  let start: number[] = [0];
  let batchOf: number[] = [];
  let codeOf: number[] = [];
  let strings: string[] = [];
  let slotOf: number[] = [];
  let chars = 0;
  let batch = 1;

  const newSlot = (value: string): number => {
    const slot = slots.size;
    slots.set(value, slot);
    const from = start[slot] ?? 0;
    const text = escapeTsv(value);
    const most = from + text.length * 3;
    if (most > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, most));
      bytes.copy(larger, 0, 0, from);
      bytes = larger;
    }
    start.push(from + bytes.write(text, from));
    batchOf.push(0);
    codeOf.push(0);
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
      slotOf.push(slot);
      chars += value.length;
      return code;
    },
    writeEscaped: (code, into, at) => {
      const slot = slotOf[code] ?? 0;
      const from = start[slot] ?? 0;
      const length = (start[slot + 1] ?? 0) - from;
      const source = bytes;
      for (let i = 0; i < length; i++) into[at + i] = source[from + i] ?? 0;
      return at + length;
    },
    next: () => {
      batch++;
      strings = [];
      slotOf = [];
      chars = 0;
      if (slots.size < MAX_KNOWN && (start.at(-1) ?? 0) < MAX_KNOWN_BYTES) return;
      slots.clear();
      start = [0];
      batchOf = [];
      codeOf = [];
    },
  };
}
