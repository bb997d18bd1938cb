/** How returns may turn out: each channel's curve times a factor with mean 1. */
export interface ScenarioModel {
  /** Standard deviation of each channel's return as a share of it. */
  readonly volatility: readonly number[];
  /** Correlation of every pair of channels, between 0 and 1: what moves them all together. */
  readonly commonCorrelation: number;
}

export interface RiskMeasures {
  readonly mean: number;
  /** Standard deviation of the return. */
  readonly volatility: number;
  /** volatility/mean; null when the mean is 0. */
  readonly variation: number | null;
  /** The return is below this in 5% of scenarios. */
  readonly worst5Percent: number;
  /** Loss against the mean that 5% of scenarios exceed. */
  readonly valueAtRisk95: number;
  /** Mean loss against the mean in the worst 5%. */
  readonly conditionalValueAtRisk95: number;
  /** Mean gain over the cost of what is given, by volatility; null without volatility. */
  readonly sharpe: number | null;
}

const TAIL = 0.05;

/** Measures of a set of outcomes; `cost` is what is spent to get them, in the same unit, 0 when it is not money. */
export function measureRisk(totals: Float64Array, cost: number): RiskMeasures {
  const n = totals.length;
  const mean = totals.reduce((sum, each) => sum + each, 0) / n;
  const variance = totals.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, n - 1);
  const volatility = Math.sqrt(variance);
  const sorted = Float64Array.from(totals).sort();
  const tail = Math.max(1, Math.floor(n * TAIL));
  const worst5Percent = sorted[tail - 1] ?? 0;
  const worstMean = sorted.subarray(0, tail).reduce((sum, each) => sum + each, 0) / tail;
  return {
    mean,
    volatility,
    variation: mean === 0 ? null : volatility / mean,
    worst5Percent,
    valueAtRisk95: mean - worst5Percent,
    conditionalValueAtRisk95: mean - worstMean,
    sharpe: volatility === 0 ? null : (mean - cost) / volatility,
  };
}
