import type { Counter, Gauge, Histogram, Metrics } from '../../platform/metrics/metrics.ts';

export interface ModelsMetrics {
  readonly waiting: Gauge;
  readonly runs: Counter<'task' | 'outcome'>;
  readonly seconds: Histogram<'task'>;
}

export function createModelsMetrics(metrics: Metrics): ModelsMetrics {
  return {
    waiting: metrics.gauge('weir_models_waiting_tasks', 'Jobs and due tasks of the models that wait'),
    runs: metrics.counter('weir_models_runs_total', 'Tasks of the models that ended, by how', [
      'task',
      'outcome',
    ]),
    seconds: metrics.histogram('weir_models_run_seconds', 'How long tasks of the models took', {
      labels: ['task'],
      buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    }),
  };
}
