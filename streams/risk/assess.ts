import type { RisksAnswer } from '../../platform/contracts/risks.ts';
import { concentrationFindings } from './concentration.ts';
import { courseFindings } from './course.ts';
import type { RiskFacts } from './facts.ts';
import { lastSum } from './history.ts';
import { leakFindings } from './leaks.ts';
import { recommend } from './recommend.ts';

/** Risks of a tenant's revenue and what to do about them. The facts decide alone. */
export function assessRisks(facts: RiskFacts): Omit<RisksAnswer, 'currency'> {
  const revenueMinor = lastSum(facts.days.map((day) => day.revenueMinor));
  const findings = [
    ...concentrationFindings(facts, revenueMinor),
    ...courseFindings(facts, revenueMinor),
    ...leakFindings(facts, revenueMinor),
  ];
  const risks = findings
    .flatMap((each) => each.risks)
    .toSorted((a, b) => (b.atRiskMinor ?? -1) - (a.atRiskMinor ?? -1) || (a.code < b.code ? -1 : 1));
  return {
    asOfMs: facts.asOfMs,
    days: facts.days.length,
    revenueMinor: Math.round(revenueMinor),
    risks,
    recommendations: recommend(facts, risks),
    checks: findings.map(({ check }) => check),
  };
}
