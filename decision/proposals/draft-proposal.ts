import type { Decision } from '../../platform/contracts/decision.ts';
import type { DecisionSettings, Guardrail } from '../../platform/contracts/policy.ts';
import { proposalPolicyPrefix } from '../../platform/contracts/proposal.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { actionRules } from '../policy/action-rules.ts';
import type { Wish } from './wish.ts';

export interface ProposalFacts {
  readonly tenant: string;
  readonly wish: Wish;
  /** Who proposes: `user:…`, `key:…` or `weir`. */
  readonly by: string;
  readonly settings: DecisionSettings;
  readonly currency: string;
  readonly guardrails: readonly Guardrail[];
  /** How many decisions of the same inputs have ended: the same may be proposed again after it was rejected. */
  readonly before: number;
  readonly atMs: number;
}

const hourMs = 3_600_000;
const expiresAfterMs = 72 * hourMs;
const risks = ['none', 'low', 'medium', 'high'] as const;
const sourceTitles = {
  allocation: 'The allocation workbench',
  plan: 'A kept plan',
  price: 'The pricing workbench',
  'price-test': 'A price test',
  tiers: 'The tiers workbench',
  video: 'The video workbench',
  experiment: 'An experiment',
  routine: 'An automation routine',
} as const;

/**
 * A wish as a decision that waits for people: never automatic, since nobody wrote a policy for it. The same wish twice is the same decision as
 * long as that is open. What is hashed: what is done, why, what it is expected to bring, money, guardrails and the records it rests on.
 */
export function draftProposal(facts: ProposalFacts): Decision {
  const { atMs, before, by, currency, guardrails, settings, tenant, wish } = facts;
  const id = `${proposalPolicyPrefix}${wish.source.type === 'routine' ? wish.source.routine : wish.source.type}`;
  const inputsHash = hashOf({
    source: wish.source.type,
    key: wish.key,
    actions: wish.actions,
    expected: wish.expected,
    money: wish.money,
    currency,
    guardrails,
    restsOn: wish.restsOn,
  });
  const isAbove = settings.fourEyesAbove !== null && Math.abs(wish.money ?? 0) > settings.fourEyesAbove;
  const rules = [...new Set(wish.actions.map(({ kind }) => actionRules[kind]))];
  const risk = risks[Math.max(...rules.map((rule) => risks.indexOf(rule.risk)), isAbove ? 3 : 0)] ?? 'high';
  return {
    id: `dec_${hashOf([tenant, wish.key, inputsHash, before]).slice(0, 24)}`,
    tenant,
    title: wish.title,
    policy: { id, version: 1, title: sourceTitles[wish.source.type] },
    author: by,
    mode: 'approve',
    trigger: { type: 'proposal', id: wish.restsOn, title: wish.because, link: wish.link },
    key: wish.key,
    dims: { ...wish.dims },
    facts: [...wish.facts].slice(0, 60),
    options: [
      { title: wish.title, isChosen: true },
      { title: 'Do nothing', isChosen: false },
      ...(wish.others ?? []).slice(0, 6).map((title) => ({ title: title.slice(0, 300), isChosen: false })),
    ],
    actions: [...wish.actions],
    money: wish.money,
    currency,
    expected: wish.expected,
    assumptions: [...wish.assumptions].slice(0, 8),
    riskClass: risk,
    guardrails: [...guardrails],
    isReversible: rules.every((rule) => rule.isReversible),
    undoPlan: [...new Set(rules.map((rule) => rule.undo))].join(' '),
    inputsHash,
    requires: { scope: 'decisions:approve', count: isAbove ? 2 : 1, notAuthor: isAbove },
    approvals: [],
    state: 'proposed',
    revision: 1,
    history: [{ atMs, by, name: 'propose', to: 'proposed', reason: wish.because.slice(0, 500) }],
    createdAtMs: atMs,
    expiresAtMs: atMs + expiresAfterMs,
    proposal: { source: wish.source, restsOn: wish.restsOn },
    depth: 0,
  };
}
