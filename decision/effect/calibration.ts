import type { Calibration, Decision } from '../../platform/contracts/decision.ts';
import { studentT } from './student.ts';

/** Realised against predicted, by policy and KPI, over the decisions that were measured. */
export function calibrate(decisions: readonly Decision[]): Calibration {
  const groups = new Map<string, Decision[]>();
  for (const decision of decisions) {
    if (decision.expected === null || (decision.outcome?.realised ?? null) === null) continue;
    const key = `${decision.policy.id} ${decision.expected.kpi}`;
    groups.set(key, [...(groups.get(key) ?? []), decision]);
  }
  const policies = [...groups.values()].flatMap((group) => {
    const pairs = group.flatMap(({ expected, outcome }) =>
      expected === null || outcome === undefined || outcome.realised === null
        ? []
        : [{ expected, realised: outcome.realised }],
    );
    const [first] = group;
    if (first?.expected === undefined || first.expected === null) return [];
    const errors = pairs.map(({ expected, realised }) => realised - expected.delta);
    const n = errors.length;
    const mean = errors.reduce((sum, error) => sum + error, 0) / n;
    const variance = n < 2 ? 0 : errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (n - 1);
    const half = n < 2 ? null : studentT(0.05, n - 1) * Math.sqrt(variance / n);
    const bounded = pairs.filter(({ expected }) => expected.low !== null && expected.high !== null);
    return [
      {
        policyId: first.policy.id,
        kpi: first.expected.kpi,
        measured: n,
        predicted: pairs.reduce((sum, { expected }) => sum + expected.delta, 0) / n,
        realised: pairs.reduce((sum, { realised }) => sum + realised, 0) / n,
        meanError: mean,
        low: half === null ? null : mean - half,
        high: half === null ? null : mean + half,
        inside: bounded.filter(
          ({ expected, realised }) => realised >= (expected.low ?? 0) && realised <= (expected.high ?? 0),
        ).length,
        withInterval: bounded.length,
      },
    ];
  });
  return { policies: policies.sort((a, b) => (a.policyId < b.policyId ? -1 : 1)) };
}
