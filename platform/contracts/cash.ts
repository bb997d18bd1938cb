/**
 * Kinds of a `cash_movement`: money that moves without being revenue or cost of the moment, by the part of the cash flow statement it
 * belongs to (IAS 7.6, .14, .16, .17). Positive amounts come in, negative ones go out.
 */
export const cashKinds = {
  payout: { part: 'operating', title: 'Payouts of revenue earned earlier' },
  prepayment: { part: 'operating', title: 'Paid by customers in advance' },
  payable: { part: 'operating', title: 'Costs recorded and paid later' },
  tax: { part: 'operating', title: 'Taxes' },
  interest: { part: 'operating', title: 'Interest' },
  other_operating: { part: 'operating', title: 'Other operating' },
  equipment: { part: 'investing', title: 'Equipment and rights' },
  development: { part: 'investing', title: 'Development' },
  other_investing: { part: 'investing', title: 'Other investing' },
  capital: { part: 'financing', title: 'Capital paid in or back' },
  dividend: { part: 'financing', title: 'Dividends' },
  loan: { part: 'financing', title: 'Loans taken or paid back' },
  other_financing: { part: 'financing', title: 'Other financing' },
} as const satisfies Readonly<Record<string, { part: CashPart; title: string }>>;

export type CashPart = 'operating' | 'investing' | 'financing';
export type CashKind = keyof typeof cashKinds;

export const CASH_MOVEMENT = 'cash_movement';
export const CASH_BALANCE = 'cash_balance';

export const cashKindNames: readonly CashKind[] = Object.keys(cashKinds).filter(isCashKind);

export function isCashKind(text: string): text is CashKind {
  return Object.hasOwn(cashKinds, text);
}
