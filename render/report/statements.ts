import type { PnlReply } from '../../platform/contracts/pnl.ts';
import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import type { RecurringFacts, RecurringMonthFact, ReportFacts } from './facts.ts';
import { change, money, relative, text, type Check, type Column, type Row, type Table } from './model.ts';

/** The statements with the identities that hold in them. Amounts are minor units; columns are this period, the one before, the change. */

export const compared = (first: string): readonly Column[] => [
  { title: first, isNumber: false },
  { title: 'This period', isNumber: true },
  { title: 'Prior period', isNumber: true },
  { title: 'Change', isNumber: true, formula: { kind: 'difference', of: 1, from: 2 } },
  { title: 'Change %', isNumber: true, formula: { kind: 'relative', of: 1, from: 2 } },
];

export function comparedRow(
  label: string,
  now: number | null,
  before: number | null,
  extra: Partial<Row> = {},
): Row {
  const difference = now === null || before === null ? null : now - before;
  return {
    cells: [text(label), money(now), money(before), money(difference), change(relative(now, before))],
    ...extra,
  };
}

export interface Statement {
  readonly table: Table;
  readonly checks: readonly Check[];
}

const NOW = 1;
const BEFORE = 2;

/** Revenue by stream less costs by kind less the fee is the profit. */
export function profitAndLossStatement(facts: Pick<ReportFacts, 'pnl' | 'priorPnl' | 'streams'>): Statement {
  const { pnl, priorPnl, streams } = facts;
  const now = pnl.total;
  const before = priorPnl?.total ?? null;
  const rows: Row[] = [];
  const streamRows = breakdownRows(streams, 40, before !== null, 'No stream named');
  rows.push(...streamRows);
  const streamIndex = streamRows.map((_, i) => i);
  const revenue =
    rows.push(
      comparedRow('Revenue', now.revenueMinor, before?.revenueMinor ?? null, {
        style: 'total',
        formula: { plus: streamIndex, minus: [] },
      }),
    ) - 1;
  const costs = [
    ['Production', now.costs.productionMinor, before?.costs.productionMinor],
    ['Advertising', now.costs.advertisingMinor, before?.costs.advertisingMinor],
    ['API and services', now.costs.apiMinor, before?.costs.apiMinor],
    ['Other costs', now.costs.otherMinor, before?.costs.otherMinor],
  ] as const;
  const costIndex = costs.map(
    ([label, value, prior]) => rows.push(comparedRow(label, value, prior ?? null)) - 1,
  );
  const cost =
    rows.push(
      comparedRow('Costs', now.costMinor, before?.costMinor ?? null, {
        style: 'total',
        formula: { plus: costIndex, minus: [] },
      }),
    ) - 1;
  const fee = rows.push(comparedRow('Subscription fee', now.feeMinor, before?.feeMinor ?? null)) - 1;
  const profit =
    rows.push(
      comparedRow('Profit', now.profitMinor, before?.profitMinor ?? null, {
        style: 'total',
        formula: { plus: [revenue], minus: [cost, fee] },
      }),
    ) - 1;
  const table: Table = { id: 'pnl', title: 'Profit and loss', columns: compared(''), rows };
  const at = (row: number, column: number) => ({ table: 'pnl', row, column });
  const of = (column: number, period: string): Check[] => [
    {
      title: `Streams add up to revenue, ${period}`,
      cell: at(revenue, column),
      plus: streamIndex.map((row) => at(row, column)),
      minus: [],
    },
    {
      title: `Kinds of cost add up to costs, ${period}`,
      cell: at(cost, column),
      plus: costIndex.map((row) => at(row, column)),
      minus: [],
    },
    {
      title: `Revenue − costs − fee = profit, ${period}`,
      cell: at(profit, column),
      plus: [at(revenue, column)],
      minus: [at(cost, column), at(fee, column)],
    },
  ];
  return {
    table,
    checks: [...of(NOW, 'this period'), ...(before === null ? [] : of(BEFORE, 'prior period'))],
  };
}

/**
 * Rows of a breakdown, the smallest together as one: their sum is the breakdown's own total. The statement's total comes from the profit
 * and loss, so that the rows adding up to it is a check of two answers and no tautology.
 */
export function breakdownRows(
  reply: BreakdownReply,
  limit: number,
  isCompared: boolean,
  nameless: string,
): Row[] {
  const shown = reply.rows.slice(0, limit);
  const rows = shown.map((row) =>
    comparedRow(
      row.title === '' ? nameless : row.title,
      row.revenueMinor,
      isCompared ? (row.previousMinor ?? 0) : null,
    ),
  );
  const restNow = reply.totalMinor - shown.reduce((sum, row) => sum + row.revenueMinor, 0);
  const restBefore = isCompared
    ? (reply.previousTotalMinor ?? 0) - shown.reduce((sum, row) => sum + (row.previousMinor ?? 0), 0)
    : null;
  if (restNow !== 0 || (restBefore ?? 0) !== 0) rows.push(comparedRow('All others', restNow, restBefore));
  return rows;
}

/** Revenue of a dimension, its rows and total. */
export function revenueTable(
  id: string,
  title: string,
  first: string,
  reply: BreakdownReply,
  pnl: PnlReply,
  prior: PnlReply | null,
): Statement {
  const rows = breakdownRows(reply, 15, prior !== null, 'Without one');
  const parts = rows.map((_, i) => i);
  const total =
    rows.push(
      comparedRow('Total', pnl.total.revenueMinor, prior?.total.revenueMinor ?? null, {
        style: 'total',
        formula: { plus: parts, minus: [] },
      }),
    ) - 1;
  const ref = (row: number) => ({ table: id, row, column: NOW });
  return {
    table: { id, title, columns: compared(first), rows },
    checks: [
      { title: `${title}: rows add up to the total`, cell: ref(total), plus: parts.map(ref), minus: [] },
    ],
  };
}

const movements = [
  ['new', 'New'],
  ['reactivation', 'Reactivation'],
  ['expansion', 'Expansion'],
  ['contraction', 'Contraction'],
  ['churn', 'Churn'],
  ['transfer', 'Transfer'],
  ['fx', 'Exchange rates'],
] as const satisfies readonly (readonly [keyof RecurringMonthFact, string])[];

/** Opening + movements = closing, month by month and over all; each month opens where the one before closed. */
export function recurringStatement(
  { months }: RecurringFacts,
  monthName: (startMs: number) => string,
): Statement {
  const shown = months.slice(-12);
  const columns: Column[] = [
    { title: '', isNumber: false },
    ...shown.map((month) => ({ title: monthName(month.startMs), isNumber: true })),
  ];
  const row = (label: string, of: (month: RecurringMonthFact) => number, extra: Partial<Row> = {}): Row => ({
    cells: [text(label), ...shown.map((month) => money(of(month)))],
    ...extra,
  });
  const rows: Row[] = [row('Opening MRR', (month) => month.opening)];
  for (const [key, label] of movements) rows.push(row(label, (month) => month[key]));
  const all = rows.map((_, i) => i);
  const closing =
    rows.push(
      row('Closing MRR', (month) => month.closing, { style: 'total', formula: { plus: all, minus: [] } }),
    ) - 1;
  rows.push({
    cells: [
      text('Customers at the end'),
      ...shown.map((month) => ({ t: 'value' as const, v: month.customers, unit: 'count' as const })),
    ],
  });
  const checks: Check[] = shown.map((month, i) => ({
    title: `Opening + movements = closing MRR, ${monthName(month.startMs)}`,
    cell: { table: 'mrr', row: closing, column: i + 1 },
    plus: all.map((index) => ({ table: 'mrr', row: index, column: i + 1 })),
    minus: [],
  }));
  for (let i = 1; i < shown.length; i += 1)
    checks.push({
      title: `MRR opens where it closed, ${monthName(shown[i]?.startMs ?? 0)}`,
      cell: { table: 'mrr', row: 0, column: i + 1 },
      plus: [{ table: 'mrr', row: closing, column: i }],
      minus: [],
    });
  return { table: { id: 'mrr', title: 'Monthly recurring revenue', columns, rows }, checks };
}
