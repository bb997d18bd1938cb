import type { Decision } from '../../platform/contracts/decision.ts';
import type { Guardrail } from '../../platform/contracts/policy.ts';
import type { ProposalSource } from '../../platform/contracts/proposal.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { transition } from '../lifecycle/transition.ts';
import { keyIn, settingsOf, type Records } from '../records.ts';
import { draftProposal } from './draft-proposal.ts';
import { isWish, type NoWish, type Wish } from './wish.ts';

/** What proposals are worked out from: records of other parts of Weir, and the models that answer questions. */
export interface ProposalFactsPort {
  /** Throws what the source says is wrong: PLAN_NOT_FOUND, ALLOCATION_BASIS_MISSING, MODELS_BUSY and the like. */
  wishFrom(tenant: string, source: ProposalSource): Promise<Wish | NoWish>;
  /** Hash of the records a source rests on as they are now; undefined where they are gone. */
  restsOnNow(tenant: string, source: ProposalSource): Promise<string | undefined>;
}

export interface ProposalDesk {
  /** A person's proposal. Throws DECISION_PROPOSAL_EMPTY where there is nothing to change. */
  propose(
    tenant: string,
    by: string,
    source: ProposalSource,
    guardrails: readonly Guardrail[],
  ): Promise<Decision>;
  /** A routine's; the one that is open already where it is the same. */
  put(tenant: string, by: string, wish: Wish, guardrails: readonly Guardrail[]): Promise<Decision>;
  /** Ends proposals of the key prefix that nobody has approved and that are not among those kept. */
  withdraw(tenant: string, keyPrefix: string, kept: readonly string[], reason: string): Promise<number>;
  /** Whether a proposal still rests on what it was made from. Decisions of policies always do, as far as this goes. */
  isCurrent(decision: Decision): Promise<boolean>;
}

export interface ProposalDeskDeps {
  readonly records: Records;
  readonly facts: ProposalFactsPort;
  readonly currencyOf: (tenant: string) => string;
  readonly clock: Clock;
}

const openStates: readonly Decision['state'][] = ['proposed', 'approved'];
const maxOpen = 500;

/**
 * Crash order of a proposal: 1. the new decision (id made of what it says) 2. the end of open ones of the same key. Killed in between, the same
 * wish finds its decision and ends the others; two that are open meanwhile both wait for people.
 */
export function createProposalDesk({ records, facts, currencyOf, clock }: ProposalDeskDeps): ProposalDesk {
  const ofKey = (tenant: string, key: string): Decision[] =>
    records.decisions
      .values()
      .filter(
        (decision) =>
          decision.tenant === tenant && decision.trigger.type === 'proposal' && decision.key === key,
      );

  const end = async (decision: Decision, reason: string): Promise<void> => {
    await records.decisions.update(keyIn(decision.tenant, decision.id), (current) =>
      current !== undefined && openStates.includes(current.state)
        ? transition(current, { name: 'invalidate', atMs: clock.nowMs(), by: 'weir', reason })
        : undefined,
    );
  };

  const put = async (
    tenant: string,
    by: string,
    wish: Wish,
    guardrails: readonly Guardrail[],
  ): Promise<Decision> => {
    const known = ofKey(tenant, wish.key);
    const draftWith = (before: number): Decision =>
      draftProposal({
        tenant,
        wish,
        by,
        settings: settingsOf(records, tenant),
        currency: currencyOf(tenant),
        guardrails,
        before,
        atMs: clock.nowMs(),
      });
    const { inputsHash } = draftWith(0);
    const same = known.filter((decision) => decision.inputsHash === inputsHash);
    const live = same.find(({ state }) => openStates.includes(state));
    if (live !== undefined) return live;
    const open = records.decisions
      .values()
      .filter((decision) => decision.tenant === tenant && openStates.includes(decision.state));
    if (open.length >= maxOpen)
      throw new WeirError('DECISION_LIMIT_REACHED', `${maxOpen} decisions are open already.`);
    const draft = draftWith(same.length);
    const key = keyIn(tenant, draft.id);
    await records.decisions.create(key, draft);
    for (const old of known)
      if (openStates.includes(old.state)) await end(old, 'a newer proposal about the same took its place');
    return records.decisions.get(key) ?? draft;
  };

  return {
    put,
    propose: async (tenant, by, source, guardrails) => {
      const wish = await facts.wishFrom(tenant, source);
      if (!isWish(wish)) throw new WeirError('DECISION_PROPOSAL_EMPTY', wish.nothing);
      return await put(tenant, by, wish, guardrails);
    },
    withdraw: async (tenant, keyPrefix, kept, reason) => {
      const gone = records.decisions
        .values()
        .filter(
          (decision) =>
            decision.tenant === tenant &&
            decision.trigger.type === 'proposal' &&
            decision.state === 'proposed' &&
            decision.key.startsWith(keyPrefix) &&
            !kept.includes(decision.key),
        );
      for (const decision of gone) await end(decision, reason);
      return gone.length;
    },
    isCurrent: async ({ proposal, tenant }) => {
      if (proposal === undefined || proposal.source.type === 'routine') return true;
      return (await facts.restsOnNow(tenant, proposal.source)) === proposal.restsOn;
    },
  };
}
