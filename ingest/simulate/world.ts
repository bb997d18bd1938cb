import { createAudiences, type Audience } from './audience.ts';
import { createBuzz, type Buzz, type BuzzTopic } from './buzz.ts';
import { createCatalogue, VIDEO_LIFE_MS, type Catalogue, type Video, type ViralMoment } from './catalogue.ts';
import {
  appealOf,
  eventsPerView,
  habits,
  meanPrice,
  meanRevenuePerThousandViewsMinor,
  type Habit,
} from './economy.ts';
import { createJourneys, type Journeys } from './journeys.ts';
import { channels, countries } from './network.ts';
import { LONGEST_OUTAGE_MS, outagesBetween, viewsThrough, type Outage } from './outages.ts';
import { adRpm } from './seasons.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

export interface WorldConfig {
  readonly seed: string;
  /** Mean number of events a second of the live feed. */
  readonly ratePerSecond: number;
}

/** What really happens in the network; events are drawn from it. All of it follows from the seed and the time. */
export interface World {
  readonly config: WorldConfig;
  readonly catalogue: Catalogue;
  audience(atMs: number): Audience;
  /** Outages that touch [fromMs, toMs). */
  outages(fromMs: number, toMs: number): readonly Outage[];
  readonly subscriptions: Subscriptions;
  readonly journeys: Journeys;
  readonly buzz: Buzz;
  /** Mean views a second over time. */
  readonly meanViewsPerSecond: number;
}

const apiCallsPerEvent = 0.003;

export function createWorld(config: WorldConfig): World {
  const catalogue = createCatalogue(config.seed);
  return {
    config,
    catalogue,
    audience: createAudiences(catalogue),
    outages: (fromMs, toMs) =>
      outagesBetween(config.seed, fromMs - LONGEST_OUTAGE_MS, toMs).filter((each) => each.endMs > fromMs),
    subscriptions: createSubscriptions(config),
    journeys: createJourneys(config),
    buzz: createBuzz(config),
    meanViewsPerSecond: (config.ratePerSecond * (1 - apiCallsPerEvent)) / eventsPerView,
  };
}

/** Mean calls of paid APIs a second. */
export function apiCallsPerSecond({ ratePerSecond }: WorldConfig): number {
  return ratePerSecond * apiCallsPerEvent;
}

/** Mean revenue a second in cents that the sizes of costs are taken from. */
export function meanRevenuePerSecondMinor(world: World): number {
  return (world.meanViewsPerSecond * meanRevenuePerThousandViewsMinor) / 1000;
}

/** The known truth behind the events of a stretch of time, for checking what detectors, trends and KPIs find. */
export interface GroundTruth {
  /** Views expected a second at a moment, outages taken off. */
  viewsPerSecond(atMs: number): number;
  /** Ad revenue expected a second at a moment, in cents. */
  adRevenuePerSecondMinor(atMs: number): number;
  /** Number and money (cents) expected a second of a habit such as `tip` or `affiliate-click`. */
  habitPerSecond(key: string, atMs: number): { readonly count: number; readonly minor: number };
  /** Monthly recurring revenue in cents, and paying customers, at a moment. */
  mrrMinor(atMs: number): number;
  customers(atMs: number): number;
  launches(fromMs: number, toMs: number): readonly Video[];
  /** Viral moments that begin in [fromMs, toMs). */
  viralMoments(fromMs: number, toMs: number): readonly ViralMoment[];
  outages(fromMs: number, toMs: number): readonly Outage[];
  /** Topics the world outside takes up in [fromMs, toMs). */
  topics(fromMs: number, toMs: number): readonly BuzzTopic[];
}

export function createGroundTruth(world: World): GroundTruth {
  const through = (atMs: number): number => {
    const minuteMs = Math.floor(atMs / 60_000) * 60_000;
    return viewsThrough(world.outages(minuteMs, minuteMs + 60_000), minuteMs, minuteMs + 60_000);
  };
  const viewsPerSecond = (atMs: number): number =>
    world.meanViewsPerSecond * world.audience(atMs).total * through(atMs);

  /** Mean over the views of a moment of a value that depends on the channel. */
  const perView = (
    atMs: number,
    value: (channel: Video['channel'], audience: Audience) => number,
  ): number => {
    const audience = world.audience(atMs);
    const byChannel = new Map(channels.map((channel) => [channel.id, value(channel, audience)]));
    let sum = 0;
    for (const [index, video] of audience.videos.entries()) {
      sum += (audience.weights[index] ?? 0) * (byChannel.get(video.channel.id) ?? 0);
    }
    return audience.total === 0 ? 0 : sum / audience.total;
  };

  return {
    viewsPerSecond,
    adRevenuePerSecondMinor: (atMs) =>
      viewsPerSecond(atMs) *
      perView(atMs, (channel, audience) =>
        audience
          .countryShares(channel)
          .reduce((sum, share, index) => sum + share * adMinorPerView(atMs, channel, index), 0),
      ),
    habitPerSecond: (key, atMs) => {
      const habit: Habit | undefined = habits.find((each) => each.key === key);
      if (habit === undefined) throw new RangeError(`there is no habit ${key}`);
      const count =
        viewsPerSecond(atMs) * perView(atMs, (channel) => habit.perView * appealOf(habit, channel.category));
      return { count, minor: habit.prices === undefined ? 0 : count * meanPrice(habit.prices) };
    },
    mrrMinor: (atMs) => world.subscriptions.mrrMinor(atMs),
    customers: (atMs) => world.subscriptions.customers(atMs),
    launches: (fromMs, toMs) => world.catalogue.launches(fromMs, toMs),
    viralMoments: (fromMs, toMs) =>
      world.catalogue
        .launches(fromMs - VIDEO_LIFE_MS, toMs)
        .flatMap(({ viral }) =>
          viral !== undefined && viral.startMs >= fromMs && viral.startMs < toMs ? [viral] : [],
        ),
    outages: (fromMs, toMs) => world.outages(fromMs, toMs),
    topics: (fromMs, toMs) => world.buzz.topics(fromMs, toMs),
  };
}

/** Cents one view earns through ads: revenue per 1,000 views is in dollars. */
export function adMinorPerView(atMs: number, channel: Video['channel'], countryIndex: number): number {
  return adRpm(atMs, channel.category, countries[countryIndex]?.tier ?? 3) / 10;
}
