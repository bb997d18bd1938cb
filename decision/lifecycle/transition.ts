import type { Decision, Outcome, TransitionName } from '../../platform/contracts/decision.ts';
import type { DecisionState } from '../../platform/contracts/policy.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/** What happens to a decision. `by` is a subject: `user:…`, `key:…`, `policy:…` or `weir`. */
export type DecisionEvent = { readonly atMs: number; readonly by: string } & (
  | { readonly name: 'approve'; readonly inputsHash: string }
  | { readonly name: 'reject'; readonly reason: string }
  | { readonly name: 'expire' }
  | { readonly name: 'invalidate'; readonly reason: string }
  | { readonly name: 'start' }
  | { readonly name: 'succeed' }
  | { readonly name: 'fail'; readonly reason: string }
  | { readonly name: 'retry' }
  | { readonly name: 'verify' }
  | { readonly name: 'keep'; readonly reason: string; readonly outcome?: Outcome }
  | { readonly name: 'roll_back'; readonly reason: string; readonly outcome?: Outcome }
);

/**
 * Where each event leads from each state; what is not here is refused. An approval that does not suffice yet stays in `proposed`.
 *
 * proposed → approved → executing → applied → verifying → kept or rolled_back; proposed and approved may be rejected or expire, since an
 * approval that was never acted upon rests on ever older facts; failed goes on only when a person replays what was given up.
 */
export const transitions: Readonly<Record<DecisionState, Partial<Record<TransitionName, DecisionState>>>> = {
  proposed: { approve: 'approved', reject: 'rejected', expire: 'expired', invalidate: 'expired' },
  approved: { reject: 'rejected', expire: 'expired', invalidate: 'expired', start: 'executing' },
  rejected: {},
  expired: {},
  executing: { succeed: 'applied', fail: 'failed' },
  applied: { verify: 'verifying', keep: 'kept', roll_back: 'rolled_back' },
  failed: { retry: 'executing', roll_back: 'rolled_back' },
  verifying: { keep: 'kept', roll_back: 'rolled_back' },
  kept: { roll_back: 'rolled_back' },
  rolled_back: {},
};

const maxHistory = 64;

/**
 * The decision after an event. Throws DECISION_STATE_WRONG where the state does not allow it, DECISION_INPUTS_STALE for an approval of other
 * inputs, DECISION_APPROVAL_REFUSED for one that does not count, DECISION_NOT_REVERSIBLE. Nothing is ever approved by the absence of an answer: the
 * only way to `approved` is an approval that names the inputs, as often as the decision requires.
 */
export function transition(decision: Decision, event: DecisionEvent): Decision {
  const to = transitions[decision.state][event.name];
  if (to === undefined || decision.history.length >= maxHistory) {
    throw new WeirError(
      'DECISION_STATE_WRONG',
      `A decision that is ${decision.state.replace('_', ' ')} does not take "${event.name.replace('_', ' ')}".`,
      { details: { state: decision.state, event: event.name } },
    );
  }
  switch (event.name) {
    case 'approve': {
      refuseApproval(decision, event);
      const approvals = [
        ...decision.approvals,
        { by: event.by, atMs: event.atMs, inputsHash: event.inputsHash },
      ];
      const isEnough = approvals.length >= decision.requires.count;
      return moved(
        { ...decision, approvals },
        event,
        isEnough ? to : 'proposed',
        isEnough ? '' : 'one more approval is needed',
      );
    }
    case 'roll_back':
      if (!decision.isReversible && decision.state !== 'failed')
        throw new WeirError('DECISION_NOT_REVERSIBLE', decision.undoPlan);
      return moved({ ...decision, undo: 'running', ...outcomeOf(event) }, event, to, event.reason);
    case 'keep':
      return moved({ ...decision, ...outcomeOf(event) }, event, to, event.reason);
    case 'succeed':
      return moved({ ...decision, appliedAtMs: event.atMs }, event, to, '');
    case 'reject':
    case 'invalidate':
    case 'fail':
      return moved(decision, event, to, event.reason);
    case 'expire':
      return moved(decision, event, to, 'nobody decided in time');
    case 'start':
    case 'retry':
    case 'verify':
      return moved(decision, event, to, '');
  }
}

function refuseApproval(decision: Decision, event: Extract<DecisionEvent, { name: 'approve' }>): void {
  if (event.inputsHash !== decision.inputsHash) {
    throw new WeirError(
      'DECISION_INPUTS_STALE',
      'This approval names other inputs than the decision rests on now.',
    );
  }
  if (event.atMs >= decision.expiresAtMs)
    throw new WeirError('DECISION_STATE_WRONG', 'The time to decide is over.');
  const { by } = event;
  if (decision.mode === 'suggest')
    throw new WeirError(
      'DECISION_APPROVAL_REFUSED',
      'Its policy only suggests; set the policy to approve first.',
    );
  if (by === `policy:${decision.policy.id}`) {
    if (decision.mode !== 'automatic' || decision.requires.count > 1)
      throw new WeirError('DECISION_APPROVAL_REFUSED', 'This decision waits for people.');
    return;
  }
  if (decision.requires.notAuthor && !by.startsWith('user:'))
    throw new WeirError('DECISION_APPROVAL_REFUSED', 'Above the limit people approve, not keys.');
  if (decision.requires.notAuthor && by === decision.author)
    throw new WeirError(
      'DECISION_APPROVAL_REFUSED',
      'You wrote or proposed it; above the limit others must approve.',
    );
  if (decision.approvals.some((approval) => approval.by === by))
    throw new WeirError('DECISION_APPROVAL_REFUSED', 'You approved it already; another person is needed.');
}

function moved(decision: Decision, event: DecisionEvent, to: DecisionState, reason: string): Decision {
  return {
    ...decision,
    state: to,
    revision: decision.revision + 1,
    history: [
      ...decision.history,
      { atMs: event.atMs, by: event.by, name: event.name, to, reason: reason.slice(0, 500) },
    ],
  };
}

function outcomeOf(event: { readonly outcome?: Outcome }): { outcome?: Outcome } {
  return event.outcome === undefined ? {} : { outcome: event.outcome };
}
