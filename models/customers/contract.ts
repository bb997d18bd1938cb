import { MONTH_MS, type ContractFact } from './history.ts';

/** A stretch in which a customer pays; `saidMs` is when it said that it goes or, without a word, when it had not renewed. */
export interface Spell {
  readonly fromMs: number;
  readonly saidMs: number | null;
  readonly plan: string;
}

/** A subscription as far as it was told. */
interface Subscription {
  plan: string;
  unitMinor: number;
  intervalMonths: number;
  /** When the trial ends; until then nobody pays. */
  trialEndMs: number | null;
  /** Told of by payments alone: it ends when the next one does not come. */
  isPaidOnly: boolean;
  lapsesAtMs: number | null;
  isOpen: boolean;
  /** Cancelled, and paid up to then. */
  endsAtMs: number | null;
}

/** What is known of a customer's contract at a moment, from what was said before it. */
export interface ContractState {
  readonly spells: readonly Spell[];
  /** Paying and has not said that it goes. */
  readonly isPaying: boolean;
  /** Has said that it goes and is paid up to a later moment. */
  readonly isLeaving: boolean;
  readonly plan: string;
  readonly intervalMonths: number;
  readonly monthlyMinor: number;
  /** When the current interval ends, counted from the start of the spell. */
  readonly renewsAtMs: number | null;
  readonly moves: readonly { readonly atMs: number; readonly isUp: boolean }[];
}

const ended: ReadonlySet<string> = new Set(['canceled', 'unpaid', 'incomplete_expired']);
/** A payment may come this share of its interval late, and three days at least, before the customer counts as gone. */
const GRACE_SHARE = 0.25;
const GRACE_MS = 3 * 86_400_000;

/** The contract of a customer at `atMs`: facts at it or after it do not count. Facts in order of time. */
export function contractAt(facts: readonly ContractFact[], atMs: number): ContractState {
  const subscriptions = new Map<string, Subscription>();
  const spells: { fromMs: number; saidMs: number | null; plan: string }[] = [];
  const moves: { atMs: number; isUp: boolean }[] = [];
  const openCount = (): number => [...subscriptions.values()].filter(({ isOpen }) => isOpen).length;

  const open = (subscription: Subscription, fromMs: number): void => {
    if (subscription.isOpen) return;
    const last = spells.at(-1);
    const isTakenBack = last !== undefined && last.saidMs !== null && (subscription.endsAtMs ?? 0) > fromMs;
    subscription.isOpen = true;
    subscription.endsAtMs = null;
    if (openCount() > 1) return;
    if (isTakenBack) last.saidMs = null;
    else spells.push({ fromMs, saidMs: null, plan: subscription.plan });
  };
  const close = (subscription: Subscription, saidMs: number, endsAtMs: number | null): void => {
    subscription.trialEndMs = null;
    subscription.lapsesAtMs = null;
    if (!subscription.isOpen) return;
    subscription.isOpen = false;
    subscription.endsAtMs = endsAtMs;
    const last = spells.at(-1);
    if (openCount() === 0 && last !== undefined) last.saidMs = Math.max(last.fromMs, saidMs);
  };
  /** What happens by itself up to a moment: trials turn into contracts, what was not paid lapses. */
  const advance = (toMs: number): void => {
    for (const each of subscriptions.values()) {
      if (each.trialEndMs !== null && each.trialEndMs <= toMs) {
        const fromMs = each.trialEndMs;
        each.trialEndMs = null;
        open(each, fromMs);
      }
      if (each.lapsesAtMs !== null && each.lapsesAtMs <= toMs) close(each, each.lapsesAtMs, null);
    }
  };

  for (const fact of facts) {
    if (fact.atMs >= atMs) break;
    advance(fact.atMs);
    const known = subscriptions.get(fact.subscription);
    const each: Subscription = known ?? {
      plan: '',
      unitMinor: 0,
      intervalMonths: 1,
      trialEndMs: null,
      isPaidOnly: fact.kind === 'payment',
      lapsesAtMs: null,
      isOpen: false,
      endsAtMs: null,
    };
    if (known === undefined) subscriptions.set(fact.subscription, each);
    if (fact.kind === 'cancel' || (fact.status !== null && ended.has(fact.status))) {
      close(each, fact.atMs, fact.endsAtMs);
      continue;
    }
    const before = each.unitMinor / each.intervalMonths;
    if (fact.kind !== 'payment' || each.isPaidOnly) {
      each.plan = fact.plan ?? each.plan;
      each.unitMinor = fact.unitMinor ?? each.unitMinor;
      each.intervalMonths = Math.max(0.03, fact.intervalMonths ?? each.intervalMonths);
    }
    const now = each.unitMinor / each.intervalMonths;
    if (each.isOpen && fact.kind === 'change' && now !== before)
      moves.push({ atMs: fact.atMs, isUp: now > before });
    if (fact.kind === 'start') each.isPaidOnly = false;
    if (fact.kind === 'payment') {
      if (!each.isPaidOnly) continue;
      const intervalMs = each.intervalMonths * MONTH_MS;
      each.lapsesAtMs = fact.atMs + intervalMs + Math.max(GRACE_MS, GRACE_SHARE * intervalMs);
      open(each, fact.atMs);
    } else if (fact.status === 'trialing' && fact.trialEndMs !== null && fact.trialEndMs > fact.atMs) {
      if (!each.isOpen) each.trialEndMs = fact.trialEndMs;
    } else if (fact.status !== 'trialing' && (fact.kind === 'start' || fact.status === 'active')) {
      each.trialEndMs = null;
      open(each, fact.atMs);
    }
    const spell = spells.at(-1);
    if (spell !== undefined && spell.saidMs === null && each.isOpen) spell.plan = each.plan;
  }
  advance(atMs - 1);

  const all = [...subscriptions.values()];
  const current = all.filter(({ isOpen }) => isOpen);
  const main = current.toSorted((a, b) => b.unitMinor / b.intervalMonths - a.unitMinor / a.intervalMonths)[0];
  const spell = spells.at(-1);
  const intervalMonths = main?.intervalMonths ?? 1;
  return {
    spells,
    isPaying: main !== undefined,
    isLeaving: main === undefined && all.some(({ endsAtMs }) => endsAtMs !== null && endsAtMs > atMs),
    plan: main?.plan ?? spell?.plan ?? '',
    intervalMonths,
    monthlyMinor: current.reduce((sum, each) => sum + each.unitMinor / each.intervalMonths, 0),
    renewsAtMs:
      main === undefined || spell === undefined ? null : nextRenewal(spell.fromMs, intervalMonths, atMs),
    moves,
  };
}

function nextRenewal(fromMs: number, intervalMonths: number, atMs: number): number {
  const intervalMs = intervalMonths * MONTH_MS;
  return fromMs + Math.max(1, Math.ceil((atMs - fromMs) / intervalMs)) * intervalMs;
}
