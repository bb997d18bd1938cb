import { eventFlags, type CanonicalEvent } from '../contracts/event.ts';
import { escapeTsv } from '../store/tsv.ts';
import type { BatchDictionary } from './dictionary.ts';

/** Most bytes `writeRow` puts down for an event: a UTF-16 unit takes at most three bytes in UTF-8, an escaped one two. */
export function maxRowBytes(e: CanonicalEvent): number {
  const units =
    e.tenant.length +
    e.source.length +
    e.id.length +
    e.type.length +
    e.channel.length +
    e.content.length +
    e.country.length +
    e.stream.length +
    e.user.length +
    e.currency.length +
    e.dataJson.length;
  return 3 * units + NUMBERS_AND_TABS;
}

const NUMBERS_AND_TABS = 192;
const TAB = 0x09;
const NEWLINE = 0x0a;
const DIGIT = 0x30;
const noMoney = Buffer.from('\t0\t\t0\t0\t');

/** Dictionary codes of the dimensions of an event. */
export interface DimensionCodes {
  channel: number;
  content: number;
  country: number;
  stream: number;
}

/** Writes the row of an event at `at` of `into`, which has room for `maxRowBytes`, and answers where it ends. */
export type WriteRow = (event: CanonicalEvent, codes: DimensionCodes, into: Buffer, at: number) => number;

/**
 * Rows are bytes from the start: a string put together from fifteen pieces costs more to flatten than everything else of the
 * batch. Neighbouring events share tenant, source, type, received time and the second of their time, so those pieces are
 * kept as bytes; dimensions are kept by the dictionary.
 */
export function createRowWriter(dictionary: BatchDictionary): WriteRow {
  let tenant = '';
  let source = '';
  let origin = Buffer.from('\t\t');
  let type = '';
  let typed = Buffer.from('\t\t');
  let receivedAtMs = Number.NaN;
  let received = Buffer.alloc(0);
  let second = Number.NaN;
  let secondDigits = Buffer.alloc(0);

  const writeTime = (ms: number, into: Buffer, at: number): number => {
    const whole = Math.floor(ms / 1_000);
    const rest = ms - whole * 1_000;
    if (whole <= 0 || !Number.isInteger(ms)) return at + into.write(String(ms), at);
    if (whole !== second) {
      second = whole;
      secondDigits = Buffer.from(String(whole));
    }
    const end = put(secondDigits, into, at);
    const hundreds = Math.floor(rest / 100);
    const tens = Math.floor(rest / 10) - hundreds * 10;
    into[end] = DIGIT + hundreds;
    into[end + 1] = DIGIT + tens;
    into[end + 2] = DIGIT + rest - hundreds * 100 - tens * 10;
    return end + 3;
  };

  return (e, codes, into, start) => {
    if (e.source !== source || e.tenant !== tenant) {
      tenant = e.tenant;
      source = e.source;
      origin = Buffer.from(`${tenant}\t${escapeTsv(source)}\t`);
    }
    if (e.type !== type) {
      type = e.type;
      typed = Buffer.from(`\t${type}\t`);
    }
    if (e.receivedAtMs !== receivedAtMs) {
      receivedAtMs = e.receivedAtMs;
      received = Buffer.from(`\t${receivedAtMs}\t`);
    }
    let at = put(origin, into, start);
    at += into.write(escapeTsv(e.id), at);
    at = put(typed, into, at);
    at = writeTime(e.eventTimeMs, into, at);
    at = put(received, into, at);
    at = dictionary.writeEscaped(codes.channel, into, at);
    into[at++] = TAB;
    at = dictionary.writeEscaped(codes.content, into, at);
    into[at++] = TAB;
    at = dictionary.writeEscaped(codes.country, into, at);
    into[at++] = TAB;
    at = dictionary.writeEscaped(codes.stream, into, at);
    into[at++] = TAB;
    at += into.write(escapeTsv(e.user), at);
    at = hasMoney(e) ? at + into.write(moneyText(e), at) : put(noMoney, into, at);
    at += into.write(escapeJson(e.dataJson), at);
    into[at++] = NEWLINE;
    return at;
  };
}

/** Copies a few bytes; a loop beats `set` on pieces this short. */
function put(bytes: Buffer, into: Buffer, at: number): number {
  for (let i = 0; i < bytes.length; i++) into[at + i] = bytes[i] ?? 0;
  return at + bytes.length;
}

function hasMoney(e: CanonicalEvent): boolean {
  return e.amountMinor !== 0 || e.flags !== 0 || e.currency !== '' || e.amountBaseMinor !== 0;
}

/** Columns from `amount_minor` to `flags`, tabs around them. */
function moneyText(e: CanonicalEvent): string {
  const isUnknown = (e.flags & eventFlags.unconverted) !== 0 || Number.isNaN(e.amountBaseMinor);
  return `\t${e.amountMinor}\t${e.currency}\t${isUnknown ? 0 : e.amountBaseMinor}\t${e.flags}\t`;
}

/** JSON text has no raw tab or newline; only a backslash needs a second one. */
function escapeJson(json: string): string {
  return json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
}
