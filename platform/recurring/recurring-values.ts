import type { MrrPolicy } from '../contracts/recurring.ts';
import type { RecurringName } from '../contracts/recurring-names.ts';
import type { TotalsRow } from './totals-sql.ts';

/** Months a customer is expected to stay at most; what LTV rests on when churn says nothing. */
export const LIFETIME_CAP_MONTHS = 60;
/** Fewer customers than this say nothing about churn. */
const FEWEST_CUSTOMERS = 30;

/** Expected months of a customer, by the churn of one month. */
export function lifetimeOf(row: Pick<TotalsRow, 'customers_opening' | 'customers_churned'>): {
  readonly months: number;
  readonly isCapped: boolean;
} {
  const { customers_opening: there, customers_churned: left } = row;
  const months = left === 0 ? Number.POSITIVE_INFINITY : there / left;
  const isCapped = there < FEWEST_CUSTOMERS || months >= LIFETIME_CAP_MONTHS;
  return { months: isCapped ? LIFETIME_CAP_MONTHS : months, isCapped };
}

/** The names of recurring formulas over one window, money in major units, losses positive. */
export function recurringValues(
  row: TotalsRow,
  policy: MrrPolicy,
  minorPerMajor: number,
): Readonly<Record<RecurringName, number>> {
  return {
    mrr_opening: row.opening / minorPerMajor,
    mrr_new: row.new / minorPerMajor,
    mrr_expansion: row.expansion / minorPerMajor,
    mrr_contraction: -row.contraction / minorPerMajor,
    mrr_churn: -row.churn / minorPerMajor,
    mrr_reactivation: row.reactivation / minorPerMajor,
    mrr_fx: row.fx / minorPerMajor,
    mrr_closing: row.closing / minorPerMajor,
    mrr_year_ago: row.year_ago / minorPerMajor,
    mrr_year_now: row.year_now / minorPerMajor,
    mrr_year_kept: row.year_kept / minorPerMajor,
    customers_opening: row.customers_opening,
    customers_new: row.customers_new,
    customers_reactivated: row.customers_reactivated,
    customers_churned: row.customers_churned,
    customers_closing: row.customers_closing,
    customers_rated: row.customers_rated,
    lifetime_months: lifetimeOf(row).months,
    policy_gross_margin: policy.grossMargin ?? Number.NaN,
    policy_reactivation: policy.quickRatioReactivation ? 1 : 0,
  };
}

const noRow: Omit<TotalsRow, 'cut' | 'start_ms'> = {
  opening: 0,
  new: 0,
  reactivation: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  transfer: 0,
  fx: 0,
  closing: 0,
  year_ago: 0,
  year_now: 0,
  year_kept: 0,
  customers_opening: 0,
  customers_new: 0,
  customers_reactivated: 0,
  customers_churned: 0,
  customers_closing: 0,
  customers_entered: 0,
  customers_left: 0,
  customers_rated: 0,
  rated_entered: 0,
  rated_left: 0,
};

/**
 * Every day of a range as a row of its own, from the days on which something moved since the first: levels are what all movements before
 * add up to. `starts` ascending, as far as the movements speak.
 */
export function daysOf(moved: readonly TotalsRow[], starts: readonly number[]): readonly TotalsRow[] {
  const rows: TotalsRow[] = [];
  let at = 0;
  let level = 0;
  let customers = 0;
  let rated = 0;
  const pass = (row: TotalsRow): void => {
    level += row.new + row.reactivation + row.expansion + row.contraction + row.churn + row.transfer + row.fx;
    customers += row.customers_entered - row.customers_left;
    rated += row.rated_entered - row.rated_left;
  };
  for (const start of starts) {
    for (let row = moved[at]; row !== undefined && row.start_ms < start; row = moved[++at]) pass(row);
    if (at === 0 && (moved[0]?.start_ms ?? Number.POSITIVE_INFINITY) > start) continue;
    const opening = level;
    const customersOpening = customers;
    const today = moved[at]?.start_ms === start ? moved[at] : undefined;
    if (today !== undefined) {
      pass(today);
      at++;
    }
    rows.push({
      ...noRow,
      ...today,
      cut: '',
      start_ms: start,
      opening,
      closing: level,
      customers_opening: customersOpening,
      customers_closing: customers,
      customers_rated: rated,
    });
  }
  return rows;
}
