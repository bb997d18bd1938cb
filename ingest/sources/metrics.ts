import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { SourceState } from './source.ts';

export interface SourceMetrics {
  show(source: string, state: SourceState): void;
  told(source: string, events: number): void;
}

/** At most fifty sources, so at most fifty labels. */
export function createSourceMetrics(metrics: Metrics): SourceMetrics {
  const labels = ['source'] as const;
  const up = metrics.gauge('weir_ingest_source_state', '1 when its last poll went well, else 0.', labels);
  const failures = metrics.gauge('weir_ingest_source_failures', 'Failed polls in a row.', labels);
  const ok = metrics.gauge(
    'weir_ingest_source_last_success_seconds',
    'When its last poll went well, seconds since 1970.',
    labels,
  );
  const events = metrics.counter('weir_ingest_source_events_total', 'Events the door took from it.', labels);
  return {
    show: (source, state) => {
      up.set({ source }, state.failures === 0 ? 1 : 0);
      failures.set({ source }, state.failures);
      ok.set({ source }, state.lastOkMs / 1_000);
    },
    told: (source, count) => events.inc({ source }, count),
  };
}
