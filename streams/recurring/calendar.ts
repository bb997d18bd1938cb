import { recurringIntervals, type IntervalWord } from '../../platform/contracts/interval-words.ts';

const DAY_MS = 86_400_000;

/** How often a charge recurs: every `count` units. */
export type Interval = IntervalWord;

/** The interval of a word and a count, monthly when there is no word; undefined for a word that names none, such as `one_time`. */
export function intervalOf(word: string | undefined, count: number): Interval | undefined {
  const found = recurringIntervals[(word ?? 'month').toLowerCase()];
  return found === undefined ? undefined : { unit: found.unit, count: found.count * Math.max(1, count) };
}

/** Days of a month on average: a Julian year has 365.25 (anchors §2.2). */
const DAYS_A_MONTH = 365.25 / 12;

/** A charge a interval as minor units a month: year / 12, week × 365.25 / 7 / 12, day × 365.25 / 12; rounded to whole minor units. */
export function monthlyMinor(minor: number, { unit, count }: Interval): number {
  const factor = { year: 1 / 12, month: 1, week: DAYS_A_MONTH / 7, day: DAYS_A_MONTH }[unit];
  return Math.round((minor * factor) / count);
}

/** The same time of day an interval later, in UTC; the 31st becomes the last day of a shorter month, 29 February the 28th. */
export function addInterval(atMs: number, { unit, count }: Interval): number {
  if (unit === 'day' || unit === 'week') return atMs + count * (unit === 'week' ? 7 : 1) * DAY_MS;
  return addMonths(atMs, unit === 'year' ? 12 * count : count);
}

export function addMonths(atMs: number, months: number): number {
  const date = new Date(atMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate()];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, lastDay)) + (((atMs % DAY_MS) + DAY_MS) % DAY_MS);
}
