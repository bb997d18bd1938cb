import type { PricingBasis, VideoChannel } from '../../platform/contracts/pricing.ts';
import { tierOf } from './country-tier.ts';
import { learnRpm, type VideoEarning } from './rpm.ts';
import { MAX_BINS, type VideoFacts } from './video-facts.ts';

const MAX_CHANNELS = 200;
/** Fewer watched views than this draw no curve of a channel. */
const LEAST_WATCHED = 50;
const WEEK_HOURS = 168;

/** What videos of a tenant earn, how long they are watched and when people are there. Pure. */
export function videoBasis(facts: VideoFacts): PricingBasis['videos'] {
  const byChannel = new Map<string, { views: number; tiers: [number, number, number] }>();
  const cells = new Map<string, { -readonly [K in keyof VideoEarning]: VideoEarning[K] }>();
  let [ads, adRevenue, views] = [0, 0, 0];
  for (const row of facts.days) {
    if (!(Number.isFinite(row.views) && Number.isFinite(row.revenue)) || row.channel.length > 256) continue;
    const tier = tierOf(row.country);
    const own = byChannel.get(row.channel) ?? { views: 0, tiers: [0, 0, 0] };
    own.views += Math.max(0, row.views);
    own.tiers[tier - 1] = (own.tiers[tier - 1] ?? 0) + Math.max(0, row.views);
    byChannel.set(row.channel, own);
    ads += row.ads;
    adRevenue += row.revenue;
    views += Math.max(0, row.views);
    const category = facts.categories[row.channel] ?? 'other';
    const date = new Date(row.dayMs);
    const quarter = quarterOf(date.getUTCMonth());
    const weekday = date.getUTCDay();
    const key = JSON.stringify([category, tier, quarter, weekday]);
    const cell = cells.get(key) ?? { category, tier, quarter, weekday, views: 0, revenue: 0 };
    cell.views += row.views;
    cell.revenue += row.revenue;
    cells.set(key, cell);
  }
  const rpm = learnRpm([...cells.values()]);
  const bins = new Map<string, Float64Array>();
  for (const { bin, channel, count } of facts.watched) {
    const own = bins.get(channel) ?? new Float64Array(MAX_BINS + 1);
    own[bin] = (own[bin] ?? 0) + count;
    bins.set(channel, own);
  }
  return {
    channels: [...byChannel]
      .toSorted(([, a], [, b]) => b.views - a.views)
      .slice(0, MAX_CHANNELS)
      .map(([channel, own]): VideoChannel => {
        const counts = bins.get(channel) ?? new Float64Array(0);
        const watched = counts.reduce((a, b) => a + b, 0);
        const part = (i: 0 | 1 | 2): number => (own.views > 0 ? own.tiers[i] / own.views : i === 0 ? 1 : 0);
        return {
          channel,
          category: facts.categories[channel] ?? 'other',
          views: own.views,
          tiers: [part(0), part(1), part(2)],
          retention: watched >= LEAST_WATCHED ? survivors(counts, watched) : [],
          watched,
        };
      }),
    rpm: {
      features: [...rpm.features],
      mean: [...rpm.mean],
      covariance: rpm.covariance.map((row) => [...row]),
      noise: rpm.noise,
      videos: rpm.videos,
      dropped: rpm.dropped,
    },
    perAd: ads > 0 && adRevenue > 0 ? adRevenue / ads : null,
    adsPerView: ads > 0 && views > 0 ? ads / views : null,
    activity: activityOf(facts),
    activityDays: facts.activityDays,
  };
}

/** Share still there after each ten seconds, up to where one in a hundred is left. */
function survivors(counts: Float64Array, total: number): number[] {
  const shares = [1];
  let left = total;
  for (const count of counts) {
    left -= count;
    const share = Math.max(0, left / total);
    shares.push(share);
    if (share < 0.01) break;
  }
  return shares;
}

/** Views by hour of the week against their mean; with less than two weeks every weekday has the hours of the whole. */
function activityOf({ activity, activityDays }: VideoFacts): number[] {
  const sums = new Float64Array(WEEK_HOURS);
  const counts = new Float64Array(WEEK_HOURS);
  for (const { hour, views, weekday } of activity) {
    const slots =
      activityDays >= 14 ? [24 * weekday + hour] : Array.from({ length: 7 }, (_, day) => 24 * day + hour);
    for (const slot of slots) {
      sums[slot] = (sums[slot] ?? 0) + Math.max(0, views);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
  const means = sums.map((sum, i) => ((counts[i] ?? 0) > 0 ? sum / (counts[i] ?? 1) : 0));
  const mean = means.reduce((a, b) => a + b, 0) / WEEK_HOURS;
  return [...means].map((each) => (mean > 0 ? each / mean : 0));
}

export function quarterOf(month: number): 1 | 2 | 3 | 4 {
  return month < 3 ? 1 : month < 6 ? 2 : month < 9 ? 3 : 4;
}
