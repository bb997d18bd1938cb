import { describe, expect, it } from 'vitest';
import type { Random } from '../../platform/time/random.ts';
import type { AnomalyReason } from './detector.ts';
import { FIVE_MINUTES_MS, HOUR_MS, watch } from './testing/series.ts';

interface Case {
  readonly what: string;
  readonly valueAt: (at: number, random: Random) => number;
  readonly from: number;
  /** Points after `from` within which the alarm has to come. */
  readonly within: number;
  readonly reasons: readonly AnomalyReason[];
}

const cases: readonly Case[] = [
  {
    what: 'a spike',
    valueAt: (at, r) => 100 + 5 * r.normal() + (at === 3_000 ? 60 : 0),
    from: 3_000,
    within: 0,
    reasons: ['value', 'pattern', 'spread'],
  },
  {
    what: 'an outage',
    valueAt: (at, r) => (at >= 3_000 && at < 3_024 ? 0 : 100 + 5 * r.normal()),
    from: 3_000,
    within: 0,
    reasons: ['value', 'pattern', 'spread'],
  },
  {
    what: 'three deviations too high for hours',
    valueAt: (at, r) => 100 + 5 * r.normal() + (at >= 3_000 && at < 3_100 ? 15 : 0),
    from: 3_000,
    within: 12,
    reasons: ['drift', 'value', 'spread'],
  },
  {
    what: 'four times as unsteady',
    valueAt: (at, r) => 100 + (at >= 3_000 && at < 3_100 ? 20 : 5) * r.normal(),
    from: 3_000,
    within: 12,
    reasons: ['spread', 'value', 'pattern'],
  },
  {
    what: 'a value that sticks',
    valueAt: (at, r) => (at >= 3_000 && at < 3_200 ? 100 : 100 + 5 * r.normal()),
    from: 3_000,
    within: 40,
    reasons: ['flat'],
  },
];

describe('a detector finds', () => {
  it.each(cases)('$what', ({ valueAt, from, within, reasons }) => {
    for (const seed of [21, 22, 23]) {
      const { verdicts } = watch(from + within + 1, valueAt, { seed });
      const alarm = verdicts.slice(from).findIndex(({ isAnomalous }) => isAnomalous);
      expect(alarm).toBeGreaterThanOrEqual(0);
      expect(reasons).toContain(verdicts[from + alarm]?.reason);
    }
  });

  it('a holiday on a week day, and not the weekend', () => {
    const isHoliday = (at: number): boolean => Math.floor(at / 24) === 60;
    const weekend = (at: number): number => (Math.floor(at / 24) % 7 < 5 ? 1 : 0.5);
    const { episodes } = watch(
      70 * 24,
      (at, r) =>
        (isHoliday(at) ? 0.3 : 1) * weekend(at) * (100 + 60 * Math.sin((2 * Math.PI * at) / 24)) +
        5 * r.normal(),
      { stepMs: HOUR_MS, falseAlarmsPerWeek: 0.2 },
    );
    const settled = episodes.filter(({ startMs }) => startMs > 35 * 24 * HOUR_MS);
    expect(settled.map(({ startMs }) => Math.floor(startMs / HOUR_MS / 24))).toEqual([60]);
  });
});

describe('the band', () => {
  it('follows the season, and few clean points leave it', () => {
    const season = (at: number): number => 100 + 40 * Math.sin((2 * Math.PI * at) / 288);
    const values: number[] = [];
    const { verdicts } = watch(4_032, (at, r) => (values[at] = season(at) + 5 * r.normal()));
    let outside = 0;
    let off = 0;
    for (let at = 2_016; at < 4_032; at++) {
      const { lower = 0, upper = 0, expected = 0 } = verdicts[at] ?? {};
      const value = values[at] ?? 0;
      if (value < lower || value > upper) outside++;
      off += Math.abs(expected - season(at)) / 2_016;
    }
    expect(outside / 2_016).toBeLessThan(0.05);
    expect(off).toBeLessThan(5);
  });

  it('and expectation are absent while warming: a day, at most 288 points', () => {
    const { verdicts } = watch(300, (_at, r) => r.normal());
    expect(verdicts.findIndex(({ phase }) => phase === 'watching')).toBe(288);
    expect(verdicts.slice(0, 288).some((v) => v.expected !== undefined || v.isAnomalous)).toBe(false);
    const hourly = watch(300, (_at, r) => r.normal(), { stepMs: 12 * FIVE_MINUTES_MS });
    expect(hourly.verdicts.findIndex(({ phase }) => phase === 'watching')).toBe(60);
  });
});
