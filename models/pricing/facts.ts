import { Type } from '@sinclair/typebox';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Store } from '../../platform/store/store.ts';
import type { CompetitorPrice } from './competition.ts';
import type { PriceObservation } from './observation.ts';

/** Weekly prices and volumes by product and country; money in major units. */
export interface PricingFacts {
  readonly tenant: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly nowMs: number;
  readonly observations: readonly PriceObservation[];
  /** Observations told by `sales_report`. */
  readonly reported: number;
  /** Newest unit cost told by product. */
  readonly unitCosts: Readonly<Record<string, number>>;
  readonly competitors: readonly CompetitorPrice[];
}

const WEEK_MS = 604_800_000;
const WEEKS_READ = 156;
const MAX_ROWS = 200_000;
const SECONDS = 20;

const Row = Type.Object({
  product: Type.String(),
  country: Type.String(),
  week_ms: Type.Number(),
  units: Type.Number(),
  amount: Type.Number(),
});
const CompetitorRow = Type.Object({
  product: Type.String(),
  competitor: Type.String(),
  country: Type.String(),
  week_ms: Type.Number(),
  price: Type.Number(),
});
const ReportRow = Type.Object({ ...Row.properties, unit_cost: Type.Number() });

/**
 * Prices are amount by quantity of `product_sale` and `merchandise_sale`, week by week; refunds and what an affiliate's sale earned as commission are no
 * prices of ours. Weeks before Weir come from `sales_report`; where a product's week is both counted and reported in a country, the count stands.
 */
export async function readPricingFacts(store: Store, tenant: Tenant, nowMs: number): Promise<PricingFacts> {
  const minor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const params = {
    tenant: tenant.id,
    currency: tenant.currency,
    fromMs: nowMs - WEEKS_READ * WEEK_MS,
    toMs: nowMs,
    limit: MAX_ROWS,
  };
  const monday = (time: string): string =>
    `toUnixTimestamp64Milli(toDateTime64(toMonday(${time}, 'UTC'), 3, 'UTC'))`;
  const [sales, reports, rivals] = await Promise.all([
    store.query(
      `SELECT * FROM (
 SELECT product, country, week_ms, sum(sold) AS units, sum(paid) AS amount FROM (
  SELECT JSONExtractString(data, 'product_id') AS product, country, ${monday('time')} AS week_ms,
   if(JSONHas(data, 'quantity'), JSONExtractFloat(data, 'quantity'), 1) AS sold, amount_base_minor AS paid
  FROM events WHERE tenant = {tenant:String} AND type IN ('product_sale', 'merchandise_sale') AND stream != 'affiliate' AND amount_base_minor > 0
   AND time >= fromUnixTimestamp64Milli({fromMs:Int64}) AND time < fromUnixTimestamp64Milli({toMs:Int64})
 ) WHERE product != '' AND sold > 0
 GROUP BY product, country, week_ms ORDER BY product, country, week_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      Row,
    ),
    store.query(
      `SELECT * FROM (
 SELECT product, country, week_ms, JSONExtractFloat(report, 'quantity') AS units, JSONExtractFloat(report, 'revenue_minor') AS amount,
  JSONExtractFloat(report, 'unit_cost_minor') AS unit_cost
 FROM (
  SELECT JSONExtractString(data, 'product_id') AS product, country,
   ${monday("parseDateTimeBestEffortOrZero(JSONExtractString(data, 'period_start'), 'UTC')")} AS week_ms, argMax(data, received_at) AS report
  FROM events WHERE tenant = {tenant:String} AND type = 'sales_report' AND JSONExtractString(data, 'currency') IN ('', {currency:String})
  GROUP BY product, country, week_ms
 ) WHERE product != '' AND week_ms >= {fromMs:Int64} ORDER BY product, country, week_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      ReportRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT JSONExtractString(data, 'product_id') AS product, JSONExtractString(data, 'competitor') AS competitor, country,
  ${monday("if(JSONExtractString(data, 'period_start') = '', time, toDateTime64(parseDateTimeBestEffortOrZero(JSONExtractString(data, 'period_start'), 'UTC'), 3, 'UTC'))")} AS week_ms,
  argMax(JSONExtractFloat(data, 'price_minor'), received_at) AS price
 FROM events WHERE tenant = {tenant:String} AND type = 'competitor_price' AND JSONExtractString(data, 'currency') IN ('', {currency:String})
 GROUP BY product, competitor, country, week_ms HAVING price > 0 AND week_ms >= {fromMs:Int64}
 ORDER BY product, competitor, country, week_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      CompetitorRow,
    ),
  ]);
  const keyOf = (row: { product: string; country: string; week_ms: number }): string =>
    JSON.stringify([row.product, row.country, row.week_ms]);
  const firstWeek = sales.reduce((first, { week_ms }) => Math.min(first, week_ms), Number.POSITIVE_INFINITY);
  const seen = sales.filter(
    // The first week may have begun before Weir did, and the running one has not ended: neither is a volume of a week.
    ({ week_ms }) => week_ms > firstWeek && week_ms + WEEK_MS <= nowMs,
  );
  const known = new Set(seen.map(keyOf));
  const told = reports.filter((row) => !known.has(keyOf(row)) && row.units > 0 && row.amount > 0);
  const unitCosts = new Map<string, number>();
  for (const row of reports.toSorted((a, b) => a.week_ms - b.week_ms))
    if (row.unit_cost > 0) unitCosts.set(row.product, row.unit_cost / minor);
  return {
    tenant: tenant.id,
    currency: tenant.currency,
    timeZone: tenant.timeZone,
    nowMs,
    observations: [...seen, ...told].map((row) => ({
      segment: row.product,
      market: row.country === '' ? 'everywhere' : row.country,
      weekMs: row.week_ms,
      price: row.amount / row.units / minor,
      volume: row.units,
    })),
    reported: told.length,
    unitCosts: Object.fromEntries(unitCosts),
    competitors: rivals.map(({ competitor, country, price, product, week_ms }) => ({
      product,
      competitor,
      market: country,
      weekMs: week_ms,
      price: price / minor,
    })),
  };
}
