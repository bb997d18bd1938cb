import { WeirError } from '../../platform/errors/weir-error.ts';
import { boundOver } from './bound.ts';
import { contentValue, type WorkSettings } from './content-value.ts';
import { bestMix, bestMixWithShare, pricesOfShare, type MixStream } from './mix.ts';
import { channelRatios, streamBases, type RevenueModel } from './model.ts';

/** Amounts by pot and entry, and the mix by stream. */
export interface Division {
  readonly amounts: readonly Float64Array[];
  readonly mix: Float64Array;
}

export interface Maximised extends Division {
  /** Expected revenue of the period, all of it. */
  readonly revenue: number;
  readonly bound: number;
  readonly cones: number;
}

/** Of one content problem, and of the whole. */
const CONTENT_TOLERANCE = 1e-6;
const ROUNDS = 12;
const PRICE_ROUNDS = 20;
/** Boxes times entries of one content problem. */
const NODE_WORK = 100_000;

/** Revenue by stream of a division at the model's prices. */
export function streamRevenue(model: RevenueModel, { amounts, mix }: Division): Float64Array {
  const bases = streamBases(model, channelRatios(model, amounts));
  return bases.map((each, s) => {
    const stream = model.streams[s];
    return stream === undefined || !(stream.now > 0)
      ? 0
      : stream.priceFactor * each * ((mix[s] ?? 0) / stream.now) ** stream.exponent;
  });
}

/**
 * The division of content, resources and mix with the greatest expected revenue, no stream above `share` of it, and a bound that no division exceeds. Alternating between
 * channels and mix finds divisions; cones bound them all (cones.ts). The limit on shares is priced: for any price ≥ 0 the maximum of the priced revenue bounds that of the
 * revenue (Everett 1963), so the bound is true whether or not the price is the best. Throws ALLOCATION_CONTRADICTORY when no mix keeps the share.
 */
export function maximise(model: RevenueModel, share: number): Maximised {
  const entries = model.pots.reduce((sum, pot) => sum + pot.entries.length, 0);
  const work: WorkSettings = {
    tolerance: CONTENT_TOLERANCE,
    maxNodes: Math.max(50, Math.floor(NODE_WORK / Math.max(1, entries))),
  };
  const prices = sharePrices(model, share, work);
  const factors = factorsOf(prices, share);
  const first = climb(model, factors, share, work);
  if (first === undefined) throw contradiction(model, share, work);
  let best: Division = first;
  const worths = Float64Array.from(model.streams, ({ priceFactor }, s) => priceFactor * (factors[s] ?? 1));
  const streams = mixStreams(model, worths);
  // Rest is no stream, but a part of all that shares are of.
  const restFactor = 1 + share * prices.reduce((a, b) => a + b, 0);
  // In the priced problem the best reached counts with its prices: what the search may stop at.
  const priced = (division: Division): number =>
    streamRevenue(model, division).reduce((sum, each, s) => sum + each * (factors[s] ?? 1), 0);
  let reached = priced(best);
  let top = best.mix;
  const visit = (ray: Float64Array): number => {
    const found = contentValue(model, ray, work);
    const next = mixFor(model, found.amounts, share);
    if (next !== undefined && revenueOf(model, next) > revenueOf(model, best)) best = next;
    const free = freeMix(model, found.amounts, factors);
    if (free !== undefined && priced(free) > reached) {
      reached = priced(free);
      top = free.mix;
    }
    return found.bound;
  };
  const bound = boundOver(model, streams, visit, () => ({ value: reached, mix: top }));
  best = climbFrom(model, best, factors, share, work);
  const revenue = revenueOf(model, best);
  return {
    ...best,
    revenue,
    bound: Math.max(revenue, bound.value + model.rest * restFactor),
    cones: bound.steps,
  };
}

export function revenueOf(model: RevenueModel, division: Division): number {
  return streamRevenue(model, division).reduce((a, b) => a + b, model.rest);
}

/** Division to start from: as it is now, as far as limits allow. */
export function currentDivision(model: RevenueModel): Division {
  return {
    amounts: model.pots.map(({ entries }) => Float64Array.from(entries, ({ current }) => current)),
    mix: Float64Array.from(model.streams, ({ now }) => now),
  };
}

/**
 * A division with less risk: streams count less by `penalty` times their part in the variance of the revenue. A way to candidates, not an optimum of its own: each is judged
 * by the scenarios.
 */
export function steadier(model: RevenueModel, best: Division, share: number, penalty: number): Division {
  const work: WorkSettings = { tolerance: 1e-4, maxNodes: 50 };
  let division = best;
  for (let round = 0; round < 3; round++) {
    const revenue = streamRevenue(model, division);
    const all = revenue.reduce((a, b) => a + b, model.rest);
    if (!(all > 0)) break;
    const common =
      model.commonCorrelation *
      revenue.reduce((sum, each, s) => sum + each * (model.streams[s]?.volatility ?? 0), 0);
    const factors = revenue.map((each, s) => {
      const own = model.streams[s]?.volatility ?? 0;
      const covariance = own * (common + (1 - model.commonCorrelation) * own * each);
      return Math.max(0.01, 1 - (2 * penalty * covariance) / all);
    });
    const free = freeMix(model, contentFor(model, division.mix, factors, work), factors);
    if (free === undefined || !keepsShare(model, free, share)) break;
    division = free;
  }
  return division;
}

export function keepsShare(model: RevenueModel, division: Division, share: number): boolean {
  const revenue = streamRevenue(model, division);
  const all = revenue.reduce((a, b) => a + b, model.rest);
  return revenue.every((each) => each <= share * all * (1 + 1e-6));
}

function mixStreams(model: RevenueModel, worths: Float64Array): MixStream[] {
  return model.streams.map(({ exponent, least, most, now }, s) => ({
    worth: worths[s] ?? 0,
    exponent,
    least,
    most,
    now,
  }));
}

/** What each stream earns at its present mix and its price, for channels at these amounts. */
function worthsAt(model: RevenueModel, amounts: readonly Float64Array[]): Float64Array {
  const bases = streamBases(model, channelRatios(model, amounts));
  return bases.map((each, s) => each * (model.streams[s]?.priceFactor ?? 1));
}

/** The best mix for channels as they are, no stream above the share. */
function mixFor(model: RevenueModel, amounts: readonly Float64Array[], share: number): Division | undefined {
  const streams = mixStreams(model, worthsAt(model, amounts));
  const mix = bestMixWithShare(streams, model.mixTotal, share, model.rest);
  return mix === undefined ? undefined : { amounts, mix: mix.amounts };
}

/** The best mix for channels as they are when each stream's revenue counts by its factor. */
function freeMix(
  model: RevenueModel,
  amounts: readonly Float64Array[],
  factors: Float64Array,
): Division | undefined {
  const worths = worthsAt(model, amounts).map((each, s) => each * (factors[s] ?? 1));
  const mix = bestMix(mixStreams(model, worths), model.mixTotal);
  return mix === undefined ? undefined : { amounts, mix: mix.amounts };
}

/** Channels for a mix in which each stream's revenue counts by its factor. */
function contentFor(
  model: RevenueModel,
  mix: Float64Array,
  factors: Float64Array,
  work: WorkSettings,
): readonly Float64Array[] {
  const weights = Float64Array.from(model.streams, ({ exponent, now, priceFactor }, s) =>
    now > 0 ? priceFactor * (factors[s] ?? 1) * ((mix[s] ?? 0) / now) ** exponent : 0,
  );
  return contentValue(model, weights, work).amounts;
}

function climb(
  model: RevenueModel,
  factors: Float64Array,
  share: number,
  work: WorkSettings,
): Division | undefined {
  const { mix } = currentDivision(model);
  const start = mixFor(model, contentFor(model, mix, factors, work), share);
  return start === undefined ? undefined : climbFrom(model, start, factors, share, work);
}

/** Channels and mix in turn, as long as the revenue grows. */
function climbFrom(
  model: RevenueModel,
  start: Division,
  factors: Float64Array,
  share: number,
  work: WorkSettings,
): Division {
  let best = start;
  for (let round = 0; round < ROUNDS; round++) {
    const next = mixFor(model, contentFor(model, best.mix, factors, work), share);
    if (next === undefined) break;
    const [before, after] = [revenueOf(model, best), revenueOf(model, next)];
    if (after > before) best = next;
    if (after <= before * (1 + 1e-10)) break;
  }
  return best;
}

/** How much a unit of each stream's revenue counts when shares have prices: 1 + share·Σ price − its own. */
function factorsOf(prices: readonly number[], share: number): Float64Array {
  const all = prices.reduce((a, b) => a + b, 0);
  return Float64Array.from(prices, (own) => Math.max(1e-6, 1 + share * all - own));
}

/**
 * A price for each stream that the limit holds: channels and mix in turn, and the prices at which the mix would be what it is without a limit. Where a few rounds do not settle them the bound is looser, not
 * wrong.
 */
function sharePrices(model: RevenueModel, share: number, work: WorkSettings): readonly number[] {
  let prices: readonly number[] = model.streams.map(() => 0);
  if (share >= 1) return prices;
  const rough: WorkSettings = { tolerance: 1e-4, maxNodes: Math.min(50, work.maxNodes) };
  let division = currentDivision(model);
  for (let round = 0; round < PRICE_ROUNDS; round++) {
    const amounts = contentFor(model, division.mix, factorsOf(prices, share), rough);
    const worths = worthsAt(model, amounts);
    const mix = bestMixWithShare(mixStreams(model, worths), model.mixTotal, share, model.rest);
    if (mix === undefined) break;
    division = { amounts, mix: mix.amounts };
    const next = pricesOfShare(mixStreams(model, worths), mix, share, model.rest);
    const isSettled = next.every((each, s) => Math.abs(each - (prices[s] ?? 0)) < 1e-5);
    // Where channels answer prices strongly whole steps swing about what is sought.
    prices = round < 3 ? next : next.map((each, s) => (each + (prices[s] ?? 0)) / 2);
    if (isSettled) break;
  }
  return prices;
}

/** Channels and mix in turn for revenue that counts by factors, without a limit on shares. */
function unlimited(model: RevenueModel, factors: Float64Array, work: WorkSettings): Division | undefined {
  let division: Division | undefined = currentDivision(model);
  for (let round = 0; round < 3 && division !== undefined; round++)
    division = freeMix(model, contentFor(model, division.mix, factors, work), factors);
  return division;
}

/** The least share that the stream above the limit can be brought to, found with the others alone counting. */
export function leastShare(
  model: RevenueModel,
  work: WorkSettings = { tolerance: 1e-4, maxNodes: 50 },
): { readonly stream: string; readonly share: number } {
  const now = currentDivision(model);
  const revenue = streamRevenue(model, now);
  const s = revenue.indexOf(revenue.reduce((a, b) => Math.max(a, b), 0));
  const factors = Float64Array.from(model.streams, (_, i) => (i === s ? 1e-6 : 1));
  const division = unlimited(model, factors, work) ?? now;
  const found = streamRevenue(model, division);
  const all = found.reduce((a, b) => a + b, model.rest);
  return { stream: model.streams[s]?.id ?? '', share: all > 0 ? (found[s] ?? 0) / all : 0 };
}

function contradiction(model: RevenueModel, share: number, work: WorkSettings): WeirError {
  const least = model.streams.reduce((sum, each) => sum + each.least, 0);
  if (least > model.mixTotal * (1 + 1e-9))
    return named(
      `mix: the floors of all streams sum to ${least.toFixed(1)}, above the total ${model.mixTotal}`,
      ['floors of the mix', `total of the mix ${model.mixTotal}`],
    );
  const found = leastShare(model, work);
  const most = `${(100 * share).toFixed(1)}%`;
  return named(
    `${found.stream} brings ${(100 * found.share).toFixed(1)}% of the revenue even when the others get all they may, and at most ${most} is asked for`,
    [`limits of the mix for ${found.stream}`, `at most ${most} of the revenue from one stream`],
  );
}

function named(what: string, contradictions: readonly string[]): WeirError {
  return new WeirError('ALLOCATION_CONTRADICTORY', `no allocation meets: ${what}`, {
    details: { contradictions },
  });
}
