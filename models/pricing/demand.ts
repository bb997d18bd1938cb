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
  /** Weighted absolute error in percent on those weeks, forecast from before them. */
  readonly backtestWape: number;
}

export interface MarketDemand {
  readonly level: number;
  readonly elasticity: number;
  /** Standard deviation of ln volume around its forecast, from the same backtest. */
  readonly deviation: number;
}

export interface VolumeForecast {
  readonly volume: number;
  /** 95% interval. */
  readonly low: number;
  readonly high: number;
}

const HALF_LIVES = [2, 4, 8, 26, 104];
const BACKTEST_WEEKS = 13;
const LEAST_WEEKS = 52;
const WEEK_MS = 604_800_000;
const Z = 1.959963984540054;

/** Learns demand; the half-life is the one with the least error on the last quarter of a year, forecast from what was before. */
export function fitDemand(observations: readonly PriceObservation[]): DemandModel {
  const { kept } = usable(observations, LEAST_WEEKS);
  const last = kept.at(-1)?.weekMs ?? 0;
  const before = kept.filter((each) => each.weekMs <= last - BACKTEST_WEEKS * WEEK_MS);
  const after = kept.filter((each) => each.weekMs > last - BACKTEST_WEEKS * WEEK_MS);
  if (before.length < LEAST_WEEKS)
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `demand needs ${LEAST_WEEKS} observations before the last ${BACKTEST_WEEKS} weeks`,
    );
  const past = shape(before);
  let best = { halfLife: HALF_LIVES[0] ?? 8, wape: Infinity };
  for (const halfLife of HALF_LIVES) {
    const levels = levelsOf(before, past, halfLife);
    const wape = wapeOf(after, (each) => predict(levels, past, each));
    if (wape < best.wape) best = { halfLife, wape };
  }
  const held = levelsOf(before, past, best.halfLife);
  const squares = new Map<string, { sum: number; count: number }>();
  for (const each of after) {
    const predicted = predict(held, past, each);
    if (predicted === undefined) continue;
    const known = squares.get(each.market) ?? { sum: 0, count: 0 };
    known.sum += Math.log(each.volume / predicted) ** 2;
    known.count++;
    squares.set(each.market, known);
  }
  const all = [...squares.values()].reduce((a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }), {
    sum: 0,
    count: 0,
  });
  const common = all.count > 0 ? all.sum / all.count : 0.1;
  const whole = shape(kept);
  const levels = levelsOf(kept, whole, best.halfLife);
  return {
    markets: new Map(
      [...levels].map(([market, level]) => {
        // A market's own 13 errors say little: half own, half everyone's.
        const own = squares.get(market);
        const variance = own === undefined ? common : (own.sum + own.count * common) / (2 * own.count);
        return [market, { level, elasticity: whole.elasticity(market), deviation: Math.sqrt(variance) }];
      }),
    ),
    season: whole.season,
    halfLifeWeeks: best.halfLife,
    backtestWape: best.wape,
  };
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
