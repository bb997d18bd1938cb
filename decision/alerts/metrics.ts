import type { Metrics } from '../../platform/metrics/metrics.ts';

export type AlertMetrics = ReturnType<typeof createAlertMetrics>;

export function createAlertMetrics(metrics: Metrics) {
  return {
    notifications: metrics.counter(
      'weir_notifications_total',
      'Tries to tell a subscriber: sent, retry, or dead when given up',
      ['channel', 'result'],
    ),
    messages: metrics.counter('weir_alerts_messages_total', 'Messages made for subscribers', ['kind']),
    inputs: metrics.counter(
      'weir_alerts_inputs_total',
      'Signals and records taken in; refused ones do not match their schema',
      ['source', 'result'],
    ),
    rowFailures: metrics.counter(
      'weir_alerts_row_failures_total',
      'Writes to the history that failed and are repeated',
    ),
    kept: metrics.gauge('weir_alerts_kept_alerts', 'Alerts in memory; at most 20,000 a tenant'),
    threads: metrics.gauge('weir_alerts_open_threads', 'Threads in which something fires'),
    held: metrics.gauge(
      'weir_alerts_held_alerts',
      'Held back by silences, other alerts or quiet hours, summed over subscribers',
    ),
    waiting: metrics.gauge('weir_alerts_waiting_deliveries', 'Deliveries that are not sent yet'),
    dead: metrics.gauge(
      'weir_alerts_dead_deliveries',
      'Deliveries that were given up and can be sent again by a person',
    ),
    snapshotBytes: metrics.gauge('weir_alerts_snapshot_bytes', 'Size of the last snapshot'),
  };
}
