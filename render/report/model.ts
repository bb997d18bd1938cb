import type { ChartSpec } from '../../platform/contracts/chart-spec.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';

/** A report as data: what every format shows. Written as it is by format JSON. */
export interface Report {
  readonly format: 'weir-report/1';
  readonly title: string;
  readonly tenant: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly periodName: string;
  readonly priorName: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When it was asked for: what it says is as of then. */
  readonly madeAtMs: number;
  readonly askedBy: string;
  /** Shown beside the title of every page: simulated data, unaudited. */
  readonly badges: readonly string[];
  readonly headline: readonly Headline[];
  /** Sentences, each true by the numbers it names. */
  readonly summary: readonly SummaryLine[];
  readonly sections: readonly Section[];
  readonly checks: readonly Check[];
}

export interface Headline {
  readonly label: string;
  readonly value: Cell;
  readonly prior: Cell;
  /** Relative change; null where there is nothing to compare with. */
  readonly change: number | null;
  readonly isGood: boolean | null;
}

export interface SummaryLine {
  readonly kind: 'what' | 'why' | 'do' | 'note';
  readonly text: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly text: readonly string[];
  readonly chart?: { readonly title: string; readonly spec: ChartSpec };
  readonly tables: readonly Table[];
}

export interface Table {
  /** Unique in the report; names the sheet and the CSV block. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  readonly title: string;
  readonly isNumber: boolean;
  /** How its cells follow from two others of the row: a spreadsheet gets it as a formula. */
  readonly formula?: { readonly kind: 'difference' | 'relative'; readonly of: number; readonly from: number };
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly style?: 'head' | 'total';
  /** How its amounts follow from other rows of the table, by index: live in a spreadsheet. */
  readonly formula?: { readonly plus: readonly number[]; readonly minus: readonly number[] };
}

export type Cell =
  | { readonly t: 'text'; readonly v: string }
  | { readonly t: 'money'; readonly v: number | null }
  | { readonly t: 'ratio'; readonly v: number | null }
  | { readonly t: 'change'; readonly v: number | null }
  | { readonly t: 'value'; readonly v: number | null; readonly unit: KpiUnit }
  | { readonly t: 'date'; readonly v: number };

/** A cell of a table. */
export interface Ref {
  readonly table: string;
  readonly row: number;
  readonly column: number;
}

/** An identity of the statements: the cell equals the sum of the others, to the minor unit. */
export interface Check {
  readonly title: string;
  readonly cell: Ref;
  readonly plus: readonly Ref[];
  readonly minus: readonly Ref[];
}

export const text = (v: string): Cell => ({ t: 'text', v });
export const money = (v: number | null): Cell => ({ t: 'money', v });
export const change = (v: number | null): Cell => ({ t: 'change', v });

/** Relative to the size of what it is compared with, so that a loss that shrinks is a rise. */
export function relative(now: number | null, before: number | null): number | null {
  if (now === null || before === null || before === 0) return null;
  return (now - before) / Math.abs(before);
}

export function tableOf(report: Pick<Report, 'sections'>, id: string): Table | undefined {
  for (const section of report.sections)
    for (const table of section.tables) if (table.id === id) return table;
  return undefined;
}

/** Amount in a cell; null where the cell is none. */
export function amountAt(report: Pick<Report, 'sections'>, ref: Ref): number | null {
  const cell = tableOf(report, ref.table)?.rows[ref.row]?.cells[ref.column];
  return cell?.t === 'money' ? cell.v : null;
}

/** By how many minor units a check is off; null where a cell has no amount. */
export function checkDifference(report: Pick<Report, 'sections'>, check: Check): number | null {
  const left = amountAt(report, check.cell);
  let right = 0;
  for (const [sign, refs] of [
    [1, check.plus],
    [-1, check.minus],
  ] as const)
    for (const ref of refs) {
      const amount = amountAt(report, ref);
      if (amount === null) return null;
      right += sign * amount;
    }
  return left === null ? null : left - right;
}
