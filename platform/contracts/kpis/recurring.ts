import type { KpiDefinition, KpiUnit } from '../kpi.ts';
import { cost, marketingCost, revenue } from './measures.ts';
import { kpi } from './record.ts';

type Levels = Pick<KpiDefinition, 'target' | 'alertThreshold'>;

/** A KPI over the recurring names alone. Levels have a value a day and a month, what compares a month's flow only a month. */
function recurring(
  key: string,
  title: string,
  unit: KpiUnit,
  direction: 'up' | 'down',
  formula: string,
  description: string,
  more: Levels & Partial<Pick<KpiDefinition, 'windows' | 'measures'>> = {},
): KpiDefinition {
  return kpi({
    key,
    title,
    unit,
    direction,
    formula,
    description,
    basis: 'recurring',
    windows: ['1mo'],
    measures: [],
    dimensions: [],
    ...more,
  });
}

const daily: Pick<KpiDefinition, 'windows'> = { windows: ['1d', '1mo'] };
/** Of customers whose MRR is known: one without a rate adds nothing above and must not be divided by. */
const arpa = 'mrr_closing / customers_rated';
/** Advertising is the cost of getting customers, not of serving them. */
const margin = 'or(policy_gross_margin, (revenue - cost + marketing_cost) / revenue)';
const money = [revenue, cost, marketingCost];
const ltv = `${arpa} * ${margin} * lifetime_months`;
/** Written so that there is no value without advertising: nothing recorded is not the same as free. */
const cac = '1 / (customers_new / marketing_cost)';

/** Recurring revenue (anchors: Stripe, ChartMogul, ProfitWell, Baremetrics); what counts is said by the tenant's mrr_policy. */
export const recurringKpis: readonly KpiDefinition[] = [
  recurring(
    'mrr',
    'MRR',
    'currency',
    'up',
    'mrr_closing',
    'Monthly recurring revenue at the end of the window: recurring charges of active customers normalised to a month, by the mrr_policy.',
    daily,
  ),
  recurring('arr', 'ARR', 'currency', 'up', '12 * mrr_closing', 'Annual recurring revenue, 12 × MRR.', daily),
  recurring(
    'net_new_mrr',
    'Net new MRR',
    'currency',
    'up',
    'mrr_new + mrr_reactivation + mrr_expansion - mrr_contraction - mrr_churn + mrr_fx',
    'New, reactivated and expansion MRR less contraction and churn, with the effect of exchange rates: closing less opening MRR.',
    daily,
  ),
  recurring(
    'gross_mrr_churn',
    'Gross MRR churn',
    'ratio',
    'down',
    '(mrr_churn + mrr_contraction) / mrr_opening',
    'Churned and contracted MRR of the month, of its opening MRR.',
  ),
  recurring(
    'net_mrr_churn',
    'Net MRR churn',
    'ratio',
    'down',
    '(mrr_churn + mrr_contraction - mrr_expansion - mrr_reactivation) / mrr_opening',
    'Losses less expansion and reactivation of the month, of its opening MRR; negative when what stayed grew by more than was lost.',
  ),
  recurring(
    'nrr',
    'Net revenue retention',
    'ratio',
    'up',
    'mrr_year_now / mrr_year_ago',
    'MRR now of the customers who paid twelve months ago, of their MRR then, at today’s exchange rates. New customers do not count; those who left and came back do. May exceed 100%.',
  ),
  recurring(
    'grr',
    'Gross revenue retention',
    'ratio',
    'up',
    'mrr_year_kept / mrr_year_ago',
    'Of the customers who paid twelve months ago, the smaller of their MRR now and then, of their MRR then, at today’s exchange rates. Never above 100%, nor above net retention.',
  ),
  recurring(
    'quick_ratio',
    'Quick ratio',
    'times',
    'up',
    '(mrr_new + mrr_expansion + mrr_reactivation * policy_reactivation) / (mrr_churn + mrr_contraction)',
    'MRR won for each unit lost in the month. Whether reactivation counts is set in the mrr_policy. No value in a month without losses.',
  ),
  recurring(
    'logo_churn',
    'Customer churn',
    'ratio',
    'down',
    'customers_churned / customers_opening',
    'Customers who left in the month, of those there at its start.',
    { target: 0.05 },
  ),
  recurring(
    'customers',
    'Paying customers',
    'count',
    'up',
    'customers_closing',
    'Customers with recurring revenue at the end of the window.',
    daily,
  ),
  recurring(
    'arpa',
    'Average revenue per account',
    'currency',
    'up',
    arpa,
    'MRR divided by the customers it is of: those who pay in a currency without a rate are left out of both.',
    daily,
  ),
  recurring(
    'ltv',
    'Customer lifetime value',
    'currency',
    'up',
    ltv,
    'ARPA × gross margin × expected lifetime (1 / customer churn of the month, at most 60 months; 60 when nobody left or fewer than 30 customers were there). The margin is the policy’s, or measured: revenue less costs without advertising, of revenue.',
    { target: 500, measures: money },
  ),
  recurring(
    'cac',
    'Customer acquisition cost',
    'currency',
    'down',
    cac,
    'Advertising spent in the month divided by its new customers. No value without either.',
    { target: 50, measures: [marketingCost] },
  ),
  recurring(
    'ltv_cac',
    'LTV to CAC',
    'times',
    'up',
    `${ltv} / (${cac})`,
    'Customer lifetime value as a multiple of the cost of acquiring a customer.',
    { target: 10, measures: money },
  ),
  recurring(
    'cac_payback',
    'CAC payback',
    'months',
    'down',
    `${cac} / (${arpa} * ${margin})`,
    'Months of gross margin a new customer needs to pay back the cost of acquiring it.',
    { measures: money },
  ),
];
