import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { WEEK_MS } from './seasons.ts';
import { cleanSeries, FIVE_MINUTES_MS, HOUR_MS, watch } from './testing/series.ts';

const SEEDS = [1, 2, 3];

/** Alarms a week on a clean series, from its first point on: the mean of seeded runs. */
function alarmsPerWeek(kind: string, stepMs: number, weeks: number, falseAlarmsPerWeek: number): number {
  const make = cleanSeries[kind];
  if (make === undefined) throw new Error(`no series ${kind}`);
  let alarms = 0;
  for (const seed of SEEDS) {
    const valueAt = make(createRandom(`${kind}/${seed}`));
    const count = Math.round((weeks * WEEK_MS) / stepMs);
    alarms += watch(count, (at) => valueAt(at * stepMs), { stepMs, falseAlarmsPerWeek }).episodes.length;
  }
  return alarms / weeks / SEEDS.length;
}

/** Looser than what `npm run bench -- false-alarms` measures over more kinds, seeds and settings: so much is luck in so short a time. */
describe('"about N false alarms a week"', () => {
  it.each([
    ['5 min', FIVE_MINUTES_MS, 5, 1],
    ['5 min', FIVE_MINUTES_MS, 3, 5],
    ['1 h', HOUR_MS, 40, 1],
    ['1 h', HOUR_MS, 20, 5],
  ] as const)('is kept by points of %s over all kinds of series', (_step, stepMs, weeks, setting) => {
    const found = Object.keys(cleanSeries)
      .map((kind) => alarmsPerWeek(kind, stepMs, weeks, setting) / setting)
      .toSorted((a, b) => a - b);
    const median = ((found[4] ?? 0) + (found[5] ?? 0)) / 2;
    expect(median).toBeGreaterThan(0.6);
    expect(median).toBeLessThan(1.5);
    expect(found[0]).toBeGreaterThan(0.4);
    expect(found.at(-1)).toBeLessThan(2.5);
  });

  it('for less than one a week the series is not asked alone: few, and fewer', () => {
    const rates = [0.1, 1].map((setting) => alarmsPerWeek('normal', FIVE_MINUTES_MS, 8, setting));
    expect(rates[0]).toBeLessThan(0.3);
    expect(rates[1]).toBeGreaterThan(rates[0] ?? 0);
  });
});
