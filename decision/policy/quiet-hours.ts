import type { QuietHours } from '../../platform/contracts/policy.ts';

const minuteMs = 60_000;
const dayMinutes = 1_440;
const formats = new Map<string, Intl.DateTimeFormat>();

/** When the quiet hours that hold at `atMs` end; undefined where none hold. Over midnight and across changes of the clock. */
export function quietUntil(quiet: QuietHours, atMs: number): number | undefined {
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const now = localMinutes(quiet.zone, atMs);
  const isQuiet = from === to ? false : from < to ? now >= from && now < to : now >= from || now < to;
  if (!isQuiet) return undefined;
  const left = (to - now + dayMinutes) % dayMinutes;
  const guess = Math.floor(atMs / minuteMs) * minuteMs + left * minuteMs;
  // A change of the clock in between moves the end by what the local time is off.
  const off = (localMinutes(quiet.zone, guess) - to + dayMinutes) % dayMinutes;
  const signed = off > dayMinutes / 2 ? off - dayMinutes : off;
  return Math.max(guess - signed * minuteMs, atMs + 1);
}

/** Whether Intl knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function localMinutes(zone: string, atMs: number): number {
  const parts = formatOf(zone).formatToParts(new Date(atMs));
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return format;
}
