import Holidays from 'date-holidays';
import { expect, it } from 'vitest';
import { holidayCountries } from '../../platform/contracts/calendar-names.ts';
import { noCalendar, type PlannedEvent } from '../../platform/contracts/calendar.ts';
import { isActive, publicHolidays, regressorsOf } from './regressors.ts';
import { madeSeries, panelOf } from './testing/panels.ts';

const DAY = { grain: 'daily', period: 7, stepMs: 86_400_000, ahead: 30, horizons: [1, 7, 30] } as const;
/** 60 days from Monday 5 January 2026: the first step to come is 6 March. */
const { calendar } = panelOf([madeSeries('total', '', new Float64Array(60))], DAY);
const event = (from: string, to: string, knownFrom: string): PlannedEvent => ({
  id: from,
  kind: 'promotion',
  label: 'Spring sale',
  from,
  to,
  knownFrom,
  createdAtMs: 0,
});

it('public holidays are those of the law (United States 2026: 5 U.S.C. 6103; Good Friday and Easter Monday in Germany)', async () => {
  const us = await publicHolidays('US', 20260101, 20261231);
  for (const day of [20260101, 20260119, 20260525, 20260704, 20260907, 20261126, 20261225])
    expect(us).toContain(day);
  expect(us).not.toContain(20260214);
  const de = await publicHolidays('DE', 20260101, 20261231);
  for (const day of [20260403, 20260406, 20260501, 20261003, 20261226]) expect(de).toContain(day);
});

it('the countries that may be named are those whose holidays are known', () => {
  expect([...holidayCountries].toSorted()).toEqual(Object.keys(new Holidays().getCountries()).toSorted());
});

it('a holiday is known for ever; a planned event from the origin after the day it was decided on', async () => {
  const events = [
    event('2026-03-10', '2026-03-12', '2026-02-20'),
    event('2026-02-10', '2026-02-10', '2026-02-20'),
  ];
  const [holiday, promotion] = await regressorsOf(calendar, { country: 'US', events }, 60);
  expect(holiday?.name).toBe('public holiday');
  // 19 January is the fifteenth day.
  expect(holiday === undefined ? undefined : isActive(holiday, 14, 3)).toBe(true);
  if (promotion === undefined) throw new Error('no promotion');
  // 10 March is step 64; 20 February step 46, so origins from 47 on know.
  expect([46, 47, 60].map((origin) => isActive(promotion, 64, origin))).toEqual([false, true, true]);
  expect([63, 64, 65, 66, 67].map((t) => isActive(promotion, t, 60))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  // 10 February, step 36, was entered ten days late: a forecast of before did not know of it, one of after does.
  expect([30, 36, 37].map((origin) => isActive(promotion, 36, origin))).toEqual([false, false, true]);
});

it('what is decided on today counts today', async () => {
  const [promotion] = await regressorsOf(
    calendar,
    { country: null, events: [event('2026-03-10', '2026-03-10', '2026-03-06')] },
    60,
  );
  expect(
    promotion === undefined ? undefined : [59, 60].map((origin) => isActive(promotion, 64, origin)),
  ).toEqual([false, true]);
});

it('nothing known is no regressor, and what holds nearly always is none', async () => {
  expect(await regressorsOf(calendar, noCalendar, 60)).toEqual([]);
  const always = { country: null, events: [event('2026-01-01', '2026-12-31', '2026-01-01')] };
  expect(await regressorsOf(calendar, always, 60)).toEqual([]);
});
