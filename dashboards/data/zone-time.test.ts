import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createZone } from './zone-time.ts';

const at = (text: string): number => Date.parse(text);
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
];

describe('a zone', () => {
  test.each([
    ['UTC', '1d', '2026-11-20T14:30:00Z', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    ['Europe/Berlin', '1d', '2026-11-20T23:30:00Z', '2026-11-20T23:00:00Z', '2026-11-21T23:00:00Z'],
    ['Europe/Berlin', '1d', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['America/New_York', '1mo', '2026-11-20T00:00:00Z', '2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z'],
    ['Asia/Kolkata', '1h', '2026-11-20T14:45:00Z', '2026-11-20T14:00:00Z', '2026-11-20T15:00:00Z'],
  ] as const)('%s: the %s window of %s', (name, size, time, start, end) => {
    const zone = createZone(name);
    expect(zone.startOf(size, at(time))).toBe(at(start));
    expect(zone.next(size, at(start))).toBe(at(end));
  });

  test('days later means the same time on the wall, over a change of the clocks', () => {
    const zone = createZone('Europe/Berlin');
    expect(zone.addDays(at('2026-03-28T09:00:00Z'), 1)).toBe(at('2026-03-29T08:00:00Z'));
    expect(zone.addDays(at('2026-10-26T09:00:00Z'), -7)).toBe(at('2026-10-19T08:00:00Z'));
  });

  test('a day that does not exist is none', () => {
    const zone = createZone('UTC');
    expect(zone.fromDateText('2026-02-30')).toBeUndefined();
    expect(zone.fromDateText('20-02-2026')).toBeUndefined();
  });

  const instants = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });

  test('every instant lies in its window and the next one begins where it ends', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom('1m', '1h', '1d', '1mo'),
        instants,
        (name, size, time) => {
          const zone = createZone(name);
          const start = zone.startOf(size, time);
          const next = zone.next(size, start);
          expect(start).toBeLessThanOrEqual(time);
          expect(next).toBeGreaterThan(time);
          expect(zone.startOf(size, next)).toBe(next);
          expect(zone.startOf(size, next - 1)).toBe(start);
        },
      ),
    );
  });

  test('a date written is read back as the start of that day', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instants, (name, time) => {
        const zone = createZone(name);
        expect(zone.fromDateText(zone.dateText(time))).toBe(zone.startOf('1d', time));
      }),
    );
  });
});
