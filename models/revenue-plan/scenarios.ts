import type { Random } from '../../platform/time/random.ts';
import { flatCurve } from '../allocation/curve.ts';
import { drawScenarios } from '../allocation/scenarios.ts';
import type { Division } from './maximise.ts';
import type { RevenueModel } from './model.ts';
import { revenueRatio } from './prices.ts';

/** Standard deviation of a stream's assumed exponent: what effort really brings is unknown the more, the further it is moved. */
const EXPONENT_DEVIATION = 0.1;

/** What may turn out otherwise: factors with mean 1 for streams and for what resources bring channels, standard normals for exponents and elasticities. */
export interface RevenueScenarios {
  readonly count: number;
  readonly streams: Float64Array;
  readonly channels: Float64Array;
  readonly exponents: Float64Array;
  readonly prices: Float64Array;
}

export function drawRevenueScenarios(model: RevenueModel, count: number, random: Random): RevenueScenarios {
  const normals = (columns: number): Float64Array => {
    const values = new Float64Array(count * columns);
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
    return values;
  };
  const factors = (volatility: readonly number[]): Float64Array =>
    volatility.length === 0
      ? new Float64Array(0)
      : drawScenarios({ volatility, commonCorrelation: model.commonCorrelation }, count, random).factors;
  return {
    count,
    streams: factors(model.streams.map(({ volatility }) => volatility)),
    channels: factors(model.channels.map(({ volatility }) => volatility)),
    exponents: normals(model.streams.length),
    prices: normals(model.products.length),
  };
}

/** Revenue of a division by scenario, and by scenario and stream: `byStream[scenario·streams + stream]`. */
export interface RevenueOutcomes {
  readonly totals: Float64Array;
  readonly byStream: Float64Array;
}

/** Puts a division at given multipliers through every scenario. */
export function revenueOutcomes(
  model: RevenueModel,
  { amounts, mix }: Division,
  multipliers: readonly number[],
  scenarios: RevenueScenarios,
): RevenueOutcomes {
  const [S, C, P] = [model.streams.length, model.channels.length, model.products.length];
  const returned = new Float64Array(C);
  for (const [p, { entries, prepared }] of model.pots.entries())
    for (const [i, { channel }] of entries.entries())
      returned[channel] =
        (returned[channel] ?? 0) + (prepared.part.curves[i] ?? flatCurve).value(amounts[p]?.[i] ?? 0);
  // Mix effect, its uncertainty, and what of a stream does not hang on resources, by stream.
  const level = new Float64Array(S);
  const spread = new Float64Array(S);
  const steady = new Float64Array(S);
  const moved = new Float64Array(S * C);
  for (const [s, { apart, earned, exponent, now }] of model.streams.entries()) {
    const log = now > 0 && (mix[s] ?? 0) > 0 ? Math.log((mix[s] ?? 0) / now) : 0;
    level[s] = now > 0 && (mix[s] ?? 0) > 0 ? Math.exp(exponent * log) : 0;
    spread[s] = EXPONENT_DEVIATION * log;
    let sum = apart;
    for (const [c, each] of earned.entries()) {
      sum += each * (model.channels[c]?.base ?? 0);
      moved[s * C + c] = each * (returned[c] ?? 0);
    }
    steady[s] = sum;
  }
  const at = model.products.map(({ product }, p) => {
    const multiplier = multipliers[p] ?? 1;
    return {
      stream: model.streams.findIndex(({ id }) => id === product.stream),
      share: product.share,
      ratio: revenueRatio(product, multiplier),
      spread: product.error * Math.log(multiplier),
    };
  });
  const totals = new Float64Array(scenarios.count);
  const byStream = new Float64Array(scenarios.count * S);
  const priced = new Float64Array(S);
  for (let k = 0; k < scenarios.count; k++) {
    priced.fill(1);
    for (const [p, { ratio, share, spread: wide, stream }] of at.entries()) {
      const deviated = ratio * Math.exp(wide * (scenarios.prices[k * P + p] ?? 0) - (wide * wide) / 2);
      priced[stream] = (priced[stream] ?? 0) + share * (deviated - 1);
    }
    let total = model.rest;
    for (let s = 0; s < S; s++) {
      let sum = steady[s] ?? 0;
      for (let c = 0; c < C; c++) sum += (moved[s * C + c] ?? 0) * (scenarios.channels[k * C + c] ?? 0);
      const wide = spread[s] ?? 0;
      const revenue =
        sum *
        (level[s] ?? 0) *
        Math.exp(wide * (scenarios.exponents[k * S + s] ?? 0) - (wide * wide) / 2) *
        (scenarios.streams[k * S + s] ?? 0) *
        Math.max(0, priced[s] ?? 0);
      byStream[k * S + s] = revenue;
      total += revenue;
    }
    totals[k] = total;
  }
  return { totals, byStream };
}
