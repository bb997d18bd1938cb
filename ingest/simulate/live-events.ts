import { createRandom, type Random } from '../../platform/time/random.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import type { Audience } from './audience.ts';
import { LONGEST_LEAD_MS, type Video } from './catalogue.ts';
import {
  adsPerView,
  appealOf,
  drawPrice,
  habits,
  products,
  sponsors,
  viewsPerAdEvent,
  viewsPerClickEvent,
  type Habit,
} from './economy.ts';
import { bookProducts } from './books.ts';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import type { Country } from './network.ts';
import { adMinorPerView, type World } from './world.ts';
import { demographicsOf } from './demographics.ts';
import { countries } from './network.ts';
import { viewsThrough } from './outages.ts';
import { periodicEvents } from './periodic-events.ts';

/** The live feed is made in slices of this length; a slice is the same whenever and in whatever company it is made. */
export const SLICE_MS = 250;
const viewersPerEventRate = 1500;

/** The events of slice number `slice`: every view for itself, in order of time. */
export function eventsOfSlice(world: World, slice: number): readonly PlainEvent[] {
  const fromMs = slice * SLICE_MS;
  const toMs = fromMs + SLICE_MS;
  const random = createRandom(`${world.config.seed}/live/${slice}`);
  const writer = createEventWriter(`${world.config.seed}:live:${slice}`);
  const audience = world.audience(fromMs);
  const through = viewsThrough(world.outages(fromMs, toMs), fromMs, toMs);
  const views = (world.meanViewsPerSecond * audience.total * through * SLICE_MS) / 1000;
  const scene: Scene = { world, random, writer, audience, fromMs };

  times(random.poisson(views), () => addView(scene));
  times(random.poisson(views / viewsPerAdEvent), () => addAds(scene));
  times(random.poisson(views / viewsPerClickEvent), () => addClicks(scene));
  for (const habit of habits) times(random.poisson(views * habit.perView), () => addHabit(scene, habit));
  addPublications(scene, toMs);
  periodicEvents(world, writer, random, fromMs, toMs);
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
}

interface Watched {
  readonly video: Video;
  readonly country: Country;
  readonly atMs: number;
}

function addView(scene: Scene): void {
  const watched = watch(scene);
  if (watched === undefined) return;
  const { random, writer } = scene;
  const { video, country, atMs } = watched;
  const retention = Math.min(1, Math.max(0.02, video.retention + 0.22 * random.normal()));
  const viewer = viewerId(scene, country);
  writer.add('video_view', atMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    country: country.code,
    viewer_id: viewer,
    ...demographicsOf(viewer, country.code),
    watch_time_ms: Math.round(video.lengthMs * retention),
    retention: Math.round(retention * 1000) / 1000,
  });
}

function addAds(scene: Scene): void {
  const watched = watch(scene);
  if (watched === undefined) return;
  const { video, country, atMs } = watched;
  const impressions = Math.round(viewsPerAdEvent * adsPerView);
  const minor = viewsPerAdEvent * adMinorPerView(atMs, video.channel, countries.indexOf(country));
  scene.writer.add('ad_impression', atMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    country: country.code,
    impressions,
    amount_minor: roundByChance(minor, scene.random),
    currency: 'USD',
  });
}

function addClicks(scene: Scene): void {
  const watched = watch(scene);
  if (watched === undefined) return;
  const { video, country, atMs } = watched;
  scene.writer.add('click', atMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    country: country.code,
    clicks: viewsPerClickEvent,
    impressions: Math.round((viewsPerClickEvent / video.ctr) * (0.9 + 0.2 * scene.random.next())),
  });
}

function addHabit(scene: Scene, habit: Habit): void {
  const watched = watch(scene);
  if (watched === undefined) return;
  const { random, writer } = scene;
  const { video, country, atMs } = watched;
  if (random.next() >= appealOf(habit, video.channel.category)) return;
  const minor = habit.prices === undefined ? 0 : drawPrice(habit.prices, random.next());
  const user = viewerId(scene, country);
  writer.add(habit.type, atMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    country: country.code,
    user_id: user,
    ...demographicsOf(user, country.code),
    ...(habit.countField === undefined ? {} : { [habit.countField]: 1 }),
    ...habit.extra,
    ...habitDetail(habit, random, minor),
    ...(habit.prices === undefined
      ? {}
      : {
          amount_minor: minor,
          currency: 'USD',
          stream: habit.stream ?? '',
        }),
  });
}

/** What an event of a habit names beside the video. */
export function habitDetail(habit: Habit, random: Random, minor: number): Readonly<Record<string, string>> {
  if (habit.type === 'sponsor_click') return { sponsor: random.pick(sponsors) };
  // Our own products have their list price, so that a price is amount by quantity; a refund is one of them too.
  if (habit.key === 'product-sale')
    return {
      product_id: bookProducts.find((each) => each.minor === Math.abs(minor))?.product ?? products[0],
    };
  if (habit.key.startsWith('affiliate')) return { product_id: random.pick(products) };
  return {};
}

/** Videos produced and published within the slice. */
function addPublications({ world, writer, fromMs }: Scene, toMs: number): void {
  for (const video of world.catalogue.launches(fromMs, toMs + LONGEST_LEAD_MS)) {
    if (video.producedMs >= fromMs && video.producedMs < toMs) addProduction(writer, video);
    if (video.launchMs >= fromMs && video.launchMs < toMs) addLaunch(writer, video);
  }
}

/** What customers of the studio service do; each event under its own id, in history as well. */
export function addSubscriptions(world: World, writer: EventWriter, fromMs: number, toMs: number): void {
  for (const { id, type, atMs, data } of world.subscriptions.events(fromMs, toMs))
    writer.add(type, atMs, data, id);
}

/** What people on their way to a membership do; every one of it for itself, in history as well. */
export function addJourneys(world: World, writer: EventWriter, fromMs: number, toMs: number): void {
  for (const { type, atMs, data } of world.journeys.events(fromMs, toMs)) writer.add(type, atMs, data);
}

/** What the world outside says, searches and publishes; every bit of it for itself, in history as well. */
export function addBuzz(world: World, writer: EventWriter, fromMs: number, toMs: number): void {
  for (const { type, atMs, data } of world.buzz.events(fromMs, toMs)) writer.add(type, atMs, data);
}

export function addProduction(writer: EventWriter, video: Video): void {
  writer.add('content_generation', video.producedMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    amount_minor: video.costMinor,
    currency: 'USD',
    duration_ms: Math.round(video.lengthMs * 1.5),
    automated: video.isAutomated,
    succeeded: true,
  });
}

export function addLaunch(writer: EventWriter, video: Video): void {
  writer.add('post_published', video.launchMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    title: video.title,
    category: video.channel.category,
    lead_ms: video.launchMs - video.producedMs,
  });
  writer.add('content_upload', video.launchMs, {
    content_id: video.id,
    channel_id: video.channel.id,
    succeeded: true,
    duration_ms: Math.round(video.lengthMs / 20),
  });
}

function watch({ audience, random, fromMs }: Scene): Watched | undefined {
  const video = audience.pickVideo(random.next());
  if (video === undefined) return undefined;
  const country = audience.pickCountry(video.channel, random.next());
  return { video, country, atMs: fromMs + random.int(SLICE_MS) };
}

/** A viewer of a country; some come far more often than others. */
function viewerId({ world, random }: Scene, country: Country): string {
  const viewers = Math.max(10, Math.round(country.share * viewersPerEventRate * world.config.ratePerSecond));
  return `viewer-${country.code.toLowerCase()}-${Math.floor(viewers * random.next() ** 1.7)}`;
}

/** A whole number with the mean `value`: money is whole cents, and rounding must not lose the small amounts. */
export function roundByChance(value: number, random: Random): number {
  const below = Math.floor(value);
  return below + (random.next() < value - below ? 1 : 0);
}

function times(count: number, act: () => void): void {
  for (let i = 0; i < count; i += 1) act();
}
