import { eventFlags, type CanonicalEvent } from '../contracts/event.ts';
import { escapeTsv } from '../store/tsv.ts';

/** Most bytes the text of a row takes: a UTF-16 unit takes at most three in UTF-8, an escaped one two. */
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
const MAX_PLACES = 1_024;
const milliseconds: readonly string[] = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'));

/** The event as a tab-separated row in the order of `rowColumns`, newline at the end; channel and content come escaped. */
export type RowText = (event: CanonicalEvent, channel: string, content: string) => string;

/**
 * A row costs by the number of pieces it is put together from and by turning numbers into text. Neighbouring events share tenant,
 * source, type, received time, country, stream and the second of their time, so those pieces are kept from row to row.
 */
export function createRowText(): RowText {
  let tenant = '';
  let source = '';
  let origin = '\t\t';
  let type = '';
  let typed = '\t\t';
  let second = Number.NaN;
  let secondText = '';
  let receivedAtMs = Number.NaN;
  let received = '';
  let stream = '';
  /** Columns country and stream of events of the present stream, by country. */
  const places = new Map<string, string>();

  const timeText = (ms: number): string => {
    const whole = Math.floor(ms / 1_000);
    const rest = milliseconds[ms - whole * 1_000];
    if (rest === undefined || whole <= 0) return String(ms);
    if (whole !== second) {
      second = whole;
      secondText = String(whole);
    }
    return secondText + rest;
  };

  const placeText = (e: CanonicalEvent): string => {
    if (e.stream !== stream || places.size > MAX_PLACES) {
      stream = e.stream;
      places.clear();
    }
    const known = places.get(e.country);
    if (known !== undefined) return known;
    const text = flat(`\t${e.country}\t${escapeTsv(stream)}\t`);
    places.set(e.country, text);
    return text;
  };

  return (e, channel, content) => {
    if (e.source !== source || e.tenant !== tenant) {
      tenant = e.tenant;
      source = e.source;
      origin = flat(`${tenant}\t${escapeTsv(source)}\t`);
    }
    if (e.type !== type) {
      type = e.type;
      typed = flat(`\t${type}\t`);
    }
    if (e.receivedAtMs !== receivedAtMs) {
      receivedAtMs = e.receivedAtMs;
      received = flat(`\t${receivedAtMs}\t`);
    }
    const when = typed + timeText(e.eventTimeMs) + received;
    const where = channel + '\t' + content + placeText(e);
    return origin + escapeTsv(e.id) + when + where + escapeTsv(e.user) + moneyText(e) + jsonText(e) + '\n';
  };
}

/** Columns from `amount_minor` to `flags`, tabs around them. */
function moneyText(e: CanonicalEvent): string {
  if (e.amountMinor === 0 && e.flags === 0 && e.currency === '' && e.amountBaseMinor === 0)
    return '\t0\t\t0\t0\t';
  const isUnknown = (e.flags & eventFlags.unconverted) !== 0 || Number.isNaN(e.amountBaseMinor);
  return `\t${e.amountMinor}\t${e.currency}\t${isUnknown ? 0 : e.amountBaseMinor}\t${e.flags}\t`;
}

/** JSON text has no raw tab or newline; only a backslash needs a second one. */
function jsonText({ dataJson }: CanonicalEvent): string {
  return dataJson.includes('\\') ? dataJson.replaceAll('\\', '\\\\') : dataJson;
}

/** A concatenation is a tree of its parts until somebody flattens it; pieces that are kept are flattened once, here. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}
