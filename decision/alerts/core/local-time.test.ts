import { describe, expect, test } from 'vitest';
import type { QuietHours } from '../../../platform/contracts/alert-subscription.ts';
import { digestAtMs, quietUntilMs } from './local-time.ts';

const night: QuietHours = {
  fromMinute: 22 * 60,
  toMinute: 7 * 60,
  days: [],
  policy: 'hold',
  criticalBypass: true,
};
const utc = (text: string): number => Date.parse(`${text}:00Z`);

describe('quiet hours', () => {
  test.each([
    // zone, now in UTC, end in UTC (by hand: Berlin is UTC+1 in winter, +2 in summer; Kolkata +5:30; New York −5 and −4)
    ['Europe/Berlin', '2026-01-10T20:59', undefined],
    ['Europe/Berlin', '2026-01-10T21:00', '2026-01-11T06:00'],
    ['Europe/Berlin', '2026-01-11T05:59', '2026-01-11T06:00'],
    ['Europe/Berlin', '2026-01-11T06:00', undefined],
    ['Asia/Kolkata', '2026-01-10T16:30', '2026-01-11T01:30'],
    // The clocks go forward at 02:00 on 29 March: the night is an hour shorter.
    ['Europe/Berlin', '2026-03-28T21:30', '2026-03-29T05:00'],
    // And back at 03:00 on 25 October: an hour longer.
    ['Europe/Berlin', '2026-10-24T21:30', '2026-10-25T06:00'],
    ['America/New_York', '2026-03-08T03:30', '2026-03-08T11:00'],
  ])('%s at %s', (zone, now, until) => {
    expect(quietUntilMs(night, zone, utc(now))).toBe(until === undefined ? undefined : utc(until));
  });

  test('days are those on which the stretch begins', () => {
    // 2026-05-08 is a Friday.
    const friday = { ...night, days: [5] };
    expect(quietUntilMs(friday, 'UTC', utc('2026-05-08T23:00'))).toBe(utc('2026-05-09T07:00'));
    expect(quietUntilMs(friday, 'UTC', utc('2026-05-09T06:00'))).toBe(utc('2026-05-09T07:00'));
    expect(quietUntilMs(friday, 'UTC', utc('2026-05-09T23:00'))).toBeUndefined();
    expect(quietUntilMs(friday, 'UTC', utc('2026-05-08T06:00'))).toBeUndefined();
  });

  test('within a day, and none when it begins as it ends', () => {
    const lunch = { ...night, fromMinute: 720, toMinute: 780 };
    expect(quietUntilMs(lunch, 'UTC', utc('2026-05-08T12:30'))).toBe(utc('2026-05-08T13:00'));
    expect(quietUntilMs({ ...lunch, toMinute: 720 }, 'UTC', utc('2026-05-08T12:30'))).toBeUndefined();
  });
});

describe('digests', () => {
  const at = (mode: 'hourly' | 'daily' | 'weekly', zone: string, from: string, weekday = 1): number =>
    digestAtMs({ when: { mode, hour: 8, weekday }, timeZone: zone }, utc(from));
  test.each([
    ['hourly', 'Asia/Kolkata', '2026-05-08T12:10', '2026-05-08T12:30'],
    ['daily', 'Europe/Berlin', '2026-03-28T08:00', '2026-03-29T06:00'],
    ['daily', 'Europe/Berlin', '2026-01-10T06:59', '2026-01-10T07:00'],
    ['weekly', 'UTC', '2026-05-08T12:00', '2026-05-11T08:00'],
  ] as const)('%s in %s from %s', (mode, zone, from, to) => {
    expect(at(mode, zone, from)).toBe(utc(to));
  });
  test('Sunday is the seventh day', () => {
    expect(at('weekly', 'UTC', '2026-05-08T12:00', 7)).toBe(utc('2026-05-10T08:00'));
  });
});
