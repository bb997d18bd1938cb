import type { PricingBasis, VideoChannel } from '../../platform/contracts/pricing.ts';
import { tierOf } from './country-tier.ts';
import { learnRpm } from './rpm.ts';
import { MAX_BINS, type VideoFacts } from './video-facts.ts';

const MAX_CHANNELS = 200;
/** Fewer watched views than this draw no curve of a channel. */
const LEAST_WATCHED = 50;
const WEEK_HOURS = 168;
const WHOLE = 100;
const OTHER = 'other';

/** What videos of a tenant earn, how long they are watched and when people are there. Pure. */
export function videoBasis(facts: VideoFacts): PricingBasis['videos'] {
  const byChannel = new Map<string, { views: number; tiers: [number, number, number] }>();
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
  }
  const categoryOf = (channel: string): string => facts.categories.get(channel) ?? OTHER;
  const rpm = learnRpm(
    facts.videos.map((each) => ({
      content: each.content,
      category: categoryOf(each.channel),
      tier: tierOf(each.country),
      quarter: asQuarter(each.quarter),
      weekday: each.weekday,
      views: each.views,
      revenue: each.revenue,
    })),
    facts.usdRate,
  );
  const seconds = countsOf(facts.watched, MAX_BINS);
  const shares = countsOf(facts.watchedShare, WHOLE);
  return {
    channels: [...byChannel]
      .toSorted(([, a], [, b]) => b.views - a.views)
      .slice(0, MAX_CHANNELS)
      .map(([channel, own]): VideoChannel => {
        const [counts, watched] = countedOf(seconds, channel);
        const [byShare, told] = countedOf(shares, channel);
        const part = (i: 0 | 1 | 2): number => (own.views > 0 ? own.tiers[i] / own.views : i === 0 ? 1 : 0);
        return {
          channel,
          category: categoryOf(channel),
          views: own.views,
          tiers: [part(0), part(1), part(2)],
          retention: watched >= LEAST_WATCHED ? survivors(counts, watched) : [],
          ...(told >= LEAST_WATCHED ? { retentionByPercent: survivors(byShare, told) } : {}),
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
      tableScale: rpm.tableScale,
      isRateKnown: facts.usdRate !== undefined,
    },
    perAd: ads > 0 && adRevenue > 0 ? adRevenue / ads : null,
    adsPerView: ads > 0 && views > 0 ? ads / views : null,
    activity: activityOf(facts),
    activityDays: facts.activityDays,
  };
}

function countsOf(rows: VideoFacts['watched'], most: number): ReadonlyMap<string, Float64Array> {
  const bins = new Map<string, Float64Array>();
  for (const { bin, channel, count } of rows) {
    const own = bins.get(channel) ?? new Float64Array(most + 1);
    own[bin] = (own[bin] ?? 0) + count;
    bins.set(channel, own);
  }
  return bins;
}

function countedOf(bins: ReadonlyMap<string, Float64Array>, channel: string): [Float64Array, number] {
  const counts = bins.get(channel) ?? new Float64Array(0);
  return [counts, counts.reduce((a, b) => a + b, 0)];
}

/** Share still there after each bin, up to where one in a hundred is left. */
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
  return asQuarter(Math.floor(month / 3) + 1);
}

export function asQuarter(value: number): 1 | 2 | 3 | 4 {
  return value <= 1 ? 1 : value === 2 ? 2 : value === 3 ? 3 : 4;
}
