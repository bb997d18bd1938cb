import type { Metrics } from '../../platform/metrics/metrics.ts';

/** What every second stage shows; the stage's name is the label. */
export function createStageMetrics(metrics: Metrics) {
  const labels = ['stage'] as const;
  return {
    position: metrics.gauge(
      'weir_streams_stage_position_messages',
      'Log sequence up to which a second stage has applied everything',
      labels,
    ),
    pending: metrics.gauge(
      'weir_streams_stage_pending_messages',
      'Stored log messages that a second stage has not applied yet',
      labels,
    ),
    snapshotBytes: metrics.gauge(
      'weir_streams_stage_snapshot_bytes',
      'Size of the last snapshot of a second stage',
      labels,
    ),
    rebuilds: metrics.counter(
      'weir_streams_stage_rebuilds_total',
      'Second stages built again from the first stored event because the log had lost its end',
      labels,
    ),
    events: metrics.counter('weir_streams_stage_events_total', 'Events applied by a second stage', labels),
    failures: metrics.counter(
      'weir_streams_stage_failures_total',
      'Rounds of a second stage that failed and were repeated',
      labels,
    ),
  };
}
export type StageMetrics = ReturnType<typeof createStageMetrics>;
