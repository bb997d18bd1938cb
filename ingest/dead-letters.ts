import type { DeadLetter } from '../platform/contracts/event.ts';
import type { Rejection } from './candidate.ts';

/** Keeps refused items; resolves to how many of them could not be stored. Never throws. */
export type StoreDeadLetters = (letters: readonly DeadLetter[]) => Promise<number>;

/** Characters of an item that are kept. */
export const MAX_ITEM_CHARS = 64 * 1024;

export interface DeadLetterContext {
  readonly tenant: string;
  readonly dialect: string;
  readonly receivedAtMs: number;
  /** Items of one request kept one by one; the rest is told by code in summaries, so that a bad batch cannot flood the stream. */
  readonly maxItems: number;
}

/** Dead letters of one request: the first items as they came, then one summary for each code among the others. */
export function deadLettersOf(rejections: readonly Rejection[], context: DeadLetterContext): DeadLetter[] {
  const { tenant, dialect, receivedAtMs, maxItems } = context;
  const letters = rejections.slice(0, maxItems).map(({ index, code, message, source, raw }): DeadLetter => ({
    tenant,
    source,
    receivedAtMs,
    dialect,
    code,
    message: message.slice(0, 1_024),
    index,
    item: itemText(raw),
  }));
  const rest = Map.groupBy(rejections.slice(maxItems), ({ code }) => code);
  for (const [code, [first, ...others]] of rest) {
    if (first === undefined) continue;
    const count = others.length + 1;
    letters.push({
      tenant,
      source: first.source,
      receivedAtMs,
      dialect,
      code,
      message: `${count} more items of this request, first: ${first.message}`.slice(0, 1_024),
      index: first.index,
      item: itemText(first.raw),
      count,
    });
  }
  return letters;
}

function itemText(raw: unknown): string {
  if (typeof raw === 'string') return raw.slice(0, MAX_ITEM_CHARS);
  try {
    return (JSON.stringify(raw) ?? 'null').slice(0, MAX_ITEM_CHARS);
  } catch {
    // Deeper than the stack: JSON.parse is iterative, JSON.stringify is not.
    return 'nested too deeply to be shown';
  }
}
