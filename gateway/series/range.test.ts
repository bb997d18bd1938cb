import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { windowSizes } from '../../platform/contracts/kpi.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { parseInstant, readRange, readSeriesRange } from './range.ts';

describe('an instant', () => {
  test.each([
    ['1764547200000', 1_764_547_200_000],
    ['0', 0],
    ['-5', 0],
    ['2025-12-01T00:00:00Z', 1_764_547_200_000],
    ['2025-12-01T01:00:00+01:00', 1_764_547_200_000],
    ['2025-12-01t00:00:00.5z', 1_764_547_200_500],
    ['2025-12-01', 1_764_547_200_000],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2025-12-31T23:30:00-02:00', Date.UTC(2026, 0, 1, 1, 30)],
    ['999999999999999', Date.UTC(2299, 11, 31)],
  ])('%s is %d', (text, ms) => {
    expect(parseInstant('from', text)).toBe(ms);
  });

  test.each([
    '',
    'now',
    '12.5',
    '1e12',
    '0x10',
    'NaN',
    'Infinity',
    '2025-13-01',
    '2026-02-30',
    '2026-02-29T10:00:00Z',
    '2025-04-31T00:00:00+02:00',
    '2025-12-01T00:00:00',
    '12/1/2025',
    ' 5',
    '9'.repeat(40),
  ])('%j is refused', (text) => {
    expect(() => parseInstant('from', text)).toThrow(/"from" must be milliseconds since 1970 or RFC 3339/);
  });
});

describe('a range', () => {
  test('without ends reaches back by its span and forward without bound', () => {
    expect(readRange(undefined, undefined, 1_000_000, 1_000)).toEqual({
      fromMs: 999_000,
      toMs: Date.UTC(2299, 11, 31),
    });
    expect(readRange(undefined, '5000', 1_000_000, 1_000)).toEqual({ fromMs: 4_000, toMs: 5_000 });
    expect(readRange('7', undefined, 1_000_000, 1_000).fromMs).toBe(7);
    expect(readRange(undefined, undefined, 5, Number.POSITIVE_INFINITY).fromMs).toBe(0);
  });

  test('that is empty is refused', () => {
    expect(() => readRange('5', '5', 0, 0)).toThrow(/before/);
    expect(() => readRange('2026-01-02', '2026-01-01', 0, 0)).toThrow(/before/);
  });

  test('of a series covers whole windows: every asked instant, and nothing beyond its windows', () => {
    const clock = createWindowClock('Europe/Berlin');
    const years = 40 * 365 * 86_400_000;
    fc.assert(
      fc.property(
        fc.constantFrom(...windowSizes),
        fc.nat(years),
        fc.integer({ min: 1, max: 9e9 }),
        (size, from, length) => {
          const to = from + length;
          const range = readSeriesRange(String(from), String(to), size, 0, clock);
          expect(range.fromMs).toBeLessThanOrEqual(from);
          expect(range.toMs).toBeGreaterThanOrEqual(to);
          expect(range.fromMs).toBe(clock.start(size, from));
          expect(clock.end(size, clock.start(size, to - 1))).toBe(range.toMs);
        },
      ),
    );
  });
});
