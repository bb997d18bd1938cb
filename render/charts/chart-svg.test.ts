import { describe, expect, test } from 'vitest';
import { chartTable, type ChartSpec } from '../../platform/contracts/chart-spec.ts';
import { buildReport } from '../report/build-report.ts';
import { octoberFacts } from '../testing/facts.ts';
import { createWords } from '../text/format.ts';
import { chartSvg, stableIds } from './chart-svg.ts';
import { chartTableHtml } from './chart-table.ts';
import { chartThemes } from './theme.ts';

const words = createWords('USD', 'UTC');
const size = { width: 640, height: 300, fontSize: 12 };
const DAY_MS = 86_400_000;
const spec: ChartSpec = {
  kind: 'lines',
  unit: 'currency',
  grain: '1d',
  starts: [0, DAY_MS, 2 * DAY_MS],
  endMs: 3 * DAY_MS,
  completeCount: 2,
  series: [{ id: 'r', label: 'Revenue <all>', slot: 1, values: [10, null, 30.5] }],
  comparison: { label: 'a week before', values: [8, 9, 10] },
  band: { label: 'expected', lower: [5, 5, 5], upper: [20, 20, 20] },
  events: [{ index: 2, label: 'Launch', tone: 'good' }],
  marks: [{ label: 'Target', value: 25, tone: 'good' }],
};

describe('a chart on the server', () => {
  test('is the same bytes whatever was drawn before it', () => {
    const first = chartSvg(spec, size, chartThemes.light, words);
    chartSvg({ ...spec, kind: 'stacked' }, size, chartThemes.dark, words);
    expect(chartSvg(spec, size, chartThemes.light, words)).toBe(first);
    expect(first).not.toMatch(/zr\d+-/);
  });

  test('shows series, comparison, mark and event by name, in the font that is shipped, with escaped text', () => {
    const svg = chartSvg(spec, size, chartThemes.light, words);
    for (const text of ['Revenue &lt;all&gt;', 'A week before', 'Target', 'Launch', '1 Jan', '$30'])
      expect(svg).toContain(text);
    expect(svg).toMatch(/Inter,? ?sans-serif/);
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test('draws nothing but axes for a spec without values', () => {
    const svg = chartSvg(
      { ...spec, series: [{ id: 'r', label: 'R', slot: 1, values: [null, null, null] }] },
      size,
      chartThemes.light,
      words,
    );
    expect(svg).not.toMatch(/NaN|Infinity/);
  });

  test('ids are numbered in the order of their appearance', () => {
    expect(stableIds('<a id="zr7-cls-3"/><b ref="zr9-c0"/><c ref="zr7-cls-3"/>')).toBe(
      '<a id="w0"/><b ref="w1"/><c ref="w0"/>',
    );
  });
});

test('the same spec as a table has a row a window and every column', () => {
  const { head, rows } = chartTable(spec, 2);
  expect(head).toEqual(['Revenue <all>', 'A week before', 'Expected from', 'Expected to']);
  expect(rows.map(({ values }) => values)).toEqual([
    [10, 8, 5, 20],
    [null, 9, 5, 20],
    [30.5, 10, 5, 20],
  ]);
  const html = chartTableHtml(spec, 'Revenue', words);
  expect(html).toContain('<th scope="col">Revenue &lt;all&gt;</th>');
  expect(html).toContain('<th scope="row">3 Jan (running)</th><td class="n">$30.50</td>');
  expect(html.match(/<tr>/g)).toHaveLength(4);
});

test('the chart of a report says what its facts say', () => {
  const chart = buildReport(octoberFacts()).sections.find(({ id }) => id === 'revenue')?.chart;
  expect(chart?.spec).toMatchObject({ kind: 'lines', unit: 'currency', grain: '1d', completeCount: 31 });
  expect(chart?.spec.series.map(({ id, slot, values }) => [id, slot, values[0]])).toEqual([
    ['revenue', 1, 620],
    ['costs', 2, 256.58],
    ['profit', 3, 363.42],
  ]);
  expect(chart?.title).toBe('Revenue, costs and profit by day: highest revenue $1,100.00 on 31 Oct');
});
