import { expect, test } from 'vitest';
import type { Values } from '../data/series.ts';
import { trendList } from '../testing/fixture-trends.ts';
import { outlookSpec } from './outlook-spec.ts';

test('what is known ends where what is expected begins', () => {
  const [trend] = trendList(false).trends;
  if (trend === undefined) throw new Error('no trend');
  const spec = outlookSpec(trend, 1_000_000_000_000);
  expect(spec.starts).toHaveLength(37);
  expect(spec.starts[6]).toBe(1_000_000_000_000 - 86_400_000);
  const [known, expected] = spec.series;
  const from5 = (values: Values | undefined): (number | null)[] =>
    (values ?? []).slice(5, 8).map((value) => (value === null ? null : Math.round(1e5 * value) / 1e5));
  expect(from5(known?.values)).toEqual([0.013, 0.039, null]);
  expect(from5(expected?.values)).toEqual([null, 0.039, 0.0273]);
  expect(from5(spec.band?.lower)).toEqual([null, 0.039, 0.00819]);
  expect(spec.band?.upper).toHaveLength(37);
});
