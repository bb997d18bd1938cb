import { createRandom } from '../../platform/time/random.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** What customers of the studio service use. */
const features = [
  'editor',
  'captions',
  'thumbnails',
  'scheduler',
  'analytics',
  'stock',
  'team',
  'api',
] as const;

/**
 * The known truth of churn: most who will leave fade for some weeks before they say so. They come less, their payments fail and they ask for
 * help more often; of the others some come less for a while and stay.
 */
export const activityTruth = {
  fadingShare: 0.75,
  fadingWeeks: [4, 10],
  /** Of those who stay, share of eight-week stretches in which they come less. */
  slumpShare: 0.06,
  ticketsAWeek: { usual: 0.03, fading: 0.2 },
  failedPayment: { usual: 0.02, fading: 0.3 },
} as const;

/** Whose activity is told; everything of it follows from the seed, the name and the time. */
export interface ActiveCustomer {
  readonly id: string;
  readonly user: string;
  readonly country: string;
  /** Stretches in which it has access, and when it says that it goes. */
  readonly stays: readonly { readonly fromMs: number; readonly toMs: number; readonly saidMs: number }[];
  readonly paidAtMs: readonly number[];
}

export interface ActivityEvent {
  readonly id: string;
  readonly type: 'session' | 'usage' | 'support_ticket' | 'payment_failed';
  readonly atMs: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** What a customer does in [fromMs, toMs), by time. Made week by week, so that any stretch is the same in any company. */
export function activityOf(customer: ActiveCustomer, fromMs: number, toMs: number): ActivityEvent[] {
  const habit = habitOf(customer);
  const events: ActivityEvent[] = [];
  for (let week = Math.floor(fromMs / WEEK_MS); week * WEEK_MS < toMs; week += 1)
    if (customer.stays.some((stay) => stay.fromMs < (week + 1) * WEEK_MS && stay.toMs > week * WEEK_MS))
      events.push(...weekOf(customer, habit, week));
  for (const [i, paidMs] of customer.paidAtMs.entries()) {
    const atMs = paidMs - DAY_MS / 2;
    if (atMs < fromMs || atMs >= toMs) continue;
    const chance = activityTruth.failedPayment[isFading(customer, habit, atMs) ? 'fading' : 'usual'];
    if (createRandom(`${customer.id}/failed/${i}`).next() >= chance) continue;
    events.push({
      id: `${customer.id}:failed:${i}`,
      type: 'payment_failed',
      atMs,
      data: { user_id: customer.user, country: customer.country, reason: 'card_declined' },
    });
  }
  return events.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).toSorted((a, b) => a.atMs - b.atMs);
}

interface Habit {
  readonly sessionsAWeek: number;
  readonly minutes: number;
  /** How many of the features it ever uses. */
  readonly breadth: number;
  readonly fadesWeeks: number;
}

function habitOf({ id }: ActiveCustomer): Habit {
  const random = createRandom(`${id}/habit`);
  const [least, most] = activityTruth.fadingWeeks;
  return {
    sessionsAWeek: 0.4 + 1.6 * random.next() ** 2,
    minutes: 6 + 24 * random.next(),
    breadth: 2 + random.int(features.length - 1),
    fadesWeeks: random.next() < activityTruth.fadingShare ? least + random.int(most - least + 1) : 0,
  };
}

/** 1: as usual, towards 0: hardly there any more. */
function presence(customer: ActiveCustomer, habit: Habit, atMs: number): number {
  const stay = customer.stays.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (stay === undefined) return 0;
  const weeksLeft = (stay.saidMs - atMs) / WEEK_MS;
  if (weeksLeft < 0) return 0.15;
  if (weeksLeft < habit.fadesWeeks) return 0.15 + 0.6 * (weeksLeft / habit.fadesWeeks);
  const stretch = Math.floor(atMs / (8 * WEEK_MS));
  return createRandom(`${customer.id}/slump/${stretch}`).next() < activityTruth.slumpShare ? 0.35 : 1;
}

function isFading(customer: ActiveCustomer, { fadesWeeks }: Habit, atMs: number): boolean {
  return customer.stays.some(
    ({ fromMs, saidMs }) => fromMs <= atMs && atMs < saidMs && (saidMs - atMs) / WEEK_MS < fadesWeeks,
  );
}

function weekOf(customer: ActiveCustomer, habit: Habit, week: number): ActivityEvent[] {
  const { country, id, user } = customer;
  const random = createRandom(`${id}/week/${week}`);
  const fromMs = week * WEEK_MS;
  const here = presence(customer, habit, fromMs + WEEK_MS / 2);
  const who = { user_id: user, country };
  const events: ActivityEvent[] = [];
  const some = (): number => fromMs + random.int(WEEK_MS);
  const sessions = random.poisson(habit.sessionsAWeek * here);
  for (let i = 0; i < sessions; i += 1) {
    const atMs = some();
    const minutes = habit.minutes * (0.4 + 0.6 * here) * random.exponential(1);
    events.push({
      id: `${id}:session:${week}:${i}`,
      type: 'session',
      atMs,
      data: { ...who, duration_ms: Math.round(minutes * 60_000) },
    });
    const feature = features[random.int(Math.max(1, Math.round(habit.breadth * (0.3 + 0.7 * here))))];
    if (feature !== undefined && i % 2 === 0)
      events.push({
        id: `${id}:usage:${week}:${i}`,
        type: 'usage',
        atMs: atMs + 60_000,
        data: { ...who, feature, quantity: 1 + random.poisson(2) },
      });
  }
  const rate =
    activityTruth.ticketsAWeek[isFading(customer, habit, fromMs + WEEK_MS / 2) ? 'fading' : 'usual'];
  const tickets = here > 0 ? random.poisson(rate) : 0;
  for (let i = 0; i < tickets; i += 1)
    events.push({
      id: `${id}:ticket:${week}:${i}`,
      type: 'support_ticket',
      atMs: some(),
      data: { ...who, category: random.pick(['billing', 'bug', 'how to']) },
    });
  // Nothing is done without access.
  return events.filter(({ atMs }) => customer.stays.some((stay) => stay.fromMs <= atMs && atMs < stay.toMs));
}
