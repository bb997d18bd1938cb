import { WeirError } from '../../platform/errors/weir-error.ts';
import { fitWithin } from '../regression/within.ts';
import { marketElasticities } from './elasticity.ts';
import { monthOf, usable, yearOf, type PriceObservation } from './observation.ts';

/** Demand of one segment in its markets: ln volume = level(market) + elasticity(market)·ln price + season(month). */
export interface DemandModel {
  readonly markets: ReadonlyMap<string, MarketDemand>;
  /** Added to ln volume in each calendar month. */
  readonly season: Float64Array;
  /** Weeks after which a week counts half in a market's level; chosen on the last weeks of the training data. */
  readonly halfLifeWeeks: number;
  /** Weighted absolute error in percent on the last quarter, forecast from before it with the half-life that the quarter before it would have chosen. */
  readonly backtestWape: number;
  /** Factor by which intervals were widened so that past origins are covered; 1 where nothing had to be. */
  readonly widening: number;
}

export interface MarketDemand {
  readonly level: number;
  readonly elasticity: number;
  /** Standard deviation of ln volume around its forecast, from past origins, widened until these are covered. */
  readonly deviation: number;
}

export interface VolumeForecast {
  readonly volume: number;
  /** 95% interval. */
  readonly low: number;
  readonly high: number;
}

const HALF_LIVES = [2, 4, 8, 26, 104];
/** Where no quarter before the last can choose one. */
const USUAL_HALF_LIFE = 8;
const BACKTEST_WEEKS = 13;
const MAX_ORIGINS = 4;
const LEAST_WEEKS = 52;
const WEEK_MS = 604_800_000;
const Z = 1.959963984540054;

/** Learns demand; the half-life is the one with the least error on the last quarter of a year, forecast from what was before. */
export function fitDemand(observations: readonly PriceObservation[]): DemandModel {
  const { kept } = usable(observations, LEAST_WEEKS);
  const last = kept.at(-1)?.weekMs ?? 0;
  const best = bestHalfLife(kept, last);
  if (best === undefined)
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `demand needs ${LEAST_WEEKS} observations before the last ${BACKTEST_WEEKS} weeks`,
    );
  const before = bestHalfLife(kept, last - BACKTEST_WEEKS * WEEK_MS)?.halfLife ?? USUAL_HALF_LIFE;
  const origins = originErrors(kept, last, best.halfLife);
  const deviations = deviationsOf(origins.flat());
  const widening = conformalWidening(origins);
  const whole = shape(kept);
  const levels = levelsOf(kept, whole, best.halfLife);
  return {
    markets: new Map(
      [...levels].map(([market, level]) => {
        const deviation = widening * deviations(market);
        return [market, { level, elasticity: whole.elasticity(market), deviation }];
      }),
    ),
    season: whole.season,
    halfLifeWeeks: best.halfLife,
    backtestWape: best.errors.get(before) ?? best.wape,
    widening,
  };
}

/** The half-life with the least error on the quarter up to `last`, forecast from what was before it; undefined where that is too little. */
function bestHalfLife(
  rows: readonly PriceObservation[],
  last: number,
):
  | { readonly halfLife: number; readonly wape: number; readonly errors: ReadonlyMap<number, number> }
  | undefined {
  const cut = last - BACKTEST_WEEKS * WEEK_MS;
  const before = rows.filter((each) => each.weekMs <= cut);
  const after = rows.filter((each) => each.weekMs > cut && each.weekMs <= last);
  if (before.length < LEAST_WEEKS) return undefined;
  const past = shape(before);
  const errors = new Map<number, number>();
  let best = { halfLife: USUAL_HALF_LIFE, wape: Infinity };
  for (const halfLife of HALF_LIVES) {
    const levels = levelsOf(before, past, halfLife);
    const wape = wapeOf(after, (each) => predict(levels, past, each));
    errors.set(halfLife, wape);
    if (wape < best.wape) best = { halfLife, wape };
  }
  return { ...best, errors };
}

interface MarketError {
  readonly market: string;
  /** ln(actual/forecast). */
  readonly log: number;
}

/** Errors of the quarter after each of the last origins, forecast from before it. */
function originErrors(kept: readonly PriceObservation[], last: number, halfLife: number): MarketError[][] {
  const origins: MarketError[][] = [];
  for (let back = 1; back <= MAX_ORIGINS; back++) {
    const cut = last - back * BACKTEST_WEEKS * WEEK_MS;
    const before = kept.filter((each) => each.weekMs <= cut);
    if (before.length < LEAST_WEEKS || (cut - (before[0]?.weekMs ?? cut)) / WEEK_MS < LEAST_WEEKS) break;
    const known = shape(before);
    const levels = levelsOf(before, known, halfLife);
    origins.push(
      kept
        .filter((each) => each.weekMs > cut && each.weekMs <= cut + BACKTEST_WEEKS * WEEK_MS)
        .flatMap((each) => {
          const predicted = predict(levels, known, each);
          return predicted === undefined
            ? []
            : [{ market: each.market, log: Math.log(each.volume / predicted) }];
        }),
    );
  }
  return origins;
}

/** Deviation by market: a market's own few errors say little, so half own, half everyone's. */
function deviationsOf(errors: readonly MarketError[]): (market: string) => number {
  const squares = new Map<string, { sum: number; count: number }>();
  let [sum, count] = [0, 0];
  for (const { market, log } of errors) {
    const known = squares.get(market) ?? { sum: 0, count: 0 };
    squares.set(market, { sum: known.sum + log * log, count: known.count + 1 });
    sum += log * log;
    count++;
  }
  const common = count > 0 ? sum / count : 0.1;
  return (market) => {
    const own = squares.get(market);
    return Math.sqrt(own === undefined ? common : (own.sum + own.count * common) / (2 * own.count));
  };
}

/**
 * How much wider intervals must be to hold 95% of what comes (split conformal, Vovk et al. 2005): errors of each origin measured by the deviations that the
 * other origins give, their .95 quantile against that of a normal. 1 where one origin is all there is; never below it.
 */
function conformalWidening(origins: readonly (readonly MarketError[])[]): number {
  if (origins.length < 2) return 1;
  const scores = origins.flatMap((errors, i) => {
    const deviation = deviationsOf(origins.flatMap((other, j) => (j === i ? [] : other)));
    return errors.map(({ log, market }) => Math.abs(log) / Math.max(1e-9, deviation(market)));
  });
  const sorted = scores.sort((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.ceil(0.95 * (sorted.length + 1)) - 1);
  return Math.max(1, (sorted[rank] ?? Z) / Z);
}

/** Volume of a week at a price; undefined for a market that was not learned. */
export function forecastVolume(
  model: DemandModel,
  market: string,
  weekMs: number,
  price: number,
): VolumeForecast | undefined {
  const known = model.markets.get(market);
  if (known === undefined || !(price > 0 && Number.isFinite(price))) return undefined;
  const log = known.level + known.elasticity * Math.log(price) + (model.season[monthOf(weekMs)] ?? 0);
  return {
    volume: Math.exp(log),
    low: Math.exp(log - Z * known.deviation),
    high: Math.exp(log + Z * known.deviation),
  };
}

/** Σ|error|/Σ volume in percent over what could be forecast. */
export function wapeOf(
  observations: readonly PriceObservation[],
  forecast: (each: PriceObservation) => number | undefined,
): number {
  let error = 0;
  let total = 0;
  for (const each of observations) {
    const volume = forecast(each);
    if (volume === undefined) continue;
    error += Math.abs(volume - each.volume);
    total += each.volume;
  }
  return total > 0 ? (100 * error) / total : Infinity;
}

interface Shape {
  readonly elasticity: (market: string) => number;
  readonly season: Float64Array;
}

/** Elasticities of markets (drawn together), and the season that all markets of the segment share. */
function shape(rows: readonly PriceObservation[]): Shape {
  const pooled = marketElasticities(rows);
  const own = new Map(pooled.markets.map((each) => [each.market, each.value]));
  const elasticity = (market: string): number => own.get(market) ?? pooled.mean.value;
  const names = [...new Set(rows.map((each) => each.market))];
  const index = new Map(names.map((name, i) => [name, i]));
  const rest = Float64Array.from(
    rows,
    (each) => Math.log(each.volume) - elasticity(each.market) * Math.log(each.price),
  );
  const months = [...new Set(rows.map((each) => monthOf(each.weekMs)))].sort((a, b) => a - b).slice(1);
  const years = [...new Set(rows.map((each) => yearOf(each.weekMs)))].sort((a, b) => a - b).slice(1);
  const columns = [
    ...months.map((month) => Float64Array.from(rows, (each) => (monthOf(each.weekMs) === month ? 1 : 0))),
    ...years.map((year) => Float64Array.from(rows, (each) => (yearOf(each.weekMs) === year ? 1 : 0))),
  ];
  const fit = fitWithin(
    rest,
    columns,
    Int32Array.from(rows, (each) => index.get(each.market) ?? 0),
    0,
  );
  const season = new Float64Array(12);
  for (const [k, month] of months.entries()) season[month] = fit.coefficients[k] ?? 0;
  return { elasticity, season };
}

/** Mean of what price and season leave, recent weeks counting more. */
function levelsOf(
  rows: readonly PriceObservation[],
  { elasticity, season }: Shape,
  halfLife: number,
): Map<string, number> {
  const last = rows.at(-1)?.weekMs ?? 0;
  const sums = new Map<string, { sum: number; weight: number }>();
  for (const each of rows) {
    const weight = 2 ** ((each.weekMs - last) / WEEK_MS / halfLife);
    const rest =
      Math.log(each.volume) -
      elasticity(each.market) * Math.log(each.price) -
      (season[monthOf(each.weekMs)] ?? 0);
    const known = sums.get(each.market) ?? { sum: 0, weight: 0 };
    known.sum += weight * rest;
    known.weight += weight;
    sums.set(each.market, known);
  }
  return new Map([...sums].map(([market, { sum, weight }]) => [market, sum / weight]));
}

function predict(
  levels: ReadonlyMap<string, number>,
  { elasticity, season }: Shape,
  each: PriceObservation,
): number | undefined {
  const level = levels.get(each.market);
  if (level === undefined) return undefined;
  return Math.exp(
    level + elasticity(each.market) * Math.log(each.price) + (season[monthOf(each.weekMs)] ?? 0),
  );
}
