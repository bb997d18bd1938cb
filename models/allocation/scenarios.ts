import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Random } from '../../platform/time/random.ts';

/** How returns may turn out: each channel's curve times a factor with mean 1. */
export interface ScenarioModel {
  /** Standard deviation of each channel's return as a share of it. */
  readonly volatility: readonly number[];
  /** Correlation of every pair of channels, between 0 and 1: what moves them all together. */
  readonly commonCorrelation: number;
}

/** Factors by scenario, then channel: `factors[scenario * channels + channel]`. */
export interface Scenarios {
  readonly count: number;
  readonly channels: number;
  readonly factors: Float64Array;
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

/**
 * Log-normal factors with one common shock: ln factor = −s²/2 + s(√ρ·z₀ + √(1−ρ)·z_c), s² = ln(1 + volatility²), so the mean is 1 and the
 * standard deviation the channel's. Never negative: a return does not become a loss.
 */
export function drawScenarios(model: ScenarioModel, count: number, random: Random): Scenarios {
  const channels = model.volatility.length;
  if (!(count >= 1 && count <= 1_000_000) || !(count * channels <= 50_000_000))
    throw new WeirError(
      'ALLOCATION_INVALID',
      `${count} scenarios of ${channels} channels are too many or none`,
    );
  if (!(model.commonCorrelation >= 0 && model.commonCorrelation <= 1))
    throw new WeirError('ALLOCATION_INVALID', 'the common correlation must be between 0 and 1');
  const common = Math.sqrt(model.commonCorrelation);
  const own = Math.sqrt(1 - model.commonCorrelation);
  const sigmas = model.volatility.map((each) => {
    if (!(each >= 0 && each <= 10))
      throw new WeirError('ALLOCATION_INVALID', `a volatility of ${each} is no share between 0 and 10`);
    return Math.sqrt(Math.log1p(each * each));
  });
  const factors = new Float64Array(count * channels);
  for (let s = 0; s < count; s++) {
    const shock = random.normal();
    for (const [c, sigma] of sigmas.entries())
      factors[s * channels + c] = Math.exp(
        sigma * (common * shock + own * random.normal()) - (sigma * sigma) / 2,
      );
  }
  return { count, channels, factors };
}

/** Return of a division in every scenario; `returns` is what each channel returns when nothing deviates. */
export function outcomes(scenarios: Scenarios, returns: Float64Array): Float64Array {
  const { count, channels, factors } = scenarios;
  const totals = new Float64Array(count);
  for (let s = 0; s < count; s++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += (factors[s * channels + c] ?? 0) * (returns[c] ?? 0);
    totals[s] = sum;
  }
  return totals;
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
