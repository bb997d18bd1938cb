import { createRandom, type Random } from '../../platform/time/random.ts';
import { activityOf, type ActiveCustomer, type ActivityEvent } from './customer-activity.ts';

const DAY_MS = 86_400_000;
/** Customers begun longer ago than this have all left for good. */
const LONGEST_LIFE_DAYS = 2_200;
const LONGEST_MONTHS = 60;
const MONTHS_AFTER_RETURN = 6;
const startsPerDayAtRate100 = 1.2;
const MAX_STARTS_PER_DAY = 16;
/** The book goes back two years: who left before is in it no more. */
const BOOK_DAYS = 760;
/** Tickets and failed payments are in the book for so long. */
const TROUBLE_DAYS = 400;
const daysKept = 8;

/** Plans of the network's studio service with their monthly price in cents (SYSTEMS row B2); a year costs ten months. */
export const plans = [
  { name: 'starter', minor: 9_700, weight: 0.55 },
  { name: 'growth', minor: 29_700, weight: 0.33 },
  { name: 'scale', minor: 79_700, weight: 0.12 },
] as const;
const monthlyChurn = 0.02;
const upgradeChance = 0.03;
const downgradeChance = 0.012;
const returnShare = 0.1;
const trialShare = 0.4;
const trialLostShare = 0.45;
const yearlyShare = 0.2;

/** Something a customer of the studio service does. The id is the same in the live feed, in history and in the book. */
export interface SubscriptionEvent {
  readonly id: string;
  readonly type:
    | 'subscription_started'
    | 'subscription_changed'
    | 'subscription_cancelled'
    | 'subscription_payment'
    | ActivityEvent['type'];
  readonly atMs: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Customers who pay again and again, past and to come, as a function of the seed and the time. */
export interface Subscriptions {
  /** In [fromMs, toMs), by time. */
  events(fromMs: number, toMs: number): readonly SubscriptionEvent[];
  /**
   * What was said of subscriptions before a moment, payments left out, with the tickets and failed payments of the last 400 days: what a
   * shop that joins brings along.
   */
  book(beforeMs: number): readonly SubscriptionEvent[];
  /** Known truth: monthly recurring revenue in cents and paying customers at a moment. */
  mrrMinor(atMs: number): number;
  customers(atMs: number): number;
}

/** A price that holds from a moment on, in cents a month; 0 when the customer pays nothing. */
interface Level {
  readonly atMs: number;
  readonly minor: number;
}

/** A payment as long as nobody asks for its event: they are the most of what happens. */
interface Payment {
  readonly atMs: number;
  readonly plan: number;
}

interface Customer {
  readonly id: string;
  readonly user: string;
  readonly country: string;
  readonly isYearly: boolean;
  /** Without payments. */
  readonly events: readonly SubscriptionEvent[];
  readonly payments: readonly Payment[];
  readonly levels: readonly Level[];
}

/** Customers are kept by the day they began, and the events of the days used last. */
export function createSubscriptions(config: {
  readonly seed: string;
  readonly ratePerSecond: number;
}): Subscriptions {
  const startsPerDay = Math.min(MAX_STARTS_PER_DAY, (startsPerDayAtRate100 * config.ratePerSecond) / 100);
  const byDay = new Map<number, readonly Customer[]>();
  const eventsByDay = new Map<number, readonly SubscriptionEvent[]>();

  const begunOn = (day: number): readonly Customer[] => {
    const known = byDay.get(day);
    if (known !== undefined) return known;
    const random = createRandom(`${config.seed}/subscriptions/${day}`);
    const made = Array.from({ length: random.poisson(startsPerDay) }, (_each, i) =>
      customerOf(random, config.seed, `studio-${day}-${i}`, day * DAY_MS),
    );
    byDay.set(day, made);
    return made;
  };
  const known = function* (atMs: number, lifeDays = LONGEST_LIFE_DAYS): Generator<Customer, void> {
    const today = Math.floor(atMs / DAY_MS);
    for (const day of byDay.keys()) if (day < today - 2 * LONGEST_LIFE_DAYS - BOOK_DAYS) byDay.delete(day);
    for (let day = today - lifeDays; day <= today; day += 1) yield* begunOn(day);
  };
  const onDay = (day: number): readonly SubscriptionEvent[] => {
    const held = eventsByDay.get(day);
    if (held !== undefined) return held;
    const [fromMs, toMs] = [day * DAY_MS, (day + 1) * DAY_MS];
    const found = [...known(fromMs)]
      .flatMap((customer) => [
        ...customer.events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
        ...paymentsOf(customer, fromMs, toMs),
        ...activityOf(activeOf(customer), fromMs, toMs),
      ])
      .toSorted((a, b) => a.atMs - b.atMs);
    if (eventsByDay.size >= daysKept)
      for (const oldest of [...eventsByDay.keys()].slice(0, 1)) eventsByDay.delete(oldest);
    eventsByDay.set(day, found);
    return found;
  };
  const levelOf = ({ levels }: Customer, atMs: number): number =>
    levels.findLast((level) => level.atMs <= atMs)?.minor ?? 0;

  return {
    events: (fromMs, toMs) => {
      const found: SubscriptionEvent[] = [];
      for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < toMs; day += 1)
        found.push(...onDay(day).filter(({ atMs }) => atMs >= fromMs && atMs < toMs));
      return found;
    },
    book: (beforeMs) =>
      [...known(beforeMs, LONGEST_LIFE_DAYS + BOOK_DAYS)]
        .filter((customer) => endOf(customer) >= beforeMs - BOOK_DAYS * DAY_MS)
        .flatMap((customer) => [
          ...customer.events.filter(({ atMs }) => atMs < beforeMs),
          ...activityOf(activeOf(customer), beforeMs - TROUBLE_DAYS * DAY_MS, beforeMs).filter(
            ({ type }) => type === 'support_ticket' || type === 'payment_failed',
          ),
        ])
        .toSorted((a, b) => a.atMs - b.atMs),
    mrrMinor: (atMs) => [...known(atMs)].reduce((sum, customer) => sum + levelOf(customer, atMs), 0),
    customers: (atMs) => [...known(atMs)].filter((customer) => levelOf(customer, atMs) > 0).length,
  };
}

/** The whole life of a customer: a trial perhaps, a plan, moves between plans, the end, perhaps a return. */
function customerOf(random: Random, seed: string, user: string, dayMs: number): Customer {
  const id = `${seed}:${user}`;
  const events: SubscriptionEvent[] = [];
  const payments: Payment[] = [];
  const levels: Level[] = [];
  const add = (
    type: SubscriptionEvent['type'],
    atMs: number,
    data: Readonly<Record<string, string | number>>,
  ): void =>
    void events.push({
      id: `${id}:${events.length}`,
      type,
      atMs,
      data: { user_id: user, subscription_id: `sub-${user}`, ...data },
    });
  const country = random.pick(['US', 'US', 'GB', 'DE', 'CA', 'AU', 'FR', 'JP']);
  let plan = planBy(random.next());
  const isYearly = random.next() < yearlyShare;
  const startMs = dayMs + random.int(DAY_MS);
  const isTrial = random.next() < trialShare;
  const paidFromMs = isTrial ? startMs + 14 * DAY_MS : startMs;
  add('subscription_started', startMs, {
    country,
    ...termsOf(plan, isYearly),
    ...(isTrial ? { status: 'trialing', trial_end: iso(paidFromMs) } : {}),
  });
  if (isTrial && random.next() < trialLostShare) {
    add('subscription_cancelled', startMs + Math.floor((2 + 11 * random.next()) * DAY_MS), {
      reason: 'trial not continued',
    });
    return { id, user, country, isYearly, events, payments, levels };
  }
  const stay = (fromMs: number, months: number, hasMoves: boolean): number => {
    const endMs = addMonths(fromMs, months);
    let paidMinor = monthlyOf(plan, isYearly);
    levels.push({ atMs: fromMs, minor: paidMinor });
    for (let month = 0; month < months; month += 1) {
      const dueMs = addMonths(fromMs, month);
      if (!isYearly || month % 12 === 0) payments.push({ atMs: dueMs, plan });
      if (!hasMoves || month === months - 1) continue;
      const u = random.next();
      const move = u < upgradeChance ? 1 : u < upgradeChance + downgradeChance ? -1 : 0;
      const next = Math.min(plans.length - 1, Math.max(0, plan + move));
      if (next === plan) continue;
      plan = next;
      const movedMs = dueMs + Math.floor((1 + 25 * random.next()) * DAY_MS);
      paidMinor = monthlyOf(plan, isYearly);
      add('subscription_changed', movedMs, { ...termsOf(plan, isYearly), status: 'active' });
      levels.push({ atMs: movedMs, minor: paidMinor });
    }
    add('subscription_cancelled', endMs - Math.floor((1 + 19 * random.next()) * DAY_MS), {
      ends_at: iso(endMs),
      reason: random.pick(['too expensive', 'not used', 'another service', 'closing down']),
    });
    levels.push({ atMs: endMs, minor: 0 });
    return endMs;
  };
  const months = Math.max(2, Math.ceil(random.exponential(monthlyChurn)));
  const whole = isYearly ? Math.ceil(months / 12) * 12 : months;
  const endMs = stay(paidFromMs, Math.min(LONGEST_MONTHS, whole), true);
  if (random.next() < returnShare) {
    const backMs = endMs + Math.floor((40 + 110 * random.next()) * DAY_MS);
    add('subscription_started', backMs, { country, ...termsOf(plan, isYearly) });
    stay(backMs, MONTHS_AFTER_RETURN, false);
  }
  return { id, user, country, isYearly, events, payments, levels };
}

function paymentsOf(customer: Customer, fromMs: number, toMs: number): readonly SubscriptionEvent[] {
  const { country, id, isYearly, user } = customer;
  return customer.payments.flatMap(({ atMs, plan }, i): readonly SubscriptionEvent[] =>
    atMs < fromMs || atMs >= toMs
      ? []
      : [
          {
            id: `${id}:paid:${i}`,
            type: 'subscription_payment',
            atMs,
            data: {
              user_id: user,
              subscription_id: `sub-${user}`,
              country,
              plan: plans[plan]?.name ?? '',
              interval: isYearly ? 'year' : 'month',
              amount_minor: priceOf(plan, isYearly),
              currency: 'USD',
              stream: 'subscriptions',
            },
          },
        ],
  );
}

/** Stretches with access, from the levels of price; who had only a trial does nothing worth telling. */
function activeOf(customer: Customer): ActiveCustomer {
  const stays: { fromMs: number; toMs: number; saidMs: number }[] = [];
  let fromMs: number | undefined;
  for (const { atMs, minor } of customer.levels) {
    if (minor > 0) fromMs ??= atMs;
    else if (fromMs !== undefined) {
      const saidMs = customer.events.findLast(
        (event) => event.type === 'subscription_cancelled' && event.atMs <= atMs,
      )?.atMs;
      stays.push({ fromMs, toMs: atMs, saidMs: saidMs ?? atMs });
      fromMs = undefined;
    }
  }
  return {
    id: customer.id,
    user: customer.user,
    country: customer.country,
    stays,
    paidAtMs: customer.payments.map(({ atMs }) => atMs),
  };
}

/** When the last that is known of a customer happens. */
function endOf({ events, levels }: Customer): number {
  return Math.max(events.at(-1)?.atMs ?? 0, levels.at(-1)?.atMs ?? 0);
}

function planBy(u: number): number {
  let left = u;
  for (const [index, { weight }] of plans.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return 0;
}

function priceOf(plan: number, isYearly: boolean): number {
  return (plans[plan]?.minor ?? 0) * (isYearly ? 10 : 1);
}

function monthlyOf(plan: number, isYearly: boolean): number {
  return isYearly ? Math.round(priceOf(plan, true) / 12) : priceOf(plan, false);
}

function termsOf(plan: number, isYearly: boolean): Readonly<Record<string, string | number>> {
  return {
    plan: plans[plan]?.name ?? '',
    unit_amount_minor: priceOf(plan, isYearly),
    currency: 'USD',
    interval: isYearly ? 'year' : 'month',
  };
}

/** The same day and time months later in UTC; the 31st becomes the last day of a shorter month. */
function addMonths(atMs: number, months: number): number {
  const date = new Date(atMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (atMs % DAY_MS);
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
