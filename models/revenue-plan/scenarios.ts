import type { Random } from '../../platform/time/random.ts';
import { flatCurve } from '../allocation/curve.ts';
import { drawBlock, plainSums, type ScenarioSums } from '../allocation/scenario-sums.ts';
import type { Division } from './maximise.ts';
import type { RevenueModel } from './model.ts';
import { revenueRatio } from './prices.ts';

/** Standard deviation of a stream's assumed exponent: what effort really brings is unknown the more, the further it is moved. */
const EXPONENT_DEVIATION = 0.1;

/** A division at multipliers of the prices. */
export interface RevenueDraft {
  readonly division: Division;
  readonly multipliers: readonly number[];
}

/** Columns of the sums over channels: each stream of each draft is one. */
export function columnsOf(model: RevenueModel, drafts: number): number {
  return model.streams.length * drafts;
}

/**
 * Revenue of drafts in one block of scenarios, by draft: `[scenario·streams + stream]`. Uncertain are streams and what resources bring channels (factors with mean 1 and a common
 * shock), exponents and elasticities (normal). All drafts see the same chance.
 */
export async function revenueBlock(
  model: RevenueModel,
  drafts: readonly RevenueDraft[],
  count: number,
  random: Random,
  sums: ScenarioSums,
): Promise<readonly Float64Array[]> {
  const [S, C, D] = [model.streams.length, model.channels.length, drafts.length];
  const prepared = drafts.map((draft) => prepare(model, draft));
  const weights = new Float64Array(C * S * D);
  for (const [d, { moved }] of prepared.entries())
    for (let s = 0; s < S; s++)
      for (let c = 0; c < C; c++) weights[(c * D + d) * S + s] = moved[s * C + c] ?? 0;
  const { commonCorrelation } = model;
  const brought = await sums(
    { volatility: model.channels.map(({ volatility }) => volatility), commonCorrelation },
    weights,
    drawBlock(C, count, random),
  );
  const identity = new Float64Array(S * S);
  for (let s = 0; s < S; s++) identity[s * S + s] = 1;
  const streams = plainSums(
    { volatility: model.streams.map(({ volatility }) => volatility), commonCorrelation },
    identity,
    drawBlock(S, count, random),
  );
  // Only what some draft changes needs a number.
  const isMoved = model.products.map((_, p) => prepared.some(({ prices }) => prices[p]?.spread !== 0));
  const exponents = new Float64Array(S);
  const elasticities = new Float64Array(model.products.length);
  const revenue = drafts.map(() => new Float64Array(count * S));
  const priced = new Float64Array(S);
  for (let k = 0; k < count; k++) {
    for (let s = 0; s < S; s++) exponents[s] = random.normal();
    for (const [p, is] of isMoved.entries()) if (is) elasticities[p] = random.normal();
    for (const [d, { level, prices, spread, steady }] of prepared.entries()) {
      priced.fill(1);
      for (const [p, each] of prices.entries()) {
        const deviated =
          each.ratio * Math.exp(each.spread * (elasticities[p] ?? 0) - (each.spread * each.spread) / 2);
        priced[each.stream] = (priced[each.stream] ?? 0) + each.share * (deviated - 1);
      }
      const own = revenue[d] ?? priced;
      for (let s = 0; s < S; s++) {
        const wide = spread[s] ?? 0;
        own[k * S + s] =
          ((steady[s] ?? 0) + (C === 0 ? 0 : (brought[(k * D + d) * S + s] ?? 0))) *
          (level[s] ?? 0) *
          Math.exp(wide * (exponents[s] ?? 0) - (wide * wide) / 2) *
          (streams[k * S + s] ?? 0) *
          Math.max(0, priced[s] ?? 0);
      }
    }
  }
  return revenue;
}

interface Prepared {
  /** By stream: effect of the mix and how uncertain it is, and what of the stream no resource moves. */
  readonly level: Float64Array;
  readonly spread: Float64Array;
  readonly steady: Float64Array;
  /** By stream, channel: what resources bring. */
  readonly moved: Float64Array;
  readonly prices: readonly {
    readonly stream: number;
    readonly share: number;
    readonly ratio: number;
    readonly spread: number;
  }[];
}

function prepare(model: RevenueModel, { division, multipliers }: RevenueDraft): Prepared {
  const { amounts, mix } = division;
  const [S, C] = [model.streams.length, model.channels.length];
  const returned = new Float64Array(C);
  for (const [p, { entries, prepared }] of model.pots.entries())
    for (const [i, { channel }] of entries.entries())
      returned[channel] =
        (returned[channel] ?? 0) + (prepared.part.curves[i] ?? flatCurve).value(amounts[p]?.[i] ?? 0);
  const level = new Float64Array(S);
  const spread = new Float64Array(S);
  const steady = new Float64Array(S);
  const moved = new Float64Array(S * C);
  for (const [s, { apart, earned, exponent, now }] of model.streams.entries()) {
    const amount = mix[s] ?? 0;
    const log = now > 0 && amount > 0 ? Math.log(amount / now) : 0;
    level[s] = now > 0 && amount > 0 ? Math.exp(exponent * log) : 0;
    spread[s] = EXPONENT_DEVIATION * log;
    let sum = apart;
    for (const [c, each] of earned.entries()) {
      sum += each * (model.channels[c]?.base ?? 0);
      moved[s * C + c] = each * (returned[c] ?? 0);
    }
    steady[s] = sum;
  }
  return {
    level,
    spread,
    steady,
    moved,
    prices: model.products.map(({ product }, p) => {
      const multiplier = multipliers[p] ?? 1;
      return {
        stream: model.streams.findIndex(({ id }) => id === product.stream),
        share: product.share,
        ratio: revenueRatio(product, multiplier),
        spread: product.error * Math.log(multiplier),
      };
    }),
  };
}
