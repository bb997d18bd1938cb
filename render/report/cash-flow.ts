import { cashKindNames, cashKinds, type CashKind, type CashPart } from '../../platform/contracts/cash.ts';
import type { Words } from '../text/format.ts';
import type { CashFacts, CashSpan, ReportFacts } from './facts.ts';
import type { Check, Ref, Row } from './model.ts';
import { compared, comparedRow, type Statement } from './statements.ts';

/**
 * The cash flow statement by the indirect method (IAS 7.18b, .20): profit, what of it has not moved yet, then operating, investing and
 * financing; opening + movements = closing. It is as whole as the events are: what nobody recorded is named, never estimated.
 */

const NOW = 1;
const BEFORE = 2;

const partNames: Readonly<Record<CashPart, string>> = {
  operating: 'Operating cash flow',
  investing: 'Investing cash flow',
  financing: 'Financing cash flow',
};

const sectionNames = [partNames.operating, partNames.investing, partNames.financing].map((name) =>
  name.toLowerCase(),
);

export function cashFlowStatement({ cash }: Pick<ReportFacts, 'cash'>): Statement {
  const rows: Row[] = [];
  const add = (label: string, of: (span: CashSpan) => number | null, extra: Partial<Row> = {}): number =>
    rows.push(comparedRow(label, of(cash.now), cash.prior === null ? null : of(cash.prior), extra)) - 1;
  const total = (label: string, of: (span: CashSpan) => number, parts: readonly number[]): number =>
    add(label, of, { style: 'total', formula: { plus: parts, minus: [] } });

  const operating = [add('Profit of the period', ({ flow }) => flow.profitMinor)];
  if (cash.accruedStreams.length > 0)
    operating.push(
      add('Earned and not yet paid out', ({ flow }) => -flow.accruedMinor),
      add(cashKinds.payout.title, ({ flow }) => flow.payoutsMinor),
    );
  const kindsOf = (part: CashPart): CashKind[] =>
    cash.recordedKinds.filter((kind) => kind !== 'payout' && cashKinds[kind].part === part);
  const kindRows = (part: CashPart): number[] =>
    kindsOf(part).map((kind) => add(cashKinds[kind].title, ({ flow }) => flow.kinds[kind] ?? 0));
  operating.push(...kindRows('operating'));
  const sections = [total(partNames.operating, operatingOf, operating)];
  const parts: (readonly number[])[] = [operating];
  for (const part of ['investing', 'financing'] as const) {
    const own = kindRows(part);
    parts.push(own);
    const label = own.length === 0 ? `${partNames[part]} (none recorded)` : partNames[part];
    sections.push(total(label, (span) => partOf(span, part), own));
  }
  const net = total('Net cash flow', netCashFlow, sections);
  const at = (row: number, column: number): Ref => ({ table: 'cash', row, column });
  const sum = (title: string, row: number, plus: readonly number[], column: number): Check => ({
    title: `${title}, ${column === NOW ? 'this period' : 'prior period'}`,
    cell: at(row, column),
    plus: plus.map((each) => at(each, column)),
    minus: [],
  });
  const columns = cash.prior === null ? [NOW] : [NOW, BEFORE];
  const checks = columns.flatMap((column) => [
    ...sections.map((row, i) => sum(`Lines add up to ${sectionNames[i] ?? ''}`, row, parts[i] ?? [], column)),
    sum('Operating + investing + financing = net cash flow', net, sections, column),
  ]);

  if (cash.now.closingMinor !== null && cash.now.openingMinor !== null) {
    const opening = add(openingLabel(cash), ({ openingMinor }) => openingMinor);
    const unexplained = hasUnexplained(cash)
      ? [add('Moved on the accounts and told by no event', unexplainedOf)]
      : [];
    const plus = [opening, net, ...unexplained];
    const closing = add(closingLabel(cash), ({ closingMinor }) => closingMinor, {
      style: 'total',
      formula: { plus, minus: [] },
    });
    for (const column of columns)
      if (column === NOW || isPlaced(cash.prior))
        checks.push(sum('Opening + movements = closing cash', closing, plus, column));
    if (isPlaced(cash.prior))
      checks.push({
        title: 'Cash opens where the prior period closed',
        cell: at(opening, NOW),
        plus: [at(closing, BEFORE)],
        minus: [],
      });
  }
  return { table: { id: 'cash', title: 'Cash flow, indirect', columns: compared(''), rows }, checks };
}

export function netCashFlow(span: CashSpan): number {
  return operatingOf(span) + partOf(span, 'investing') + partOf(span, 'financing');
}

function operatingOf(span: CashSpan): number {
  const { accruedMinor, payoutsMinor, profitMinor } = span.flow;
  return profitMinor - accruedMinor + payoutsMinor + partOf(span, 'operating');
}

/** Movements of a part, payouts left out, which stand beside what was earned. */
function partOf({ flow }: CashSpan, part: CashPart): number {
  return cashKindNames
    .filter((kind) => kind !== 'payout' && cashKinds[kind].part === part)
    .reduce((sum, kind) => sum + (flow.kinds[kind] ?? 0), 0);
}

function unexplainedOf(span: CashSpan): number | null {
  if (span.openingMinor === null || span.closingMinor === null) return null;
  return span.closingMinor - span.openingMinor - netCashFlow(span);
}

/** A balance was recorded within the period: what it says beyond the movements is shown even where it is nothing. */
function hasUnexplained({ now, prior }: CashFacts): boolean {
  return now.basis === 'balances' || prior?.basis === 'balances';
}

function isPlaced(span: CashSpan | null): boolean {
  return span !== null && span.openingMinor !== null && span.closingMinor !== null;
}

function openingLabel({ now }: CashFacts): string {
  return now.basis === 'since' ? 'Opening, since the first event' : 'Opening cash';
}

function closingLabel({ now }: CashFacts): string {
  return now.basis === 'since' ? 'Closing, since the first event' : 'Closing cash';
}

/** How to read the statement: what was taken for what, where the opening comes from, and what nobody has recorded. */
export function cashFlowText({ cash }: Pick<ReportFacts, 'cash'>, words: Words): string[] {
  const lines = [
    'Costs, sales and subscription payments count when they are recorded as paid: the profit holds no depreciation and nothing deferred, so neither is added back.',
  ];
  if (cash.accruedStreams.length > 0)
    lines.push(
      `Revenue of ${listed(cash.accruedStreams)} is paid out later, as payouts of it are recorded: what was earned is taken off, what was paid out is added.`,
    );
  if (cash.directStreams.length > 0)
    lines.push(
      `Revenue of ${listed(cash.directStreams)} counts as received when it was earned, as no payout of it is recorded.`,
    );
  if (cash.strayPayouts > 0)
    lines.push(
      `${words.count(cash.strayPayouts)} payouts name no stream and are left out: to add them would count their revenue twice.`,
    );
  const missing = cashKindNames.filter(
    (kind) => kind !== 'payout' && !kind.startsWith('other_') && !cash.recordedKinds.includes(kind),
  );
  if (missing.length > 0)
    lines.push(
      `Not recorded, and so not in it: ${listed(missing.map((kind) => cashKinds[kind].title.toLowerCase()))}. Events of type cash_movement bring them in.`,
    );
  lines.push(placeText(cash.now, words));
  return lines;
}

function placeText({ asOfMs, basis }: CashSpan, words: Words): string {
  const when = asOfMs === null ? '' : words.date(asOfMs);
  switch (basis) {
    case 'balances':
      return `Opening and closing follow from balances recorded, the last one as of ${when}; what moved between them and no event tells is a line of its own.`;
    case 'opening':
      return `The opening follows from the balance recorded as of ${when}. None was recorded in the period, so the closing is worked out and not confirmed.`;
    case 'back':
      return `The opening is worked back from the first balance recorded, as of ${when}.`;
    case 'since':
      return `No balance is recorded: opening and closing are what came in and went out since the first event of ${when}, and not what is on an account. Events of type cash_balance say that.`;
    case 'unknown':
      return 'Opening and closing are not known: no balance is recorded, and the events begin too long ago to be added up here.';
  }
}

function listed(names: readonly string[]): string {
  const shown = names.length > 8 ? [...names.slice(0, 7), `${names.length - 7} more`] : names;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
