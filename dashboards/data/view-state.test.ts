import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  comparisons,
  defaultView,
  grains,
  isDay,
  presets,
  readView,
  writeView,
  type ViewState,
} from './view-state.ts';

const days = fc
  .integer({ min: 0, max: 100_000 })
  .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));
const value = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const views: fc.Arbitrary<ViewState> = fc.record({
  range: fc.oneof(
    fc.constantFrom(...presets).map((preset) => ({ kind: 'preset', preset }) as const),
    fc.tuple(days, days).map(([a, b]) => {
      const [from, to] = a <= b ? [a, b] : [b, a];
      return { kind: 'dates', from, to } as const;
    }),
  ),
  grain: fc.constantFrom('auto', ...grains),
  compare: fc.constantFrom(...comparisons),
  filters: fc.record({ channel: value, content: value, country: value, stream: value }, { requiredKeys: [] }),
  zoom: fc.option(
    fc
      .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 1e9 }))
      .map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length })),
    { nil: undefined },
  ),
  tenant: fc.option(fc.constantFrom('main', 'demo', 'a-1'), { nil: undefined }),
});

describe('the view in the URL', () => {
  test('what is written is read back', () => {
    fc.assert(
      fc.property(views, (view) => {
        expect(readView(writeView(view))).toEqual(view);
      }),
    );
  });

  test('writing twice writes the same, and parameters of the screen stay', () => {
    fc.assert(
      fc.property(views, views, (first, second) => {
        const search = writeView(second, writeView(first, 'by=country&q=a+b'));
        expect(readView(search)).toEqual(second);
        expect(new URLSearchParams(search).get('by')).toBe('country');
        expect(new URLSearchParams(search).get('q')).toBe('a b');
      }),
    );
  });

  test('anything at all can be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (search) => {
        expect(comparisons).toContain(readView(search).compare);
      }),
    );
  });

  test('the default needs no parameters', () => {
    expect(writeView(defaultView)).toBe('');
    expect(readView('')).toEqual(defaultView);
  });

  test.each([
    'range=2026-02-30..2026-03-01',
    'range=2026-03-02..2026-03-01',
    'range=never',
    'range=0000-01-01..0001-01-01',
    'grain=5m&compare=yesterday&zoom=9..1&tenant=../x',
  ])('%s falls back to the default', (search) => {
    expect(readView(search)).toEqual(defaultView);
  });

  test('days are days of the calendar', () => {
    expect(isDay('2024-02-29')).toBe(true);
    expect(isDay('2023-02-29')).toBe(false);
    expect(isDay('2299-01-01')).toBe(false);
  });
});
