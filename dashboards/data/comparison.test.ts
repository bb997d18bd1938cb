import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareRange } from './comparison.ts';
import { resolveRange } from './range.ts';
import { comparisons, presets, type Comparison, type RangeChoice } from './view-state.ts';
import { createZone } from './zone-time.ts';

const at = (text: string): number => Date.parse(text);
const utc = createZone('UTC');
// A Friday.
const now = at('2026-11-20T14:33:20Z');

function compared(choice: RangeChoice, comparison: Comparison, zone = utc, nowMs = now) {
  const range = resolveRange(choice, 'auto', nowMs, zone);
  const found = compareRange(range, choice, comparison, zone);
  if (found === undefined) throw new Error('nothing to compare with');
  return { range, ...found };
}
const preset = (name: (typeof presets)[number]) => ({ kind: 'preset', preset: name }) as const;

describe('what a range is compared with', () => {
  test.each([
    ['today', 'week', '2026-11-13T00:00:00Z', 'last Friday'],
    ['today', 'period', '2026-11-19T00:00:00Z', 'yesterday'],
    ['today', 'year', '2025-11-21T00:00:00Z', 'the same weekday a year ago'],
    ['yesterday', 'week', '2026-11-12T00:00:00Z', 'last Thursday 12 Nov'],
    ['yesterday', 'period', '2026-11-18T00:00:00Z', 'the day before'],
    ['1h', 'week', '2026-11-13T13:34:00Z', 'the same hour a week ago'],
    ['1h', 'period', '2026-11-20T12:34:00Z', 'the hour before'],
    ['24h', 'week', '2026-11-12T15:00:00Z', 'the same 24 hours a week ago'],
    ['7d', 'week', '2026-11-07T00:00:00Z', 'the week before'],
    ['30d', 'week', '2026-09-17T00:00:00Z', 'the same weekdays 5 weeks ago'],
    ['30d', 'period', '2026-09-22T00:00:00Z', 'the 30 days before'],
    ['90d', 'week', '2026-05-24T00:00:00Z', 'the same weekdays 13 weeks ago'],
    ['12mo', 'week', '2024-12-01T00:00:00Z', 'the same months a year ago'],
  ] as const)('%s by %s begins at %s: %s', (name, comparison, from, label) => {
    const found = compared(preset(name), comparison);
    expect(new Date(found.fromMs).toISOString()).toBe(new Date(at(from)).toISOString());
    expect(found.label).toBe(label);
  });

  test('none is none', () => {
    const range = resolveRange(preset('today'), 'auto', now, utc);
    expect(compareRange(range, preset('today'), 'none', utc)).toBeUndefined();
  });

  test('weekdays meet weekdays and local times meet local times, over a change of the clocks', () => {
    const berlin = createZone('Europe/Berlin');
    // The week after the clocks went back on 25 October.
    const found = compared(preset('today'), 'week', berlin, at('2026-10-28T12:00:00Z'));
    const local = (ms: number) =>
      new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        weekday: 'short',
        hour: '2-digit',
      }).format(ms);
    for (const [i, start] of found.range.starts.entries())
      expect(local(found.starts[i] ?? 0)).toBe(local(start));
  });

  test('counterparts are whole windows that lie before, one for each window', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...presets),
        fc.constantFrom(...comparisons.filter((each) => each !== 'none')),
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        (name, comparison, zoneName, nowMs) => {
          const zone = createZone(zoneName);
          const found = compared(preset(name), comparison, zone, nowMs);
          expect(found.starts).toHaveLength(found.range.starts.length);
          for (const [i, start] of found.starts.entries()) {
            expect(start).toBeLessThan(found.range.starts[i] ?? 0);
            expect(zone.startOf(found.range.grain, start)).toBe(start);
          }
        },
      ),
    );
  });

  test('with weeks, every day meets the same day of the week', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('today', 'yesterday', '7d', '30d', '90d'),
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        (name, nowMs) => {
          const found = compared(preset(name), 'week', utc, nowMs);
          for (const [i, start] of found.starts.entries())
            expect(new Date(start).getUTCDay()).toBe(new Date(found.range.starts[i] ?? 0).getUTCDay());
        },
      ),
    );
  });
});
