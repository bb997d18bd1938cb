import type { Action, Decision, Expected } from '../../platform/contracts/decision.ts';
import type { DecisionSettings, Policy } from '../../platform/contracts/policy.ts';
import { actionRules } from '../policy/action-rules.ts';
import type { Evidence } from '../policy/evidence.ts';
import { resolveParam, valueOf } from '../policy/expression.ts';
import type { PolicyOutput } from '../policy/step.ts';
import { hashOf } from './hash.ts';

export type Firing = Extract<PolicyOutput, { type: 'fire' | 'revise' }>;

export interface DraftFacts {
  readonly policy: Policy;
  readonly firing: Firing;
  readonly settings: DecisionSettings;
  readonly currency: string;
}

/** A proposal, or the first parameter that has no value over this evidence. */
export type Draft =
  | { readonly ok: true; readonly decision: Decision }
  | { readonly ok: false; readonly missing: string };

const hourMs = 3_600_000;
const risks = ['none', 'low', 'medium', 'high'] as const;

/**
 * The decision that a firing proposes. Everything in it follows from the arguments: the same firing twice is the same decision, id
 * included. What it rests on (policy in its version, parameters worked out, KPI, dimensions, severity, expectation, money) is hashed; an
 * approval names that hash.
 */
export function draftDecision({ policy, firing, settings, currency }: DraftFacts): Draft {
  const { evidence, money, key, atMs } = firing;
  const actions: Action[] = [];
  for (const [index, spec] of policy.actions.entries()) {
    const params: Record<string, string | number | boolean> = {};
    for (const [name, value] of Object.entries(spec.params)) {
      const resolved = resolveParam(value, evidence);
      if (resolved === undefined) return { ok: false, missing: `actions.${index}.params.${name}` };
      params[name] = resolved;
    }
    actions.push({ kind: spec.kind, params });
  }
  const expected = expectationOf(policy, evidence);
  const inputs = {
    policy: { id: policy.id, version: policy.version },
    trigger: evidence.type === 'signal' ? evidence.id : evidence.type,
    key,
    severity: evidence.severity ?? null,
    actions,
    expected,
    money,
    currency,
  };
  const inputsHash = hashOf(inputs);
  const isAbove = settings.fourEyesAbove !== null && Math.abs(money ?? 0) > settings.fourEyesAbove;
  const rules = policy.actions.map(({ kind }) => actionRules[kind]);
  const risk = risks[Math.max(...rules.map((rule) => risks.indexOf(rule.risk)), isAbove ? 3 : 0)] ?? 'high';
  // Not of the time it fired: what is read again after a crash may fire a moment later and is the same.
  const id = `dec_${hashOf([policy.tenant, policy.id, key, evidence.id, inputsHash]).slice(0, 24)}`;
  return {
    ok: true,
    decision: {
      id,
      tenant: policy.tenant,
      title: policy.title,
      policy: { id: policy.id, version: policy.version, title: policy.title },
      author: policy.changedBy,
      mode: policy.mode,
      trigger: {
        type: evidence.type,
        id: evidence.id.slice(0, 300),
        title: evidence.title.slice(0, 300),
        link: evidence.link,
        ...(evidence.severity === undefined ? {} : { severity: evidence.severity }),
        ...(evidence.kpi === undefined ? {} : { kpi: evidence.kpi }),
      },
      key,
      dims: { ...evidence.dims },
      facts: factsOf(evidence),
      options: [
        { title: policy.actions.map(({ kind }) => kind).join(', then '), isChosen: true },
        { title: 'Do nothing', isChosen: false },
      ],
      actions,
      money,
      currency,
      expected,
      assumptions:
        expected === null
          ? []
          : [
              `Without it ${expected.kpi} would have followed what the watch expects, with the error it had before.`,
            ],
      riskClass: risk,
      guardrails: [...policy.guardrails],
      isReversible: rules.every((rule) => rule.isReversible),
      undoPlan: [...new Set(rules.map((rule) => rule.undo))].join(' '),
      inputsHash,
      requires: { scope: 'decisions:approve', count: isAbove ? 2 : 1, notAuthor: isAbove },
      approvals: [],
      state: 'proposed',
      revision: 1,
      history: [
        {
          atMs,
          by: `policy:${policy.id}`,
          name: 'propose',
          to: 'proposed',
          reason: evidence.title.slice(0, 500),
        },
      ],
      createdAtMs: atMs,
      expiresAtMs: atMs + policy.expiresAfterHours * hourMs,
      depth: evidence.depth,
    },
  };
}

function expectationOf({ expected }: Policy, evidence: Evidence): Expected | null {
  if (expected === undefined) return null;
  const delta = valueOf(expected.delta, evidence);
  if (delta === null) return null;
  const bound = (text: string | undefined): number | null =>
    text === undefined ? null : valueOf(text, evidence);
  return {
    kpi: expected.kpi,
    delta,
    low: bound(expected.low),
    high: bound(expected.high),
    horizonMs: expected.horizonHours * hourMs,
  };
}

const maxFacts = 60;

function factsOf({ numbers, words }: Evidence): Decision['facts'] {
  return [...Object.entries(numbers), ...Object.entries(words)]
    .map(([name, value]) => ({ name, value: typeof value === 'string' ? value.slice(0, 500) : value }))
    .slice(0, maxFacts);
}
