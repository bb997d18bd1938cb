import { describe, expect, test } from 'vitest';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { periodOf } from './period.ts';

const utc = createWindowClock('UTC');
const berlin = createWindowClock('Europe/Berlin');
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

describe('the last complete period before a moment', () => {
  // Wednesday, 25 November 2026.
  const now = Date.UTC(2026, 10, 25, 22, 10);
  test.each([
    ['day', '2026-11-24T00:00', '2026-11-25T00:00', '2026-11-23T00:00'],
    ['week', '2026-11-16T00:00', '2026-11-23T00:00', '2026-11-09T00:00'],
    ['month', '2026-10-01T00:00', '2026-11-01T00:00', '2026-09-01T00:00'],
    ['quarter', '2026-07-01T00:00', '2026-10-01T00:00', '2026-04-01T00:00'],
    ['year', '2025-01-01T00:00', '2026-01-01T00:00', '2024-01-01T00:00'],
  ] as const)('%s', (period, from, to, priorFrom) => {
    const found = periodOf({ period }, now, utc);
    expect([iso(found.fromMs), iso(found.toMs), iso(found.priorFromMs)]).toEqual([from, to, priorFrom]);
    expect(found.priorToMs).toBe(found.fromMs);
  });

  test('begins and ends at local midnight, also where the clocks change', () => {
    // The clocks went back on 25 October 2026: the week has 169 hours.
    const found = periodOf({ period: 'week', atMs: Date.UTC(2026, 9, 28) }, now, berlin);
    expect([iso(found.fromMs), iso(found.toMs)]).toEqual(['2026-10-18T22:00', '2026-10-25T23:00']);
  });

  test('one of its own takes whole days and is compared with as many before', () => {
    const found = periodOf(
      { period: 'custom', fromMs: Date.UTC(2026, 2, 1, 5), toMs: Date.UTC(2026, 2, 3, 5) },
      now,
      utc,
    );
    expect([iso(found.fromMs), iso(found.toMs), iso(found.priorFromMs)]).toEqual([
      '2026-03-01T00:00',
      '2026-03-04T00:00',
      '2026-02-26T00:00',
    ]);
  });

  test.each([
    ['without days', {}],
    ['backwards', { fromMs: 2, toMs: 1 }],
    ['of more than a year', { fromMs: 0, toMs: 400 * 86_400_000 }],
  ])('one of its own %s is refused', (_name, days) => {
    expect(() => periodOf({ period: 'custom', ...days }, now, utc)).toThrow(
      expect.objectContaining({ code: 'RENDER_PARAMS_INVALID' }),
    );
  });
});
