import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import { addInterval, monthlyMinor } from './calendar.ts';
import type { Fact, Terms } from './fact.ts';

/** MRR of one subscription from a moment on, in minor units a month of its currency. */
export interface Level {
  readonly atMs: number;
  readonly minor: number;
  readonly currency: string;
  readonly segment: string;
}

const DAY_MS = 86_400_000;
const gone = new Set(['canceled', 'cancelled', 'unpaid', 'incomplete', 'incomplete_expired', 'expired']);

const noTerms: Terms = {
  status: 'active',
  plan: '',
  currency: '',
  unitMinor: 0,
  quantity: 1,
  interval: { unit: 'month', count: 1 },
  isMetered: false,
  discountPercent: 0,
  discountMinor: 0,
  discountDuration: 'forever',
  discountEndMs: undefined,
  trialEndMs: undefined,
  periodEndMs: undefined,
  country: '',
  channel: '',
  stream: '',
};

/**
 * The course of one subscription's MRR: a step at every moment it changes, moments to come included (the end of a trial, a discount or a
 * paid period). `facts` in the order of `compareFacts`. By its own events, or by its payments where the policy says so.
 */
export function subscriptionLevels(facts: readonly Fact[], policy: MrrPolicy): Level[] {
  const hasTerms = facts.some((fact) => fact.kind === 'set');
  const hasPayments = facts.some((fact) => fact.kind === 'payment');
  const byPayments = hasPayments && (policy.basis === 'payments' || (policy.basis === 'both' && !hasTerms));
  if (byPayments) return changesOnly(paidLevels(facts, policy));
  return policy.basis === 'payments' ? [] : changesOnly(agreedLevels(facts, policy));
}

function agreedLevels(facts: readonly Fact[], policy: MrrPolicy): Level[] {
  const levels: Level[] = [];
  let terms: Terms | undefined;
  let beganAtMs = 0;
  let endMs = Number.POSITIVE_INFINITY;
  const relevant = facts.filter((fact) => fact.kind !== 'payment');
  for (const [i, fact] of relevant.entries()) {
    if (fact.kind === 'set') {
      if (terms === undefined || fact.isStart) beganAtMs = fact.atMs;
      terms = { ...(fact.isStart ? noTerms : (terms ?? noTerms)), ...fact.terms };
      // A later word that it goes on takes a cancellation back.
      endMs = Number.POSITIVE_INFINITY;
    } else if (fact.kind === 'cancel') {
      const paidUpMs = fact.endsAtMs ?? terms?.periodEndMs ?? fact.atMs;
      endMs = policy.churnAt === 'cancellation' ? fact.atMs : Math.max(fact.atMs, paidUpMs);
    }
    if (terms === undefined) continue;
    const untilMs = relevant[i + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const discountEndMs = discountEnd(terms, beganAtMs);
    const moments = [terms.trialEndMs, discountEndMs, endMs].filter(
      (at) => at !== undefined && at > fact.atMs && at < untilMs,
    );
    for (const atMs of [fact.atMs, ...moments].filter((at) => at !== undefined).sort((a, b) => a - b)) {
      levels.push({
        atMs,
        minor: atMs >= endMs ? 0 : agreedMinor(terms, atMs, discountEndMs, policy),
        currency: terms.currency,
        segment: terms[policy.segmentBy],
      });
    }
  }
  return levels;
}

function agreedMinor(
  terms: Terms,
  atMs: number,
  discountEndMs: number | undefined,
  policy: MrrPolicy,
): number {
  const { status, trialEndMs } = terms;
  if (gone.has(status)) return 0;
  if (status === 'past_due' && policy.pastDue === 'churn') return 0;
  if (status === 'paused' && policy.pauses === 'churn') return 0;
  const isTrial = trialEndMs === undefined ? status === 'trialing' : atMs < trialEndMs;
  if (isTrial && policy.trials === 'exclude') return 0;
  if (terms.isMetered && policy.metered === 'exclude') return 0;
  const full = terms.unitMinor * terms.quantity;
  const isDiscounted =
    terms.discountDuration === 'forever'
      ? policy.discounts !== 'none'
      : policy.discounts === 'all' && (discountEndMs === undefined || atMs < discountEndMs);
  const reduced = isDiscounted ? full * (1 - terms.discountPercent / 100) - terms.discountMinor : full;
  return Math.max(0, monthlyMinor(reduced, terms.interval));
}

/** A discount for one period ends with the first; one that repeats lasts until it is said to end. */
function discountEnd(terms: Terms, beganAtMs: number): number | undefined {
  if (terms.discountDuration === 'forever') return undefined;
  if (terms.discountEndMs !== undefined) return terms.discountEndMs;
  return terms.discountDuration === 'once' ? addInterval(beganAtMs, terms.interval) : undefined;
}

/** A payment counts for its interval, and for the grace days after it when what is past due counts; then the customer has left. */
function paidLevels(facts: readonly Fact[], policy: MrrPolicy): Level[] {
  const levels: Level[] = [];
  const relevant = facts.filter((fact) => fact.kind !== 'set');
  let last: Extract<Fact, { kind: 'payment' }> | undefined;
  for (const [i, fact] of relevant.entries()) {
    if (fact.kind === 'payment') last = fact;
    if (last === undefined) continue;
    const paidUpMs = addInterval(last.atMs, last.interval);
    const graceMs = policy.pastDue === 'count' ? policy.graceDays * DAY_MS : 0;
    let endMs = paidUpMs + graceMs;
    if (fact.kind === 'cancel')
      endMs = policy.churnAt === 'cancellation' ? fact.atMs : Math.max(fact.atMs, fact.endsAtMs ?? paidUpMs);
    const untilMs = relevant[i + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const level = { currency: last.currency, segment: last[policy.segmentBy] };
    if (endMs > fact.atMs)
      levels.push({ ...level, atMs: fact.atMs, minor: monthlyMinor(last.minor, last.interval) });
    if (endMs < untilMs) levels.push({ ...level, atMs: Math.max(endMs, fact.atMs), minor: 0 });
  }
  return levels;
}

function changesOnly(levels: readonly Level[]): Level[] {
  const kept: Level[] = [];
  for (const level of levels) {
    // Of several at one moment the last counts.
    if (kept.at(-1)?.atMs === level.atMs) kept.pop();
    const before = kept.at(-1);
    const isSame =
      before === undefined
        ? level.minor === 0
        : before.minor === level.minor &&
          (level.minor === 0 || (before.currency === level.currency && before.segment === level.segment));
    if (!isSame) kept.push(level);
  }
  return kept;
}
