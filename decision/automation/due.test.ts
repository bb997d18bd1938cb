import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../platform/contracts/outbox.ts';
import { hourMs, minuteMs, t0 } from '../testing/fixtures.ts';
import { cronFault, nextRun } from './cron.ts';
import { dueRuns } from './due.ts';

const hourly: Schedule = {
  id: 'hourly',
  tenant: 'main',
  version: 1,
  title: 'Hourly',
  cron: '0 * * * *',
  zone: 'UTC',
  jitterMs: 0,
  missed: 'skip',
  action: { kind: 'routine', params: { routine: 'health' } },
  enabled: true,
  changedAtMs: t0,
  changedBy: 'weir',
};
const graceMs = 5 * minuteMs;
const hoursOf = (schedule: Schedule, fromMs: number, nowMs: number): number[] =>
  dueRuns(schedule, fromMs, nowMs, graceMs).runs.map(({ dueMs }) => (dueMs - t0) / hourMs);

describe('cron in a zone', () => {
  it('follows the clock of the zone over its changes', () => {
    // 02:30 does not exist in Berlin on 2026-03-29; 08:00 is 07:00Z before and 06:00Z after.
    const at = (text: string): number => Date.parse(text);
    expect(nextRun('0 8 * * *', 'Europe/Berlin', at('2026-03-28T08:00:00Z'))).toBe(
      at('2026-03-29T06:00:00Z'),
    );
    expect(nextRun('0 8 * * *', 'Europe/Berlin', at('2026-03-27T08:00:00Z'))).toBe(
      at('2026-03-28T07:00:00Z'),
    );
    expect(nextRun('0 0 30 2 *', 'UTC', t0)).toBeUndefined();
    expect(cronFault('61 * * * *', 'UTC')).toBeDefined();
    expect(cronFault('0 * * * *', 'UTC')).toBeUndefined();
  });
});

describe('runs that are due', () => {
  it('one that is on time runs under every rule', () => {
    for (const missed of ['skip', 'run_once', 'run_all'] as const)
      expect(hoursOf({ ...hourly, missed }, t0, t0 + hourMs + minuteMs)).toEqual([1]);
  });

  it('missed ones follow the rule', () => {
    const nowMs = t0 + 5.5 * hourMs;
    expect(hoursOf(hourly, t0, nowMs)).toEqual([]);
    expect(hoursOf({ ...hourly, missed: 'run_once' }, t0, nowMs)).toEqual([5]);
    expect(hoursOf({ ...hourly, missed: 'run_all' }, t0, nowMs)).toEqual([1, 2, 3, 4, 5]);
    const far = dueRuns({ ...hourly, missed: 'run_all' }, t0, t0 + 100.5 * hourMs, graceMs);
    expect(far.runs).toHaveLength(24);
    expect(far.runs.at(-1)?.dueMs).toBe(t0 + 100 * hourMs);
    expect(far.skipped).toBe(76);
    // One on time stands for those before it.
    expect(hoursOf({ ...hourly, missed: 'run_once' }, t0, t0 + 5 * hourMs + minuteMs)).toEqual([5]);
  });

  it('jitter is bounded and the same every time', () => {
    const jittered = { ...hourly, jitterMs: 60_000 };
    const starts = dueRuns({ ...jittered, missed: 'run_all' }, t0, t0 + 20 * hourMs, graceMs).runs;
    expect(starts.every(({ dueMs, startMs }) => startMs >= dueMs && startMs < dueMs + 60_000)).toBe(true);
    expect(new Set(starts.map(({ dueMs, startMs }) => startMs - dueMs)).size).toBeGreaterThan(10);
    expect(dueRuns({ ...jittered, missed: 'run_all' }, t0, t0 + 20 * hourMs, graceMs).runs).toEqual(starts);
  });

  it('however often somebody looks, each run is told once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 12 * 60 }), { minLength: 1, maxLength: 20 }),
        (minutes) => {
          const all = { ...hourly, missed: 'run_all' } as const;
          const looks = [...minutes, 12 * 60].sort((a, b) => a - b);
          let handledMs = t0;
          const told: number[] = [];
          for (const minute of looks) {
            const found = dueRuns(all, handledMs, t0 + minute * minuteMs, graceMs);
            handledMs = found.handledMs;
            told.push(...found.runs.map(({ dueMs }) => (dueMs - t0) / hourMs));
          }
          expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        },
      ),
    );
  });
});
