import { currencyExponent } from '../../platform/contracts/currency.ts';
import { safeCellText } from '../text/escape.ts';
import { checkDifference, type Cell, type Report, type Row } from './model.ts';

/**
 * The tables one below the other (RFC 4180, UTF-8 with a mark so that spreadsheets read it as such): figures as plain numbers in major
 * units, ratios as fractions, days as ISO dates. Each block begins with its id and title.
 */
export function reportCsv(report: Report): string {
  const scale = 10 ** (currencyExponent(report.currency) ?? 2);
  const digits = Math.round(Math.log10(scale));
  const lines: string[][] = [
    ['report', report.title],
    ['tenant', report.tenant],
    ['period', report.periodName],
    ['compared with', report.priorName],
    ['as of', new Date(report.madeAtMs).toISOString()],
    ['currency', report.currency],
    ['notes', report.badges.join('; ')],
    [],
    ['summary'],
    ...report.summary.map(({ kind, text }) => [kind, text]),
  ];
  const day = new Intl.DateTimeFormat('en-CA', {
    timeZone: report.timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const plain = (cell: Cell): string => {
    if (cell.t === 'text') return cell.v;
    if (cell.v === null) return '';
    if (cell.t === 'money') return (cell.v / scale).toFixed(digits);
    if (cell.t === 'date') return day.format(cell.v);
    return String(cell.v);
  };
  const line = (row: Row): string[] => row.cells.map(plain);
  for (const section of report.sections)
    for (const table of section.tables)
      lines.push(
        [],
        [table.id, table.title],
        table.columns.map(({ title }) => title),
        ...table.rows.map(line),
      );
  lines.push(
    [],
    ['checks', 'Checks'],
    ['Identity', 'Result', 'Difference'],
    ...report.checks.map((check) => {
      const difference = checkDifference(report, check);
      return [
        check.title,
        difference === 0 ? 'holds' : 'does not hold',
        difference === null ? '' : (difference / scale).toFixed(digits),
      ];
    }),
  );
  return `\uFEFF${lines.map((cells) => cells.map(quote).join(',')).join('\r\n')}\r\n`;
}

function quote(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text);
  const safe = isNumber ? text : safeCellText(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
