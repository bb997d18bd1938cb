import { Type } from '@sinclair/typebox';
import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import {
  CalendarCountryRequest,
  MAX_PLANNED_EVENTS,
  noCalendar,
  PlannedEvent,
  PlannedEventRequest,
  TenantCalendar,
} from '../../platform/contracts/calendar.ts';
import { holidayCountries } from '../../platform/contracts/calendar-names.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import { tenantOf } from './session-routes.ts';

export interface CalendarRouteDeps {
  readonly access: Access;
  /** KV `calendars`, key `<tenant>`. */
  readonly calendars: KvMirror<TenantCalendar>;
  readonly clock: Clock;
}

const tag = 'Forecasts';
const DAY_MS = 86_400_000;
const MAX_DAYS = 366;
const MAX_AHEAD_DAYS = 731;
const ID_CHARS = 12;

/** What forecasts know of days beside their weekday: public holidays of a country, and what the tenant plans. Changes are audited as every one is. */
export function calendarRoutes({ access, calendars, clock }: CalendarRouteDeps): Route[] {
  const change = async (
    tenant: string,
    decide: (before: TenantCalendar) => TenantCalendar,
  ): Promise<TenantCalendar> =>
    (await calendars.update(tenant, (before) => decide(before ?? noCalendar))) ?? noCalendar;

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/calendar',
      tag,
      summary: 'Country of the public holidays, and planned events, by their first day.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: TenantCalendar,
      handle: async ({ caller }) => {
        const { country, events } = calendars.get(principalOf(caller).tenant) ?? noCalendar;
        return await Promise.resolve({
          country,
          events: [...events].sort((a, b) => a.from.localeCompare(b.from) || a.id.localeCompare(b.id)),
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/calendar',
      tag,
      summary: 'Adds a planned event; forecasts are made anew with it.',
      description:
        'A promotion, campaign, price change, release or closure with its days. Forecasts reckon with a kind on a series once it has been seen to move that series at three occasions and reckoning with it made past forecasts better; one that is over is worth adding for that. `knownFrom`: when it was decided, so that the past is tried with what was known then.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: PlannedEventRequest,
      status: 201,
      reply: PlannedEvent,
      errors: ['CALENDAR_INVALID', 'CALENDAR_FULL'],
      handle: async ({ body, caller }) => {
        const { tenant } = principalOf(caller);
        const nowMs = clock.nowMs();
        const today = localDate(nowMs, tenantOf(access, tenant).timeZone);
        const event: PlannedEvent = {
          knownFrom: today,
          ...body,
          id: randomBase62(ID_CHARS),
          createdAtMs: nowMs,
        };
        const fault = faultOf(event, today);
        if (fault !== undefined) throw new WeirError('CALENDAR_INVALID', fault);
        await change(tenant, (before) => {
          if (before.events.length >= MAX_PLANNED_EVENTS)
            throw new WeirError('CALENDAR_FULL', `There are ${MAX_PLANNED_EVENTS} planned events already.`);
          return { ...before, events: [...before.events, event] };
        });
        return event;
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/calendar',
      tag,
      summary: 'Sets whose public holidays forecasts know; null for none.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: CalendarCountryRequest,
      reply: TenantCalendar,
      errors: ['CALENDAR_INVALID'],
      handle: async ({ body, caller }) => {
        if (body.country !== null && !holidayCountries.includes(body.country))
          throw new WeirError('CALENDAR_INVALID', `The holidays of ${body.country} are not known.`);
        return await change(principalOf(caller).tenant, (before) => ({ ...before, country: body.country }));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/calendar/{id}',
      tag,
      summary: 'Removes a planned event; forecasts are made anew without it.',
      guard: 'kpis:write',
      params: Type.Object(
        { id: Type.String({ pattern: '^[A-Za-z0-9]{1,64}$' }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['CALENDAR_EVENT_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        await change(principalOf(caller).tenant, (before) => {
          const events = before.events.filter(({ id }) => id !== params.id);
          if (events.length === before.events.length)
            throw new WeirError('CALENDAR_EVENT_NOT_FOUND', 'There is no planned event of this id.');
          return { ...before, events };
        });
      },
    }),
  ];
}

/** What is wrong with the days of an event; undefined where nothing is. */
export function faultOf(
  { from, knownFrom, to }: Pick<PlannedEvent, 'from' | 'to' | 'knownFrom'>,
  today: string,
): string | undefined {
  for (const date of [from, to, knownFrom])
    if (new Date(dayMs(date)).toISOString().slice(0, 10) !== date) return `There is no day ${date}.`;
  if (to < from) return `The last day, ${to}, is before the first, ${from}.`;
  if (dayMs(to) - dayMs(from) >= MAX_DAYS * DAY_MS)
    return 'An event lasts a year at most: what lasts longer is no event.';
  if (dayMs(from) - dayMs(today) > MAX_AHEAD_DAYS * DAY_MS) return `${from} is over two years away.`;
  if (knownFrom > today) return `It cannot be known from ${knownFrom}: that day is still to come.`;
  return undefined;
}

function dayMs(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return Date.UTC(year, month - 1, day);
}

/** 2026-03-05 in a zone. */
function localDate(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(atMs);
}
