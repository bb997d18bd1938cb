import type { ProductPricing } from '../../platform/contracts/pricing.ts';
import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import { fitDemand, forecastVolume, type DemandModel } from './demand.ts';
import {
  differencedElasticity,
  elasticityOf,
  marketElasticities,
  pooledElasticity,
  seasonalElasticity,
  type Elasticity,
} from './elasticity.ts';
import { readCompetition } from './competition.ts';
import type { PricingFacts } from './facts.ts';
import type { PriceObservation } from './observation.ts';

const MAX_PRODUCTS = 200;
const HISTORY_WEEKS = 104;
const RECENT_WEEKS = 8;
const LEAST_WEEKS = 26;
const WEEK_MS = 604_800_000;
const FORECAST_WEEKS = 13;
const Z = 1.959963984540054;
/** Below this the price hardly moved: standard deviation of ln price within a market. */
const LEAST_MOVE = 0.02;
const HOW_TO_TEST =
  'Run a price test: offer two or three prices at random for some weeks, or set prices apart by country.';

/** What is known of each product's price: readings of the elasticity, demand, and, where there is too little, what would tell. Pure. */
export function productBases(
  facts: PricingFacts,
  progress: (share: number) => void,
): readonly ProductPricing[] {
  const byProduct = new Map<string, PriceObservation[]>();
  for (const each of facts.observations) {
    if (!(each.price > 0 && each.volume > 0 && Number.isFinite(each.price * each.volume))) continue;
    if (each.segment.length > 256) continue;
    const known = byProduct.get(each.segment);
    if (known === undefined) byProduct.set(each.segment, [each]);
    else known.push(each);
  }
  const revenue = (rows: readonly PriceObservation[]): number =>
    rows.reduce((sum, { price, volume }) => sum + price * volume, 0);
  return [...byProduct]
    .toSorted(([, a], [, b]) => revenue(b) - revenue(a))
    .slice(0, MAX_PRODUCTS)
    .map(([product, rows], i) => {
      progress(i / Math.min(MAX_PRODUCTS, byProduct.size));
      return basisOf(
        product,
        rows.toSorted((a, b) => a.weekMs - b.weekMs),
        facts,
      );
    });
}

function basisOf(product: string, rows: readonly PriceObservation[], facts: PricingFacts): ProductPricing {
  const weeks = [...new Set(rows.map(({ weekMs }) => weekMs))];
  const markets = [...new Set(rows.map(({ market }) => market))];
  const history = weeks.slice(-HISTORY_WEEKS).map((weekMs) => {
    const own = rows.filter((each) => each.weekMs === weekMs);
    const volume = own.reduce((sum, each) => sum + each.volume, 0);
    return { weekMs, volume, price: own.reduce((sum, each) => sum + each.price * each.volume, 0) / volume };
  });
  const recent = history.slice(-RECENT_WEEKS);
  const volume = recent.reduce((sum, each) => sum + each.volume, 0) / Math.max(1, recent.length);
  const price =
    recent.reduce((sum, each) => sum + each.price * each.volume, 0) /
    Math.max(
      1e-12,
      recent.reduce((sum, each) => sum + each.volume, 0),
    );
  const prices = rows.map((each) => each.price);
  const known: ProductPricing = {
    product,
    state: 'thin',
    why: '',
    price,
    unitCost: facts.unitCosts[product] ?? null,
    seen: [prices.reduce((a, b) => Math.min(a, b), Infinity), prices.reduce((a, b) => Math.max(a, b), 0)],
    weeks: weeks.length,
    markets: markets.length,
    volume,
    volumeDeviation: deviationOf(history.map((each) => Math.log(each.volume))),
    revenue: price * volume,
    readings: [],
    elasticity: null,
    bySegment: [],
    bySeason: [],
    demand: null,
    history,
    competition: readCompetition(
      rows,
      facts.competitors.filter((each) => each.product === product),
      price,
    ),
  };
  if (weeks.length < LEAST_WEEKS)
    return {
      ...known,
      why: `${weeks.length} weeks of sales; ${LEAST_WEEKS} are needed before an elasticity means anything. Send older weeks as sales_report events, or wait.`,
    };
  const moved = withinDeviation(rows);
  if (moved < LEAST_MOVE)
    return {
      ...known,
      why: `The price hardly moved within a market (${(100 * moved).toFixed(1)}% about its mean), so nothing shows what another one would do. ${HOW_TO_TEST}`,
    };
  return { ...known, ...readings(rows, known, facts.nowMs) };
}

function readings(
  rows: readonly PriceObservation[],
  known: ProductPricing,
  nowMs: number,
): Partial<ProductPricing> {
  const faults: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!isWeirError(error)) throw error;
      faults.push(messageOf(error));
      return undefined;
    }
  };
  const named = (name: string, found: Elasticity | undefined): ProductPricing['readings'] =>
    found !== undefined && isSound(found) ? [{ name, elasticity: view(found) }] : [];
  const pooled = attempt(() => marketElasticities(rows));
  const all = [
    ...named(
      'market and year levels',
      attempt(() => pooledElasticity(rows, 'year')),
    ),
    ...named(
      'market and month levels',
      attempt(() => pooledElasticity(rows, 'month')),
    ),
    ...(known.markets > 2
      ? named(
          'market and week levels',
          attempt(() => pooledElasticity(rows, 'week')),
        )
      : []),
    ...named(
      'week to week',
      attempt(() => differencedElasticity(rows)),
    ),
    ...named('markets drawn together', pooled?.mean),
  ];
  // The mean of markets allows each its own; a single market has its own reading alone.
  const chosen = all.find(({ name }) => name === 'markets drawn together') ?? all[0];
  if (chosen === undefined)
    return {
      why: `No reading of the elasticity came out: ${faults[0] ?? 'prices and volumes do not move'}. ${HOW_TO_TEST}`,
    };
  const model = attempt(() => fitDemand(rows));
  const now = model === undefined ? undefined : volumeNow(model, rows, known.price);
  const isRead = chosen.elasticity.high < 0;
  return {
    state: 'ready',
    why: isRead
      ? `Read from ${known.weeks} weeks in ${known.markets} ${known.markets === 1 ? 'market' : 'markets'}. Not causal: settle it with a price test.`
      : `The interval reaches 0: this history does not show that price moves volume. ${HOW_TO_TEST}`,
    readings: all,
    elasticity: chosen.elasticity,
    bySegment: (pooled?.markets ?? []).map(({ market, weight, ...rest }) => ({
      market,
      weight,
      elasticity: view(rest),
    })),
    bySeason: (attempt(() => seasonalElasticity(rows)) ?? []).flatMap((each, q) =>
      isSound(each) ? [{ quarter: q + 1, elasticity: view(each) }] : [],
    ),
    demand:
      model === undefined
        ? null
        : { wape: model.backtestWape / 100, widening: model.widening, halfLifeWeeks: model.halfLifeWeeks },
    ...(model === undefined ? {} : { forecast: forecastOf(model, rows, known.price, nowMs) }),
    ...(now === undefined
      ? {}
      : { volume: now.volume, volumeDeviation: now.deviation, revenue: known.price * now.volume }),
  };
}

/** Volume of the week to come over all markets at one price, and the deviation of its logarithm as if markets moved together. */
function volumeNow(
  model: DemandModel,
  rows: readonly PriceObservation[],
  price: number,
): { volume: number; deviation: number } | undefined {
  const week = weekAt(model, (rows.at(-1)?.weekMs ?? 0) + WEEK_MS, price);
  return week.volume > 0 ? { volume: week.volume, deviation: week.spread / week.volume } : undefined;
}

/** A quarter of a year ahead at one price, over all markets; their errors as if they went together. */
function forecastOf(
  model: DemandModel,
  rows: readonly PriceObservation[],
  price: number,
  nowMs: number,
): NonNullable<ProductPricing['forecast']> {
  // From the week that runs on, whenever the last sales were.
  const seen = rows.at(-1)?.weekMs ?? 0;
  const last = seen + Math.max(0, Math.floor((nowMs - seen) / WEEK_MS) - 1) * WEEK_MS;
  return Array.from({ length: FORECAST_WEEKS }, (_, k) => {
    const weekMs = last + (k + 1) * WEEK_MS;
    const { spread, volume } = weekAt(model, weekMs, price);
    const deviation = volume > 0 ? spread / volume : 0;
    return {
      weekMs,
      volume,
      low: volume * Math.exp(-Z * deviation),
      high: volume * Math.exp(Z * deviation),
    };
  }).filter(({ high, volume }) => volume > 0 && Number.isFinite(high));
}

function weekAt(
  model: DemandModel,
  weekMs: number,
  price: number,
): { readonly volume: number; readonly spread: number } {
  let [volume, spread] = [0, 0];
  for (const [market, { deviation }] of model.markets) {
    const forecast = forecastVolume(model, market, weekMs, price);
    if (forecast === undefined || !Number.isFinite(forecast.volume)) continue;
    volume += forecast.volume;
    spread += forecast.volume * deviation;
  }
  return { volume, spread };
}

function withinDeviation(rows: readonly PriceObservation[]): number {
  const markets = new Map<string, number[]>();
  for (const { market, price } of rows) {
    const known = markets.get(market);
    if (known === undefined) markets.set(market, [Math.log(price)]);
    else known.push(Math.log(price));
  }
  let [square, count] = [0, 0];
  for (const logs of markets.values()) {
    square += logs.length * deviationOf(logs) ** 2;
    count += logs.length;
  }
  return count === 0 ? 0 : Math.sqrt(square / count);
}

function deviationOf(values: readonly number[]): number {
  if (values.length < 2) return 0.5;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1));
}

function isSound({ error, value }: Elasticity): boolean {
  return Number.isFinite(value) && Number.isFinite(error) && Math.abs(value) < 50;
}

function view({ error, value }: Pick<Elasticity, 'value' | 'error'>): Elasticity {
  return elasticityOf(value, error);
}
