import { Cron } from 'croner';
import type { QuietHours, Subscription } from '../../../platform/contracts/alert-subscription.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/**
 * End of the quiet stretch that `nowMs` lies in; undefined outside of one. A stretch over midnight belongs to the day it begins on.
 * Where the clocks change, its end is the wall-clock end.
 */
export function quietUntilMs(quiet: QuietHours | null, timeZone: string, nowMs: number): number | undefined {
  if (quiet === null || quiet.fromMinute === quiet.toMinute) return undefined;
  const { minute, weekday } = localMinute(timeZone, nowMs);
  const { fromMinute, toMinute, days } = quiet;
  const isOn = (day: number): boolean => days.length === 0 || days.includes(day);
  const isOverMidnight = toMinute < fromMinute;
  const today = minute >= fromMinute && (isOverMidnight || minute < toMinute) && isOn(weekday);
  const sinceYesterday = isOverMidnight && minute < toMinute && isOn(weekday === 1 ? 7 : weekday - 1);
  if (!today && !sinceYesterday) return undefined;
  return nextAt(`${toMinute % 60} ${Math.floor(toMinute / 60)} * * *`, timeZone, nowMs);
}

/** When the digest goes out that takes what is due at `fromMs`. */
export function digestAtMs(subscription: Pick<Subscription, 'when' | 'timeZone'>, fromMs: number): number {
  const { when, timeZone } = subscription;
  switch (when.mode) {
    case 'immediate':
      return fromMs;
    case 'hourly':
      return nextAt('0 * * * *', timeZone, fromMs);
    case 'daily':
      return nextAt(`0 ${when.hour} * * *`, timeZone, fromMs);
    case 'weekly':
      return nextAt(`0 ${when.hour} * * ${when.weekday % 7}`, timeZone, fromMs);
  }
}

function nextAt(pattern: string, timeZone: string, fromMs: number): number {
  const next = new Cron(pattern, { timezone: timeZone, paused: true }).nextRun(new Date(fromMs));
  // Each of our patterns comes round; a zone that is not known any more must not hold a message back for ever.
  return next?.getTime() ?? fromMs + DAY_MINUTES * MINUTE_MS;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  if (formats.size < 600) formats.set(timeZone, made);
  return made;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function localMinute(timeZone: string, atMs: number): { minute: number; weekday: number } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  return {
    minute: 60 * Number(parts.get('hour')) + Number(parts.get('minute')),
    weekday: weekdays.indexOf(parts.get('weekday') ?? '') + 1,
  };
}
