import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { WEEK_MS } from './seasons.ts';
import { cleanSeries, FIVE_MINUTES_MS, HOUR_MS, watch } from './testing/series.ts';

/** Alarms a week on a clean series: the mean of three seeded runs. */
function alarmsPerWeek(kind: string, stepMs: number, weeks: number, falseAlarmsPerWeek: number): number {
  const make = cleanSeries[kind];
  if (make === undefined) throw new Error(`no series ${kind}`);
  let alarms = 0;
  for (const seed of [1, 2, 3]) {
    const valueAt = make(createRandom(`${kind}/${seed}`));
    const count = Math.round((weeks * WEEK_MS) / stepMs);
    alarms += watch(count, (at) => valueAt(at * stepMs), { stepMs, falseAlarmsPerWeek }).episodes.length;
  }
  return alarms / weeks / 3;
}

describe('"about one false alarm a week"', () => {
  it.each(Object.keys(cleanSeries))('is within a factor of two above it: %s', (kind) => {
    for (const [stepMs, weeks] of [
      [FIVE_MINUTES_MS, 8],
      [HOUR_MS, 40],
    ] as const) {
      const found = alarmsPerWeek(kind, stepMs, weeks, 1);
      expect(found).toBeLessThan(2);
      // Sparse counts have few values that could be rare; their tails are kept wide on purpose.
      expect(found).toBeGreaterThan(kind.includes('counts') ? 0.1 : 0.25);
    }
  });

  it('follows the setting', () => {
    const rates = [0.1, 1, 5].map((setting) => alarmsPerWeek('normal', FIVE_MINUTES_MS, 8, setting));
    expect(rates[0]).toBeLessThan(0.3);
    expect(rates[1]).toBeGreaterThan(0.4);
    expect(rates[2]).toBeGreaterThan(2);
    expect(rates[2]).toBeLessThan(7);
  });
});
