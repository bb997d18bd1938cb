import { describe, expect, test } from 'vitest';
import { createMetrics, metricNameFault } from './metrics.ts';

describe('metric names', () => {
  test.each([
    ['counter', 'weir_ingest_events_total'],
    ['counter', 'weir_ingest_body_bytes_total'],
    ['gauge', 'weir_streams_event_time_lag_seconds'],
    ['gauge', 'weir_bus_in_flight_messages'],
    ['gauge', 'weir_bus_connected_state'],
    ['histogram', 'weir_ingest_commit_seconds'],
  ] as const)('%s %s is right', (kind, name) => {
    expect(metricNameFault(kind, name)).toBeUndefined();
  });

  test.each([
    ['counter', 'weir_ingest_events', '_total'],
    ['counter', 'ingest_events_total', 'weir_'],
    ['counter', 'weir_events', 'weir_'],
    ['gauge', 'weir_ingest_events_total', 'only a counter'],
    ['gauge', 'weir_ingest_wait_ms', 'scaled unit'],
    ['counter', 'weir_ingest_wait_ms_total', 'scaled unit'],
    ['gauge', 'weir_streams_usage_percent', 'scaled unit'],
    ['gauge', 'weir_streams_depth', 'no unit'],
    ['histogram', 'weir_Streams_x_seconds', 'lower case'],
  ] as const)('%s %s is refused', (kind, name, reason) => {
    expect(metricNameFault(kind, name)).toContain(reason);
  });
});

describe('registry', () => {
  test('exposes what was counted, with labels', async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.counter('weir_test_events_total', 'Events.', ['reason']).inc({ reason: 'late' }, 3);
    metrics.gauge('weir_test_queue_bytes', 'Bytes.').set(12);
    metrics.histogram('weir_test_commit_seconds', 'Seconds.', { buckets: [1, 2] }).observe(1.5);
    const text = await metrics.text();
    expect(text).toContain('weir_test_events_total{reason="late"} 3');
    expect(text).toContain('weir_test_queue_bytes 12');
    expect(text).toContain('weir_test_commit_seconds_bucket{le="2"} 1');
    expect(metrics.contentType).toContain('text/plain');
  });

  test('two registries do not share; one gives the same metric twice', async () => {
    const one = createMetrics({ processMetrics: false });
    const other = createMetrics({ processMetrics: false });
    one.counter('weir_test_events_total', 'Events.').inc();
    expect(one.counter('weir_test_events_total', 'Events.')).toBe(
      one.counter('weir_test_events_total', 'Events.'),
    );
    other.counter('weir_test_events_total', 'Events.');
    expect(await other.text()).toContain('weir_test_events_total 0');
  });

  test('the same name with another type or other labels is refused', () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.gauge('weir_test_open_windows', 'Windows.', ['kpi']);
    expect(() => metrics.gauge('weir_test_open_windows', 'Windows.')).toThrow(/already exists/);
    expect(() => metrics.histogram('weir_test_open_windows', 'Windows.', { labels: ['kpi'] })).toThrow(
      /already exists/,
    );
    expect(() => metrics.counter('weir_test_thing', 'x')).toThrow(/_total/);
  });

  test('gaugeOf reads at scrape time, from the newest reader', async () => {
    const metrics = createMetrics({ processMetrics: false });
    let depth = 1;
    metrics.gaugeOf('weir_test_pending_messages', 'Pending.', () => depth);
    depth = 5;
    expect(await metrics.text()).toContain('weir_test_pending_messages 5');
    metrics.gaugeOf('weir_test_pending_messages', 'Pending.', () => 9);
    expect(await metrics.text()).toContain('weir_test_pending_messages 9');
  });

  test('process metrics are there by default', async () => {
    expect(await createMetrics().text()).toContain('process_cpu_seconds_total');
  });
});
