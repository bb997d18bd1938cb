import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeCount, completeEdge, completeUpTo, grainsFor, resolveRange, runningIndex } from './range.ts';
import { grains, presets, type Preset } from './view-state.ts';
import { createZone } from './zone-time.ts';

const at = (text: string): number => Date.parse(text);
const utc = createZone('UTC');
const now = at('2026-11-20T14:33:20Z');
const preset = (name: Preset) => ({ kind: 'preset', preset: name }) as const;

describe('a range', () => {
  test.each([
    ['1h', '2026-11-20T13:34:00Z', '2026-11-20T14:34:00Z', '1m', 60],
    ['today', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', '1h', 24],
    ['yesterday', '2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z', '1h', 24],
    ['24h', '2026-11-19T15:00:00Z', '2026-11-20T15:00:00Z', '1h', 24],
    ['7d', '2026-11-14T00:00:00Z', '2026-11-21T00:00:00Z', '1h', 168],
    ['30d', '2026-10-22T00:00:00Z', '2026-11-21T00:00:00Z', '1d', 30],
    ['90d', '2026-08-23T00:00:00Z', '2026-11-21T00:00:00Z', '1d', 90],
    ['12mo', '2025-12-01T00:00:00Z', '2026-12-01T00:00:00Z', '1mo', 12],
  ] as const)('%s runs from %s to %s by %s', (name, from, to, grain, windows) => {
    const range = resolveRange(preset(name), 'auto', now, utc);
    expect(range).toMatchObject({ fromMs: at(from), toMs: at(to), grain });
    expect(range.starts).toHaveLength(windows);
  });

  test('dates include both days', () => {
    const choice = { kind: 'dates', from: '2017-11-14', to: '2018-01-19' } as const;
    const range = resolveRange(choice, 'auto', now, utc);
    expect(range.grain).toBe('1d');
    expect(range.starts).toHaveLength(67);
  });

  test('a day in which the clocks change has 23 or 25 hours', () => {
    const berlin = createZone('Europe/Berlin');
    const hours = (noon: string) => resolveRange(preset('today'), '1h', at(noon), berlin).starts.length;
    expect(hours('2026-03-29T12:00:00Z')).toBe(23);
    expect(hours('2026-10-25T12:00:00Z')).toBe(25);
  });

  test('a grain that gives thousands of windows gives way', () => {
    expect(resolveRange(preset('90d'), '1m', now, utc).grain).toBe('1d');
    expect(grainsFor(preset('today'), now, utc)).toEqual(['1m', '1h']);
  });

  test('windows are whole, in order and cover the range, in every zone and for every choice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
        fc.constantFrom(...presets),
        fc.constantFrom('auto', ...grains),
        fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        (name, choice, grain, nowMs) => {
          const zone = createZone(name);
          const range = resolveRange(preset(choice), grain, nowMs, zone);
          expect(range.starts[0]).toBe(range.fromMs);
          expect(range.starts.length).toBeLessThanOrEqual(1_500);
          for (const [i, start] of range.starts.entries())
            expect(zone.next(range.grain, start)).toBe(range.starts[i + 1] ?? range.toMs);
          if (choice !== 'yesterday') {
            expect(range.fromMs).toBeLessThanOrEqual(nowMs);
            expect(range.toMs).toBeGreaterThan(nowMs);
          }
        },
      ),
    );
  });
});

describe('the running window', () => {
  const range = resolveRange(preset('today'), 'auto', now, utc);

  test('is the one now lies in, and everything before it is complete', () => {
    const complete = completeUpTo(now, now - 2_000, false);
    expect(completeCount(range, complete)).toBe(14);
    expect(runningIndex(range, complete, now)).toBe(14);
    expect(completeEdge(range, complete)).toBe(at('2026-11-20T14:00:00Z'));
  });

  test('a window that has just ended stays running until its last events are counted', () => {
    const justAfter = at('2026-11-20T15:00:04Z');
    const complete = completeUpTo(justAfter, at('2026-11-20T14:59:58Z'), false);
    expect(runningIndex(range, complete, justAfter)).toBe(14);
  });

  test('when processing is behind, nothing after the watermark is complete', () => {
    const complete = completeUpTo(now, at('2026-11-20T09:10:00Z'), true);
    expect(completeCount(range, complete)).toBe(9);
  });

  test('a quiet stream does not keep old windows open', () => {
    expect(completeCount(range, completeUpTo(now, at('2026-11-20T03:00:00Z'), false))).toBe(14);
    expect(completeCount(range, completeUpTo(now, null, false))).toBe(14);
  });

  test('a range in the past has none', () => {
    const past = resolveRange(preset('yesterday'), 'auto', now, utc);
    expect(completeCount(past, now)).toBe(24);
    expect(runningIndex(past, now, now)).toBeUndefined();
    expect(completeEdge(past, now)).toBe(past.toMs);
  });
});
