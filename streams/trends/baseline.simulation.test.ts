import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { addActivity, createActivity } from './activity.ts';
import { testBurst } from './baseline.ts';

const DAY0 = 20_000;
const DAYS = 35;
const ALL_PER_DAY = 1_000;

/** Parts of a day's mentions by the hour. */
type Hours = readonly number[];
const even: Hours = Array.from({ length: 24 }, () => 1 / 24);
const seven: Hours = even.map((_, hour) => (hour === 7 ? 1 : 0));
const around = (top: number, swing: number): Hours =>
  even.map((part, hour) => part * (1 + swing * Math.cos((2 * Math.PI * (hour - top)) / 24)));
const everybody = around(13, 0.7);

/** A term with this many mentions a day at these hours, or all of a day in one hour by chance, in a feed with its own hours. */
function world(random: Random, perDay: number, hours: Hours | 'one by chance') {
  const terms = createActivity(1);
  const totals = createActivity(1);
  let today = -1;
  let lump = 0;
  return {
    /** The next hour; answers the test at its end. */
    step: (hour: number, extra = 0) => {
      const ofDay = hour % 24;
      if (Math.floor(hour / 24) !== today) {
        today = Math.floor(hour / 24);
        lump = random.int(24);
      }
      const mean = hours === 'one by chance' ? (ofDay === lump ? perDay : 0) : perDay * (hours[ofDay] ?? 0);
      const mentions = random.poisson(mean) + random.poisson(extra);
      const others = random.poisson(ALL_PER_DAY * (everybody[ofDay] ?? 0));
      if (mentions > 0) addActivity(terms, 0, DAY0 * 24 + hour, { mentions });
      if (mentions + others > 0) addActivity(totals, 0, DAY0 * 24 + hour, { mentions: mentions + others });
    },
    test: (hour: number) => testBurst(terms, 0, totals, DAY0 * 24 + hour + 1).pValue,
  };
}

describe('under the null', () => {
  const TRIALS = 250;
  test.each([
    ['ten a day at any hour', 10, even],
    ['three hundred a day at any hour', 300, even],
    ['twenty at seven', 20, seven],
    ['two hundred in the evening', 200, around(20, 0.9)],
    ['twenty in one hour of the day, by chance', 20, 'one by chance'],
  ] as const)('%s: p-values lie no lower than evenly spread ones', (name, perDay, hours) => {
    const random = createRandom(name);
    const pValues = Array.from({ length: TRIALS }, () => {
      const { step, test: pValueAt } = world(random, perDay, hours);
      const last = DAYS * 24 + random.int(24);
      for (let hour = 0; hour <= last; hour++) step(hour);
      return pValueAt(last);
    });
    const below = (level: number): number => pValues.filter((p) => p <= level).length / TRIALS;
    // Three standard deviations of a share of so many trials above it; without hours of their own these were up to .42 and .37.
    expect(below(0.05)).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / TRIALS));
    expect(below(0.01)).toBeLessThan(0.01 + 3 * Math.sqrt((0.01 * 0.99) / TRIALS));
    // Counts are whole and the better of two scales is doubled, so they are spread no further than this.
    expect(below(0.5)).toBeGreaterThan(0.1);
  });
});

test('an onset is found within two to four hours, as often as not', () => {
  const found = [
    [0, 4],
    [10, 4],
    [50, 8],
    [300, 30],
  ].map(([perDay = 0, extra = 0]) => {
    const random = createRandom(`onset ${perDay}`);
    const waits = Array.from({ length: 40 }, () => {
      const { step, test: pValueAt } = world(random, perDay, even);
      const onset = DAYS * 24 + random.int(24);
      for (let hour = 0; hour < onset; hour++) step(hour);
      for (let hour = onset; hour < onset + 24; hour++) {
        step(hour, extra);
        if (pValueAt(hour) <= 1e-6) return hour - onset + 1;
      }
      return 99;
    });
    return waits.toSorted((a, b) => a - b)[20] ?? 99;
  });
  for (const hours of found) expect(hours).toBeLessThanOrEqual(4);
  expect(found[0]).toBeLessThanOrEqual(2);
});
