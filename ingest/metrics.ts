import type { Counter, Histogram, Metrics } from '../platform/metrics/metrics.ts';

export interface IngestMetrics {
  /** Results: accepted, duplicate (a resend known at the door), rejected. */
  readonly events: Counter<'dialect' | 'result'>;
  readonly requests: Counter<'dialect' | 'status'>;
  readonly requestSeconds: Histogram<'dialect'>;
  readonly bodyBytes: Counter<'dialect'>;
  readonly commitSeconds: Histogram;
  readonly batchEvents: Histogram;
  /** Outcomes: stored, summarised (items within a summary), lost. */
  readonly deadLetters: Counter<'dialect' | 'outcome'>;
}

/** What is read only when scraped. */
export interface IngestLevels {
  readonly inFlightBodyBytes: () => number;
  readonly pendingEvents: () => number;
  readonly pendingBytes: () => number;
  readonly logBytes: () => number;
  readonly logMessages: () => number;
}

export function createIngestMetrics(metrics: Metrics): IngestMetrics {
  return {
    events: metrics.counter('weir_ingest_events_total', 'Events by what became of them.', [
      'dialect',
      'result',
    ]),
    requests: metrics.counter('weir_ingest_requests_total', 'Requests by status.', ['dialect', 'status']),
    requestSeconds: metrics.histogram('weir_ingest_request_seconds', 'From headers to reply.', {
      labels: ['dialect'],
    }),
    bodyBytes: metrics.counter('weir_ingest_body_bytes_total', 'Bytes of bodies as received.', ['dialect']),
    commitSeconds: metrics.histogram(
      'weir_ingest_commit_seconds',
      'From publish to durable, by record batch.',
    ),
    batchEvents: metrics.histogram('weir_ingest_batch_events', 'Events in a record batch.', {
      buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 8_000],
    }),
    deadLetters: metrics.counter('weir_ingest_dead_letters_total', 'Refused items by what became of them.', [
      'dialect',
      'outcome',
    ]),
  };
}

export function exposeIngestLevels(metrics: Metrics, levels: IngestLevels): void {
  metrics.gaugeOf('weir_ingest_in_flight_body_bytes', 'Bodies in memory.', levels.inFlightBodyBytes);
  metrics.gaugeOf(
    'weir_ingest_pending_events',
    'Accepted into memory, not yet durable.',
    levels.pendingEvents,
  );
  metrics.gaugeOf('weir_ingest_pending_bytes', 'Record batches not yet durable.', levels.pendingBytes);
  metrics.gaugeOf('weir_ingest_log_bytes', 'Size of the event log.', levels.logBytes);
  metrics.gaugeOf('weir_ingest_log_messages', 'Record batches in the event log.', levels.logMessages);
}
