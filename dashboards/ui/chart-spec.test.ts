import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFormatter } from '../data/format.ts';
import { chartSummary, chartTable, stackValues, totalsOf, type ChartSpec } from './chart-spec.ts';

const HOUR = 3_600_000;
const midnight = Date.parse('2026-11-20T00:00:00Z');
const format = createFormatter({ locale: 'en-GB', currency: 'USD', timeZone: 'UTC' });

const spec: ChartSpec = {
  kind: 'stacked',
  unit: 'currency',
  grain: '1h',
  starts: [midnight, midnight + HOUR, midnight + 2 * HOUR, midnight + 3 * HOUR],
  endMs: midnight + 4 * HOUR,
  completeCount: 2,
  series: [
    { id: 'ads', label: 'Ads', slot: 1, values: [10.1, 20.2, 5, null] },
    { id: 'tips', label: 'Tips', slot: 5, values: [5, -2, 1, null] },
  ],
  comparison: { label: 'last Friday', values: [12, 15, 18, 20] },
};

describe('a stack', () => {
  test('puts what is positive upwards and what is negative downwards', () => {
    expect(
      stackValues([
        [1, -1, null],
        [2, 2, 3],
        [4, -3, 1],
      ]),
    ).toEqual([
      [1, -1, null],
      [3, 2, 3],
      [7, -4, 4],
    ]);
  });

  test('the outermost layers together reach the sum of the values', () => {
    const column = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(column, (values) => {
        const tops = stackValues(values.map((value) => [value])).map((layer) => layer[0] ?? 0);
        expect(Math.max(0, ...tops) + Math.min(0, ...tops)).toBe(values.reduce((a, b) => a + b, 0));
      }),
    );
  });
});

describe('the table of a chart', () => {
  test('has a column a series, their sum and the comparison, and marks what is running', () => {
    const table = chartTable(spec, 2);
    expect(table.head).toEqual(['Ads', 'Tips', 'Total', 'Last Friday']);
    expect(table.rows.map((row) => row.values)).toEqual([
      [10.1, 5, 15.1, 12],
      [20.2, -2, 18.2, 15],
      [5, 1, 6, 18],
      [null, null, null, 20],
    ]);
    expect(table.rows.map((row) => row.isRunning)).toEqual([false, false, true, true]);
    expect(totalsOf(spec, 2)).toEqual([15.1, 18.2, 6, null]);
  });
});

describe('the summary of a chart', () => {
  test('names the extremes of complete windows and the largest part', () => {
    expect(chartSummary(spec, format)).toBe(
      'Highest $18.20 on Fri, 20 Nov 2026, 01:00–02:00, lowest $15.10 on Fri, 20 Nov 2026, 00:00–01:00, ' +
        '89.8% of it Ads; 20 Nov 2026, 3 values.',
    );
  });

  test('says so when there is nothing', () => {
    const empty = { ...spec, series: [{ id: 'a', label: 'A', slot: 1, values: [null, null, null, null] }] };
    expect(chartSummary(empty, format)).toBe('No values in this range.');
  });
});

test('the expected band stands in the table beside the values', () => {
  const table = chartTable(
    {
      ...spec,
      kind: 'lines',
      series: spec.series.slice(0, 1),
      band: { label: 'expected band', lower: [8, null, 4, 4], upper: [12, null, 6, 6] },
    },
    2,
  );
  expect(table.head.slice(-2)).toEqual(['Expected from', 'Expected to']);
  expect(table.rows.map(({ values }) => values.slice(-2))).toEqual([
    [8, 12],
    [null, null],
    [4, 6],
    [4, 6],
  ]);
});
