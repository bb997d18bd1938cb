import { createRandom, type Random } from '../../platform/time/random.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import type { Audience } from './audience.ts';
import { LONGEST_LEAD_MS, type Video } from './catalogue.ts';
import { adsPerView, appealOf, drawPrice, habits, type Habit } from './economy.ts';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import {
  addBuzz,
  addJourneys,
  addLaunch,
  addProduction,
  addSubscriptions,
  habitDetail,
  roundByChance,
} from './live-events.ts';
import { channels, countries, type Channel, type Country, type Tier } from './network.ts';
import { viewsThrough } from './outages.ts';
import { addApiUsage, addHealth, addHosting, addSpend } from './periodic-events.ts';
import { adMinorPerView, apiCallsPerSecond, type World } from './world.ts';

/** History is made in slots of this length, on a grid of it. */
export const SLOT_MS = 60 * 60_000;
/** Videos of a channel that report for themselves; the rest of the channel reports through one of them by chance. */
const reportsPerChannel = 4;
/** Single views kept per whole slot, for the time watched. */
const sampledViews = 40;
/**
 * What one event stands for when the feed runs at 100 events a second; more at higher rates. Clicks and sales share one number, so that
 * their ratio, the conversion rate, stays what it is.
 */
const unitsPerEvent = { commerce: 10, gifts: 4 };

const engagement = { like: 'likes', comment: 'comments', dislike: 'dislikes', share: 'shares' } as const;
const tiers: readonly Tier[] = [1, 2, 3];

/**
 * The events of [fromMs, toMs), which lies within one slot: the same network as the live feed shows, in fewer events. Views come as
 * `post_metrics` of videos with their engagement, impressions and clicks; sales, tips and commercial clicks as events that stand
 * for several. All sums have the same means as the live feed's. The few single views have no viewer: a sample must not be
 * taken for the number of viewers.
 */
export function eventsOfSlot(world: World, fromMs: number, toMs: number): readonly PlainEvent[] {
  const prefix = `${world.config.seed}:past:${fromMs}-${toMs}`;
  const random = createRandom(prefix);
  const writer = createEventWriter(prefix);
  const lengthMs = toMs - fromMs;
  const audience = world.audience(fromMs + lengthMs / 2);
  const through = viewsThrough(world.outages(fromMs, toMs), fromMs, toMs);
  const views = (world.meanViewsPerSecond * audience.total * through * lengthMs) / 1000;
  const scene: Scene = { world, random, writer, audience, fromMs, lengthMs, views };

  const sampled = Math.min(Math.round((sampledViews * lengthMs) / SLOT_MS), Math.floor(views));
  for (let i = 0; i < sampled; i += 1) addSampledView(scene);
  for (const channel of channels) addChannel(scene, channel, (views - sampled) / Math.max(views, 1));
  for (const habit of habits) if (!(habit.key in engagement)) addHabitSum(scene, habit);
  for (const video of world.catalogue.launches(fromMs, toMs + LONGEST_LEAD_MS)) {
    if (video.producedMs >= fromMs && video.producedMs < toMs) addProduction(writer, video);
    if (video.launchMs >= fromMs && video.launchMs < toMs) addLaunch(writer, video);
  }
  const lastMs = toMs - 1;
  addHealth(world, writer, random, lastMs, fromMs, lengthMs);
  for (const channel of channels) {
    addSpend(world, writer, random, channel, lastMs, lengthMs);
    addHosting(world, writer, channel, lastMs, lengthMs);
  }
  addApiUsage(
    world,
    writer,
    random,
    lastMs,
    roundByChance((apiCallsPerSecond(world.config) * lengthMs) / 1000, random),
  );
  addSubscriptions(world, writer, fromMs, toMs);
  addJourneys(world, writer, fromMs, toMs);
  addBuzz(world, writer, fromMs, toMs);
  return writer.inOrder();
}

interface Scene {
  readonly world: World;
  readonly random: Random;
  readonly writer: EventWriter;
  readonly audience: Audience;
  readonly fromMs: number;
  readonly lengthMs: number;
  /** Views expected in the slot. */
  readonly views: number;
}

/** Views of a channel by its videos, and its ads by tier of country. */
function addChannel(scene: Scene, channel: Channel, share: number): void {
  const { audience, random } = scene;
  if (audience.total === 0) return;
  const perWeight = scene.views / audience.total;
  const own: Watched[] = [];
  for (const [index, video] of audience.videos.entries()) {
    const views = (audience.weights[index] ?? 0) * perWeight;
    if (video.channel.id === channel.id && views > 0) own.push({ video, views });
  }
  own.sort((a, b) => b.views - a.views);
  const expected = own.reduce((sum, each) => sum + each.views, 0);
  const reports = own.slice(0, reportsPerChannel);
  const rest = own.slice(reportsPerChannel);
  const restViews = rest.reduce((sum, each) => sum + each.views, 0);
  const deputy = drawByViews(rest, random.next());
  if (deputy !== undefined) reports.push({ video: deputy.video, views: restViews });
  for (const { video, views } of reports) addReport(scene, video, random.poisson(views * share));
  addAds(scene, channel, expected, own);
}

interface Watched {
  readonly video: Video;
  readonly views: number;
}

function addReport(scene: Scene, video: Video, views: number): void {
  if (views === 0) return;
  const { random, audience, writer } = scene;
  const counts = Object.fromEntries(
    habits.flatMap((habit) =>
      isEngagement(habit.key) ? [[engagement[habit.key], random.poisson(views * habit.perView)]] : [],
    ),
  );
  writer.add('post_metrics', someTime(scene), {
    content_id: video.id,
    channel_id: video.channel.id,
    country: audience.pickCountry(video.channel, random.next()).code,
    views,
    ...counts,
    impressions: Math.round(views / video.ctr),
    clicks: views,
  });
}

function addAds(scene: Scene, channel: Channel, views: number, own: readonly Watched[]): void {
  const { random, audience, writer } = scene;
  const shares = audience.countryShares(channel);
  for (const tier of tiers) {
    const weights = countries.map((country, index) => (country.tier === tier ? (shares[index] ?? 0) : 0));
    const share = weights.reduce((sum, weight) => sum + weight, 0);
    const video = drawByViews(own, random.next())?.video;
    const index = drawIndex(weights, random.next());
    const country: Country | undefined = countries[index];
    const shown = random.poisson(views * share * adsPerView);
    if (video === undefined || country === undefined || shown === 0) continue;
    const atMs = someTime(scene);
    writer.add('ad_impression', atMs, {
      content_id: video.id,
      channel_id: channel.id,
      country: country.code,
      impressions: shown,
      amount_minor: roundByChance((shown / adsPerView) * adMinorPerView(atMs, channel, index), random),
      currency: 'USD',
    });
  }
}

/** Events of a habit over the whole network, each standing for several. */
function addHabitSum(scene: Scene, habit: Habit): void {
  const { random, audience, writer, world } = scene;
  const mean = scene.views * habit.perView;
  const isCounted = habit.type === 'subscription';
  // Subscriptions are counted by their field, so that few events carry all of them.
  const units = isCounted
    ? Math.max(1, mean / channels.length)
    : Math.max(1, (unitsPerEvent[isGift(habit) ? 'gifts' : 'commerce'] * world.config.ratePerSecond) / 100);
  const count = random.poisson(mean / units);
  for (let i = 0; i < count; i += 1) {
    const video = audience.pickVideo(random.next());
    if (video === undefined || random.next() >= appealOf(habit, video.channel.category)) continue;
    const whole = roundByChance(units, random);
    const minor = habit.prices === undefined ? 0 : drawPrice(habit.prices, random.next());
    const sign = habit.extra?.['count'] === -1 ? -1 : 1;
    writer.add(habit.type, someTime(scene), {
      content_id: video.id,
      channel_id: video.channel.id,
      country: audience.pickCountry(video.channel, random.next()).code,
      ...habit.extra,
      ...habitDetail(habit, random, minor),
      ...(habit.countField === undefined ? {} : { [habit.countField]: sign * whole }),
      ...(habit.prices === undefined
        ? {}
        : {
            amount_minor: whole * minor,
            currency: 'USD',
            stream: habit.stream ?? '',
          }),
    });
  }
}

function addSampledView(scene: Scene): void {
  const { random, audience, writer } = scene;
  const video = audience.pickVideo(random.next());
  if (video === undefined) return;
  const retention = Math.min(1, Math.max(0.02, video.retention + 0.22 * random.normal()));
  writer.add('video_view', someTime(scene), {
    content_id: video.id,
    channel_id: video.channel.id,
    country: audience.pickCountry(video.channel, random.next()).code,
    watch_time_ms: Math.round(video.lengthMs * retention),
    retention: Math.round(retention * 1000) / 1000,
  });
}

function someTime({ random, fromMs, lengthMs }: Scene): number {
  return fromMs + random.int(lengthMs);
}

function isGift({ type }: Habit): boolean {
  return type === 'tip' || type === 'super_chat' || type === 'membership';
}

function isEngagement(key: string): key is keyof typeof engagement {
  return key in engagement;
}

function drawByViews(from: readonly Watched[], u: number): Watched | undefined {
  return from[
    drawIndex(
      from.map((each) => each.views),
      u,
    )
  ];
}

/** An index drawn by `u` in [0, 1) in proportion to the weights; -1 when all are zero. */
function drawIndex(weights: readonly number[], u: number): number {
  let left = u * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    left -= weight;
    if (left < 0) return index;
  }
  return weights.findLastIndex((weight) => weight > 0);
}
