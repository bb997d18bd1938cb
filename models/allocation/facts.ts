import { Type } from '@sinclair/typebox';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { Store } from '../../platform/store/store.ts';

/** One channel in one week; money in major units. */
export interface ChannelWeek {
  readonly channel: string;
  readonly weekMs: number;
  readonly revenue: number;
  readonly promotion: number;
  readonly production: number;
  readonly hours: number;
  readonly views: number;
  /** Told by a `channel_report`, not counted from events. */
  readonly isReported: boolean;
}

export interface StreamDay {
  readonly stream: string;
  readonly dayMs: number;
  readonly revenue: number;
}

/** What a tenant's allocation is computed from. */
export interface AllocationFacts {
  readonly tenant: string;
  readonly currency: string;
  readonly nowMs: number;
  /** By channel, then week. */
  readonly weeks: readonly ChannelWeek[];
  readonly streams: readonly StreamDay[];
  /** Revenue of the same days by channel ('' for none) and stream, and by product and stream; shares count, not levels. */
  readonly earned: readonly EarnedPart[];
  readonly sold: readonly SoldPart[];
}

export interface EarnedPart {
  readonly channel: string;
  readonly stream: string;
  readonly revenue: number;
}

export interface SoldPart {
  readonly product: string;
  readonly stream: string;
  readonly revenue: number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const WEEKS_READ = 156;
const DAYS_READ = 90;
const MAX_ROWS = 100_000;
const SECONDS = 20;

const WeekRow = Type.Object({
  channel: Type.String(),
  week_ms: Type.Number(),
  revenue: Type.Number(),
  promotion: Type.Number(),
  production: Type.Number(),
  views: Type.Number(),
});
const HoursRow = Type.Object({ channel: Type.String(), week_ms: Type.Number(), hours: Type.Number() });
const ReportRow = Type.Object({
  channel: Type.String(),
  week_ms: Type.Number(),
  revenue: Type.Number(),
  promotion: Type.Number(),
  production: Type.Number(),
  hours: Type.Number(),
  views: Type.Number(),
});
const EarnedRow = Type.Object({ channel: Type.String(), stream: Type.String(), revenue: Type.Number() });
const SoldRow = Type.Object({ product: Type.String(), stream: Type.String(), revenue: Type.Number() });
const revenueTypes = eventCatalogue.flatMap(({ money, type }) => (money === 'revenue' ? [type] : []));
const StreamRow = Type.Object({ stream: Type.String(), day_ms: Type.Number(), revenue: Type.Number() });
const FirstRow = Type.Object({ ms: Type.Union([Type.Number(), Type.Null()]) });

/**
 * Reads the daily windows of channels and streams, the hours of productions and what `channel_report` tells of weeks before Weir. Only whole weeks count; where
 * a week is both counted and reported, the count stands.
 */
export async function readAllocationFacts(
  store: Store,
  tenant: Tenant,
  nowMs: number,
): Promise<AllocationFacts> {
  const minor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const params = {
    tenant: tenant.id,
    tz: tenant.timeZone,
    fromMs: nowMs - WEEKS_READ * WEEK_MS,
    toMs: nowMs,
    limit: MAX_ROWS,
  };
  const monday = (time: string): string =>
    `toUnixTimestamp64Milli(toDateTime64(toMonday(${time}, {tz:String}), 3, {tz:String}))`;
  const between = (time: string): string =>
    `${time} >= fromUnixTimestamp64Milli({fromMs:Int64}) AND ${time} < fromUnixTimestamp64Milli({toMs:Int64})`;
  const streamsFromMs = nowMs - DAYS_READ * DAY_MS;
  const ofStreams = `tenant = {tenant:String} AND type IN {types:Array(String)} AND stream != ''
  AND time >= fromUnixTimestamp64Milli({streamsFromMs:Int64}) AND time < fromUnixTimestamp64Milli({toMs:Int64})`;
  const [counted, hours, reports, streams, first, earned, sold] = await Promise.all([
    store.query(
      `SELECT * FROM (
 SELECT dim AS channel, ${monday('window_start')} AS week_ms, sum(sums['revenue']) AS revenue,
  sum(sums['marketing_cost']) AS promotion, sum(sums['production_cost']) AS production,
  sum(sums['view_events'] + sums['reported_views']) AS views
 FROM kpi FINAL WHERE tenant = {tenant:String} AND window = '1d' AND rollup = 'channel' AND dim != '' AND ${between('window_start')}
 GROUP BY channel, week_ms ORDER BY channel, week_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      WeekRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT channel, ${monday('time')} AS week_ms, sum(JSONExtractFloat(data, 'duration_ms')) / 3600000 AS hours
 FROM events WHERE tenant = {tenant:String} AND type = 'content_generation' AND channel != '' AND ${between('time')}
 GROUP BY channel, week_ms ORDER BY channel, week_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      HoursRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT channel, week_ms, JSONExtractFloat(report, 'revenue_minor') AS revenue, JSONExtractFloat(report, 'promotion_minor') AS promotion,
  JSONExtractFloat(report, 'production_minor') AS production, JSONExtractFloat(report, 'production_hours') AS hours,
  JSONExtractFloat(report, 'views') AS views
 FROM (
  SELECT channel, ${monday("parseDateTimeBestEffortOrZero(JSONExtractString(data, 'period_start'), 'UTC')")} AS week_ms, argMax(data, received_at) AS report
  FROM events WHERE tenant = {tenant:String} AND type = 'channel_report' AND channel != ''
   AND JSONExtractString(data, 'currency') IN ('', {currency:String})
  GROUP BY channel, week_ms
 ) WHERE week_ms >= {fromMs:Int64} ORDER BY channel, week_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      { ...params, currency: tenant.currency },
      ReportRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT dim AS stream, toUnixTimestamp64Milli(window_start) AS day_ms, sum(sums['revenue']) AS revenue
 FROM kpi FINAL WHERE tenant = {tenant:String} AND window = '1d' AND rollup = 'stream' AND dim != ''
  AND window_start >= fromUnixTimestamp64Milli({streamsFromMs:Int64}) AND window_start < fromUnixTimestamp64Milli({toMs:Int64})
 GROUP BY stream, day_ms ORDER BY stream, day_ms LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      { ...params, streamsFromMs },
      StreamRow,
    ),
    store.query(
      `SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(min(window_start))) AS ms
FROM kpi WHERE tenant = {tenant:String} AND window = '1d' AND rollup = 'total'`,
      { tenant: tenant.id },
      FirstRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT channel, stream, toFloat64(sum(amount_base_minor)) AS revenue FROM events WHERE ${ofStreams}
 GROUP BY channel, stream ORDER BY revenue DESC, channel, stream LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      { ...params, streamsFromMs, types: revenueTypes },
      EarnedRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT JSONExtractString(data, 'product_id') AS product, stream, toFloat64(sum(amount_base_minor)) AS revenue FROM events WHERE ${ofStreams}
  AND type IN ('product_sale', 'merchandise_sale')
 GROUP BY product, stream HAVING product != '' ORDER BY revenue DESC, product, stream LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      { ...params, streamsFromMs, types: revenueTypes },
      SoldRow,
    ),
  ]);
  const firstMs = first[0]?.ms ?? nowMs;
  const hoursOf = new Map(hours.map((each) => [`${each.week_ms} ${each.channel}`, each.hours]));
  // A week of a zone may be an hour longer or shorter than seven days.
  const isWhole = (weekMs: number): boolean => weekMs >= firstMs && weekMs + WEEK_MS + 3_600_000 <= nowMs;
  const weeks: ChannelWeek[] = counted
    .filter((each) => isWhole(each.week_ms))
    .map((each) => ({
      channel: each.channel,
      weekMs: each.week_ms,
      revenue: each.revenue / minor,
      promotion: each.promotion / minor,
      production: each.production / minor,
      hours: hoursOf.get(`${each.week_ms} ${each.channel}`) ?? 0,
      views: each.views,
      isReported: false,
    }));
  const known = new Set(weeks.map((each) => `${each.weekMs} ${each.channel}`));
  for (const each of reports) {
    if (known.has(`${each.week_ms} ${each.channel}`) || each.week_ms + WEEK_MS > nowMs) continue;
    weeks.push({
      channel: each.channel,
      weekMs: each.week_ms,
      revenue: each.revenue / minor,
      promotion: each.promotion / minor,
      production: each.production / minor,
      hours: each.hours,
      views: each.views,
      isReported: true,
    });
  }
  weeks.sort((a, b) => (a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : a.weekMs - b.weekMs));
  return {
    tenant: tenant.id,
    currency: tenant.currency,
    nowMs,
    weeks,
    streams: streams.map((each) => ({
      stream: each.stream,
      dayMs: each.day_ms,
      revenue: each.revenue / minor,
    })),
    earned: earned.map((each) => ({ ...each, revenue: each.revenue / minor })),
    sold: sold.map((each) => ({ ...each, revenue: each.revenue / minor })),
  };
}
