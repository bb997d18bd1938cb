import { describe, expect, test } from 'vitest';
import { nextCronMs } from '../../platform/time/cron.ts';
import { dueRun } from './due.ts';

const at = (text: string): number => Date.parse(text);
const daily = { cron: '30 2 * * *', timeZone: 'Europe/Berlin', missed: 'latest', isOn: true } as const;

describe('when a schedule comes due', () => {
  test.each([
    ['an ordinary day', '2026-11-24T12:00:00Z', '2026-11-25T01:30:00.000Z'],
    // 02:30 does not exist on 29 March 2026: it is due at the jump, 03:00 local.
    ['the night the clocks go forward', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    // 02:30 comes twice on 25 October 2026: once.
    ['the night the clocks go back', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['the same night, after it', '2026-10-25T00:31:00Z', '2026-10-26T01:30:00.000Z'],
  ])('%s', (_name, after, expected) => {
    expect(new Date(nextCronMs(daily.cron, daily.timeZone, at(after)) ?? 0).toISOString()).toBe(expected);
  });

  test.each([
    ['six fields', '0 30 2 * * *', 'UTC'],
    ['no fields', '', 'UTC'],
    ['a minute there is not', '61 2 * * *', 'UTC'],
    ['a zone there is not', '0 2 * * *', 'Mars/Olympus'],
  ])('%s is refused', (_name, cron, zone) => {
    expect(() => nextCronMs(cron, zone, 0)).toThrow(RangeError);
  });

  test('a day that never comes is never due', () => {
    expect(nextCronMs('0 0 30 2 *', 'UTC', at('2026-01-01T00:00:00Z'))).toBeNull();
  });
});

describe('what is due', () => {
  const last = at('2026-11-20T12:00:00Z');
  test('nothing before its time, one run on time', () => {
    expect(dueRun(daily, last, at('2026-11-21T01:29:59Z'))).toBeUndefined();
    expect(dueRun(daily, last, at('2026-11-21T01:30:10Z'))).toEqual({ atMs: at('2026-11-21T01:30:00Z') });
  });

  test('of several missed runs the newest alone, or none', () => {
    const now = at('2026-11-25T12:00:00Z');
    expect(dueRun(daily, last, now)).toEqual({ atMs: at('2026-11-25T01:30:00Z') });
    expect(dueRun({ ...daily, missed: 'skip' }, last, now)).toBeUndefined();
  });

  test('nothing while it is paused', () => {
    expect(dueRun({ ...daily, isOn: false }, last, at('2026-11-25T12:00:00Z'))).toBeUndefined();
  });
});
