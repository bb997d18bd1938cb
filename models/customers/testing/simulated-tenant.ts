import { createRandom } from '../../../platform/time/random.ts';
import {
  activityWeeks,
  WEEK_MS,
  type ActivityRow,
  type ActivityWeeks,
  type ContractFact,
  type CustomerHistory,
} from '../history.ts';

export interface SimulatedTenant {
  readonly customers: CustomerHistory[];
  readonly activity: ActivityWeeks;
  readonly rows: readonly ActivityRow[];
  /** When each customer said that it goes; undefined: it is still there. */
  readonly leftAtMs: readonly (number | undefined)[];
}

const WEEKS = 60;

/**
 * A tenant some of whose customers begin to fade (3 in 100 a week): they come less from week to week, their payments fail more often, and once they
 * come less than once a week 9 in 100 leave a week; of the others 4 in 1,000.
 */
export function simulatedTenant(seed: string, size: number, asOfMs: number): SimulatedTenant {
  const random = createRandom(seed);
  const rows: ActivityRow[] = [];
  const leftAtMs: (number | undefined)[] = [];
  const customers = Array.from({ length: size }, (_, user): CustomerHistory => {
    const startWeek = 2 + random.int(WEEKS);
    const facts: ContractFact[] = [startOf(asOfMs - startWeek * WEEK_MS + 1, random.pick(['basic', 'pro']))];
    let habit = 2 + 3 * random.next();
    let isFading = false;
    let left: number | undefined;
    for (let week = startWeek - 1; week >= 0 && left === undefined; week -= 1) {
      isFading ||= random.next() < 0.03;
      if (isFading) habit = Math.max(0.2, habit * 0.7);
      const failed = random.next() < (isFading ? 0.1 : 0.03) ? 1 : 0;
      rows.push(rowOf(user, week, random.poisson(habit), failed, asOfMs));
      if (random.next() < (habit < 1 ? 0.09 : 0.004)) left = asOfMs - week * WEEK_MS - 3_600_000;
    }
    leftAtMs.push(left);
    if (left !== undefined) facts.push({ ...startOf(left, ''), kind: 'cancel', plan: null, unitMinor: null });
    return { user: `customer-${user}`, country: 'DE', facts, mrrMinor: null };
  });
  return { customers, activity: activityWeeks(size, rows), rows, leftAtMs };
}

function startOf(atMs: number, plan: string): ContractFact {
  return {
    atMs,
    kind: 'start',
    subscription: 's',
    plan,
    status: null,
    unitMinor: plan === 'pro' ? 4_900 : 1_900,
    intervalMonths: 1,
    endsAtMs: null,
    trialEndMs: null,
  };
}

function rowOf(user: number, week: number, sessions: number, failed: number, asOfMs: number): ActivityRow {
  return {
    user,
    week,
    sessions,
    sessionMs: sessions * 600_000,
    features: sessions > 2 ? 3 : sessions > 0 ? 1 : 0,
    tickets: 0,
    failedPayments: failed,
    engagement: sessions,
    influence: 0,
    revenueMinor: 0,
    lastUseMs: sessions > 0 ? asOfMs - week * WEEK_MS - 86_400_000 : 0,
  };
}
