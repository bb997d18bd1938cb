import type { SurvivalByPlan } from '../../platform/contracts/customers.ts';
import { survivalCurve } from '../churn/survival.ts';
import { contractAt } from './contract.ts';
import { hazardByMonth, plansWithCurves, staysOf, type HazardByMonth, type Stay } from './outlook.ts';
import type { CustomerHistory } from './history.ts';

const MAX_POINTS = 60;
const MAX_MONTHS = 60;

/** Curves of all customers and of each plan with enough of them; hazards by plan, '' for the others. */
export function survivalByPlan(
  customers: readonly CustomerHistory[],
  asOfMs: number,
): {
  readonly curves: SurvivalByPlan[];
  readonly hazards: ReadonlyMap<string, HazardByMonth>;
  readonly hazard: { month: number; share: number; atRisk: number }[];
} {
  const stays = customers.flatMap(({ facts }) => staysOf(contractAt(facts, asOfMs).spells, asOfMs));
  const plans = plansWithCurves(customers, stays);
  const all = hazardByMonth(stays);
  const hazards = new Map<string, HazardByMonth>([['', all]]);
  const curves = stays.length === 0 ? [] : [curveOf('', stays)];
  for (const plan of plans) {
    const own = stays.filter((stay) => stay.plan === plan);
    hazards.set(plan, hazardByMonth(own));
    curves.push(curveOf(plan, own));
  }
  return {
    curves,
    hazards,
    hazard: Array.from(all.hazard.slice(0, MAX_MONTHS), (share, month) => ({
      month: month + 1,
      share,
      atRisk: all.atRisk[month] ?? 0,
    })),
  };
}

/** By whole months: a step for each single day says no more. */
function curveOf(plan: string, stays: readonly Stay[]): SurvivalByPlan {
  const curve = survivalCurve(
    stays.map(({ months }) => months),
    stays.map(({ left }) => left),
  );
  const points: SurvivalByPlan['points'] = [];
  const longest = stays.reduce((most, { months }) => Math.max(most, months), 0);
  const step = Math.max(1, Math.ceil(longest / MAX_POINTS));
  let at = 0;
  for (let month = 0; month <= Math.ceil(longest); month += step) {
    while (at < curve.durations.length && (curve.durations[at] ?? 0) <= month) at += 1;
    const last = at - 1;
    points.push({
      months: month,
      share: last < 0 ? 1 : (curve.survival[last] ?? 1),
      low: last < 0 ? 1 : (curve.low[last] ?? 0),
      high: last < 0 ? 1 : (curve.high[last] ?? 1),
      atRisk: stays.filter(({ months }) => months >= month).length,
    });
  }
  return {
    plan,
    customers: stays.length,
    left: stays.filter(({ left }) => left).length,
    medianMonths: curve.median,
    points,
  };
}
