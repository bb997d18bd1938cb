/** What a time without `Z` or an offset means: nothing certain (native routes), or UTC as the compatible clients take it. */
export type Zoneless = 'refuse' | 'utc';

const DAY_MS = 86_400_000;
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Milliseconds since 1970 of an RFC 3339 date-time, NaN when it is none. Digits beyond milliseconds are cut. Hand-written
 * because `Date.parse` costs ten times as much and takes many things that are no RFC 3339, in local time.
 */
export function parseRfc3339(text: string, zoneless: Zoneless): number {
  const length = text.length;
  if (length < 19 || length > 40) return Number.NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const separator = text.charCodeAt(10);
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    (separator !== 84 && separator !== 116 && separator !== 32) ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return Number.NaN;
  // Second 60 is a leap second. What is no digit came back so negative that it fails here.
  if (year < 0 || month < 1 || month > 12 || hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return Number.NaN;
  if (second < 0 || second > 60 || day < 1 || day > monthLength(year, month)) return Number.NaN;

  let at = 19;
  let ms = 0;
  if (text.charCodeAt(at) === 46) {
    const start = ++at;
    for (let weight = 100; at < length; at++, weight = Math.floor(weight / 10)) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      ms += digit * weight;
    }
    if (at === start) return Number.NaN;
  }
  const offsetMinutes = zoneOffset(text, at, zoneless);
  return (
    daysFromCivil(year, month, day) * DAY_MS +
    hour * 3_600_000 +
    (minute - offsetMinutes) * 60_000 +
    second * 1_000 +
    ms
  );
}

export interface TimeRules {
  /** A time this far ahead of ours is taken as said; beyond it the clock is wrong. */
  readonly futureToleranceMs: number;
  /** Below this the difference of the clocks cannot be told from the network and the client's retries. */
  readonly skewToleranceMs: number;
}

/** Nothing Weir measures is older; a time before it is a unit mix-up (seconds for milliseconds) or an unset clock. */
export const EARLIEST_EVENT_MS = Date.UTC(1990, 0, 1);

export interface RuledTime {
  /** NaN when the time is before 1990. */
  readonly eventTimeMs: number;
  readonly skewed: boolean;
}

/**
 * The clock-skew rule. With `sentAtMs` (the sender's clock when it sent) the difference to `receivedAtMs` is the sender's
 * skew, and beyond the tolerance it is taken out: time = received − (sent − original). What is then still further ahead
 * than the tolerance becomes the received time. Old times stand: an import of history is not skew.
 */
export function ruleTime(
  timeMs: number,
  sentAtMs: number,
  receivedAtMs: number,
  rules: TimeRules,
): RuledTime {
  let eventTimeMs = timeMs;
  let skewed = false;
  const skewMs = receivedAtMs - sentAtMs;
  if (Math.abs(skewMs) > rules.skewToleranceMs) {
    eventTimeMs = timeMs + skewMs;
    skewed = true;
  }
  if (eventTimeMs > receivedAtMs + rules.futureToleranceMs) {
    eventTimeMs = receivedAtMs;
    skewed = true;
  }
  return eventTimeMs >= EARLIEST_EVENT_MS ? { eventTimeMs, skewed } : { eventTimeMs: Number.NaN, skewed };
}

/** Minutes east of UTC written at `at`, NaN when the text does not end there with a zone. */
function zoneOffset(text: string, at: number, zoneless: Zoneless): number {
  const left = text.length - at;
  if (left === 0) return zoneless === 'utc' ? 0 : Number.NaN;
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) return left === 1 ? 0 : Number.NaN;
  if (sign !== 43 && sign !== 45) return Number.NaN;
  const colon = text.charCodeAt(at + 3) === 58 ? 1 : 0;
  if (left !== 5 + colon) return Number.NaN;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 3 + colon);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return (sign === 43 ? 1 : -1) * (hours * 60 + minutes);
}

/** A number of two digits; far below zero when one is none, so that callers compare whole numbers and never meet NaN. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -100_000;
}

function monthLength(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (daysInMonth[month - 1] ?? 0);
}

/** Days from 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
