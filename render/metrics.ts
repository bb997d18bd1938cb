import type { Counter, Histogram, Metrics } from '../platform/metrics/metrics.ts';

export interface RenderMetrics {
  readonly ended: Counter<'kind' | 'state'>;
  readonly seconds: Histogram<'kind'>;
  inHand(read: () => number): void;
  running(read: () => number): void;
}

export function createRenderMetrics(metrics: Metrics): RenderMetrics {
  return {
    ended: metrics.counter('weir_render_jobs_total', 'Renders that ended, by kind and how', [
      'kind',
      'state',
    ]),
    seconds: metrics.histogram('weir_render_job_seconds', 'Time a successful render took', {
      labels: ['kind'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600],
    }),
    inHand: (read) => metrics.gaugeOf('weir_render_jobs', 'Renders in hand: waiting or running', read),
    running: (read) => metrics.gaugeOf('weir_render_running_jobs', 'Renders that run', read),
  };
}
