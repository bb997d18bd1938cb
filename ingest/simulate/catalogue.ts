import { createRandom } from '../../platform/time/random.ts';
import { angles, channels, countries, subjects, type Channel } from './network.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A video earns next to nothing after this; it is left out then. */
export const VIDEO_LIFE_MS = 10 * DAY_MS;
/** Longest time between the production of a video and its launch. */
export const LONGEST_LEAD_MS = 2 * HOUR_MS;

/** A viral moment: the rate rises to `peak` times what it would be and falls again. */
export interface ViralMoment {
  readonly contentId: string;
  readonly startMs: number;
  readonly peak: number;
  /** Time in which the rise loses 63% of its height. */
  readonly decayMs: number;
}

export interface Video {
  readonly id: string;
  readonly channel: Channel;
  readonly title: string;
  readonly launchMs: number;
  /** When it was produced, before the launch. */
  readonly producedMs: number;
  /** Cost of production in cents, at most 300. */
  readonly costMinor: number;
  readonly isAutomated: boolean;
  readonly lengthMs: number;
  /** Pull against the channel's average. */
  readonly quality: number;
  /** Share of the video a viewer watches on average. */
  readonly retention: number;
  /** Clicks per thumbnail impression. */
  readonly ctr: number;
  readonly viral: ViralMoment | undefined;
}

export interface Catalogue {
  /** Videos launched in [fromMs, toMs), by launch. */
  launches(fromMs: number, toMs: number): readonly Video[];
  /** Videos out at a moment and not older than their life. */
  live(atMs: number): readonly Video[];
}

const viralShare = 0.03;
const localLaunchHours = [12, 16, 19];
const daysKept = 64;

/**
 * Every video of the network, past and to come, as a function of the seed and the day: nothing to store, and any stretch of time
 * can be made again. The days used last are kept in memory, at most 64.
 */
export function createCatalogue(seed: string): Catalogue {
  const days = new Map<number, readonly Video[]>();
  const dayOf = (day: number): readonly Video[] => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const videos = channels
      .flatMap((channel) => launchesOfDay(seed, channel, day))
      .toSorted((a, b) => a.launchMs - b.launchMs);
    if (days.size >= daysKept) for (const oldest of [...days.keys()].slice(0, 1)) days.delete(oldest);
    days.set(day, videos);
    return videos;
  };
  const launches = (fromMs: number, toMs: number): readonly Video[] => {
    const found: Video[] = [];
    for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < toMs; day += 1) {
      found.push(...dayOf(day).filter((video) => video.launchMs >= fromMs && video.launchMs < toMs));
    }
    return found;
  };
  return { launches, live: (atMs) => launches(atMs - VIDEO_LIFE_MS, atMs + 1) };
}

/** How strongly a video is watched at a moment against the channel's average video: a burst after the launch, then a decay. */
export function pull(video: Video, atMs: number): number {
  const ageHours = (atMs - video.launchMs) / HOUR_MS;
  if (ageHours < 0) return 0;
  return video.quality * lifeCurve(ageHours) * viralFactor(video.viral, atMs);
}

/** The life of a video without its quality: rises in the first hour, falls by 14 hours, with a tail of days. */
export function lifeCurve(ageHours: number): number {
  return (1 - Math.exp(-ageHours / 0.7)) * (0.8 * Math.exp(-ageHours / 14) + 0.2 * Math.exp(-ageHours / 80));
}

export function viralFactor(viral: ViralMoment | undefined, atMs: number): number {
  if (viral === undefined || atMs < viral.startMs) return 1;
  const sinceMs = atMs - viral.startMs;
  const rise = 1 - Math.exp(-sinceMs / (20 * 60_000));
  return 1 + (viral.peak - 1) * rise * Math.exp(-sinceMs / viral.decayMs);
}

function launchesOfDay(seed: string, channel: Channel, day: number): readonly Video[] {
  const random = createRandom(`${seed}/launches/${channel.id}/${day}`);
  const count = Math.floor(channel.launchesPerDay + random.next());
  const offsetHours = countries.find((country) => country.code === channel.home)?.utcOffsetHours ?? 0;
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  return Array.from({ length: count }, (_each, index): Video => {
    const hour =
      (localLaunchHours[index % localLaunchHours.length] ?? 12) - offsetHours + random.normal() * 0.8;
    // Wrapped into the UTC day, so that a day's launches are found by its number.
    const launchMs = day * DAY_MS + Math.floor((((hour % 24) + 24) % 24) * HOUR_MS);
    const id = `${channel.id}-${date}-${index + 1}`;
    const isViral = random.next() < viralShare;
    const viralAtMs = launchMs + Math.floor((1 + 29 * random.next()) * HOUR_MS);
    return {
      id,
      channel,
      title: random.pick(angles).replace('{}', random.pick(subjects[channel.category])),
      launchMs,
      producedMs: launchMs - Math.floor((0.25 + 0.75 * random.next()) * LONGEST_LEAD_MS),
      costMinor: 120 + random.int(181),
      isAutomated: random.next() < 0.95,
      lengthMs: Math.floor((8 + 14 * random.next()) * 60_000),
      quality: Math.exp(0.55 * random.normal() - 0.55 ** 2 / 2),
      retention: 0.42 + 0.24 * random.next(),
      ctr: 0.05 + 0.03 * random.next(),
      viral: isViral
        ? {
            contentId: id,
            startMs: viralAtMs,
            peak: 4 + 8 * random.next(),
            decayMs: (3 + 5 * random.next()) * HOUR_MS,
          }
        : undefined,
    };
  });
}
