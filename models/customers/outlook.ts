import type { CustomerOutlook } from '../../platform/contracts/customers.ts';
import { MONTH_MS, type CustomerHistory } from './history.ts';
import type { Spell } from './contract.ts';

/** Months an outlook looks ahead. */
export const OUTLOOK_MONTHS = 36;
const MAX_MONTHS = 120;
/** Months of exposure the general hazard is worth against a month's own. */
const PRIOR_MONTHS = 20;
/** After the horizon no customer counts as more than this many times as likely to leave as its plan, or as less. */
const MOST_POWER = 10;

/** Share of those still there who leave in each month of tenure, drawn towards the mean where few were seen. */
export interface HazardByMonth {
  readonly hazard: Float64Array;
  /** Customers seen at the start of each month. */
  readonly atRisk: Float64Array;
  /** What stands beyond the months seen. */
  readonly mean: number;
}

export interface Stay {
  readonly months: number;
  readonly left: boolean;
  readonly plan: string;
}

/** Every spell as a stay: how long, and whether it has ended (else it is censored at `asOfMs`). */
export function staysOf(spells: readonly Spell[], asOfMs: number): Stay[] {
  return spells.map(({ fromMs, plan, saidMs }) => ({
    months: Math.max(0, ((saidMs ?? asOfMs) - fromMs) / MONTH_MS),
    left: saidMs !== null,
    plan,
  }));
}

/**
 * Hazard by month of tenure: (left + prior·mean) / (exposure + prior), the posterior mean under a gamma prior of 20 months at the mean
 * hazard. A month in which nobody happened to leave is therefore not taken for a safe one.
 */
export function hazardByMonth(stays: readonly Stay[]): HazardByMonth {
  const left = new Float64Array(MAX_MONTHS);
  const exposure = new Float64Array(MAX_MONTHS);
  const atRisk = new Float64Array(MAX_MONTHS);
  let longest = 0;
  for (const stay of stays) {
    const last = Math.min(MAX_MONTHS - 1, Math.floor(stay.months));
    longest = Math.max(longest, last);
    for (let m = 0; m <= last; m += 1) {
      atRisk[m] = (atRisk[m] ?? 0) + 1;
      exposure[m] = (exposure[m] ?? 0) + (m < last ? 1 : stay.left ? 1 : Math.min(1, stay.months - last));
    }
    if (stay.left) left[last] = (left[last] ?? 0) + 1;
  }
  const total = exposure.reduce((sum, each) => sum + each, 0);
  const gone = left.reduce((sum, each) => sum + each, 0);
  // Half a leaver more, so that a tenant nobody has left yet is not said to keep everybody for ever.
  const mean = Math.min(0.9, (gone + 0.5) / (total + 1));
  const months = stays.length === 0 ? 0 : longest + 1;
  return {
    hazard: Float64Array.from({ length: months }, (_, m) =>
      Math.min(0.95, ((left[m] ?? 0) + PRIOR_MONTHS * mean) / ((exposure[m] ?? 0) + PRIOR_MONTHS)),
    ),
    atRisk: atRisk.slice(0, months),
    mean,
  };
}

/**
 * When a customer of this tenure is likely to leave. Up to the horizon the hazard of its plan is raised to the power that makes the chance to
 * be gone by then its own probability; after it the power goes on within a tenth and ten (proportional hazards): what makes a customer
 * leave this month says less about the years to come.
 */
export function outlookOf(
  { hazard, mean }: HazardByMonth,
  tenureMonths: number,
  probability: number,
  horizonDays: number,
): CustomerOutlook {
  const from = Math.max(0, Math.floor(tenureMonths));
  const logStay = (month: number): number => Math.log1p(-(hazard[from + month] ?? mean));
  const horizonMonths = (horizonDays * 86_400_000) / MONTH_MS;
  const within = (month: number): number => Math.min(1, Math.max(0, horizonMonths - month));
  let logHorizon = 0;
  for (let m = 0; m < horizonMonths; m += 1) logHorizon += within(m) * logStay(m);
  const own = Math.log1p(-Math.min(0.995, Math.max(0.0005, probability)));
  const power = own / logHorizon;
  const later = Math.min(MOST_POWER, Math.max(1 / MOST_POWER, power));
  const staying: number[] = [];
  let log = 0;
  for (let m = 0; m < OUTLOOK_MONTHS; m += 1) {
    log += (within(m) * power + (1 - within(m)) * later) * logStay(m);
    staying.push(Math.exp(log));
  }
  const median = staying.findIndex((each) => each <= 0.5);
  return {
    expectedMonths: staying.reduce((sum, each) => sum + each, 0),
    medianMonths: median < 0 ? null : median + 1,
    staying: staying.map((each) => Math.round(each * 10_000) / 10_000),
  };
}

/** Customers of each plan that has enough for a curve of its own, largest first. */
export function plansWithCurves(histories: readonly CustomerHistory[], stays: readonly Stay[]): string[] {
  const counts = new Map<string, number>();
  for (const { plan } of stays) counts.set(plan, (counts.get(plan) ?? 0) + 1);
  const least = Math.max(30, Math.floor(histories.length / 100));
  return [...counts]
    .filter(([plan, count]) => plan !== '' && count >= least)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([plan]) => plan);
}
