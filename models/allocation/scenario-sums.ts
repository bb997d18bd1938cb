import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Random } from '../../platform/time/random.ts';
import type { ScenarioModel } from './scenarios.ts';

/** Scenarios are drawn and used in blocks, so that 100,000 of them need no more memory than these. */
export const BLOCK = 4_096;

/** The chance in a block of scenarios, for whoever computes with it. */
export interface ScenarioBlock {
  readonly count: number;
  /** Uniforms, in (0, 1] and [0, 1), of each pair of normals: `count` rows of `pairs` each. */
  readonly radius: Float32Array;
  readonly angle: Float32Array;
  readonly pairs: number;
}

/** Draws what a block of scenarios is made of; the same numbers whatever computes with them. */
export function drawBlock(channels: number, count: number, random: Random): ScenarioBlock {
  const pairs = Math.ceil((channels + 1) / 2);
  const radius = new Float32Array(count * pairs);
  const angle = new Float32Array(count * pairs);
  for (let i = 0; i < radius.length; i++) {
    radius[i] = 1 - random.next();
    angle[i] = random.next();
  }
  return { count, radius, angle, pairs };
}

/**
 * Sums over channels of factor × weight by scenario: `sums[scenario·columns + column]` for `weights[channel·columns + column]`. A sum of one column is what a division returns
 * in each scenario when `weights` are its returns by channel.
 */
export type ScenarioSums = (
  model: ScenarioModel,
  weights: Float64Array,
  block: ScenarioBlock,
) => Float64Array | Promise<Float64Array>;

export interface FactorShape {
  readonly sigma: Float64Array;
  readonly common: number;
  readonly own: number;
}

/**
 * Log-normal factors with one common shock: ln factor = −s²/2 + s(√ρ·z₀ + √(1−ρ)·z_c), s² = ln(1 + volatility²), so the mean is 1 and the
 * standard deviation the channel's. Never negative: a return does not become a loss. Throws ALLOCATION_INVALID.
 */
export function factorShape({ commonCorrelation, volatility }: ScenarioModel): FactorShape {
  if (!(commonCorrelation >= 0 && commonCorrelation <= 1))
    throw new WeirError('ALLOCATION_INVALID', 'the common correlation must be between 0 and 1');
  for (const each of volatility)
    if (!(each >= 0 && each <= 10))
      throw new WeirError('ALLOCATION_INVALID', `a volatility of ${each} is no share between 0 and 10`);
  return {
    sigma: Float64Array.from(volatility, (each) => Math.sqrt(Math.log1p(each * each))),
    common: Math.sqrt(commonCorrelation),
    own: Math.sqrt(1 - commonCorrelation),
  };
}

/** In plain JavaScript, at double precision. Normals by Box and Muller (1958); the first is the common shock. */
export function plainSums(model: ScenarioModel, weights: Float64Array, block: ScenarioBlock): Float64Array {
  const { common, own, sigma } = factorShape(model);
  const channels = sigma.length;
  const columns = channels === 0 ? 0 : weights.length / channels;
  const { angle, count, pairs, radius } = block;
  const sums = new Float64Array(count * columns);
  const normals = new Float64Array(2 * pairs);
  for (let s = 0; s < count; s++) {
    for (let p = 0; p < pairs; p++) {
      const r = Math.sqrt(-2 * Math.log(radius[s * pairs + p] ?? 1));
      const turn = 2 * Math.PI * (angle[s * pairs + p] ?? 0);
      normals[p] = r * Math.cos(turn);
      normals[pairs + p] = r * Math.sin(turn);
    }
    const shock = common * (normals[0] ?? 0);
    for (let c = 0; c < channels; c++) {
      const wide = sigma[c] ?? 0;
      const factor = Math.exp(wide * (shock + own * (normals[c + 1] ?? 0)) - (wide * wide) / 2);
      for (let k = 0; k < columns; k++)
        sums[s * columns + k] = (sums[s * columns + k] ?? 0) + factor * (weights[c * columns + k] ?? 0);
    }
  }
  return sums;
}

/** What `columns` of weights come to in each of `count` scenarios: one array a column. */
export async function scenarioTotals(
  model: ScenarioModel,
  weights: Float64Array,
  count: number,
  random: Random,
  sums: ScenarioSums,
): Promise<readonly Float64Array[]> {
  checkCount(count);
  const channels = model.volatility.length;
  const columns = channels === 0 ? 0 : weights.length / channels;
  const totals = Array.from({ length: columns }, () => new Float64Array(count));
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    const found = await sums(model, weights, drawBlock(channels, size, random));
    for (const [k, own] of totals.entries())
      for (let s = 0; s < size; s++) own[from + s] = found[s * columns + k] ?? 0;
  }
  return totals;
}

export function checkCount(count: number): void {
  if (!(Number.isInteger(count) && count >= 1 && count <= 1_000_000))
    throw new WeirError('ALLOCATION_INVALID', `${count} scenarios are too many or none`);
}
