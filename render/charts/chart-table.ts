import { chartTable, type ChartSpec } from '../../platform/contracts/chart-spec.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import { escapeHtml } from '../text/escape.ts';
import type { Words } from '../text/format.ts';

/** The chart as an HTML table, for readers who cannot see it: a caption, a row a window, scopes on every head. */
export function chartTableHtml(spec: ChartSpec, caption: string, words: Words): string {
  const { head, rows } = chartTable(spec, currencyExponent(words.currency) ?? 2);
  const headCells = ['From', ...head].map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const bodyRows = rows.map(({ startMs, values, isRunning }) => {
    const cells = values
      .map((value) => `<td class="n">${escapeHtml(words.value(value, spec.unit))}</td>`)
      .join('');
    const running = isRunning ? ' (running)' : '';
    return `<tr><th scope="row">${escapeHtml(words.window(startMs, spec.grain))}${running}</th>${cells}</tr>`;
  });
  return `<table><caption>${escapeHtml(caption)}</caption><thead><tr>${headCells}</tr></thead><tbody>${bodyRows.join('')}</tbody></table>`;
}
