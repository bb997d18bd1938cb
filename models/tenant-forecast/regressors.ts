import { DATA_OUTAGE, plannedKinds } from '../../platform/contracts/calendar-names.ts';
import type { TenantCalendar } from '../../platform/contracts/calendar.ts';
import type { Calendar } from './panel.ts';

/** Something besides weekday and hour that days are known to be, or to have been. */
export interface Regressor {
  readonly name: string;
  readonly isHoliday: boolean;
  /** 1 on the steps it holds on, those to come included. */
  readonly active: Uint8Array;
  /** By step: the first origin (steps of history before it) at which a forecast may know of it; 0 for what is known for years ahead. */
  readonly knownAt: Int32Array;
}

/** Longer than this an event is a change for good, which the level of a series tells. */
const MAX_SHARE = 0.4;

/**
 * What a tenant's calendar says of every step: public holidays of its country, known for ever, and planned events by kind, known from the day
 * they were decided on; what is known today counts as known at the origin of today (`length`). Kinds that hold on more than two steps of five are
 * left out. The table of holidays (`date-holidays`, by lawful rules of each country) is large and loaded only where a country is set.
 */
export async function regressorsOf(
  { date }: Calendar,
  { country, events }: TenantCalendar,
  length: number,
): Promise<readonly Regressor[]> {
  const found: Regressor[] = [];
  if (country !== null) {
    const days = await publicHolidays(country, date[0] ?? 0, date.at(-1) ?? 0);
    found.push({
      name: 'public holiday',
      isHoliday: true,
      active: Uint8Array.from(date, (day) => (days.has(day) ? 1 : 0)),
      knownAt: new Int32Array(date.length),
    });
  }
  for (const kind of plannedKinds) {
    if (kind === DATA_OUTAGE) continue;
    const active = new Uint8Array(date.length);
    const knownAt = new Int32Array(date.length).fill(length);
    for (const event of events) {
      if (event.kind !== kind) continue;
      const [from, to, known] = [numberOf(event.from), numberOf(event.to), numberOf(event.knownFrom)];
      // Decided on in the course of a day, it is known to the forecast that begins with the next one.
      const next = date.findIndex((day) => day > known);
      const origin = Math.min(length, next === -1 ? length : next);
      date.forEach((day, t) => {
        if (day < from || day > to) return;
        active[t] = 1;
        knownAt[t] = Math.min(knownAt[t] ?? length, origin);
      });
    }
    found.push({ name: kind, isHoliday: false, active, knownAt });
  }
  return found.filter(({ active }) => {
    const count = active.reduce((sum, each) => sum + each, 0);
    return count > 0 && count <= MAX_SHARE * active.length;
  });
}

/** Whether a forecast made after `origin` steps of history may reckon with the regressor at step `t`; of the past everything is known. */
export function isActive({ active, knownAt }: Regressor, t: number, origin: number): boolean {
  return active[t] === 1 && (t < origin || (knownAt[t] ?? 0) <= origin);
}

/** Steps of days whose data are recorded as missing. */
export function outageSteps({ date }: Calendar, { events }: TenantCalendar): readonly boolean[] {
  const outages = events
    .filter(({ kind }) => kind === DATA_OUTAGE)
    .map(({ from, to }) => ({ from: numberOf(from), to: numberOf(to) }));
  return Array.from(date, (day) => outages.some(({ from, to }) => day >= from && day <= to));
}

/** Days with a public holiday of a country, as numbers like 20260305, from one such day to another. */
export async function publicHolidays(
  country: string,
  from: number,
  to: number,
): Promise<ReadonlySet<number>> {
  const { default: Holidays } = await import('date-holidays');
  const table = new Holidays(country, { types: ['public'] });
  const days = new Set<number>();
  for (let year = Math.floor(from / 10_000); year <= Math.floor(to / 10_000); year += 1)
    for (const { date, end, start } of table.getHolidays(year)) {
      // A holiday may last days: whole ones from the date it begins on in its own zone.
      const first = Date.UTC(
        Number(date.slice(0, 4)),
        Number(date.slice(5, 7)) - 1,
        Number(date.slice(8, 10)),
      );
      const length = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
      for (let k = 0; k < length; k += 1) days.add(numberOf(new Date(first + k * DAY_MS).toISOString()));
    }
  return days;
}

const DAY_MS = 86_400_000;

function numberOf(date: string): number {
  return Number(date.slice(0, 10).replaceAll('-', ''));
}
