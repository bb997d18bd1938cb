import { expect, test } from 'vitest';
import { grainOf, grainsOf } from './kpi-grain.ts';

test.each([
  [undefined, '1h', '1h'],
  [['1d', '1mo'], '1h', '1d'],
  [['1d', '1mo'], '1mo', '1mo'],
  [['1mo'], '1d', '1mo'],
  [['1d'], '1mo', '1d'],
] as const)('a KPI with windows %j asked for %s is shown by %s', (windows, asked, shown) => {
  expect(grainOf(windows === undefined ? {} : { windows: [...windows] }, asked)).toBe(shown);
});

test('windows under a minute are no grain', () => {
  expect(grainsOf({ windows: ['10s', '1d'] })).toEqual(['1d']);
});
