import { describe, expect, test } from 'vitest';
import type { AlertThread } from '../../platform/contracts/alert-thread.ts';
import { eventLine, mergeThreads, minuteOf, minuteText, whenWords } from './alert-words.ts';

function thread(id: string, change: Partial<AlertThread> = {}): AlertThread {
  return {
    id,
    tenant: 'main',
    title: id,
    family: 'content',
    state: 'firing',
    severity: 'warning',
    startedAtMs: 1,
    endedAtMs: null,
    changedAtMs: 1,
    alertCount: 1,
    firingCount: 1,
    alerts: [],
    impact: null,
    acknowledged: null,
    snoozed: null,
    history: [],
    version: 1,
    ...change,
  };
}

describe('threads', () => {
  test('what is told live replaces older rows, keeps their history, and what is over goes last', () => {
    const history = [{ atMs: 1, what: 'fired' as const, by: '', text: '' }];
    const merged = mergeThreads(
      [thread('over', { state: 'resolved', changedAtMs: 9 }), thread('a', { history })],
      [thread('a', { state: 'acknowledged', version: 2 }), thread('new', { severity: 'critical' })],
      () => true,
    );
    expect(merged.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'new firing',
      'a acknowledged',
      'over resolved',
    ]);
    expect(merged[1]?.history).toEqual(history);
  });

  test('an older live row changes nothing', () => {
    const merged = mergeThreads([thread('a', { version: 3, state: 'resolved' })], [thread('a')], () => true);
    expect(merged[0]?.state).toBe('resolved');
  });
});

test.each([
  ['00:00', 0],
  ['23:59', 1_439],
  ['07:05', 425],
])('%s is minute %d and back', (text, minute) => {
  expect(minuteOf(text)).toBe(minute);
  expect(minuteText(minute)).toBe(text);
});

test.each(['24:00', '7:00', '07:60', ''])('%s is no time', (text) => expect(minuteOf(text)).toBeUndefined());

test('words of a schedule and of history', () => {
  const quiet = { fromMinute: 1_320, toMinute: 420, days: [], policy: 'hold' as const, criticalBypass: true };
  expect(whenWords({ when: { mode: 'weekly', hour: 8, weekday: 7 }, quiet })).toBe(
    'on Sunday at 08:00, quiet from 22:00 to 07:00',
  );
  expect(eventLine({ atMs: 1, what: 'acknowledged', by: 'Ada', text: 'on it' })).toBe(
    'Acknowledged by Ada – on it',
  );
  expect(eventLine({ atMs: 1, what: 'told', by: 'Money', text: '' })).toBe('Told: Money');
});
