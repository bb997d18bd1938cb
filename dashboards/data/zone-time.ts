import type { WindowSize } from '../../platform/contracts/kpi.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const QUARTER = HOUR / 4;

/** Lengths that do not depend on the zone. */
const fixedMs: Readonly<Partial<Record<WindowSize, number>>> = {
  '10s': 10 * SECOND,
  '1m': 60 * SECOND,
  '1h': HOUR,
};

/**
 * Calendar of one IANA time zone. Windows are half-open; hours and shorter are aligned to UTC, days and months begin at local
 * midnight (where the clocks jump over it, at the jump), as in the engine.
 */
export interface Zone {
  readonly name: string;
  readonly startOf: (size: WindowSize, timeMs: number) => number;
  /** Start of the window after the one that starts at `startMs`. */
  readonly next: (size: WindowSize, startMs: number) => number;
  /** The same local time `days` later. */
  readonly addDays: (timeMs: number, days: number) => number;
  /** Start of the month `months` later. */
  readonly addMonths: (timeMs: number, months: number) => number;
  /** `YYYY-MM-DD` of the local day. */
  readonly dateText: (timeMs: number) => string;
  /** Start of the local day `YYYY-MM-DD`; undefined when there is no such day. */
  readonly fromDateText: (text: string) => number | undefined;
}

/** Throws RangeError for a zone the browser does not know. */
export function createZone(name: string): Zone {
  const offsetAt = zoneOffsets(name);
  const local = (timeMs: number): Date => new Date(timeMs + offsetAt(timeMs));
  /** The instant whose local time is `localMs`; where that is skipped, the jump. */
  const instant = (localMs: number): number => {
    const guess = localMs - offsetAt(localMs);
    const found = localMs - offsetAt(guess);
    return found + offsetAt(found) < localMs ? guess : found;
  };
  const dayStart = (timeMs: number): number => instant(Math.floor((timeMs + offsetAt(timeMs)) / DAY) * DAY);
  const monthStart = (timeMs: number, months = 0): number => {
    const date = local(timeMs);
    return instant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  };

  return {
    name,
    startOf: (size, timeMs) => {
      const length = fixedMs[size];
      if (length !== undefined) return Math.floor(timeMs / length) * length;
      return size === '1d' ? dayStart(timeMs) : monthStart(timeMs);
    },
    next: (size, startMs) => {
      const length = fixedMs[size];
      if (length !== undefined) return startMs + length;
      return size === '1d' ? dayStart(startMs + 36 * HOUR) : monthStart(startMs, 1);
    },
    addDays: (timeMs, days) => instant(timeMs + offsetAt(timeMs) + days * DAY),
    addMonths: (timeMs, months) => monthStart(timeMs, months),
    dateText: (timeMs) => local(timeMs).toISOString().slice(0, 10),
    fromDateText: (text) => {
      const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
      if (parts === null) return undefined;
      const utc = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
      return new Date(utc).toISOString().slice(0, 10) === text ? instant(utc) : undefined;
    },
  };
}

/** Offset of local time to UTC in ms; offsets change on quarter hours at the finest. */
function zoneOffsets(timeZone: string): (timeMs: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const known = new Map<number, number>();
  return (timeMs) => {
    const key = Math.floor(timeMs / QUARTER);
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const at = key * QUARTER;
    const parts = new Map(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
    const read = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const localMs = Date.UTC(
      read('year'),
      read('month') - 1,
      read('day'),
      read('hour'),
      read('minute'),
      read('second'),
    );
    if (known.size > 20_000) known.clear();
    known.set(key, localMs - at);
    return localMs - at;
  };
}
