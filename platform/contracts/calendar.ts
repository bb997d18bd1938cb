import { Type, type Static } from '@sinclair/typebox';
import { plannedKinds } from './calendar-names.ts';

/** Kinds of events a tenant plans; each is a regressor of the forecasts, but for a data outage, whose days are unknown to them. */
const KindName = Type.Union(plannedKinds.map((kind) => Type.Literal(kind)));

const LocalDate = (description: string) =>
  Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', description });

const dates = {
  kind: KindName,
  label: Type.String({ minLength: 1, maxLength: 120 }),
  from: LocalDate('First day, of the tenant’s zone'),
  to: LocalDate('Last day, included'),
};

export const PlannedEvent = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  ...dates,
  knownFrom: LocalDate('Day on which it was decided: a forecast from before does not know of it'),
  createdAtMs: Type.Number(),
});
export type PlannedEvent = Static<typeof PlannedEvent>;

export const PlannedEventRequest = Type.Object(
  {
    ...dates,
    knownFrom: Type.Optional(
      LocalDate('Day on which it was decided; today when absent, and never later than today'),
    ),
  },
  { additionalProperties: false },
);
export type PlannedEventRequest = Static<typeof PlannedEventRequest>;

export const MAX_PLANNED_EVENTS = 200;

/** KV `calendars`, key `<tenant>`: what forecasts know of days beside their weekday. */
export const TenantCalendar = Type.Object({
  /** Whose public holidays count; null: no holidays are known. */
  country: Type.Union([Type.String({ pattern: '^[A-Z]{2}$' }), Type.Null()]),
  events: Type.Array(PlannedEvent, { maxItems: MAX_PLANNED_EVENTS }),
});
export type TenantCalendar = Static<typeof TenantCalendar>;

export const noCalendar: TenantCalendar = { country: null, events: [] };

export const CalendarCountryRequest = Type.Object(
  { country: TenantCalendar.properties.country },
  { additionalProperties: false },
);
