import type { Metrics } from '../platform/metrics/metrics.ts';

export function createDecisionMetrics(metrics: Metrics) {
  return {
    firings: metrics.counter('weir_decision_firings_total', 'What policies did with what they were told', [
      'result',
    ]),
    transitions: metrics.counter('weir_decision_transitions_total', 'Changes of state of decisions', [
      'state',
    ]),
    attempts: metrics.counter('weir_decision_attempts_total', 'Tries of actions', ['kind', 'result']),
    attemptSeconds: metrics.histogram('weir_decision_attempt_seconds', 'How long a try of an action took', {
      labels: ['kind'],
    }),
    runs: metrics.counter('weir_decision_runs_total', 'Scheduled runs', ['result']),
    auditEntries: metrics.counter('weir_decision_audit_entries_total', 'Entries of the audit trail written'),
    failures: metrics.counter(
      'weir_decision_failures_total',
      'Rounds of a part that failed and were repeated',
      ['part'],
    ),
    pendingMessages: metrics.gauge(
      'weir_decision_pending_messages',
      'Messages a part has not worked on yet',
      ['part'],
    ),
  };
}
export type DecisionMetrics = ReturnType<typeof createDecisionMetrics>;
