import { createWords } from '../text/format.ts';
import type { MadeBytes, Task } from '../work/task.ts';
import { chartSvg } from './chart-svg.ts';
import { chartTableHtml } from './chart-table.ts';
import { svgPng } from './svg-png.ts';
import { chartThemes } from './theme.ts';

/** One chart as SVG, as PNG and as an accessible table. */
export async function makeChart(task: Extract<Task, { kind: 'chart' }>): Promise<readonly MadeBytes[]> {
  const words = createWords(task.currency, task.timeZone);
  const svg = chartSvg(
    task.spec,
    { width: 1_200, height: 630, fontSize: 18 },
    chartThemes[task.theme],
    words,
  );
  const table = chartTableHtml(task.spec, task.title, words);
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chart as a table</title></head><body>${table}</body></html>\n`;
  return [
    { name: 'chart.svg', contentType: 'image/svg+xml', bytes: Buffer.from(svg) },
    { name: 'chart.png', contentType: 'image/png', bytes: await svgPng(svg) },
    { name: 'chart.html', contentType: 'text/html; charset=utf-8', bytes: Buffer.from(page) },
  ];
}
