import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EARLIEST_EVENT_MS, parseRfc3339, ruleTime } from './event-time.ts';

describe('parseRfc3339', () => {
  test.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31t12:00:00z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31 12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.5Z', Date.UTC(2026, 0, 31, 12, 0, 0, 500)],
    ['2026-01-31T12:00:00.05Z', Date.UTC(2026, 0, 31, 12, 0, 0, 50)],
    ['2026-01-31T12:00:00.123456789Z', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
    ['2026-01-31T12:00:00.9999Z', Date.UTC(2026, 0, 31, 12, 0, 0, 999)],
    ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10)],
    ['2026-01-31T12:00:00-0530', Date.UTC(2026, 0, 31, 17, 30)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['1999-12-31T23:59:60Z', Date.UTC(2000, 0, 1)],
    ['1969-12-31T23:59:59Z', -1_000],
    ['0000-01-01T00:00:00Z', -62_167_219_200_000],
  ])('%s', (text, ms) => {
    expect(parseRfc3339(text, 'refuse')).toBe(ms);
  });

  test.each([
    '',
    'yesterday',
    '2026-01-31',
    '2026-01-31T12:00Z',
    '2026-02-29T12:00:00Z',
    '2100-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:61Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00,5Z',
    '2026-01-31T12:00:00Zulu',
    '2026-01-31T12:00:00+2:00',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+02:60',
    '2026-01-31T12:00:00 UTC',
    '2026/01/31T12:00:00Z',
    '２０２６-01-31T12:00:00Z',
    ' 2026-01-31T12:00:00Z',
    '+002026-01-31T12:00:00Z',
    `2026-01-31T12:00:00.${'1'.repeat(60)}Z`,
  ])('%j is refused', (text) => {
    expect(parseRfc3339(text, 'refuse')).toBeNaN();
  });

  test('without a zone is nothing certain, or UTC where the clients mean it', () => {
    expect(parseRfc3339('2026-01-31T12:00:00.25', 'refuse')).toBeNaN();
    expect(parseRfc3339('2026-01-31T12:00:00.25', 'utc')).toBe(Date.UTC(2026, 0, 31, 12, 0, 0, 250));
  });

  test('agrees with Date on every instant of four digits of year', () => {
    const instants = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
    });
    fc.assert(
      fc.property(
        instants.filter((date) => !Number.isNaN(date.getTime())),
        (date) => {
          expect(parseRfc3339(date.toISOString(), 'refuse')).toBe(date.getTime());
        },
      ),
    );
  });

  test('never throws and never takes what Date reads otherwise', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        expect(Number.isNaN(parseRfc3339(text, 'utc')) || /^\d{4}-\d\d-\d\d/.test(text)).toBe(true);
      }),
    );
  });
});

describe('ruleTime', () => {
  const rules = { futureToleranceMs: 300_000, skewToleranceMs: 10_000 };
  const now = Date.UTC(2026, 0, 31, 12);
  test.each([
    ['just now', now - 5, Number.NaN, now - 5, false],
    ['years ago, as in an import', Date.UTC(2012, 5, 1), Number.NaN, Date.UTC(2012, 5, 1), false],
    ['a little ahead', now + 300_000, Number.NaN, now + 300_000, false],
    ['too far ahead', now + 300_001, Number.NaN, now, true],
    ['sent by a right clock', now - 60_000, now - 2_000, now - 60_000, false],
    ['sent by a clock an hour slow', now - 3_700_000, now - 3_600_000, now - 100_000, true],
    ['sent by a clock an hour fast', now + 3_500_000, now + 3_600_000, now - 100_000, true],
    ['sent by a clock a century fast', now + 3e12, now + 3e12, now, true],
    ['skewed beyond repair', now + 7_200_000, now + 3_600_000, now, true],
    ['before 1990', EARLIEST_EVENT_MS - 1, Number.NaN, Number.NaN, false],
    ['the first moment of 1990', EARLIEST_EVENT_MS, Number.NaN, EARLIEST_EVENT_MS, false],
    ['unreadable', Number.NaN, Number.NaN, Number.NaN, false],
  ])('%s', (_name, timeMs, sentAtMs, eventTimeMs, skewed) => {
    expect(ruleTime(timeMs, sentAtMs, now, rules)).toEqual({ eventTimeMs, skewed });
  });
});
