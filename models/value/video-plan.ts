import type {
  PricingBasis,
  VideoAnswer,
  VideoChannel,
  VideoQuestion,
} from '../../platform/contracts/pricing.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { adBreakLimits, placeAdBreaks } from './ad-breaks.ts';
import { estimateRpm, tableRpm, type RpmModel, type VideoContext } from './rpm.ts';
import { asQuarter, quarterOf } from './video-basis.ts';

const BIN_S = 10;
const VIEWS = 10_000;
const BREAK_LOSS = 0.05;
/** Ads a view where none was counted. */
const ADS_A_VIEW = 1.6;
/** Most of a video's first views come in these hours; each counts by how much of them is left (14 hours to 37%). */
const LIFE_HOURS = 14;
const FIRST_HOURS = 48;
const SLOTS = 5;

/** What a video of a channel is expected to earn, where its ad breaks go and when to publish it. Throws MONETIZATION_INPUT_INVALID. */
export function planVideo(basis: PricingBasis, question: VideoQuestion, nowMs: number): VideoAnswer {
  const { videos } = basis;
  const channel = videos.channels.find((each) => each.channel === question.channel);
  if (channel === undefined)
    throw new WeirError('MONETIZATION_INPUT_INVALID', `there is no channel ${question.channel} with views`);
  const category = question.category ?? channel.category;
  const quarter = asQuarter(question.quarter ?? quarterOf(new Date(nowMs).getUTCMonth()));
  const model: RpmModel = {
    features: videos.rpm.features,
    mean: Float64Array.from(videos.rpm.mean),
    covariance: videos.rpm.covariance.map((row) => Float64Array.from(row)),
    noise: videos.rpm.noise,
    videos: videos.rpm.videos,
    dropped: videos.rpm.dropped,
    tableScale: videos.rpm.tableScale ?? 1,
  };
  const at = (tier: 1 | 2 | 3, weekday: number): VideoContext => ({ category, tier, quarter, weekday });
  const week = [0, 1, 2, 3, 4, 5, 6];
  const meanOf = (value: (weekday: number) => number): number =>
    week.reduce((sum, day) => sum + value(day), 0) / 7;
  const rpm = ([1, 2, 3] as const).map((tier) => ({
    tier,
    share: channel.tiers[tier - 1] ?? 0,
    rpm: meanOf((day) => estimateRpm(model, at(tier, day)).rpm),
    low: meanOf((day) => estimateRpm(model, at(tier, day)).low),
    high: meanOf((day) => estimateRpm(model, at(tier, day)).high),
    videoLow: meanOf((day) => estimateRpm(model, at(tier, day)).videoLow),
    videoHigh: meanOf((day) => estimateRpm(model, at(tier, day)).videoHigh),
    table: meanOf((day) => model.tableScale * tableRpm(at(tier, day))),
  }));
  const blend = (value: (each: (typeof rpm)[number]) => number): number =>
    rpm.reduce((sum, each) => sum + each.share * value(each), 0);
  const blended = blend((each) => each.rpm);
  const ofDay = (day: number, of: (context: VideoContext) => number): number =>
    ([1, 2, 3] as const).reduce((sum, tier) => sum + (channel.tiers[tier - 1] ?? 0) * of(at(tier, day)), 0);
  const weekdays = week.map((weekday) => ({
    weekday,
    rpm: ofDay(weekday, (context) => estimateRpm(model, context).rpm),
    table: ofDay(weekday, (context) => model.tableScale * tableRpm(context)),
  }));
  const views = question.views ?? VIEWS;
  return {
    channel: channel.channel,
    category,
    quarter,
    rpm: rpm.map(({ high, low, rpm: expected, share, table, tier }) => ({
      tier,
      share,
      rpm: expected,
      low,
      high,
      table,
    })),
    blendedRpm: blended,
    weekdays,
    isPrior: model.videos === 0,
    views,
    revenue: {
      expected: (views / 1_000) * blended,
      // One video's own luck beside what is not known of the expectation.
      low: (views / 1_000) * blend((each) => each.videoLow),
      high: (views / 1_000) * blend((each) => each.videoHigh),
    },
    adBreaks: adBreaksOf(videos, channel, blended, question),
    publish: publishTimes(
      videos,
      weekdays.map((each) => each.rpm),
      basis.timeZone,
    ),
    notes: [
      ...(model.videos === 0
        ? ['No video of yours has both views and ad revenue yet: the table of the seeds stands as it is.']
        : [
            `Learned from ${model.videos} of your videos; what you have none of (a category, country tier, quarter or weekday) stays with the table.`,
          ]),
      ...(videos.rpm.isRateKnown === false
        ? [
            `The table of the seeds is in US dollars and your rates name no dollar: it stands as if one were one ${basis.currency}. Set the rate in the settings.`,
          ]
        : []),
      ...(channel.retentionByPercent !== undefined
        ? []
        : channel.retention.length === 0
          ? [
              'Fewer than 50 views of this channel carry retention or watch_time_ms: the retention curve is assumed.',
            ]
          : [
              'The retention curve is by seconds, over videos of every length; views that carry retention (the part watched) would make it fit this length.',
            ]),
      ...(videos.activityDays < 14
        ? [
            `There are ${videos.activityDays} whole days of activity: weekdays are told apart from fourteen on.`,
          ]
        : []),
    ],
  };
}

function adBreaksOf(
  videos: PricingBasis['videos'],
  { retention, retentionByPercent }: VideoChannel,
  rpm: number,
  {
    breakLoss = BREAK_LOSS,
    lengthS,
    maxBreaks = adBreakLimits.maxBreaks,
    minLengthS = adBreakLimits.minLengthS,
    spacingS = adBreakLimits.spacingS,
  }: VideoQuestion,
): VideoAnswer['adBreaks'] {
  const isAssumed = retention.length === 0 && retentionByPercent === undefined;
  const shareAt = (s: number): number => {
    // Half gone after half of the video where nobody was measured.
    if (isAssumed) return Math.max(0, 1 - s / lengthS);
    // By the part of the video where views tell it: a channel's videos have many lengths.
    return retentionByPercent === undefined
      ? between(retention, s / BIN_S)
      : between(retentionByPercent, (100 * s) / lengthS);
  };
  const curve = Array.from({ length: lengthS }, (_, s) => shareAt(s));
  const watchedS = curve.reduce((a, b) => a + b, 0);
  const perAd = videos.perAd ?? rpm / 1_000 / (videos.adsPerView ?? ADS_A_VIEW);
  // What a view earns beside breaks inside is taken to come evenly with what is watched: ads at the end, the next video.
  const secondValue = watchedS > 0 ? (0.5 * rpm) / 1_000 / watchedS : 0;
  const plan = placeAdBreaks({
    lengthS,
    retention: curve,
    breakValue: perAd,
    secondValue,
    breakLoss,
    limits: { minLengthS, maxBreaks, spacingS },
  });
  const step = Math.max(1, Math.ceil(lengthS / 120));
  return {
    atS: [...plan.breaksS],
    value: 1_000 * plan.value,
    valueWithout: 1_000 * plan.valueWithout,
    note: plan.note,
    retention: Array.from({ length: Math.ceil(lengthS / step) }, (_, k) => ({
      atS: k * step,
      share: curve[k * step] ?? 0,
    })),
    isAssumedRetention: isAssumed,
  };
}

/** A curve given at 0, 1, 2 …, read between its points; 0 beyond them. */
function between(curve: readonly number[], at: number): number {
  const below = curve[Math.floor(at)] ?? 0;
  const above = curve[Math.floor(at) + 1] ?? 0;
  return below + (at - Math.floor(at)) * (above - below);
}

/** Worth of each hour of the week: audience of the hours after it, fading as a video's views do, times what the day pays. */
function publishTimes(
  { activity, activityDays }: PricingBasis['videos'],
  rpmByWeekday: readonly number[],
  timeZone: string,
): VideoAnswer['publish'] {
  const worth = Array.from({ length: 168 }, (_, start) => {
    let sum = 0;
    for (let h = 0; h < FIRST_HOURS; h++) {
      const slot = (start + h) % 168;
      sum += Math.exp(-h / LIFE_HOURS) * (activity[slot] ?? 0) * (rpmByWeekday[Math.floor(slot / 24)] ?? 0);
    }
    return sum;
  });
  const mean = worth.reduce((a, b) => a + b, 0) / 168;
  const index = worth.map((each) => (mean > 0 ? each / mean : 0));
  const ranked = index
    .map((value, slot) => ({ weekday: Math.floor(slot / 24), hour: slot % 24, index: value }))
    .toSorted((a, b) => b.index - a.index);
  const best: { weekday: number; hour: number; index: number }[] = [];
  for (const each of mean > 0 ? ranked : []) {
    if (best.length === SLOTS) break;
    // One slot a day: its neighbours are as good as it.
    if (!best.some(({ weekday }) => weekday === each.weekday)) best.push(each);
  }
  return { best, index, days: activityDays, timeZone };
}
