import { Type, type Static } from '@sinclair/typebox';

/** Kinds of events a tenant plans; each is a regressor of the forecasts. */
export const plannedKinds = ['promotion', 'campaign', 'price change', 'release', 'closure', 'other'] as const;
export type PlannedKind = (typeof plannedKinds)[number];
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

/** Countries whose public holidays are known: those of the package `date-holidays`, which a test compares. */
export const holidayCountries: readonly string[] = (
  'AD AE AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ ' +
  'DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU IC ID IE IL IM IN IR IS IT JE JM JP ' +
  'KE KM KN KR KY KZ LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MK ML MQ MR MS MT MU MW MX MY MZ NA NC NE NF NG NI NL NO NZ PA PE PF PH PK PL PM PR PT PY ' +
  'RE RO RS RU RW SA SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TC TD TG TH TN TO TR TT TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF XK YT ZA ZM ZW'
).split(' ');

export const CalendarCountryRequest = Type.Object(
  { country: TenantCalendar.properties.country },
  { additionalProperties: false },
);
