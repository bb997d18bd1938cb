import { describe, expect, test } from 'vitest';
import { ago, createFormatter, duration } from './format.ts';

const at = (text: string): number => Date.parse(text);
const us = createFormatter({ locale: 'en-US', currency: 'USD', timeZone: 'UTC' });
/** Locales write narrow and no-break blanks; which ones is theirs. */
const blanks = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('figures', () => {
  test.each([
    [0, 'currency', '$0.00'],
    [0.0834, 'currency', '$0.0834'],
    [7.5, 'currency', '$7.50'],
    [123.456, 'currency', '$123'],
    [9_876.54, 'currency', '$9,877'],
    [12_345.67, 'currency', '$12.35K'],
    [1_234_567, 'currency', '$1.235M'],
    [-12_345, 'currency', '-$12.35K'],
    [0, 'count', '0'],
    [999, 'count', '999'],
    [9_999, 'count', '9,999'],
    [3_553_225_953, 'count', '3.553B'],
    [0.036969, 'ratio', '3.70%'],
    [0.7251, 'ratio', '72.5%'],
    [0.99953, 'ratio', '99.95%'],
    [4.3622, 'ratio', '436.2%'],
    [1, 'ratio', '100%'],
    [8.5, 'minutes', '8 min 30 s'],
    [0.5, 'minutes', '30 s'],
    [26, 'hours', '1 d 2 h'],
    [3.2, 'per_day', '3.2'],
    [null, 'count', '–'],
    [Number.NaN, 'count', '–'],
  ] as const)('%s as %s in a tile is %s', (value, unit, expected) => {
    expect(us.value(value, unit, 'tile')).toBe(expected);
  });

  test.each([
    [12_345.67, 'currency', '$12,345.67'],
    [0.08342, 'currency', '$0.0834'],
    [3_553_225_953, 'count', '3,553,225,953'],
    [0.036969, 'ratio', '3.6969%'],
  ] as const)('%s as %s in full is %s', (value, unit, expected) => {
    expect(us.value(value, unit, 'full')).toBe(expected);
  });

  test.each([
    ['de-DE', 'EUR', 1_234.5, 'full', '1.234,50 €'],
    ['de-DE', 'EUR', 12_345, 'tile', '12.350 €'],
    ['ja-JP', 'JPY', 1_234, 'full', '￥1,234'],
    ['en-GB', 'KWD', 1.5, 'full', 'KWD 1.500'],
    ['fr-FR', 'EUR', 1_234_567, 'tile', '1,235 M €'],
    ['en-IN', 'INR', 1_234_567, 'full', '₹12,34,567.00'],
  ] as const)('%s writes %s %s as %s', (locale, currency, value, precision, expected) => {
    const format = createFormatter({ locale, currency, timeZone: 'UTC' });
    expect(blanks(format.value(value, 'currency', precision))).toBe(expected);
  });

  test('decimal places come from the currency', () => {
    const digits = (currency: string) =>
      createFormatter({ locale: 'en', currency, timeZone: 'UTC' }).minorDigits;
    expect([digits('USD'), digits('JPY'), digits('KWD')]).toEqual([2, 0, 3]);
  });

  test.each([
    [{ current: 1, previous: 1, amount: 0.0421, kind: 'relative' }, '4.2%'],
    [{ current: 1, previous: 1, amount: -0.357, kind: 'relative' }, '36%'],
    [{ current: 1, previous: 1, amount: 0.0031, kind: 'points' }, '0.31 points'],
    [{ current: 1, previous: 1, amount: -0.01, kind: 'points' }, '1 point'],
  ] as const)('a change %j is written %s', (change, expected) => {
    expect(us.changeAmount(change)).toBe(expected);
  });
});

describe('times', () => {
  const berlin = createFormatter({ locale: 'en-GB', currency: 'EUR', timeZone: 'Europe/Berlin' });
  const start = at('2026-11-20T13:00:00Z');

  test('are in the zone of the tenant', () => {
    expect(berlin.window(start, '1h')).toBe('14:00');
    expect(berlin.window(at('2026-11-19T23:00:00Z'), '1d')).toBe('20 Nov');
    expect(berlin.window(at('2026-10-31T23:00:00Z'), '1mo')).toBe('Nov 2026');
    expect(berlin.windowFull(start, start + 3_600_000, '1h')).toBe('Fri, 20 Nov 2026, 14:00–15:00');
    expect(berlin.dateTime(start)).toBe('20 Nov 2026, 14:00:00');
  });

  test.each([
    [0, '0 ms'],
    [420, '420 ms'],
    [1_500, '1.5 s'],
    [59_900, '1 min'],
    [61_000, '1 min 1 s'],
    [3_599_900, '1 h'],
    [3_900_000, '1 h 5 min'],
    [90_000_000, '1 d 1 h'],
    [-510_000, '−8 min 30 s'],
  ])('%d ms lasts %s', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });

  test.each([
    [500, 'now'],
    [12_700, '12 s ago'],
    [200_000, '3 min ago'],
  ])('%d ms before is %s', (ms, expected) => {
    expect(ago(ms)).toBe(expected);
  });
});
