import { Type } from '@sinclair/typebox';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Store } from '../../platform/store/store.ts';

/** One channel in one country on one UTC day; money in major units. */
export interface ChannelCountryDay {
  readonly channel: string;
  readonly country: string;
  readonly dayMs: number;
  readonly views: number;
  readonly ads: number;
  readonly revenue: number;
}

/** One video's views and ads from one country, in one quarter and on one weekday; money in major units. */
export interface VideoKind {
  readonly content: string;
  readonly channel: string;
  readonly country: string;
  readonly quarter: number;
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
  readonly views: number;
  readonly revenue: number;
}

export interface VideoFacts {
  readonly nowMs: number;
  /** What a US dollar is in the tenant's currency; undefined where the tenant has no such rate. */
  readonly usdRate: number | undefined;
  readonly videos: readonly VideoKind[];
  readonly days: readonly ChannelCountryDay[];
  /** Category most published under, by channel. */
  readonly categories: ReadonlyMap<string, string>;
  /** Views by ten seconds watched, by channel. */
  readonly watched: readonly { readonly channel: string; readonly bin: number; readonly count: number }[];
  /** The same by percent of the video watched, of views that tell it. */
  readonly watchedShare: readonly {
    readonly channel: string;
    readonly bin: number;
    readonly count: number;
  }[];
  /** Views by local weekday (0 Sunday) and hour, with the number of days they come from. */
  readonly activity: readonly { readonly weekday: number; readonly hour: number; readonly views: number }[];
  readonly activityDays: number;
}

const DAY_MS = 86_400_000;
const DAYS_READ = 90;
const MAX_ROWS = 100_000;
const SECONDS = 20;
/** Ten-second bins kept: four hours. */
export const MAX_BINS = 1_440;

const DayRow = Type.Object({
  channel: Type.String(),
  country: Type.String(),
  day_ms: Type.Number(),
  views: Type.Number(),
  ads: Type.Number(),
  revenue: Type.Number(),
});
const VideoRow = Type.Object({
  content: Type.String(),
  of_channel: Type.String(),
  country: Type.String(),
  quarter: Type.Number(),
  weekday: Type.Number(),
  views: Type.Number(),
  revenue: Type.Number(),
});
const CategoryRow = Type.Object({ channel: Type.String(), category: Type.String() });
const WatchRow = Type.Object({ channel: Type.String(), bin: Type.Number(), count: Type.Number() });
const HourRow = Type.Object({ hour_ms: Type.Number(), views: Type.Number() });

/** Views, ads and their revenue by channel, country and day, what was watched of it and when: 90 days at most. */
export async function readVideoFacts(store: Store, tenant: Tenant, nowMs: number): Promise<VideoFacts> {
  const minor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const params = {
    tenant: tenant.id,
    fromMs: nowMs - DAYS_READ * DAY_MS,
    toMs: nowMs,
    limit: MAX_ROWS,
    bins: MAX_BINS,
  };
  const within = `time >= fromUnixTimestamp64Milli({fromMs:Int64}) AND time < fromUnixTimestamp64Milli({toMs:Int64})`;
  const views = `sum(multiIf(type = 'video_view', 1, type = 'post_metrics', JSONExtractFloat(data, 'views'), 0)) AS views`;
  const revenue = `sum(if(type = 'ad_impression', amount_base_minor, 0)) AS revenue`;
  const [days, videos, categories, watched, watchedShare, hours] = await Promise.all([
    store.query(
      `SELECT * FROM (
 SELECT channel, country, toUnixTimestamp64Milli(toDateTime64(toDate(time, 'UTC'), 3, 'UTC')) AS day_ms,
  ${views},
  sum(if(type = 'ad_impression', if(JSONHas(data, 'impressions'), JSONExtractFloat(data, 'impressions'), 1), 0)) AS ads,
  ${revenue}
 FROM events WHERE tenant = {tenant:String} AND type IN ('video_view', 'post_metrics', 'ad_impression') AND channel != '' AND country != '' AND ${within}
 GROUP BY channel, country, day_ms ORDER BY views DESC LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      DayRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT content, any(channel) AS of_channel, country, toQuarter(time, 'UTC') AS quarter, toDayOfWeek(time, 3, 'UTC') AS weekday,
  ${views}, ${revenue}
 FROM events WHERE tenant = {tenant:String} AND type IN ('video_view', 'post_metrics', 'ad_impression') AND content != '' AND channel != '' AND country != '' AND ${within}
 GROUP BY content, country, quarter, weekday HAVING views > 0 ORDER BY views DESC LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      VideoRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT channel, argMax(category, n) AS category FROM (
  SELECT channel, lower(JSONExtractString(data, 'category')) AS category, count() AS n
  FROM events WHERE tenant = {tenant:String} AND type = 'post_published' AND channel != '' GROUP BY channel, category HAVING category != ''
 ) GROUP BY channel LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      CategoryRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT channel, toUInt32(least({bins:UInt32}, intDiv(toUInt64(JSONExtractFloat(data, 'watch_time_ms')), 10000))) AS bin, toFloat64(count()) AS count
 FROM events WHERE tenant = {tenant:String} AND type = 'video_view' AND channel != '' AND JSONHas(data, 'watch_time_ms') AND ${within}
 GROUP BY channel, bin ORDER BY channel, bin LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      WatchRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT channel, toUInt32(least(100, floor(100 * JSONExtractFloat(data, 'retention')))) AS bin, toFloat64(count()) AS count
 FROM events WHERE tenant = {tenant:String} AND type = 'video_view' AND channel != '' AND JSONHas(data, 'retention') AND ${within}
 GROUP BY channel, bin ORDER BY channel, bin LIMIT {limit:UInt32} SETTINGS max_execution_time = ${SECONDS})`,
      params,
      WatchRow,
    ),
    store.query(
      `SELECT * FROM (
 SELECT toUnixTimestamp64Milli(window_start) AS hour_ms, sum(sums['view_events'] + sums['reported_views']) AS views
 FROM kpi FINAL WHERE tenant = {tenant:String} AND window = '1h' AND rollup = 'total'
  AND window_start >= fromUnixTimestamp64Milli({fromMs:Int64}) AND window_start < fromUnixTimestamp64Milli({toMs:Int64})
 GROUP BY hour_ms ORDER BY hour_ms SETTINGS max_execution_time = ${SECONDS})`,
      params,
      HourRow,
    ),
  ]);
  const local = localHours(tenant.timeZone);
  // The first and the running hour are no whole hours.
  const whole = hours.slice(1).filter(({ hour_ms }) => hour_ms + 3_600_000 <= nowMs);
  return {
    nowMs,
    days: days.map((row) => ({
      channel: row.channel,
      country: row.country,
      dayMs: row.day_ms,
      views: row.views,
      ads: row.ads,
      revenue: row.revenue / minor,
    })),
    usdRate: tenant.currency === 'USD' ? 1 : tenant.rates['USD'],
    videos: videos.map(({ of_channel, revenue: earned, ...row }) => ({
      ...row,
      channel: of_channel,
      revenue: earned / minor,
    })),
    categories: new Map(categories.map(({ category, channel }) => [channel, category])),
    watched,
    watchedShare,
    activity: whole.map(({ hour_ms, views }) => ({ ...local(hour_ms), views })),
    activityDays: Math.floor(whole.length / 24),
  };
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function localHours(timeZone: string): (ms: number) => { weekday: number; hour: number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    weekday: 'short',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
    return {
      weekday: Math.max(0, weekdayNames.indexOf(parts.get('weekday') ?? '')),
      hour: Number(parts.get('hour') ?? 0),
    };
  };
}
