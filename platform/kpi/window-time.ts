import type { WindowSize } from '../contracts/kpi.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** Fixed lengths; days and months depend on the zone. */
const fixedLengthMs: Readonly<Partial<Record<WindowSize, number>>> = {
  '10s': 10 * SECOND,
  '1m': 60 * SECOND,
  '1h': HOUR,
};

/** Finds event-time windows of one IANA zone. Windows are half-open; hours and shorter are aligned to UTC. */
export interface WindowClock {
  readonly timeZone: string;
  /** Start of the window of `size` that contains `timeMs`. */
  start(size: WindowSize, timeMs: number): number;
  /** End of the window that starts at `startMs`, which is the start of the next one. */
  end(size: WindowSize, startMs: number): number;
}

/** Throws RangeError for a zone the platform does not know. */
export function createWindowClock(timeZone: string): WindowClock {
  const offsetAt = timeZone === 'UTC' ? () => 0 : zoneOffsets(timeZone);
  // The last answer per size: events come in time order, so nearly every question repeats the last one.
  const memo: Record<'1d' | '1mo', { start: number; end: number }> = {
    '1d': { start: 1, end: 0 },
    '1mo': { start: 1, end: 0 },
  };

  const midnight = (localDayMs: number): number => {
    const guess = localDayMs - offsetAt(localDayMs);
    const start = localDayMs - offsetAt(guess);
    // Where the clocks jump over midnight the day begins at the jump, the first instant whose local time is that day.
    return start + offsetAt(start) < localDayMs ? guess : start;
  };
  const dayStart = (timeMs: number): number => midnight(Math.floor((timeMs + offsetAt(timeMs)) / DAY) * DAY);
  const monthStart = (timeMs: number): number => {
    const local = new Date(timeMs + offsetAt(timeMs));
    return midnight(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1));
  };
  const bounds = (size: '1d' | '1mo', timeMs: number): { start: number; end: number } => {
    const last = memo[size];
    if (timeMs >= last.start && timeMs < last.end) return last;
    const start = size === '1d' ? dayStart(timeMs) : monthStart(timeMs);
    const end = size === '1d' ? dayStart(start + 36 * HOUR) : monthStart(start + 32 * DAY);
    const found = { start, end };
    memo[size] = found;
    return found;
  };

  return {
    timeZone,
    start: (size, timeMs) => {
      const length = fixedLengthMs[size];
      if (length !== undefined) return Math.floor(timeMs / length) * length;
      return bounds(size === '1mo' ? '1mo' : '1d', timeMs).start;
    },
    end: (size, startMs) => {
      const length = fixedLengthMs[size];
      if (length !== undefined) return startMs + length;
      return bounds(size === '1mo' ? '1mo' : '1d', startMs).end;
    },
  };
}

/** Offset of local time to UTC in ms, by the hour (offsets change on quarter hours at the finest, never inside one twice a day). */
function zoneOffsets(timeZone: string): (timeMs: number) => number {
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
  const quarter = 15 * 60 * SECOND;
  const known = new Map<number, number>();
  return (timeMs) => {
    const key = Math.floor(timeMs / quarter);
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const at = key * quarter;
    const parts = new Map(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
    const local = Date.UTC(
      parts.get('year') ?? 0,
      (parts.get('month') ?? 1) - 1,
      parts.get('day') ?? 1,
      parts.get('hour') ?? 0,
      parts.get('minute') ?? 0,
      parts.get('second') ?? 0,
    );
    if (known.size > 50_000) known.clear();
    known.set(key, local - at);
    return local - at;
  };
}
