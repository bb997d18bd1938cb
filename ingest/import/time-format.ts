/** How a column holds a time. `iso` is RFC 3339; `epoch_s` and `epoch_ms` count from 1970; anything else is a pattern of tokens. */
export interface TimeFormat {
  readonly format: string;
  /** Time of day for patterns that hold only a date, `HH:mm` or `HH:mm:ss`; midnight when absent. */
  readonly at?: string;
  /** Offset of texts that name none: `UTC` or `+HH:MM`; UTC when absent. */
  readonly zone?: string;
}

/** Milliseconds since 1970, or undefined when the cell does not hold such a time. */
export type TimeParser = (cell: unknown) => number | undefined;

type Part = 'year' | 'shortYear' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

const tokens: readonly (readonly [string, Part, string])[] = [
  ['YYYY', 'year', '\\d{4}'],
  ['YY', 'shortYear', '\\d{2}'],
  ['MM', 'month', '\\d{2}'],
  ['DD', 'day', '\\d{2}'],
  ['HH', 'hour', '\\d{2}'],
  ['mm', 'minute', '\\d{2}'],
  ['SSS', 'millisecond', '\\d{3}'],
  ['ss', 'second', '\\d{2}'],
  ['M', 'month', '\\d{1,2}'],
  ['D', 'day', '\\d{1,2}'],
  ['H', 'hour', '\\d{1,2}'],
];

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([Zz]|[+-]\d{2}:?\d{2})?$/;
const maxTimeMs = 8.64e15;

/** Compiles a format once. Throws a plain Error naming what is wrong with the format itself. */
export function createTimeParser(format: TimeFormat): TimeParser {
  const zoneMs = offsetMs(format.zone ?? 'UTC');
  if (zoneMs === undefined) throw new Error(`zone ${format.zone} is neither UTC nor an offset like +02:00`);
  const atMs = format.at === undefined ? 0 : timeOfDayMs(format.at);
  if (atMs === undefined) throw new Error(`at ${format.at} is not a time of day like 12:00`);
  const parseText = textParser(format.format, zoneMs, atMs);
  return (cell) => {
    if (cell instanceof Date) return within(cell.getTime());
    if (typeof cell === 'string') return parseText(cell.trim());
    if (typeof cell === 'number' || typeof cell === 'bigint') return parseText(String(cell));
    return undefined;
  };
}

function textParser(format: string, zoneMs: number, atMs: number): (text: string) => number | undefined {
  if (format === 'iso') return (text) => parseIso(text, zoneMs, atMs);
  if (format === 'epoch_s' || format === 'epoch_ms') {
    const unitMs = format === 'epoch_s' ? 1000 : 1;
    return (text) =>
      /^-?\d{1,16}(\.\d+)?$/.test(text) ? within(Math.round(Number(text) * unitMs)) : undefined;
  }
  return patternParser(format, zoneMs, atMs);
}

function patternParser(format: string, zoneMs: number, atMs: number): (text: string) => number | undefined {
  const parts: Part[] = [];
  let source = '';
  for (let rest = format; rest !== '';) {
    const token = tokens.find(([name]) => rest.startsWith(name));
    if (token === undefined) {
      if (/^[A-Za-z]/.test(rest) && !rest.startsWith('T') && !rest.startsWith('Z')) {
        throw new Error(`time format ${format} has an unknown token at ${rest}`);
      }
      source += rest.charAt(0).replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      rest = rest.slice(1);
      continue;
    }
    const [name, part, pattern] = token;
    if (parts.includes(part)) throw new Error(`time format ${format} names the ${part} twice`);
    parts.push(part);
    source += `(${pattern})`;
    rest = rest.slice(name.length);
  }
  const hasYear = parts.includes('year') !== parts.includes('shortYear');
  if (!hasYear || !parts.includes('month') || !parts.includes('day')) {
    throw new Error(`time format ${format} needs one year (YYYY or YY), a month (MM) and a day (DD)`);
  }
  const regex = new RegExp(`^${source}$`);
  const hasTimeOfDay = parts.includes('hour');
  return (text) => {
    const match = regex.exec(text);
    if (match === null) return undefined;
    const value: Partial<Record<Part, number>> = {};
    for (const [index, part] of parts.entries()) value[part] = Number(match[index + 1]);
    // A two-digit year is of this century: files that need another write four digits.
    const year = value.year ?? 2000 + (value.shortYear ?? 0);
    const dayStart = utc(
      year,
      value.month ?? 0,
      value.day ?? 0,
      value.hour ?? 0,
      value.minute ?? 0,
      value.second ?? 0,
      value.millisecond ?? 0,
    );
    return dayStart === undefined ? undefined : dayStart - zoneMs + (hasTimeOfDay ? 0 : atMs);
  };
}

function parseIso(text: string, zoneMs: number, atMs: number): number | undefined {
  const match = iso.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const local = utc(
    Number(year),
    Number(month),
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    fraction === undefined ? 0 : Math.trunc(Number(`0.${fraction}`) * 1000 + 1e-6),
  );
  const ownZoneMs = zone === undefined ? zoneMs : offsetMs(zone);
  if (local === undefined || ownZoneMs === undefined) return undefined;
  return local - ownZoneMs + (hour === undefined ? atMs : 0);
}

/** Like Date.UTC, but refuses what Date.UTC rolls over: 30 February, 25 o'clock. */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
): number | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const back = new Date(ms);
  const same =
    back.getUTCFullYear() === year && back.getUTCMonth() === month - 1 && back.getUTCDate() === day;
  return same ? ms : undefined;
}

function offsetMs(zone: string): number | undefined {
  if (/^(utc|z)$/i.test(zone)) return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return minutes > 14 * 60 ? undefined : (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}

function timeOfDayMs(text: string): number | undefined {
  const match = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return hour > 23 || minute > 59 || second > 59 ? undefined : ((hour * 60 + minute) * 60 + second) * 1000;
}

function within(ms: number): number | undefined {
  return Number.isFinite(ms) && Math.abs(ms) <= maxTimeMs ? ms : undefined;
}
