import type { Decision } from '../../platform/contracts/decision.ts';
import type { Policy } from '../../platform/contracts/policy.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Faults } from '../faults.ts';
import { draftDecision, type Firing } from '../lifecycle/draft.ts';
import { transition } from '../lifecycle/transition.ts';
import type { DecisionMetrics } from '../metrics.ts';
import type { PolicyOutput } from '../policy/step.ts';
import { keyIn, settingsOf, type Records } from '../records.ts';

export interface ProposerDeps {
  readonly records: Records;
  readonly currencyOf: (tenant: string) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

/** Makes decisions of what policies put out; the same output again changes nothing. */
export interface Proposer {
  take(policy: Policy, outputs: readonly PolicyOutput[]): Promise<void>;
}

/** Open decisions of a tenant at most; more are not proposed until some are decided. */
const maxOpen = 500;
const openStates: readonly Decision['state'][] = ['proposed', 'approved'];

export function createProposer(deps: ProposerDeps): Proposer {
  const { records, clock, log, metrics, faults } = deps;

  const openOf = (policy: Policy, triggerId: string): Decision[] =>
    records.decisions
      .values()
      .filter(
        (decision) =>
          decision.tenant === policy.tenant &&
          decision.policy.id === policy.id &&
          decision.trigger.id === triggerId &&
          openStates.includes(decision.state),
      );

  const propose = async (policy: Policy, firing: Firing): Promise<void> => {
    const draft = draftOf(deps, policy, firing);
    if (draft === undefined) return;
    const isNew = await records.decisions.create(keyIn(draft.tenant, draft.id), draft);
    metrics.firings.inc({ result: isNew ? 'proposed' : 'known' });
    faults('decision created');
  };

  const invalidate = async (decision: Decision, reason: string): Promise<void> => {
    await records.decisions.update(keyIn(decision.tenant, decision.id), (current) =>
      current !== undefined && openStates.includes(current.state)
        ? transition(current, { name: 'invalidate', atMs: clock.nowMs(), by: 'weir', reason })
        : undefined,
    );
  };

  return {
    take: async (policy, outputs) => {
      for (const output of outputs) {
        switch (output.type) {
          case 'skip':
            metrics.firings.inc({ result: output.reason });
            break;
          case 'fire': {
            const open = records.decisions
              .values()
              .filter(({ tenant, state }) => tenant === policy.tenant && openStates.includes(state)).length;
            if (open < maxOpen) await propose(policy, output);
            else {
              metrics.firings.inc({ result: 'too_many_open' });
              log.warn(
                { tenant: policy.tenant, policy: policy.id, open },
                'too many decisions are open; nothing was proposed',
              );
            }
            break;
          }
          case 'revise': {
            const open = openOf(policy, output.evidence.id.slice(0, 300));
            if (open.length === 0) break;
            const draft = draftOf(deps, policy, output);
            if (open.some(({ inputsHash }) => inputsHash === draft?.inputsHash)) break;
            for (const old of open)
              await invalidate(old, 'what it rests on has changed; a new one was proposed');
            await propose(policy, output);
            break;
          }
          case 'withdraw':
            for (const old of openOf(policy, output.evidenceId.slice(0, 300)))
              await invalidate(old, 'what it answers to is over');
        }
      }
    },
  };
}

function draftOf(deps: ProposerDeps, policy: Policy, firing: Firing): Decision | undefined {
  const { log, metrics, records } = deps;
  const draft = draftDecision({
    policy,
    firing,
    settings: settingsOf(records, policy.tenant),
    currency: deps.currencyOf(policy.tenant),
  });
  if (draft.ok) return draft.decision;
  metrics.firings.inc({ result: 'no_value' });
  log.warn(
    { tenant: policy.tenant, policy: policy.id, missing: draft.missing },
    'a policy fired and a parameter had no value',
  );
  return undefined;
}
