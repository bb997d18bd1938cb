import { expect, test } from 'vitest';
import type { ChartSpec } from './chart-spec.ts';
import { valueRange } from './value-range.ts';

const hour = 3_600_000;
function spec(change: Partial<ChartSpec> = {}): ChartSpec {
  return {
    kind: 'lines',
    unit: 'currency',
    grain: '1h',
    starts: [0, hour],
    endMs: 2 * hour,
    completeCount: 2,
    series: [],
    ...change,
  };
}
const band = (lower: number, upper: number) => ({
  label: 'expected',
  lower: [lower, lower],
  upper: [upper, upper],
});

test('amounts stand on zero, with air above', () => {
  const range = valueRange(spec({ hasArea: true }), 4_000, 6_000);
  expect(range.from).toBe(0);
  expect(range.to).toBeCloseTo(6_480);
});

test('rates move within their own range', () => {
  const range = valueRange(spec({ unit: 'ratio' }), 0.9, 1);
  expect(range.from).toBeCloseTo(0.892);
  expect(range.to).toBeCloseTo(1.008);
});

test('a band around the course is shown whole', () => {
  expect(valueRange(spec({ hasArea: true, band: band(3_000, 8_000) }), 4_000, 6_000)).toMatchObject({
    from: 0,
    isBandCut: false,
  });
});

test('a band a hundred times as wide as the course does not press it flat', () => {
  const range = valueRange(spec({ hasArea: true, band: band(-1_100_000, 1_100_000) }), 4_000, 6_000);
  expect(range.isBandCut).toBe(true);
  expect(range.from).toBe(0);
  // The course keeps two fifths of the height, less the air.
  expect(6_000 / range.to).toBeGreaterThan(0.35);
});

test('where nothing but a band is known it has the whole height', () => {
  const range = valueRange(spec({ band: band(100, 300) }), null, null);
  expect(range.isBandCut).toBe(false);
  expect(range.from).toBeLessThanOrEqual(100);
  expect(range.to).toBeGreaterThanOrEqual(300);
});

test.each([
  ['nothing known', null, null, { from: 0, to: 1 }],
  ['zero alone', 0, 0, { from: 0, to: 1 }],
])('%s has a height all the same', (_what, low, high, range) => {
  expect(valueRange(spec({ hasArea: true }), low, high)).toMatchObject(range);
});
