import type { CustomerRow } from '../churn/features.ts';
import type { RuleFactors } from '../churn/bands.ts';
import type { ContractState } from './contract.ts';
import { MONTH_MS, WEEK_MS, type ActivityWeeks } from './history.ts';

/** What the model looks at, in the order of the columns. */
export const featureNames = [
  'tenureMonths',
  'plan',
  'billing',
  'monthlyPrice',
  'daysToRenewal',
  'upgrades',
  'downgrades',
  'daysSinceChange',
  'returned',
  'country',
  'daysSinceLogin',
  'sessionsPerWeek',
  'sessionTrend',
  'sessionMinutes',
  'activeWeeks',
  'featureUsage',
  'tickets',
  'failedPayments',
  'engagement',
  'paid',
] as const;

const DAY_MS = 86_400_000;
const SHORT_WEEKS = 4;
const LONG_WEEKS = 12;
/** Who was last seen longer ago, or never, counts as away this long. */
const LONGEST_AWAY_DAYS = 84;
const MOVES_MS = 180 * DAY_MS;

/** From which week on (counted back) the tenant has told of a kind of activity; −1: never, as far as a moment knows. */
export interface KnownSince {
  readonly use: number;
  readonly sessions: number;
  readonly features: number;
  readonly tickets: number;
  readonly failedPayments: number;
  readonly engagement: number;
  readonly paid: number;
  /** Features that anybody had used by then, a bit each. */
  readonly featuresSeen: number;
}

/** What the tenant had ever told by the start of week `before` − 1: nothing after the reference date has a say. */
export function knownSince(activity: ActivityWeeks, before: number): KnownSince {
  const known = {
    use: -1,
    sessions: -1,
    features: -1,
    tickets: -1,
    failedPayments: -1,
    engagement: -1,
    paid: -1,
  };
  let featuresSeen = 0;
  for (let i = 0; i < activity.week.length; i += 1) {
    const week = activity.week[i] ?? 0;
    if (week < before) continue;
    const see = (kind: keyof typeof known, amount: number | undefined): void => {
      if ((amount ?? 0) !== 0 && week > known[kind]) known[kind] = week;
    };
    see('use', activity.lastUseMs[i]);
    see('sessions', activity.sessions[i]);
    see('features', activity.features[i]);
    see('tickets', activity.tickets[i]);
    see('failedPayments', activity.failedPayments[i]);
    see('engagement', activity.engagement[i]);
    see('paid', activity.revenueMinor[i]);
    featuresSeen |= activity.features[i] ?? 0;
  }
  return { ...known, featuresSeen: featuresSeen >>> 0 };
}

/**
 * Features of a customer at the reference date asOf − before·7 d, from what was known by then. A kind of event that the tenant had not
 * sent by then is unknown (null), not zero. `contract` is the one at the reference date.
 */
export function featuresAt(
  contract: ContractState,
  country: string,
  user: number,
  activity: ActivityWeeks,
  known: KnownSince,
  asOfMs: number,
  before: number,
): CustomerRow {
  const atMs = asOfMs - before * WEEK_MS;
  const spell = contract.spells.at(-1);
  const lastMove = contract.moves.at(-1);
  const recent = contract.moves.filter((move) => move.atMs >= atMs - MOVES_MS);
  const used = usedBy(activity, user, before, known, atMs);
  return {
    tenureMonths: spell === undefined ? null : (atMs - spell.fromMs) / MONTH_MS,
    plan: contract.plan === '' ? null : contract.plan,
    billing:
      contract.intervalMonths >= 11
        ? 'yearly'
        : contract.intervalMonths >= 2
          ? 'every few months'
          : 'monthly',
    monthlyPrice: contract.monthlyMinor,
    daysToRenewal: contract.renewsAtMs === null ? null : (contract.renewsAtMs - atMs) / DAY_MS,
    upgrades: recent.filter(({ isUp }) => isUp).length,
    downgrades: recent.filter(({ isUp }) => !isUp).length,
    daysSinceChange: lastMove === undefined ? null : (atMs - lastMove.atMs) / DAY_MS,
    returned: contract.spells.length > 1 ? 1 : 0,
    country: country === '' ? null : country,
    ...used,
  };
}

type Used = Readonly<
  Record<
    | 'daysSinceLogin'
    | 'sessionsPerWeek'
    | 'sessionTrend'
    | 'sessionMinutes'
    | 'activeWeeks'
    | 'featureUsage'
    | 'tickets'
    | 'failedPayments'
    | 'engagement'
    | 'paid',
    number | null
  >
>;

function usedBy(
  activity: ActivityWeeks,
  user: number,
  before: number,
  known: KnownSince,
  atMs: number,
): Used {
  const sum = { sessions: 0, earlier: 0, sessionMs: 0, tickets: 0, failed: 0, engagement: 0, paid: 0 };
  let features = 0;
  let activeWeeks = 0;
  let lastUseMs = 0;
  for (let i = activity.offsets[user] ?? 0; i < (activity.offsets[user + 1] ?? 0); i += 1) {
    const age = (activity.week[i] ?? 0) - before;
    if (age < 0) continue;
    lastUseMs = Math.max(lastUseMs, activity.lastUseMs[i] ?? 0);
    if (age < SHORT_WEEKS) {
      sum.sessions += activity.sessions[i] ?? 0;
      sum.sessionMs += activity.sessionMs[i] ?? 0;
      sum.tickets += activity.tickets[i] ?? 0;
      sum.engagement += activity.engagement[i] ?? 0;
      features |= activity.features[i] ?? 0;
    } else if (age < 2 * SHORT_WEEKS) sum.earlier += activity.sessions[i] ?? 0;
    if (age < LONG_WEEKS) {
      sum.failed += activity.failedPayments[i] ?? 0;
      sum.paid += activity.revenueMinor[i] ?? 0;
      if ((activity.lastUseMs[i] ?? 0) > 0) activeWeeks += 1;
    }
  }
  const weeks = (since: number, most: number): number => Math.min(most, since - before + 1);
  const has = (since: number): boolean => since >= before;
  const all = bits(known.featuresSeen);
  return {
    daysSinceLogin: has(known.use) ? Math.min(LONGEST_AWAY_DAYS, (atMs - lastUseMs) / DAY_MS) : null,
    sessionsPerWeek: has(known.sessions) ? sum.sessions / weeks(known.sessions, SHORT_WEEKS) : null,
    sessionTrend:
      known.sessions >= before + 2 * SHORT_WEEKS - 1
        ? (sum.sessions - sum.earlier) / (sum.sessions + sum.earlier + 1)
        : null,
    sessionMinutes: sum.sessions > 0 ? sum.sessionMs / 60_000 / sum.sessions : has(known.sessions) ? 0 : null,
    activeWeeks: has(known.use) ? activeWeeks / weeks(known.use, LONG_WEEKS) : null,
    featureUsage: all > 0 ? bits(features) / all : null,
    tickets: has(known.tickets) ? sum.tickets : null,
    failedPayments: has(known.failedPayments) ? sum.failed : null,
    engagement: has(known.engagement) ? sum.engagement / weeks(known.engagement, SHORT_WEEKS) : null,
    paid: has(known.paid) ? sum.paid : null,
  };
}

/** The six factors of the seeds' rule, from the same row. */
export function ruleFactorsOf(row: CustomerRow): RuleFactors {
  const number = (name: string): number | null => {
    const value = row[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    daysSinceLogin: number('daysSinceLogin'),
    sessionsPerWeek: number('sessionsPerWeek'),
    sessionMinutes: number('sessionMinutes'),
    featureUsage: number('featureUsage'),
    tickets: number('tickets'),
    failedPayments: number('failedPayments'),
  };
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask >>> 0; rest > 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}
