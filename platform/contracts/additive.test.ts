import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from './kpi-catalogue.ts';
import type { Measure } from './kpi.ts';
import { isAdditive } from './additive.ts';

const sum = (key: string): Measure => ({ key, agg: 'sum', types: ['tip'], field: 'amount' });
const unique: Measure = { key: 'u', agg: 'unique', types: ['tip'], of: 'user' };

describe('whether windows of a KPI may be added up', () => {
  test.each([
    ['a', true],
    ['a + b', true],
    ['a - b', true],
    ['-a', true],
    ['a / 1000', true],
    ['2 * (a + b) / 60', true],
    ['(a)', true],
    ['a / b', false],
    ['a * b', false],
    ['a + 5', false],
    ['1 / a', false],
    ['a / window_days', false],
    ['max(a, b)', false],
    ['a / (b / 1000)', false],
    ['5', false],
    ['a +', false],
    ['a b', false],
    ['(a', false],
    ['', false],
    ['a ; b', false],
  ])('%s: %s', (formula, expected) => {
    expect(isAdditive({ formula, measures: [sum('a'), sum('b')] })).toBe(expected);
  });

  test('distinct counts never', () => {
    expect(isAdditive({ formula: 'u', measures: [unique] })).toBe(false);
  });

  test('of the catalogue', () => {
    expect(kpiCatalogue.filter(isAdditive).map((kpi) => kpi.key)).toEqual([
      'total_revenue',
      'revenue_by_stream',
      'advertising_cost',
      'api_cost',
      'profit',
      'views',
      'subscribers_gained',
      'signups',
    ]);
  });
});
