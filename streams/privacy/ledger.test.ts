import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PrivacyCharge, PrivacyLedger } from '../../platform/contracts/privacy.ts';
import { emptyLedger, privacyState, stepAnswered, stepCharge, type Budget } from './ledger.ts';
import { createNoises } from './mechanism.ts';
import { periodAt } from './period.ts';
import { zcdpEpsilon, zcdpRho } from './zcdp.ts';

const budget: Budget = { epsilon: 1, delta: 1e-6 };
const noiseOf = createNoises();
const usual = noiseOf({ mechanism: 'gaussian', epsilon: 0.1, delta: 1e-6, cells: 1 });
const never = (): boolean => false;

function chargeOf(
  question: number,
  epsilon = 0.1,
  mechanism: 'gaussian' | 'laplace' = 'gaussian',
): PrivacyCharge {
  const noise = noiseOf({ mechanism, epsilon, delta: 1e-6, cells: 1 });
  const hex = question.toString(16);
  return {
    id: hex.padStart(32, '0'),
    question: hex.padStart(64, '0'),
    atMs: question,
    what: 'activity',
    about: 'country DE',
    by: 'u1',
    mechanism,
    epsilon,
    delta: noise.delta,
    rho: noise.rho,
    isAnswered: false,
  };
}

function ask(ledger: PrivacyLedger, charge: PrivacyCharge): PrivacyLedger {
  const outcome = stepCharge(ledger, charge, budget, never);
  return outcome.kind === 'charged' ? stepAnswered(outcome.ledger, charge.id) : ledger;
}

describe('the ledger', () => {
  test('takes answers of ε .1 until ε 1 is spent, far more than the ten that adding up ε would allow', () => {
    let ledger = emptyLedger('main', '2026-11');
    let taken = 0;
    while (stepCharge(ledger, chargeOf(taken), budget, never).kind === 'charged') {
      ledger = ask(ledger, chargeOf(taken));
      taken += 1;
    }
    // By hand: ρ of (1, 1e-6) over ρ = 1/(2σ²) of one answer with σ² about 36.305².
    expect(taken).toBe(Math.floor(zcdpRho(1, 1e-6) / usual.rho));
    expect(taken).toBeGreaterThan(40);
    expect(stepCharge(ledger, chargeOf(taken), budget, never)).toMatchObject({ kind: 'spent' });
    const state = privacyState(ledger, periodAt('month', 0), budget, usual);
    expect(state.answersLeft).toBe(0);
    expect(state.spentEpsilon).toBeLessThanOrEqual(1);
    expect(state.compared.basic.epsilon).toBeCloseTo(taken / 10, 9);
    // The Rényi bound on its grid of orders is close to zCDP's, which is the best order there is.
    expect(state.compared.renyi).toBeGreaterThanOrEqual(state.spentEpsilon - 1e-9);
    expect(state.compared.renyi).toBeLessThan(state.spentEpsilon * 1.05);
    expect(state.compared.advanced?.epsilon).toBeLessThanOrEqual(taken / 10);
  });

  test('never lets the answers together cost more than the budget, whatever is asked in whatever order', () => {
    const question = fc.record({
      n: fc.integer({ min: 0, max: 300 }),
      epsilon: fc.constantFrom(0.05, 0.1, 0.5, 1),
      mechanism: fc.constantFrom<'gaussian' | 'laplace'>('gaussian', 'laplace'),
    });
    fc.assert(
      fc.property(fc.array(question, { maxLength: 120 }), (questions) => {
        let ledger = emptyLedger('main', '2026-11');
        for (const { n, epsilon, mechanism } of questions)
          ledger = ask(ledger, chargeOf(n, epsilon, mechanism));
        const rho = ledger.charges.reduce((sum, charge) => sum + charge.rho, 0);
        expect(zcdpEpsilon(rho, budget.delta)).toBeLessThanOrEqual(budget.epsilon + 1e-6);
        // No question was charged twice.
        expect(new Set(ledger.charges.map((charge) => charge.question)).size).toBe(ledger.charges.length);
        const { answersLeft, spentShare } = privacyState(ledger, periodAt('month', 0), budget, usual);
        expect(answersLeft).toBeGreaterThanOrEqual(0);
        expect(spentShare).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  test('a charge without an answer is taken up; one with an answer is repeated; one whose answer went is paid again', () => {
    const first = chargeOf(1);
    const charged = stepCharge(emptyLedger('main', 'p'), first, budget, never);
    if (charged.kind !== 'charged') throw new Error(charged.kind);
    const again = { ...first, id: 'f'.repeat(32) };
    expect(stepCharge(charged.ledger, again, budget, never)).toMatchObject({ kind: 'owed', charge: first });
    const answered = stepAnswered(charged.ledger, first.id);
    expect(stepCharge(answered, again, budget, never)).toMatchObject({
      kind: 'answered',
      charge: { id: first.id },
    });
    const lost = stepCharge(answered, again, budget, () => true);
    expect(lost).toMatchObject({
      kind: 'charged',
      ledger: { charges: [{ id: first.id }, { id: again.id }] },
    });
  });
});

test.each([
  ['month', '2026-11-25T18:00:00Z', '2026-11', '2026-11-01', '2026-12-01'],
  ['month', '2026-12-31T23:59:59Z', '2026-12', '2026-12-01', '2027-01-01'],
  ['day', '2026-11-25T18:00:00Z', '2026-11-25', '2026-11-25', '2026-11-26'],
  // ISO 8601: 2027-01-01 is a Friday and lies in the last week of 2026.
  ['week', '2027-01-01T00:00:00Z', '2026-W53', '2026-12-28', '2027-01-04'],
  ['week', '2026-11-25T18:00:00Z', '2026-W48', '2026-11-23', '2026-11-30'],
] as const)('the %s of %s is %s', (kind, at, name, start, end) => {
  expect(periodAt(kind, Date.parse(at))).toEqual({
    name,
    startMs: Date.parse(start),
    endMs: Date.parse(end),
  });
});
