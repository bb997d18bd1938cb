import { lifeCurve, pull, VIDEO_LIFE_MS, type Catalogue, type Video } from './catalogue.ts';
import { audienceMix, channels, countries, type Channel, type Country } from './network.ts';
import { viewSeason } from './seasons.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Who watches what around one moment; relative numbers, 1 is the mean of the network over time. */
export interface Audience {
  readonly videos: readonly Video[];
  /** Share of each video in the mean total, in the order of `videos`. */
  readonly weights: readonly number[];
  /** Sum of the weights: how much is watched against the mean. */
  readonly total: number;
  /** A video drawn by `u` in [0, 1) in proportion to its weight; undefined when nothing is out. */
  pickVideo(u: number): Video | undefined;
  /** A country drawn by `u` in [0, 1) in proportion to who watches the channel now. */
  pickCountry(channel: Channel, u: number): Country;
  /** Share of each country among the viewers of the channel now, in the order of `countries`. */
  countryShares(channel: Channel): readonly number[];
}

interface ChannelMoment {
  /** How much the channel is watched now, by the seasons of its countries, against its mean. */
  readonly season: number;
  readonly shares: readonly number[];
  readonly cumulative: readonly number[];
}

const momentsKept = 4;

/** The audience of the minute a moment lies in; the minutes used last are kept, at most 4. */
export function createAudiences(catalogue: Catalogue): (atMs: number) => Audience {
  const mean = meanWeight();
  const kept = new Map<number, Audience>();
  return (atMs) => {
    const minute = Math.floor(atMs / MINUTE_MS);
    const known = kept.get(minute);
    if (known !== undefined) return known;
    const audience = audienceAt(catalogue, (minute + 0.5) * MINUTE_MS, mean);
    if (kept.size >= momentsKept) for (const oldest of [...kept.keys()].slice(0, 1)) kept.delete(oldest);
    kept.set(minute, audience);
    return audience;
  };
}

function audienceAt(catalogue: Catalogue, atMs: number, mean: number): Audience {
  const moments = new Map<string, ChannelMoment>();
  const momentOf = (channel: Channel): ChannelMoment => {
    const known = moments.get(channel.id) ?? channelMoment(channel, atMs);
    moments.set(channel.id, known);
    return known;
  };
  const videos = catalogue.live(atMs);
  const weights = videos.map(
    (video) => (video.channel.audience * pull(video, atMs) * momentOf(video.channel).season) / mean,
  );
  const cumulative = runningSums(weights);
  const total = cumulative.at(-1) ?? 0;
  return {
    videos,
    weights,
    total,
    pickVideo: (u) => videos[firstAbove(cumulative, u * total)],
    pickCountry: (channel, u) => {
      const { cumulative: sums } = momentOf(channel);
      return countries[firstAbove(sums, u * (sums.at(-1) ?? 0))] ?? anyCountry;
    },
    countryShares: (channel) => momentOf(channel).shares,
  };
}

function channelMoment(channel: Channel, atMs: number): ChannelMoment {
  const now = audienceMix(channel).map(
    (share, index) => share * viewSeason(atMs, countries[index] ?? anyCountry),
  );
  const cumulative = runningSums(now);
  const season = cumulative.at(-1) ?? 0;
  return { season, cumulative, shares: now.map((each) => each / season) };
}

/** Mean over time of the sum over videos of audience times pull: launches per hour times what one video gathers in its life. */
function meanWeight(): number {
  let gathered = 0;
  const step = 0.25;
  for (let age = step / 2; age < VIDEO_LIFE_MS / HOUR_MS; age += step) gathered += lifeCurve(age) * step;
  const perHour = channels.reduce(
    (sum, { audience, launchesPerDay }) => sum + (audience * launchesPerDay) / 24,
    0,
  );
  return perHour * gathered;
}

function runningSums(values: readonly number[]): readonly number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

/** Index of the first running sum above `value`, by halving. */
function firstAbove(sums: readonly number[], value: number): number {
  let low = 0;
  let high = Math.max(0, sums.length - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

const anyCountry: Country = { code: 'US', tier: 1, utcOffsetHours: 0, share: 1 };
