import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transitionNames, type Decision, type TransitionName } from '../../platform/contracts/decision.ts';
import { decisionStates, type DecisionState } from '../../platform/contracts/policy.ts';
import { hourMs, proposal, t0 } from '../testing/fixtures.ts';
import { transition, type DecisionEvent } from './transition.ts';

/** Every state against every event, written out by hand from the life of a decision in the task; '' is refused. */
const table: Record<DecisionState, string> = {
  //            propose approve  reject   expire  invalid. start     succeed fail   retry     verify    keep roll_back
  proposed:
    '   -       approved rejected expired expired  -         -       -      -         -         -    -',
  approved:
    '   -       -        rejected expired expired  executing -       -      -         -         -    -',
  rejected:
    '   -       -        -        -       -        -         -       -      -         -         -    -',
  expired:
    '    -       -        -        -       -        -         -       -      -         -         -    -',
  executing:
    '  -       -        -        -       -        -         applied failed -         -         -    -',
  applied:
    '    -       -        -        -       -        -         -       -      -         verifying kept rolled_back',
  failed:
    '     -       -        -        -       -        -         -       -      executing -         -    rolled_back',
  verifying:
    '  -       -        -        -       -        -         -       -      -         -         kept rolled_back',
  kept: '       -       -        -        -       -        -         -       -      -         -         -    rolled_back',
  rolled_back:
    '-       -        -        -       -        -         -       -      -         -         -    -',
};

const cells = decisionStates.flatMap((state) =>
  table[state]
    .trim()
    .split(/\s+/)
    .map((to, index) => ({ state, name: transitionNames[index] ?? 'propose', to })),
);

function eventOf(name: TransitionName, decision: Decision, by = 'user:a'): DecisionEvent {
  const common = { atMs: t0 + 1, by };
  switch (name) {
    case 'approve':
      return { ...common, name, inputsHash: decision.inputsHash };
    case 'reject':
    case 'invalidate':
    case 'fail':
    case 'keep':
    case 'roll_back':
      return { ...common, name, reason: 'because' };
    case 'propose':
      // No event of this name exists: a decision is made proposed. Typed as the nearest there is, to be refused.
      return { ...common, name: 'propose' } as unknown as DecisionEvent;
    default:
      return { ...common, name };
  }
}

describe('the life of a decision', () => {
  it('the table names every state and every event', () => {
    expect(cells).toHaveLength(decisionStates.length * transitionNames.length);
  });

  it.each(cells)('$state × $name → $to', ({ state, name, to }) => {
    const decision = proposal({}, { state, isReversible: true });
    const act = (): Decision => transition(decision, eventOf(name, decision));
    if (to === '-') expect(act).toThrow(expect.objectContaining({ code: 'DECISION_STATE_WRONG' }));
    else {
      const after = act();
      expect(after.state).toBe(to);
      expect(after.revision).toBe(decision.revision + 1);
      expect(after.history.at(-1)).toMatchObject({ name, to, by: 'user:a', atMs: t0 + 1 });
    }
  });

  it('absence of approval is refusal: no events but approvals ever lead out of proposed into execution', () => {
    const names = transitionNames.filter((name) => name !== 'approve');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...names), { maxLength: 12 }), (sequence) => {
        let decision = proposal();
        for (const name of sequence) {
          try {
            decision = transition(decision, eventOf(name, decision));
          } catch {
            // Refused: it stays as it is.
          }
        }
        expect(['proposed', 'rejected', 'expired']).toContain(decision.state);
      }),
    );
  });

  it('an approval of other inputs, or one that comes too late, is refused', () => {
    const decision = proposal();
    const late = decision.expiresAtMs;
    expect(late).toBe(t0 + 72 * hourMs);
    const approve = { name: 'approve', by: 'user:a' } as const;
    expect(() => transition(decision, { ...approve, atMs: t0, inputsHash: '0'.repeat(64) })).toThrow(
      expect.objectContaining({ code: 'DECISION_INPUTS_STALE' }),
    );
    expect(() => transition(decision, { ...approve, atMs: late, inputsHash: decision.inputsHash })).toThrow(
      expect.objectContaining({ code: 'DECISION_STATE_WRONG' }),
    );
  });
});

describe('four eyes above the limit', () => {
  const big = proposal({ money: '5000' });
  const approve = (decision: Decision, by: string): Decision =>
    transition(decision, eventOf('approve', decision, by));

  it('two different people approve, neither the author', () => {
    expect(big.requires).toEqual({ scope: 'decisions:approve', count: 2, notAuthor: true });
    const once = approve(big, 'user:a');
    expect(once.state).toBe('proposed');
    expect(approve(once, 'user:b').state).toBe('approved');
    for (const [from, by] of [
      [big, 'user:author'],
      [once, 'user:author'],
      [once, 'user:a'],
      [big, 'key:k1'],
      [big, 'policy:revenue-fell'],
    ] as const) {
      expect(() => approve(from, by)).toThrow(expect.objectContaining({ code: 'DECISION_APPROVAL_REFUSED' }));
    }
  });

  it('below it one approval is enough, the author’s too', () => {
    expect(approve(proposal({ money: '999' }), 'user:author').state).toBe('approved');
  });
});

describe('modes', () => {
  it('a policy approves its own decisions in automatic mode alone', () => {
    const own = 'policy:revenue-fell';
    const of = (mode: 'suggest' | 'approve' | 'automatic'): Decision => proposal({ mode });
    expect(transition(of('automatic'), eventOf('approve', of('automatic'), own)).state).toBe('approved');
    expect(() => transition(of('approve'), eventOf('approve', of('approve'), own))).toThrow(
      /waits for people/,
    );
    expect(() => transition(of('suggest'), eventOf('approve', of('suggest'), 'user:a'))).toThrow(
      /only suggests/,
    );
  });

  it('what cannot be taken back is not rolled back', () => {
    const applied = proposal({}, { state: 'applied' });
    expect(applied.isReversible).toBe(false);
    expect(() => transition(applied, eventOf('roll_back', applied))).toThrow(
      expect.objectContaining({ code: 'DECISION_NOT_REVERSIBLE' }),
    );
  });
});
