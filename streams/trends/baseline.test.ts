import { describe, expect, test } from 'vitest';
import { addActivity, createActivity } from './activity.ts';
import { testBurst } from './baseline.ts';

const DAY0 = 20_000;
const DAYS = 35;

/** Mentions a day of a term and of everything, spread over the hours of daylight. */
function filled(term: (day: number) => number, all: (day: number) => number) {
  const terms = createActivity(1);
  const totals = createActivity(1);
  for (let day = 0; day < DAYS; day++)
    for (let part = 0; part < 10; part++) {
      const hour = (DAY0 + day) * 24 + 8 + part;
      addActivity(terms, 0, hour, { mentions: term(day) / 10 });
      addActivity(totals, 0, hour, { mentions: all(day) / 10 });
    }
  return (): ReturnType<typeof testBurst> => testBurst(terms, 0, totals, (DAY0 + DAYS) * 24);
}

describe('testBurst', () => {
  test('five times its own share is significant, its own share is not', () => {
    const calm = filled(
      () => 10,
      () => 1_000,
    )();
    expect(calm.mentions).toBeCloseTo(10, 4);
    expect(calm.expected).toBeGreaterThan(8);
    expect(calm.expected).toBeLessThan(12);
    expect(calm.pValue).toBeGreaterThan(0.3);
    const burst = filled(
      (day) => (day === DAYS - 1 ? 50 : 10),
      () => 1_000,
    )();
    expect(burst.pValue).toBeLessThan(1e-9);
  });

  test('a habit of the weekday is no burst, the same count on another weekday is', () => {
    const weekly = (day: number): number => ((DAYS - 1 - day) % 7 === 0 ? 60 : 2);
    expect(filled(weekly, () => 1_000)().pValue).toBeGreaterThan(0.05);
    const shifted = (day: number): number => (day === DAYS - 1 ? 60 : (DAYS - 1 - day) % 7 === 3 ? 60 : 2);
    expect(filled(shifted, () => 1_000)().pValue).toBeLessThan(filled(weekly, () => 1_000)().pValue / 5);
  });

  test('what comes at seven every day is no burst at nine, four times as much is', () => {
    const at = (hourOfToday: number, mentions: number) => {
      const terms = createActivity(1);
      const totals = createActivity(1);
      const last = (DAY0 + DAYS - 1) * 24 + 8;
      for (let hour = DAY0 * 24; hour <= last; hour++) {
        const isToday = hour >= (DAY0 + DAYS - 1) * 24;
        const own = hour % 24 === (isToday ? hourOfToday : 7) ? (isToday ? mentions : 20) : 0;
        addActivity(terms, 0, hour, { mentions: own });
        addActivity(totals, 0, hour, { mentions: 40 + own });
      }
      return testBurst(terms, 0, totals, last + 1).pValue;
    };
    // It was 1.2e-9, "twenty against three and a half", every morning.
    expect(at(7, 20)).toBeGreaterThan(0.1);
    expect(at(7, 80)).toBeLessThan(0.01);
  });

  test('when everything grows alike nothing bursts', () => {
    const result = filled(
      (day) => (day === DAYS - 1 ? 80 : 10),
      (day) => (day === DAYS - 1 ? 8_000 : 1_000),
    )();
    expect(result.pValue).toBeGreaterThan(0.3);
  });

  test('a term that always varied needs more to be a burst', () => {
    const steady = filled(
      (day) => (day === DAYS - 1 ? 30 : 10),
      () => 1_000,
    )().pValue;
    const erratic = filled(
      (day) => (day === DAYS - 1 ? 30 : day % 2 === 0 ? 20 : 0),
      () => 1_000,
    )().pValue;
    expect(erratic).toBeGreaterThan(10 * steady);
  });

  test('a term without history is compared with an even share', () => {
    const fresh = filled(
      (day) => (day === DAYS - 1 ? 40 : 0),
      () => 1_000,
    )();
    expect(fresh.expected).toBeLessThan(2);
    expect(fresh.pValue).toBeLessThan(1e-6);
  });
});
