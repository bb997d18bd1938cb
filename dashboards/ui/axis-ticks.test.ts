import { describe, expect, test } from 'vitest';
import { resolveRange } from '../data/range.ts';
import { presets } from '../data/view-state.ts';
import { createZone } from '../data/zone-time.ts';
import { axisTicks } from './axis-ticks.ts';

const zone = createZone('Europe/Berlin');
const now = Date.parse('2026-11-20T14:33:20Z');
const range = (preset: (typeof presets)[number]) =>
  resolveRange({ kind: 'preset', preset }, 'auto', now, zone);

describe('marks of the time axis', () => {
  test('a day of hours is marked at round local hours', () => {
    const { starts, grain } = range('today');
    expect(axisTicks(starts, grain, zone, 8).map((tick) => tick.index)).toEqual([0, 3, 6, 9, 12, 15, 18, 21]);
  });

  test('a week of hours is marked at local midnights', () => {
    const { starts, grain } = range('7d');
    const ticks = axisTicks(starts, grain, zone, 8);
    expect(ticks.every((tick) => tick.isDay)).toBe(true);
    expect(ticks).toHaveLength(7);
  });

  test('an hour of minutes is marked every ten', () => {
    const { starts, grain } = range('1h');
    const minutes = axisTicks(starts, grain, zone, 6).map((tick) =>
      new Date(starts[tick.index] ?? 0).getUTCMinutes(),
    );
    expect(minutes.every((minute) => minute % 10 === 0)).toBe(true);
  });

  test.each(presets)('%s never has more marks than fit, and always some', (preset) => {
    const { starts, grain } = range(preset);
    for (const maxTicks of [3, 6, 12]) {
      const ticks = axisTicks(starts, grain, zone, maxTicks);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(maxTicks + 1);
    }
  });

  test('windows six hours apart are marked by the days they span, or evenly where none is at a round time', () => {
    const hours = (count: number, everyHours: number, first: number): number[] =>
      Array.from({ length: count }, (_, i) => first + i * everyHours * 3_600_000);
    const midnight = zone.startOf('1d', now);
    const round = axisTicks(hours(37, 6, midnight), '1h', zone, 10);
    expect(round.map(({ index }) => index)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
    const askew = axisTicks(hours(37, 6, midnight + 3_600_000), '1h', zone, 10);
    expect(askew.map(({ index }) => index)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32, 36]);
  });
});
