import type { PrivacyCharge, PrivacyLedger, PrivacyState } from '../../platform/contracts/privacy.ts';
import { composeAdvanced, composeBasic } from './composition.ts';
import type { Period } from './period.ts';
import { gaussianRdp, laplaceRdp, rdpEpsilon, rdpOrders } from './rdp.ts';
import { zcdpEpsilon, zcdpRho } from './zcdp.ts';

/** (ε, δ) that all answers of a period may cost together. */
export interface Budget {
  readonly epsilon: number;
  readonly delta: number;
}

/** A ledger is one value of at most 1 MiB; with the least ε allowed the budget is spent long before. */
const MAX_CHARGES = 1_000;
/** Sums of doubles may be off in the last digits; a budget that is exactly used up must not look overdrawn. */
const ROUNDING = 1e-9;

export type ChargeOutcome =
  /** The question was charged and answered: look into the store. */
  | { readonly kind: 'answered'; readonly charge: PrivacyCharge }
  /** It was charged but no answer was stored (a crash between the two): answer it, nothing more to pay. */
  | { readonly kind: 'owed'; readonly charge: PrivacyCharge }
  | { readonly kind: 'charged'; readonly charge: PrivacyCharge; readonly ledger: PrivacyLedger }
  | { readonly kind: 'spent'; readonly spentRho: number; readonly budgetRho: number };

export function emptyLedger(tenant: string, period: string): PrivacyLedger {
  return { tenant, period, charges: [] };
}

/**
 * One question against the ledger: what it was charged already, or the ledger with its charge added, or a refusal. The sum of ρ is a
 * privacy filter: it holds whatever questions are asked in view of earlier answers (Whitehouse et al. 2022). `isLost` says that an answer
 * marked as given is in the store no more: then the question is a new one.
 */
export function stepCharge(
  ledger: PrivacyLedger,
  wanted: PrivacyCharge,
  budget: Budget,
  isLost: (charge: PrivacyCharge) => boolean,
): ChargeOutcome {
  const known = ledger.charges.findLast(({ question }) => question === wanted.question);
  if (known !== undefined && !known.isAnswered) return { kind: 'owed', charge: known };
  if (known !== undefined && !isLost(known)) return { kind: 'answered', charge: known };
  const spentRho = rhoOf(ledger);
  const budgetRho = zcdpRho(budget.epsilon, budget.delta);
  const isFull = ledger.charges.length >= MAX_CHARGES;
  if (isFull || spentRho + wanted.rho > budgetRho * (1 + ROUNDING))
    return { kind: 'spent', spentRho, budgetRho };
  return { kind: 'charged', charge: wanted, ledger: { ...ledger, charges: [...ledger.charges, wanted] } };
}

/** Marks a charge as answered; only then the answer leaves. */
export function stepAnswered(ledger: PrivacyLedger, id: string): PrivacyLedger {
  return {
    ...ledger,
    charges: ledger.charges.map((charge) => (charge.id === id ? { ...charge, isAnswered: true } : charge)),
  };
}

/** What people see of a ledger. `perAnswerRho` is the cost of an answer of the default ε. */
export function privacyState(
  ledger: PrivacyLedger,
  period: Period,
  budget: Budget,
  perAnswer: Budget & { readonly rho: number },
): PrivacyState {
  const { charges } = ledger;
  const spentRho = rhoOf(ledger);
  const budgetRho = zcdpRho(budget.epsilon, budget.delta);
  const left = Math.floor((budgetRho * (1 + ROUNDING) - spentRho) / perAnswer.rho);
  return {
    period: period.name,
    periodStartMs: period.startMs,
    periodEndMs: period.endMs,
    budget: { epsilon: budget.epsilon, delta: budget.delta },
    perAnswer: { epsilon: perAnswer.epsilon, delta: perAnswer.delta },
    spentEpsilon: zcdpEpsilon(spentRho, budget.delta),
    spentShare: Math.min(1, spentRho / budgetRho),
    answersLeft: Math.max(0, Math.min(left, MAX_CHARGES - charges.length)),
    compared: {
      basic: composeBasic(charges),
      renyi: renyiEpsilon(charges, budget.delta),
      advanced: advancedLoss(charges),
    },
    charges: [...charges],
  };
}

function rhoOf(ledger: PrivacyLedger): number {
  return ledger.charges.reduce((sum, charge) => sum + charge.rho, 0);
}

function renyiEpsilon(charges: readonly PrivacyCharge[], delta: number): number | null {
  if (charges.length === 0) return 0;
  const curve = rdpOrders.map((order) => ({
    order,
    rdp: charges.reduce((sum, charge) => sum + chargeRdp(charge, order), 0),
  }));
  const { epsilon } = rdpEpsilon(curve, delta);
  return Number.isFinite(epsilon) ? epsilon : null;
}

/** ρ = 1/(2σ²) gives back σ over sensitivity; Laplace of ε is scale 1/ε at sensitivity 1. */
function chargeRdp(charge: PrivacyCharge, order: number): number {
  return charge.mechanism === 'gaussian'
    ? gaussianRdp(1 / Math.sqrt(2 * charge.rho), order)
    : laplaceRdp(1 / charge.epsilon, order);
}

/** At twice the δ the answers have among themselves: composition costs a δ of its own. */
function advancedLoss(charges: readonly PrivacyCharge[]): Budget | null {
  const [first] = charges;
  if (first === undefined) return { epsilon: 0, delta: 0 };
  const isUniform = charges.every(({ epsilon, delta }) => epsilon === first.epsilon && delta === first.delta);
  if (!isUniform) return null;
  const own = -Math.expm1(charges.length * Math.log1p(-first.delta));
  const delta = Math.max(2 * own, 1e-6);
  const epsilon = composeAdvanced(first, charges.length, delta);
  return epsilon === undefined ? null : { epsilon, delta };
}
