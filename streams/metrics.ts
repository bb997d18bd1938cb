import type { Metrics } from '../platform/metrics/metrics.ts';

/** What the processors count; one set a process. */
export function createStreamsMetrics(metrics: Metrics) {
  return {
    applied: metrics.counter('weir_streams_events_total', 'Events applied, by outcome', ['outcome']),
    rowsStored: metrics.counter('weir_streams_rows_stored_total', 'Event rows inserted into ClickHouse'),
    kpiRows: metrics.counter('weir_streams_kpi_rows_total', 'KPI rows written'),
    effectFailures: metrics.counter(
      'weir_streams_effect_failures_total',
      'Effects that failed and were repeated',
      ['what'],
    ),
    unreadable: metrics.counter(
      'weir_streams_unreadable_batches_total',
      'Log messages that are no record batch',
    ),
    insertSeconds: metrics.histogram('weir_streams_insert_seconds', 'Time of one insert of event rows'),
    acceptedToStored: metrics.histogram(
      'weir_streams_accepted_to_stored_seconds',
      'From the acceptance of a record batch to its rows in ClickHouse',
      {
        buckets: [
          0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 2, 3, 5, 10, 30,
        ],
      },
    ),
    snapshotBytes: metrics.gauge('weir_streams_snapshot_bytes', 'Size of the last snapshot', ['partition']),
    pendingBytes: metrics.gauge('weir_streams_pending_bytes', 'Rows waiting to be stored', ['partition']),
    pendingMessages: metrics.gauge('weir_streams_pending_messages', 'Log messages behind the end of the log'),
    dirtyPanes: metrics.gauge('weir_streams_dirty_panes', 'Windows whose rows wait to be written'),
    overduePanes: metrics.gauge(
      'weir_streams_overdue_windows',
      'Finished windows that the last write left to the next',
    ),
    panes: metrics.gauge('weir_streams_panes', 'Windows held in memory'),
    identities: metrics.gauge('weir_streams_identities', 'Identities remembered'),
    watermarkSeconds: metrics.gauge(
      'weir_streams_watermark_seconds',
      'Lowest watermark of active partitions, Unix seconds',
    ),
    logLostSeconds: metrics.gauge(
      'weir_streams_log_lost_seconds',
      'When the log was last found to have lost its end, Unix seconds; 0 = never',
    ),
    livePublished: metrics.counter('weir_streams_live_messages_total', 'Live updates published'),
  };
}
export type StreamsMetrics = ReturnType<typeof createStreamsMetrics>;
