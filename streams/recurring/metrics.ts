import type { Metrics } from '../../platform/metrics/metrics.ts';

/** What the stage of recurring revenue shows; tenants are few. */
export function createRecurringMetrics(metrics: Metrics) {
  return {
    customers: metrics.gauge('weir_streams_recurring_customers', 'Customers whose subscriptions are held', [
      'tenant',
    ]),
    refused: metrics.gauge(
      'weir_streams_recurring_refused_events',
      'Events of subscriptions left out because a bound is reached',
      ['tenant'],
    ),
    unattributed: metrics.gauge(
      'weir_streams_recurring_unattributed_events',
      'Events of subscriptions that name no customer',
      ['tenant'],
    ),
    rows: metrics.counter('weir_streams_recurring_rows_total', 'Rows of MRR movements written'),
  };
}
export type RecurringMetrics = ReturnType<typeof createRecurringMetrics>;
