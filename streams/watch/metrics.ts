import type { Metrics } from '../../platform/metrics/metrics.ts';

/** What watching shows; over all tenants, as tenants are no bounded set of labels. */
export function createWatchMetrics(metrics: Metrics) {
  return {
    series: metrics.gauge('weir_streams_watch_series', 'KPI series watched'),
    leftOut: metrics.gauge(
      'weir_streams_watch_left_out_series',
      'Dimension values with events that are not watched because there are more than the bound',
    ),
    windows: metrics.counter('weir_streams_watch_windows_total', 'Closed windows judged', ['window']),
    signals: metrics.counter('weir_streams_watch_signals_total', 'Signals told', ['kind']),
    snapshotBytes: metrics.gauge('weir_streams_watch_snapshot_bytes', 'Snapshots of all tenants together'),
    failures: metrics.counter(
      'weir_streams_watch_failures_total',
      'Rounds of a tenant that failed and were repeated',
    ),
  };
}
