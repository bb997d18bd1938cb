import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTimeParser } from './time-format.ts';

const utc = (text: string): number => Date.parse(text);

test.each([
  [{ format: 'YY.DD.MM' }, '17.14.11', '2017-11-14T00:00:00Z'],
  [{ format: 'YY.DD.MM', at: '12:00' }, '18.21.01', '2018-01-21T12:00:00Z'],
  [{ format: 'YYYY-MM-DD', zone: '+02:00' }, '2024-02-29', '2024-02-28T22:00:00Z'],
  [{ format: 'DD/MM/YYYY HH:mm', zone: '-05:30' }, '01/12/2023 23:15', '2023-12-02T04:45:00Z'],
  [{ format: 'M/D/YYYY H:mm' }, '3/9/2021 7:05', '2021-03-09T07:05:00Z'],
  [{ format: 'YYYYMMDDTHHmmss' }, '20240102T030405', '2024-01-02T03:04:05Z'],
  [{ format: 'YYYY-MM-DD HH:mm:ss.SSS' }, '2024-01-02 03:04:05.678', '2024-01-02T03:04:05.678Z'],
  [{ format: 'iso' }, '2017-11-13T17:13:01.000Z', '2017-11-13T17:13:01Z'],
  [{ format: 'iso' }, '2017-11-13T17:13:01+01:00', '2017-11-13T16:13:01Z'],
  [{ format: 'iso', zone: '+01:00' }, '2017-11-13 17:13', '2017-11-13T16:13:00Z'],
  [{ format: 'iso', at: '06:30:15' }, '2017-11-13', '2017-11-13T06:30:15Z'],
  [{ format: 'epoch_s' }, '1510593181.5', '2017-11-13T17:13:01.5Z'],
  [{ format: 'epoch_ms' }, 1510593181000, '2017-11-13T17:13:01Z'],
  [{ format: 'epoch_ms' }, 1510593181000n, '2017-11-13T17:13:01Z'],
  [{ format: 'YY.DD.MM' }, new Date('2020-01-01T00:00:00Z'), '2020-01-01T00:00:00Z'],
])('%o reads %s', (format, cell, expected) => {
  expect(createTimeParser(format)(cell)).toBe(utc(expected));
});

test.each([
  ['YY.DD.MM', '17.31.02'],
  ['YY.DD.MM', '17.14.13'],
  ['YY.DD.MM', '2017.14.11'],
  ['YY.DD.MM', '17.14.11 '.repeat(2)],
  ['YYYY-MM-DD HH:mm', '2024-01-01 24:00'],
  ['YYYY-MM-DD', '0024-1-1'],
  ['YYYY.MM.DD', '2024x01x01'],
  ['iso', '2017-02-29T00:00:00Z'],
  ['iso', '13 Nov 2017'],
  ['epoch_s', 'soon'],
  ['epoch_ms', '99999999999999999'],
  ['iso', null],
  ['iso', true],
])('%s refuses %s', (format, cell) => {
  expect(createTimeParser({ format })(cell)).toBeUndefined();
});

test.each([
  [{ format: 'YYYY-MM' }, /a day/],
  [{ format: 'YYYY YY MM DD' }, /one year/],
  [{ format: 'YYYY-MM-DD-DD' }, /twice/],
  [{ format: 'YYYY-MM-DD q' }, /unknown token/],
  [{ format: 'YYYY-MM-DD', at: '25:00' }, /time of day/],
  [{ format: 'iso', zone: 'Europe/Paris' }, /offset/],
])('%o is no format', (format, fault) => {
  expect(() => createTimeParser(format)).toThrow(fault);
});

describe('any time', () => {
  test('survives being written and read in every format', () => {
    const pad = (value: number, width = 2): string => String(value).padStart(width, '0');
    const at = fc.integer({ min: utc('2000-01-01T00:00:00Z'), max: utc('2099-12-31T23:59:59Z') });
    fc.assert(
      fc.property(at, (ms) => {
        const whole = ms - (ms % 1000);
        const date = new Date(whole);
        const text = `${pad(date.getUTCDate())}.${pad(date.getUTCMonth() + 1)}.${pad(date.getUTCFullYear() % 100)} ${pad(date.getUTCHours())}-${pad(date.getUTCMinutes())}-${pad(date.getUTCSeconds())}`;
        expect(createTimeParser({ format: 'DD.MM.YY HH-mm-ss' })(text)).toBe(whole);
        expect(createTimeParser({ format: 'iso' })(new Date(ms).toISOString())).toBe(ms);
        expect(createTimeParser({ format: 'epoch_ms' })(String(ms))).toBe(ms);
      }),
    );
  });
});
