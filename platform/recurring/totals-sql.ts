import { Type, type Static } from '@sinclair/typebox';
import { cutFields, type RecurringCut, type segmentFields } from '../contracts/recurring.ts';
import type { SqlParams } from '../store/store.ts';

/** Movements of all customers over one window and cut, minor units; losses negative. */
export const TotalsRow = Type.Object({
  cut: Type.String(),
  start_ms: Type.Number(),
  opening: Type.Number(),
  new: Type.Number(),
  reactivation: Type.Number(),
  expansion: Type.Number(),
  contraction: Type.Number(),
  churn: Type.Number(),
  transfer: Type.Number(),
  fx: Type.Number(),
  closing: Type.Number(),
  year_ago: Type.Number(),
  year_now: Type.Number(),
  year_kept: Type.Number(),
  customers_opening: Type.Number(),
  customers_new: Type.Number(),
  customers_reactivated: Type.Number(),
  customers_churned: Type.Number(),
  customers_closing: Type.Number(),
  customers_entered: Type.Number(),
  customers_left: Type.Number(),
  /** Those with MRR at the end that is known in the currency of the amounts; and who came to it or lost it in the window. */
  customers_rated: Type.Number(),
  rated_entered: Type.Number(),
  rated_left: Type.Number(),
});
export type TotalsRow = Static<typeof TotalsRow>;

export const StatusRow = Type.Object({
  policy_version: Type.Number(),
  as_of_ms: Type.Number(),
  customers: Type.Number(),
  unattributed: Type.Number(),
  refused: Type.Number(),
  unrated: Type.Array(Type.String()),
});
export type StatusRow = Static<typeof StatusRow>;

export const statusSql = `SELECT policy_version, toUnixTimestamp64Milli(as_of) AS as_of_ms, customers, unattributed, refused, unrated
FROM mrr_status FINAL WHERE tenant = {tenant:String}`;

export interface TotalsQuestion {
  readonly tenant: string;
  readonly policyVersion: number;
  readonly window: '1d' | '1mo';
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: RecurringCut | undefined;
  /** What the policy segments by: its own rows are those of that cut. */
  readonly segmentBy?: (typeof segmentFields)[number];
  readonly segment: string | undefined;
  /** Amounts are then in this currency, else in the tenant's. */
  readonly currency: string | undefined;
}

const summed = [
  'opening',
  'new',
  'reactivation',
  'expansion',
  'contraction',
  'churn',
  'transfer',
  'fx',
  'closing',
  'year_ago',
] as const;

/** Customers first, so that retention and counts are of customers and not of their parts; then all of them. */
export function totalsSql(question: TotalsQuestion): { readonly sql: string; readonly params: SqlParams } {
  const { tenant, policyVersion, window, fromMs, toMs, by, segment, currency } = question;
  const cutBy = cutFields.find((field) => field === by && field !== question.segmentBy);
  const column = by === undefined || by === 'currency' ? by : 'segment';
  const suffix = currency === undefined ? '_base' : '';
  const inner = [
    ...summed.map((name) => `sum(m.${name}${suffix}) AS c_${name}`),
    // Whether a customer is there is told by its own currency: money without a rate is no reason not to count it.
    ...(['opening', 'new', 'reactivation', 'churn', 'closing'] as const).map(
      (name) => `sum(m.${name}) AS n_${name}`,
    ),
  ];
  return {
    sql: `SELECT cut, start_ms, ${summed.map((name) => `sum(c_${name}) AS ${name}`).join(', ')},
 sumIf(c_closing, c_year_ago > 0) AS year_now, sumIf(least(c_closing, c_year_ago), c_year_ago > 0) AS year_kept,
 countIf(n_opening > 0) AS customers_opening, countIf(n_new > 0) AS customers_new,
 countIf(n_reactivation > 0) AS customers_reactivated, countIf(n_churn < 0) AS customers_churned,
 countIf(n_closing > 0) AS customers_closing,
 countIf(n_opening = 0 AND n_closing > 0) AS customers_entered, countIf(n_opening > 0 AND n_closing = 0) AS customers_left,
 countIf(c_closing > 0) AS customers_rated,
 countIf(c_opening = 0 AND c_closing > 0) AS rated_entered, countIf(c_opening > 0 AND c_closing = 0) AS rated_left
FROM (
 SELECT ${column === undefined ? "''" : `m.${column}`} AS cut, toUnixTimestamp64Milli(m.window_start) AS start_ms, m.customer AS customer, ${inner.join(', ')}
 FROM ${cutBy === undefined ? 'mrr_movements' : 'mrr_cuts'} AS m FINAL
 WHERE m.tenant = {tenant:String} AND m.policy_version = {policyVersion:UInt32} AND m.window = {window:String}
  AND m.window_start >= fromUnixTimestamp64Milli({fromMs:Int64}) AND m.window_start < fromUnixTimestamp64Milli({toMs:Int64})${
    segment === undefined ? '' : ' AND m.segment = {segment:String}'
  }${currency === undefined ? '' : ' AND m.currency = {currency:String}'}${cutBy === undefined ? '' : ' AND m.cut_by = {cutBy:String}'}
 GROUP BY cut, start_ms, customer
)
GROUP BY cut, start_ms
ORDER BY cut, start_ms
LIMIT 20000`,
    params: {
      tenant,
      policyVersion,
      window,
      fromMs,
      toMs,
      ...(segment === undefined ? {} : { segment }),
      ...(currency === undefined ? {} : { currency }),
      ...(cutBy === undefined ? {} : { cutBy }),
    },
  };
}
