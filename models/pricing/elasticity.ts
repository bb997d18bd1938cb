import { WeirError } from '../../platform/errors/weir-error.ts';
import { inflation } from '../regression/dependence.ts';
import { fitWithin } from '../regression/within.ts';
import { monthOf, quarterOf, usable, yearOf, type PriceObservation } from './observation.ts';

/** Change of volume in percent per percent of price, with its 95% interval. */
export interface Elasticity {
  readonly value: number;
  readonly error: number;
  readonly low: number;
  readonly high: number;
}

/** What is held constant while the effect of the price is read. */
export type Control = 'year' | 'month' | 'week';

const Z = 1.959963984540054;
const LEAST_WEEKS = 26;

export function elasticityOf(value: number, error: number): Elasticity {
  return { value, error, low: value - Z * error, high: value + Z * error };
}

/**
 * Log-log elasticity of one segment over its markets, each with a level of its own, and a level for each year, calendar month or week. Errors
 * allow any dependence within a market. Not causal: sellers set prices knowing demand, so a price that rose with demand reads as
 * too weak an effect; compare the controls and take the range.
 */
export function pooledElasticity(observations: readonly PriceObservation[], control: Control): Elasticity {
  const { kept } = usable(observations, LEAST_WEEKS);
  const { y, price, group } = logs(kept);
  const levels = dummies(kept.map((each) => levelOf(each.weekMs, control)));
  const fit = fitWithin(y, [price, ...levels], group);
  return elasticityOf(fit.coefficients[0] ?? 0, fit.errors[0] ?? 0);
}

/** Elasticity by quarter of the year, with market and year levels and a level for each quarter. */
export function seasonalElasticity(observations: readonly PriceObservation[]): readonly Elasticity[] {
  const { kept } = usable(observations, LEAST_WEEKS);
  const { y, price, group } = logs(kept);
  const prices = [0, 1, 2, 3].map((quarter) =>
    price.map((each, i) => (quarterOf(kept[i]?.weekMs ?? 0) === quarter ? each : 0)),
  );
  const levels = [
    ...dummies(kept.map((each) => yearOf(each.weekMs))),
    ...dummies(kept.map((each) => quarterOf(each.weekMs))),
  ];
  const fit = fitWithin(y, [...prices, ...levels], group, prices.length);
  return prices.map((_, q) => elasticityOf(fit.coefficients[q] ?? 0, fit.errors[q] ?? 0));
}

/** First differences: what a change of price from one week to the next did. */
export function differencedElasticity(observations: readonly PriceObservation[]): Elasticity {
  const { kept } = usable(observations, LEAST_WEEKS);
  const markets = byMarket(kept);
  const y: number[] = [];
  const price: number[] = [];
  const group: number[] = [];
  for (const [g, rows] of [...markets.values()].entries()) {
    for (let i = 1; i < rows.length; i++) {
      y.push(Math.log((rows[i]?.volume ?? 1) / (rows[i - 1]?.volume ?? 1)));
      price.push(Math.log((rows[i]?.price ?? 1) / (rows[i - 1]?.price ?? 1)));
      group.push(g);
    }
  }
  const fit = fitWithin(Float64Array.from(y), [Float64Array.from(price)], Int32Array.from(group));
  return elasticityOf(fit.coefficients[0] ?? 0, fit.errors[0] ?? 0);
}

export interface MarketElasticity extends Elasticity {
  readonly market: string;
  /** As read from the market alone. */
  readonly alone: number;
  /** Share of its own reading in the value; the rest is the mean of all. */
  readonly weight: number;
}

export interface PooledMarkets {
  readonly mean: Elasticity;
  /** Standard deviation of true elasticities between markets. */
  readonly spread: number;
  readonly markets: readonly MarketElasticity[];
}

/**
 * Elasticity of each market drawn towards the mean of all as far as its own reading is uncertain (normal-normal empirical Bayes; variance
 * between markets by DerSimonian and Laird 1986). Each market is read alone with calendar months and a trend.
 */
export function marketElasticities(observations: readonly PriceObservation[]): PooledMarkets {
  const { kept } = usable(observations, LEAST_WEEKS);
  const alone = [...byMarket(kept)].flatMap(([market, rows]) => {
    const read = ownElasticity(rows);
    return read === undefined ? [] : [{ market, ...read }];
  });
  if (alone.length === 0)
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `no market has ${LEAST_WEEKS} weeks with prices that differ`,
    );
  const { between, error, mean } = drawTogether(alone);
  return {
    mean: elasticityOf(mean, error),
    spread: Math.sqrt(between),
    markets: alone.map(({ market, value, error: own }) => {
      const weight = between / Math.max(1e-12, between + own ** 2);
      const pooled = mean + weight * (value - mean);
      const pooledError = Math.sqrt(weight * own ** 2 + ((1 - weight) * error) ** 2);
      return { market, alone: value, weight, ...elasticityOf(pooled, pooledError) };
    }),
  };
}

/** Mean of readings that differ in truth as well as by error (random effects; DerSimonian and Laird 1986), and the variance between them. */
export function drawTogether(alone: readonly { readonly value: number; readonly error: number }[]): {
  readonly mean: number;
  readonly error: number;
  readonly between: number;
} {
  const weightOf = (variance: number): number => 1 / Math.max(1e-12, variance);
  const fixed = alone.map((each) => weightOf(each.error ** 2));
  const total = fixed.reduce((a, b) => a + b, 0);
  const first = alone.reduce((sum, each, i) => sum + each.value * (fixed[i] ?? 0), 0) / total;
  const q = alone.reduce((sum, each, i) => sum + (fixed[i] ?? 0) * (each.value - first) ** 2, 0);
  const scale = total - fixed.reduce((sum, each) => sum + each * each, 0) / total;
  const between = scale > 0 ? Math.max(0, (q - (alone.length - 1)) / scale) : 0;
  const weights = alone.map((each) => weightOf(each.error ** 2 + between));
  const sum = weights.reduce((a, b) => a + b, 0);
  const mean = alone.reduce((s, each, i) => s + each.value * (weights[i] ?? 0), 0) / sum;
  return { mean, error: Math.sqrt(1 / sum), between };
}

function ownElasticity(rows: readonly PriceObservation[]): { value: number; error: number } | undefined {
  if (rows.length < LEAST_WEEKS) return undefined;
  const { y, price } = logs(rows);
  const trend = Float64Array.from(rows, (each) => (each.weekMs - (rows[0]?.weekMs ?? 0)) / 31_557_600_000);
  const levels = [trend, ...dummies(rows.map((each) => monthOf(each.weekMs)))];
  // Residuals of neighbouring weeks go together: groups of 8 weeks for the errors, one level for all.
  const fit = fitWithin(y, [price, ...levels], new Int32Array(rows.length));
  const variance =
    fit.residuals.reduce((sum, each) => sum + each * each, 0) / Math.max(1, rows.length - levels.length - 2);
  const clean = fitWithin(price, levels, new Int32Array(rows.length)).residuals;
  const information = clean.reduce((sum, each) => sum + each * each, 0);
  if (!(information > 1e-9)) return undefined;
  return {
    value: fit.coefficients[0] ?? 0,
    error: Math.sqrt((variance / information) * inflation(fit.residuals)),
  };
}

export function byMarket(rows: readonly PriceObservation[]): Map<string, PriceObservation[]> {
  const markets = new Map<string, PriceObservation[]>();
  for (const row of rows) {
    const known = markets.get(row.market);
    if (known === undefined) markets.set(row.market, [row]);
    else known.push(row);
  }
  return markets;
}

function logs(rows: readonly PriceObservation[]): {
  y: Float64Array;
  price: Float64Array;
  group: Int32Array;
} {
  const names = [...new Set(rows.map((each) => each.market))];
  const index = new Map(names.map((name, i) => [name, i]));
  return {
    y: Float64Array.from(rows, (each) => Math.log(each.volume)),
    price: Float64Array.from(rows, (each) => Math.log(each.price)),
    group: Int32Array.from(rows, (each) => index.get(each.market) ?? 0),
  };
}

function levelOf(weekMs: number, control: Control): number {
  if (control === 'week') return weekMs;
  return control === 'year' ? yearOf(weekMs) : monthOf(weekMs);
}

/** One column for each value but the first. */
export function dummies(values: readonly number[]): Float64Array[] {
  const known = [...new Set(values)].sort((a, b) => a - b).slice(1);
  return known.map((level) => Float64Array.from(values, (each) => (each === level ? 1 : 0)));
}
