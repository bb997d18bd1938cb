import type { Decision } from '../../platform/contracts/decision.ts';
import { defaultDecisionSettings, type Policy, type PolicyRequest } from '../../platform/contracts/policy.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { draftDecision } from '../lifecycle/draft.ts';
import { emptyStepState } from '../policy/state.ts';
import { stepPolicies } from '../policy/step.ts';

export const t0 = Date.UTC(2026, 2, 2, 12);
export const minuteMs = 60_000;
export const hourMs = 3_600_000;

/** What a person writes: tell when revenue falls. */
export function request(change: Partial<PolicyRequest> = {}): PolicyRequest {
  return {
    title: 'Revenue fell',
    description: '',
    enabled: true,
    when: { type: 'signal', kinds: ['anomaly'], kpis: ['total_revenue'] },
    forMs: 0,
    coolDownMs: 0,
    actions: [{ kind: 'alert', params: { title: '{title}', body: '{observed} against {expected}' } }],
    guardrails: [],
    mode: 'approve',
    expiresAfterHours: 72,
    ...change,
  };
}

export function policy(change: Partial<Policy> = {}): Policy {
  const { version: _, ...body } = request();
  return {
    id: 'revenue-fell',
    tenant: 'main',
    ...body,
    version: 1,
    createdAtMs: t0,
    changedAtMs: t0,
    changedBy: 'user:author',
    ...change,
  };
}

export function signal(change: Partial<Signal> = {}): Signal {
  return {
    id: 'a1',
    tenant: 'main',
    kind: 'anomaly',
    kpi: 'total_revenue',
    title: 'Total revenue is low',
    dims: {},
    window: '1h',
    severity: 'warning',
    state: 'firing',
    revision: 1,
    startedAtMs: t0,
    endedAtMs: null,
    isGood: false,
    evidence: { observed: 60, expected: 100, lower: 80, upper: 120, peakAtMs: t0 },
    link: '/anomalies/a1',
    ...change,
  };
}

/** A proposal as the policy makes it of the signal. */
export function proposal(
  own: Partial<Policy> = {},
  change: Partial<Decision> = {},
  what: Partial<Signal> = {},
): Decision {
  const rule = policy(own);
  const [, outputs] = stepPolicies(emptyStepState, [rule], {
    type: 'signal',
    atMs: t0,
    signal: signal(what),
  });
  const firing = outputs.find((each) => each.type === 'fire');
  if (firing === undefined) throw new Error(`nothing fired: ${JSON.stringify(outputs)}`);
  const draft = draftDecision({ policy: rule, firing, settings: defaultDecisionSettings, currency: 'USD' });
  if (!draft.ok) throw new Error(`no value for ${draft.missing}`);
  return { ...draft.decision, ...change };
}
