import type { Counter, Gauge, Histogram, Metrics } from '../platform/metrics/metrics.ts';

export interface GatewayMetrics {
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly requestSeconds: Histogram<'route'>;
  readonly refusedRequests: Counter<'reason'>;
  readonly signIns: Counter<'result'>;
  readonly cspReports: Counter;
  readonly runningQueries: Gauge;
  readonly waitingQueries: Gauge;
  readonly liveSockets: Gauge;
  readonly liveRooms: Gauge;
  readonly liveSent: Counter;
  readonly liveSkipped: Counter;
  readonly liveUnreadable: Counter;
}

/** Routes are labelled by their pattern, never by what was asked for, so the number of series is fixed. */
export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  return {
    requests: metrics.counter('weir_gateway_requests_total', 'API requests answered.', [
      'method',
      'route',
      'status',
    ]),
    requestSeconds: metrics.histogram('weir_gateway_request_seconds', 'From request to answer.', {
      labels: ['route'],
    }),
    refusedRequests: metrics.counter(
      'weir_gateway_refused_requests_total',
      'Requests refused before their route ran.',
      ['reason'],
    ),
    signIns: metrics.counter('weir_gateway_sign_ins_total', 'Attempts to sign in.', ['result']),
    cspReports: metrics.counter(
      'weir_gateway_csp_reports_total',
      'Violations of the content security policy reported.',
    ),
    runningQueries: metrics.gauge('weir_gateway_running_queries', 'History queries in the store now.'),
    waitingQueries: metrics.gauge(
      'weir_gateway_waiting_queries',
      'History queries that wait for their turn.',
    ),
    liveSockets: metrics.gauge('weir_gateway_live_sockets', 'Open sockets.'),
    liveRooms: metrics.gauge('weir_gateway_live_rooms', 'Topics with a source.'),
    liveSent: metrics.counter('weir_gateway_live_sent_total', 'Updates sent to sockets.'),
    liveSkipped: metrics.counter(
      'weir_gateway_live_skipped_total',
      'Updates not sent because the socket was too slow.',
    ),
    liveUnreadable: metrics.counter(
      'weir_gateway_live_unreadable_total',
      'Live messages that could not be read.',
    ),
  };
}
