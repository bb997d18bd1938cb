/**
 * What formulas of KPIs with `basis: 'recurring'` may name, with what each is; money in major units of the tenant's currency, losses
 * as positive amounts. All of it follows the tenant's mrr_policy.
 */
export const recurringMeanings = {
  mrr_opening: 'MRR at the start of the window',
  mrr_new: 'MRR of customers who had none before',
  mrr_expansion: 'MRR gained from customers who stayed',
  mrr_contraction: 'MRR lost from customers who stayed',
  mrr_churn: 'MRR of customers who left',
  mrr_reactivation: 'MRR of customers who came back',
  mrr_fx: 'Change by exchange rates alone, negative when they fell',
  mrr_closing: 'MRR at the end of the window, or as of the newest data',
  mrr_year_ago: 'MRR twelve months before the end of the window',
  mrr_year_now: 'MRR now of the customers who had MRR then',
  mrr_year_kept: 'Of each of those customers the smaller of now and then',
  customers_opening: 'Customers with MRR at the start of the window',
  customers_new: 'New customers',
  customers_reactivated: 'Customers who came back',
  customers_churned: 'Customers who left',
  customers_closing: 'Customers with MRR at the end of the window',
  customers_rated: 'Of those, the ones whose currency has a rate: whose MRR is in the figures',
  lifetime_months:
    'customers_opening / customers_churned, at most 60; 60 when none left or fewer than 30 were there',
  policy_gross_margin: 'Gross margin set in the mrr_policy; no value when it is measured',
  policy_reactivation: '1 when the mrr_policy counts reactivation in the quick ratio, else 0',
} as const;

export type RecurringName = keyof typeof recurringMeanings;

export const recurringNames: readonly string[] = Object.keys(recurringMeanings);
