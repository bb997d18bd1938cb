import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import {
  cohortBits,
  finishCohorts,
  newCohorts,
  stepCohorts,
  type CohortPlan,
  type CohortState,
} from './cohorts.ts';
import { periodsBetween } from './periods.ts';

const { entry, returns, revenue } = cohortBits;
const DAY = 86_400_000;
const start = Date.UTC(2026, 5, 1);
const clock = createWindowClock('UTC');
const plan: CohortPlan = {
  periods: periodsBetween('day', clock, start, start + 6 * DAY, 100),
  cohorts: 3,
  followed: 3,
  fromMs: start,
  toMs: start + 3 * DAY,
};

type Event = readonly [user: string, day: number, bits: number, amountMinor?: number];
function run(events: readonly Event[]): CohortState {
  const state = newCohorts(plan);
  for (const [user, day, bits, amountMinor = 0] of events)
    stepCohorts(plan, state, user, start + day * DAY, bits, amountMinor);
  return state;
}

describe('a table by hand', () => {
  const events: Event[] = [
    ['a', 0.1, entry],
    ['b', 0.2, entry | revenue, 500],
    ['old', -3, entry],
    ['old', 1, returns],
    ['a', 1.5, returns],
    ['a', 1.7, returns | revenue, 300],
    ['c', 1.1, entry],
    ['stranger', 1.2, returns | revenue, 9_999],
    ['b', 2.5, revenue, -100],
    ['a', 3.0, returns],
    ['c', 2.0, returns],
    ['b', 4.5, returns | revenue, 7_000],
  ];
  const { cohorts, mean } = finishCohorts(plan, run(events), start + 3.5 * DAY, start + 3 * DAY);

  test('who entered, came back and paid', () => {
    expect(cohorts.map(({ size, cells }) => [size, cells.map(({ returned }) => returned)])).toEqual([
      [2, [2, 1, 0, 1]],
      [1, [1, 1, 0]],
      [0, [0, 0]],
    ]);
    expect(cohorts[0]?.cells.map(({ ltvMinor }) => ltvMinor)).toEqual([250, 400, 350, 350]);
  });

  test('a period that runs is marked and in no mean; one that has not begun has no cell', () => {
    expect(cohorts.map(({ cells }) => cells.map(({ isComplete }) => isComplete))).toEqual([
      [true, true, true, false],
      [true, true, false],
      [true, false],
    ]);
    expect(mean).toEqual([
      { members: 3, retention: 1, ltvMinor: 500 / 3 },
      { members: 3, retention: 2 / 3, ltvMinor: 800 / 3 },
      { members: 2, retention: 0, ltvMinor: 350 },
      { members: 0, retention: null, ltvMinor: null },
    ]);
  });
});

test('the order of users does not matter, and revenue adds up', () => {
  const anyEvent = fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.integer({ min: -48, max: 143 }).map((hours) => hours / 24),
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: -500, max: 500 }),
  );
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      const inTime = events.toSorted(([, a], [, b]) => a - b);
      const byUser = inTime.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      const end = start + 100 * DAY;
      const table = finishCohorts(plan, run(inTime), end, end);
      expect(finishCohorts(plan, run(byUser), end, end)).toEqual(table);
      for (const { size, cells } of table.cohorts) {
        if (size === null) throw new Error('nothing is guarded');
        expect(cells.every(({ returned }) => (returned ?? 0) <= size)).toBe(true);
        const sum = cells.reduce((total, { revenueMinor }) => total + (revenueMinor ?? 0), 0);
        expect((cells.at(-1)?.ltvMinor ?? 0) * size).toBeCloseTo(sum, 6);
      }
    }),
  );
});

describe('periods follow the calendar of the zone', () => {
  const berlin = createWindowClock('Europe/Berlin');

  test('weeks begin on Monday, also the one in which the clocks change', () => {
    // 29 March 2026 has 23 hours in Berlin; 23 March is a Monday.
    const weeks = periodsBetween('week', berlin, Date.UTC(2026, 2, 25), Date.UTC(2026, 3, 8), 10);
    expect(weeks.starts.map((ms) => new Date(ms).toISOString())).toEqual([
      '2026-03-22T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-04-05T22:00:00.000Z',
    ]);
    expect(weeks.endOf(0) - (weeks.starts[0] ?? 0)).toBe(167 * 3_600_000);
  });

  test('an instant is in the period that holds it', () => {
    const days = periodsBetween('day', berlin, Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 2, 31), 10);
    fc.assert(
      fc.property(
        fc.integer({ min: days.starts[0] ?? 0, max: days.endOf(days.starts.length - 1) - 1 }),
        (ms) => {
          const index = days.indexOf(ms);
          expect(days.starts[index]).toBeLessThanOrEqual(ms);
          expect(days.endOf(index)).toBeGreaterThan(ms);
        },
      ),
    );
    expect(days.indexOf((days.starts[0] ?? 0) - 1)).toBe(-1);
  });

  test('months have their lengths, and no more are made than asked for', () => {
    const months = periodsBetween('month', berlin, Date.UTC(2026, 0, 15), Date.UTC(2027, 0, 15), 5);
    expect(months.starts).toHaveLength(5);
    expect(months.starts[1]).toBe(Date.UTC(2026, 0, 31, 23));
  });
});
