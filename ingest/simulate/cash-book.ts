import { CASH_BALANCE, CASH_MOVEMENT, type CashKind } from '../../platform/contracts/cash.ts';
import { meanRevenuePerThousandViewsMinor } from './economy.ts';

export interface CashEvent {
  readonly id: string;
  readonly type: typeof CASH_MOVEMENT | typeof CASH_BALANCE;
  readonly effectiveMs: number;
  readonly data: Readonly<Record<string, string | number>>;
}

const WEEKS_A_MONTH = 365.25 / 12 / 7;
const MONTHS = 3;

/** Moves of a month on a day of it, as shares of a month's revenue. */
const monthly: readonly (readonly [CashKind, number, number])[] = [
  ['tax', 10, -0.08],
  ['loan', 15, -0.03],
  ['interest', 15, -0.004],
];

/**
 * What moved on the network's account before a moment and was neither revenue nor cost: tax, the loan and its interest in each of three
 * months, a camera in one, and the balance before all of it. Ids follow from the month, so a book told later says the same.
 */
export function cashBefore(meanViewsPerSecond: number, atMs: number): readonly CashEvent[] {
  const monthMinor =
    ((meanViewsPerSecond * meanRevenuePerThousandViewsMinor * 604_800) / 1_000) * WEEKS_A_MONTH;
  const at = new Date(atMs);
  const dayOf = (monthsAgo: number, day: number): number =>
    Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - monthsAgo, day);
  const nameOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const event = (kind: CashKind, ms: number, share: number): CashEvent => ({
    id: `cash-${kind}-${nameOf(ms)}`,
    type: CASH_MOVEMENT,
    effectiveMs: ms,
    data: { kind, amount_minor: Math.round(share * monthMinor), currency: 'USD' },
  });
  const events: CashEvent[] = [event('equipment', dayOf(1, 6), -0.12)];
  for (let ago = MONTHS; ago >= 0; ago -= 1)
    for (const [kind, day, share] of monthly) events.push(event(kind, dayOf(ago, day), share));
  const opening = dayOf(MONTHS, 1);
  events.push({
    id: `cash-balance-${nameOf(opening)}`,
    type: CASH_BALANCE,
    effectiveMs: opening,
    data: { account: 'bank', amount_minor: Math.round(1.5 * monthMinor), currency: 'USD' },
  });
  return events.filter(({ effectiveMs }) => effectiveMs < atMs);
}
