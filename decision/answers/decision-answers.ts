import type { Decision } from '../../platform/contracts/decision.ts';
import { decisionStates } from '../../platform/contracts/policy.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { calibrate } from '../effect/calibration.ts';
import { transition, type DecisionEvent } from '../lifecycle/transition.ts';
import type { ProposalDesk } from '../proposals/desk.ts';
import { keyIn, settingsOf, type Records } from '../records.ts';
import type { AnswersOf } from './answer.ts';

export interface DecisionAnswerDeps {
  readonly records: Records;
  readonly proposals: Pick<ProposalDesk, 'isCurrent' | 'propose'>;
  readonly clock: Clock;
}

/** What people do with decisions. Each is one compare-and-set of the record; everything else follows from it. */
export function decisionAnswers({
  records,
  proposals,
  clock,
}: DecisionAnswerDeps): AnswersOf<
  | 'decisions-list'
  | 'decisions-get'
  | 'decisions-propose'
  | 'decisions-approve'
  | 'decisions-reject'
  | 'decisions-undo'
  | 'decisions-calibration'
> {
  const find = (tenant: string, id: string): Decision => {
    const found = /^[\w-]+$/.test(id) ? records.decisions.get(keyIn(tenant, id)) : undefined;
    if (found === undefined) throw new WeirError('DECISION_NOT_FOUND', 'There is no decision of this id.');
    return found;
  };

  const change = async (
    tenant: string,
    id: string,
    decide: (current: Decision) => DecisionEvent,
  ): Promise<Decision> => {
    find(tenant, id);
    const after = await records.decisions.update(keyIn(tenant, id), (current) => {
      if (current === undefined)
        throw new WeirError('DECISION_NOT_FOUND', 'There is no decision of this id.');
      return transition(current, decide(current));
    });
    if (after === undefined) throw new WeirError('DECISION_NOT_FOUND', 'There is no decision of this id.');
    return after;
  };

  return {
    'decisions-list': async ({ tenant, body }) => {
      const states: readonly string[] = body.states ?? decisionStates;
      const found = records.decisions
        .values()
        .filter((decision) => decision.tenant === tenant && states.includes(decision.state))
        .filter((decision) => body.policyId === undefined || decision.policy.id === body.policyId)
        .sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? -1 : 1));
      return { decisions: found.slice(0, body.limit), isCut: found.length > body.limit };
    },
    'decisions-get': async ({ tenant, body }) => find(tenant, body.id),
    'decisions-propose': async ({ tenant, actor, body }) =>
      await proposals.propose(tenant, actor, body.source, body.guardrails ?? []),
    'decisions-approve': async ({ tenant, actor, body }) => {
      const { id, inputsHash, amount } = body;
      if (!(await proposals.isCurrent(find(tenant, id))))
        throw new WeirError(
          'DECISION_INPUTS_STALE',
          'What it was worked out from has changed since it was proposed.',
        );
      return await change(tenant, id, (current) => {
        refuseStale(records, current);
        const limit = settingsOf(records, tenant).fourEyesAbove;
        const needsAmount = limit !== null && current.money !== null && Math.abs(current.money) > limit;
        if (needsAmount && amount !== current.money) {
          throw new WeirError(
            'DECISION_AMOUNT_WRONG',
            'Type the amount as it is shown; it is above the limit.',
            {
              details: { limit },
            },
          );
        }
        return { name: 'approve', by: actor, atMs: clock.nowMs(), inputsHash };
      });
    },
    'decisions-reject': async ({ tenant, actor, body }) =>
      await change(tenant, body.id, () => ({
        name: 'reject',
        by: actor,
        atMs: clock.nowMs(),
        reason: body.reason,
      })),
    'decisions-undo': async ({ tenant, actor, body }) =>
      await change(tenant, body.id, () => ({
        name: 'roll_back',
        by: actor,
        atMs: clock.nowMs(),
        reason: body.reason,
      })),
    'decisions-calibration': async ({ tenant }) =>
      calibrate(records.decisions.values().filter((decision) => decision.tenant === tenant)),
  };
}

/** A proposal rests on its policy as it was: when that was changed or switched off since, nothing may be approved. Throws DECISION_INPUTS_STALE. */
function refuseStale(records: Records, decision: Decision): void {
  if (decision.trigger.type === 'proposal') return;
  const policy = records.policies.get(keyIn(decision.tenant, decision.policy.id));
  const isCurrent =
    policy !== undefined &&
    policy.deletedAtMs === undefined &&
    policy.version === decision.policy.version &&
    policy.enabled;
  if (!isCurrent)
    throw new WeirError(
      'DECISION_INPUTS_STALE',
      'Its policy was changed or switched off since it was proposed.',
    );
}
