import type { Category, Country, Tier } from './network.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Views by day of the week, Sunday first; mean 1. */
const weekdays: readonly number[] = [1.16, 0.93, 0.92, 0.93, 0.95, 1.0, 1.11];
/** What advertisers pay by day of the week, Sunday first; mean 1. SYSTEMS row A8 asks for it and leaves the figures open. */
const adWeekdays: readonly number[] = [0.92, 1.0, 1.03, 1.05, 1.05, 1.02, 0.93];
/** Revenue per 1,000 views in dollars and its factors: SYSTEMS row A8. */
const rpmByCategory: Readonly<Record<Category, number>> = {
  finance: 12.5,
  technology: 8.75,
  education: 6.25,
  entertainment: 4.5,
  gaming: 3.75,
};
const tierFactor: Readonly<Record<Tier, number>> = { 1: 1, 2: 0.6, 3: 0.3 };
const quarterFactor: readonly number[] = [0.8, 1, 0.9, 1.4];

/**
 * How much is watched in a country at a moment, against its mean over a week: most at 20:30 local time, least before dawn, a
 * second smaller rise at noon; more at weekends.
 */
export function viewSeason(atMs: number, country: Pick<Country, 'utcOffsetHours'>): number {
  const local = localTime(atMs, country.utcOffsetHours);
  const phase = (2 * Math.PI * (local.hour - 20.5)) / 24;
  return (1 + 0.55 * Math.cos(phase) + 0.15 * Math.cos(2 * phase + 0.6)) * (weekdays[local.weekday] ?? 1);
}

/** What 1,000 views of a category earn through ads in a country at a moment, in dollars. */
export function adRpm(atMs: number, category: Category, tier: Tier): number {
  const at = new Date(atMs);
  const quarter = quarterFactor[Math.floor(at.getUTCMonth() / 3)] ?? 1;
  return rpmByCategory[category] * tierFactor[tier] * quarter * (adWeekdays[at.getUTCDay()] ?? 1);
}

/** Hour of the day (with its fraction) and day of the week, Sunday 0, at an offset from UTC. */
function localTime(
  atMs: number,
  utcOffsetHours: number,
): { readonly hour: number; readonly weekday: number } {
  const localMs = atMs + utcOffsetHours * HOUR_MS;
  const day = Math.floor(localMs / DAY_MS);
  // 1970-01-01 was a Thursday.
  return { hour: (localMs - day * DAY_MS) / HOUR_MS, weekday: (((day + 4) % 7) + 7) % 7 };
}
