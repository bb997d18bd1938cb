import writeExcelFile, { type CellObject } from 'write-excel-file/node';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import { safeCellText } from '../text/escape.ts';
import type { Cell, Check, Column, Ref, Report, Row, Table } from './model.ts';

type ExcelRow = (CellObject | null)[];

/** Rows above a table on its sheet: the head. */
const HEAD_ROWS = 1;

/**
 * The report as a workbook: a sheet a table, figures as numbers with formats, totals and changes as live formulas, heads frozen, and a
 * sheet of checks whose formulas look at the other sheets. Not byte-stable: the archive carries the time of writing.
 */
export async function reportXlsx(report: Report): Promise<Buffer> {
  const format = formatsOf(report.currency);
  const tables = report.sections.flatMap(({ tables: all }) => all).filter(({ rows }) => rows.length > 0);
  const sheets = [
    {
      sheet: 'Summary',
      data: summaryRows(report, format),
      columns: [{ width: 18 }, { width: 22 }, { width: 22 }, { width: 14 }, { width: 60 }],
    },
    ...tables.map((table) => ({
      sheet: sheetName(table),
      data: tableRows(table, format),
      columns: table.columns.map((column, i) => ({ width: column.isNumber ? 17 : i === 0 ? 34 : 60 })),
      stickyRowsCount: HEAD_ROWS,
      stickyColumnsCount: 1,
    })),
    {
      sheet: 'Checks',
      data: checkRows(report),
      columns: [{ width: 58 }, { width: 20 }, { width: 20 }, { width: 16 }, { width: 12 }],
      stickyRowsCount: 1,
    },
  ];
  return await writeExcelFile(sheets, { fontFamily: 'Inter', fontSize: 10 }).toBuffer();
}

interface Formats {
  readonly scale: number;
  readonly money: string;
  readonly change: string;
}

function formatsOf(currency: string): Formats {
  const digits = currencyExponent(currency) ?? 2;
  const decimals = digits === 0 ? '' : `.${'0'.repeat(digits)}`;
  return {
    scale: 10 ** digits,
    money: `[$${currency}] #,##0${decimals};[Red]-[$${currency}] #,##0${decimals}`,
    change: '+0.0%;[Red]-0.0%;0.0%',
  };
}

/** At most 31 characters, none of the few a sheet may not have in its name. */
function sheetName({ title }: Table): string {
  return title
    .replaceAll(/[\\/?*[\]:']/g, ' ')
    .slice(0, 31)
    .trim();
}

const headStyle = { fontWeight: 'bold', backgroundColor: '#E7EEFC', wrap: true } as const;

function summaryRows(report: Report, format: Formats): ExcelRow[] {
  const line = (...cells: readonly (CellObject | null)[]): ExcelRow => [...cells];
  const bold = (value: string): CellObject => ({ type: String, value, fontWeight: 'bold' });
  return [
    line({ type: String, value: safeCellText(report.title), fontWeight: 'bold', fontSize: 16 }),
    line(bold('Tenant'), word(report.tenant)),
    line(bold('Period'), word(report.periodName)),
    line(bold('Compared with'), word(report.priorName)),
    line(
      bold('As of'),
      { type: Date, value: new Date(report.madeAtMs), format: 'yyyy-mm-dd hh:mm' },
      word('UTC'),
    ),
    line(bold('Notes'), word(report.badges.join('; '))),
    [],
    line(
      ...['', 'This period', 'Prior period', 'Change %'].map((title) => ({
        type: String,
        value: title,
        ...headStyle,
      })),
    ),
    ...report.headline.map(({ label, value, prior, change }) =>
      line(
        word(label),
        plain(value, format),
        plain(prior, format),
        plain({ t: 'change', v: change }, format),
      ),
    ),
    [],
    ...report.summary.map(({ kind, text }) => line(bold(kind), word(text))),
  ];
}

function tableRows(table: Table, format: Formats): ExcelRow[] {
  const heads = table.columns.map(({ title, isNumber }): CellObject => ({
    type: String,
    value: safeCellText(title),
    align: isNumber ? 'right' : 'left',
    ...headStyle,
  }));
  return [
    heads,
    ...table.rows.map((row, index) =>
      row.cells.map((cell, column) => tableCell(table, row, index, cell, column, format)),
    ),
  ];
}

function tableCell(
  table: Table,
  row: Row,
  index: number,
  cell: Cell,
  column: number,
  format: Formats,
): CellObject | null {
  const formula = formulaOf(table, row, index, cell, column);
  const style = row.style === 'total' ? { fontWeight: 'bold' as const, topBorderStyle: 'thin' as const } : {};
  if (formula !== undefined)
    return {
      type: 'Formula',
      value: formula,
      format: cell.t === 'change' ? format.change : format.money,
      ...style,
    };
  const made = plain(cell, format);
  return made === null ? null : { ...made, ...style };
}

/** Without the sign =, which belongs to what people type and not to the file. Totals follow from their rows, changes from their columns; both are what the other formats print, only live. */
function formulaOf(table: Table, row: Row, index: number, cell: Cell, column: number): string | undefined {
  if ((cell.t !== 'money' && cell.t !== 'change') || cell.v === null) return undefined;
  const own: Column | undefined = table.columns[column];
  const here = (at: number): string => address({ table: table.id, row: index, column: at });
  if (own?.formula !== undefined) {
    const { of, from } = own.formula;
    return own.formula.kind === 'difference'
      ? `${here(of)}-${here(from)}`
      : `(${here(of)}-${here(from)})/ABS(${here(from)})`;
  }
  if (row.formula === undefined || cell.t !== 'money') return undefined;
  const there = (at: number): string => address({ table: table.id, row: at, column });
  const plus = row.formula.plus.map(there);
  const minus = row.formula.minus.map((at) => `-${there(at)}`);
  return `${plus.length === 0 ? '0' : isRun(row.formula.plus) ? `SUM(${plus[0]}:${plus.at(-1)})` : plus.join('+')}${minus.join('')}`;
}

function isRun(rows: readonly number[]): boolean {
  return rows.length > 1 && rows.every((row, i) => i === 0 || row === (rows[i - 1] ?? 0) + 1);
}

function plain(cell: Cell, format: Formats): CellObject | null {
  if (cell.t === 'text') return cell.v === '' ? null : word(cell.v);
  if (cell.v === null || !Number.isFinite(cell.v)) return null;
  switch (cell.t) {
    case 'money':
      return { type: Number, value: cell.v / format.scale, format: format.money };
    case 'ratio':
      return { type: Number, value: cell.v, format: '0.0%' };
    case 'change':
      return { type: Number, value: cell.v, format: format.change };
    case 'date':
      return { type: Date, value: new Date(cell.v), format: 'yyyy-mm-dd' };
    case 'value':
      if (cell.unit === 'currency') return { type: Number, value: cell.v, format: format.money };
      return {
        type: Number,
        value: cell.v,
        format: cell.unit === 'ratio' ? '0.0%' : cell.unit === 'count' ? '#,##0' : '#,##0.00',
      };
  }
}

function word(value: string): CellObject {
  return { type: String, value: safeCellText(value) };
}

function checkRows(report: Report): ExcelRow[] {
  const names = new Map(
    report.sections.flatMap(({ tables }) => tables.map((table) => [table.id, sheetName(table)] as const)),
  );
  const there = (ref: Ref): string => `'${names.get(ref.table) ?? ref.table}'!${address(ref)}`;
  const sum = (check: Check): string => {
    const plus = check.plus.map(there).join('+');
    const minus = check.minus.map((ref) => `-${there(ref)}`).join('');
    return `${plus === '' ? '0' : plus}${minus}`;
  };
  const heads = ['Identity', 'Stated', 'Worked out', 'Difference', 'Holds'].map((value): CellObject => ({
    type: String,
    value,
    ...headStyle,
  }));
  return [
    heads,
    ...report.checks.map((check, i): ExcelRow => {
      const line = i + 2;
      return [
        word(check.title),
        { type: 'Formula', value: there(check.cell), format: '#,##0.00' },
        { type: 'Formula', value: sum(check), format: '#,##0.00' },
        { type: 'Formula', value: `ROUND(B${line}-C${line},4)`, format: '#,##0.00' },
        { type: 'Formula', value: `IF(D${line}=0,"yes","NO")` },
      ];
    }),
  ];
}

function address({ row, column }: Ref): string {
  return `${letters(column)}${row + HEAD_ROWS + 1}`;
}

function letters(column: number): string {
  const first = Math.floor(column / 26);
  const last = String.fromCharCode(65 + (column % 26));
  return first === 0 ? last : String.fromCharCode(64 + first) + last;
}
