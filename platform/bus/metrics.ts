import type { Counter, Gauge, Histogram, Metrics } from '../metrics/metrics.ts';

export interface BusMetrics {
  readonly connected: Gauge<'bus'>;
  readonly reconnects: Counter<'bus'>;
  readonly inFlightMessages: Gauge<'bus'>;
  readonly inFlightBytes: Gauge<'bus'>;
  readonly published: Counter<'bus'>;
  readonly resent: Counter<'bus'>;
  readonly publishFailures: Counter<'bus' | 'code'>;
  readonly publishSeconds: Histogram<'bus'>;
  readonly coreDropped: Counter<'bus'>;
}

export function createBusMetrics(metrics: Metrics): BusMetrics {
  const labels = ['bus'] as const;
  return {
    connected: metrics.gauge('weir_bus_connected_state', '1 while connected to NATS, else 0.', labels),
    reconnects: metrics.counter('weir_bus_reconnects_total', 'Times the connection came back.', labels),
    inFlightMessages: metrics.gauge(
      'weir_bus_in_flight_messages',
      'Published, acknowledgement awaited.',
      labels,
    ),
    inFlightBytes: metrics.gauge(
      'weir_bus_in_flight_bytes',
      'Bytes published, acknowledgement awaited.',
      labels,
    ),
    published: metrics.counter('weir_bus_published_total', 'Messages acknowledged by JetStream.', labels),
    resent: metrics.counter(
      'weir_bus_resent_total',
      'Messages sent again after a lost connection or no answer.',
      labels,
    ),
    publishFailures: metrics.counter('weir_bus_publish_failures_total', 'Publishes that failed, by code.', [
      'bus',
      'code',
    ]),
    publishSeconds: metrics.histogram('weir_bus_publish_seconds', 'From publish to acknowledgement.', {
      labels,
    }),
    coreDropped: metrics.counter(
      'weir_bus_core_dropped_total',
      'Core messages dropped while NATS was away or because they were too large.',
      labels,
    ),
  };
}
