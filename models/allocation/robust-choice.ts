import type { RiskMeasures } from './scenarios.ts';

interface Measured {
  readonly risk: RiskMeasures;
}

/**
 * The candidate to propose: the highest mean of those whose volatility is within the tolerance. Where none is, the one whose worst twentieth of scenarios is
 * best on average (expected shortfall, Rockafellar and Uryasev 2000): it holds up when things go badly, and nothing that is better both on average and when
 * they do is passed over. The smallest variation would be no rule for that: it prefers little for certain to more in every case.
 */
export function robustChoice<T extends Measured>(
  candidates: readonly [T, ...T[]],
  tolerance: number,
): { readonly chosen: T; readonly reason: string } {
  const within = candidates.filter(({ risk }) => (risk.variation ?? 0) <= tolerance);
  const [first, ...others] = within;
  if (first !== undefined)
    return {
      chosen: others.reduce((a, b) => (b.risk.mean > a.risk.mean ? b : a), first),
      reason: `highest mean of those whose volatility is at most ${tolerance * 100}% of it`,
    };
  const [head, ...rest] = candidates;
  return {
    chosen: rest.reduce((a, b) => (isSounder(b.risk, a.risk) ? b : a), head),
    reason: `none keeps its volatility within ${tolerance * 100}% of its mean; this one does best in the worst 5% of scenarios`,
  };
}

/** Better in the worst twentieth; as good there and better on average. */
function isSounder(a: RiskMeasures, b: RiskMeasures): boolean {
  const [worstOfA, worstOfB] = [a, b].map((each) => each.mean - each.conditionalValueAtRisk95);
  return worstOfA === worstOfB ? a.mean > b.mean : (worstOfA ?? 0) > (worstOfB ?? 0);
}
