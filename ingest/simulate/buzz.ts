import { createRandom, type Random } from '../../platform/time/random.ts';
import { subjects } from './network.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nobody talks about a topic after this. */
export const BUZZ_LIFE_MS = 10 * DAY_MS;
const daysKept = 16;
/** New topics a day, and the share of them that never catches on. */
const topicsPerDay = 2;
const dudShare = 0.3;
/** Mentions an hour of all ordinary subjects together, and of a topic of height 1 at its peak, at 100 events a second. */
const ordinaryPerHour = 5;
const mentionsAtPeak = 9;
/** Searches follow what is talked about by this much; their interest is an index from 0 to 100. */
const searchLagMs = 3 * HOUR_MS;
const searchEveryMs = 2 * HOUR_MS;
const ordinarySearchEveryMs = 6 * HOUR_MS;
const newsAtPeakPerHour = 0.5;
const rivalPostsAtPeakPerHour = 0.4;

/** Subjects that come and go, invented; a few of them are also what the network itself makes videos about. */
const topics: readonly string[] = [
  'solar sail race',
  'glass keyboard',
  'tidal battery',
  'paper drone',
  'silent blender',
  'moss roof',
  'pocket telescope',
  'salt bread',
  'night train map',
  'clay speaker',
  'ice chess',
  'copper garden',
  'folding piano',
  'lantern festival',
  'rooftop rowing',
  'desert orchard',
  'mirror maze',
  'kelp noodles',
  'magnet skate',
  'velvet engine',
];
const rivals = ['Northside Studio', 'Daily Curio', 'Tin Lantern', 'Second Draft'] as const;
const headlines = ['{} is everywhere', 'Why people talk about {}', '{}: what is known', 'Behind {}'] as const;
const posts = ['We built {}', '{} in one day', 'Is {} worth it?', 'Trying {} first'] as const;

/** A topic that comes up, and how high it gets. The known truth of trends. */
export interface BuzzTopic {
  readonly topic: string;
  readonly onsetMs: number;
  /** When it is talked about most. */
  readonly peakMs: number;
  /** Against a usual topic; near nothing when it never catches on. */
  readonly height: number;
  readonly decayMs: number;
}

export interface BuzzEvent {
  readonly type: 'mention' | 'search_trend' | 'news_item' | 'competitor_post' | 'competitor_metrics';
  readonly atMs: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** What the world outside talks about, as a function of the seed and the time. */
export interface Buzz {
  /** In [fromMs, toMs), by time. */
  events(fromMs: number, toMs: number): readonly BuzzEvent[];
  /** Topics that come up in [fromMs, toMs). */
  topics(fromMs: number, toMs: number): readonly BuzzTopic[];
}

/** How much a topic is talked about at a moment, 1 at the peak of a usual one: a steep rise, then a slower fall. */
export function buzzOf({ onsetMs, peakMs, height, decayMs }: BuzzTopic, atMs: number): number {
  if (atMs < onsetMs) return 0;
  if (atMs >= peakMs) return height * Math.exp(-(atMs - peakMs) / decayMs);
  return height * ((atMs - onsetMs) / (peakMs - onsetMs)) ** 2;
}

/** The days used last are kept in memory, at most 16; the events of an hour are made together. */
export function createBuzz(config: { readonly seed: string; readonly ratePerSecond: number }): Buzz {
  const days = new Map<number, readonly BuzzTopic[]>();
  const hours = new Map<number, readonly BuzzEvent[]>();
  const volume = config.ratePerSecond / 100;
  const topicsOf = (day: number): readonly BuzzTopic[] =>
    remembered(days, day, daysKept, () => newTopics(createRandom(`${config.seed}/buzz/${day}`), day));
  const topicsBetween = (fromMs: number, toMs: number): readonly BuzzTopic[] => {
    const found: BuzzTopic[] = [];
    for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < toMs; day += 1)
      found.push(...topicsOf(day).filter(({ onsetMs }) => onsetMs >= fromMs && onsetMs < toMs));
    return found;
  };
  const eventsOf = (hour: number): readonly BuzzEvent[] =>
    remembered(hours, hour, 4, () => {
      const fromMs = hour * HOUR_MS;
      const live = topicsBetween(fromMs - BUZZ_LIFE_MS, fromMs + HOUR_MS);
      return hourEvents(createRandom(`${config.seed}/buzz/hour/${hour}`), fromMs, live, volume);
    });
  return {
    topics: topicsBetween,
    events: (fromMs, toMs) => {
      const found: BuzzEvent[] = [];
      for (let hour = Math.floor(fromMs / HOUR_MS); hour * HOUR_MS < toMs; hour += 1)
        found.push(...eventsOf(hour).filter(({ atMs }) => atMs >= fromMs && atMs < toMs));
      return found;
    },
  };
}

function newTopics(random: Random, day: number): readonly BuzzTopic[] {
  const names = [...topics, ...Object.values(subjects).flat()];
  return Array.from({ length: random.poisson(topicsPerDay) }, (): BuzzTopic => {
    const onsetMs = day * DAY_MS + random.int(DAY_MS);
    const isDud = random.next() < dudShare;
    return {
      topic: random.pick(names),
      onsetMs,
      peakMs: onsetMs + Math.round((8 + 40 * random.next()) * HOUR_MS),
      height: isDud ? 0.08 : Math.exp(0.5 * random.normal()),
      decayMs: Math.round((14 + 34 * random.next()) * HOUR_MS),
    };
  });
}

function hourEvents(
  random: Random,
  fromMs: number,
  live: readonly BuzzTopic[],
  volume: number,
): readonly BuzzEvent[] {
  const events: BuzzEvent[] = [];
  const someTime = (): number => fromMs + random.int(HOUR_MS);
  const ordinary = Object.values(subjects).flat();
  const mention = (topic: string): void => {
    events.push({
      type: 'mention',
      atMs: someTime(),
      data: {
        topic,
        sentiment: Math.round(100 * Math.max(-1, Math.min(1, 0.2 + 0.4 * random.normal()))) / 100,
        reach: Math.round(200 * Math.exp(1.2 * random.normal())),
      },
    });
  };
  for (let i = random.poisson(ordinaryPerHour * volume); i > 0; i -= 1) mention(random.pick(ordinary));
  const isSearchHour = fromMs % searchEveryMs === 0;
  if (fromMs % ordinarySearchEveryMs === 0)
    for (const term of ordinary)
      events.push({ type: 'search_trend', atMs: fromMs, data: { term, volume: 4 + random.int(4) } });
  for (const topic of live) {
    const buzz = buzzOf(topic, fromMs + HOUR_MS / 2);
    for (let i = random.poisson(buzz * mentionsAtPeak * volume); i > 0; i -= 1) mention(topic.topic);
    const searched = Math.min(100, Math.round(40 * buzzOf(topic, fromMs - searchLagMs)));
    if (isSearchHour && searched > 1)
      events.push({ type: 'search_trend', atMs: fromMs, data: { term: topic.topic, volume: searched } });
    for (let i = random.poisson(buzz * newsAtPeakPerHour); i > 0; i -= 1)
      events.push({ type: 'news_item', atMs: someTime(), data: { title: titled(random, headlines, topic) } });
    for (let i = random.poisson(buzz * rivalPostsAtPeakPerHour); i > 0; i -= 1)
      events.push(...rivalPost(random, someTime(), topic, fromMs + HOUR_MS));
  }
  return events.toSorted((a, b) => a.atMs - b.atMs);
}

/** A post of a competitor, and its views at the end of the hour. */
function rivalPost(random: Random, atMs: number, topic: BuzzTopic, hourEndMs: number): BuzzEvent[] {
  const competitor = random.pick(rivals);
  const content_id = `${competitor.toLowerCase().replaceAll(' ', '-')}-${atMs}`;
  return [
    {
      type: 'competitor_post',
      atMs,
      data: { competitor, content_id, title: titled(random, posts, topic), category: 'Entertainment' },
    },
    {
      type: 'competitor_metrics',
      atMs: Math.min(hourEndMs - 1, atMs + 600_000),
      data: { competitor, content_id, views: Math.round(400 * Math.exp(0.8 * random.normal())) },
    },
  ];
}

function titled(random: Random, forms: readonly string[], { topic }: BuzzTopic): string {
  const text = random.pick(forms).replace('{}', topic);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What was made for a number; at most `bound` are kept, the oldest leave. */
function remembered<T>(held: Map<number, T>, key: number, bound: number, make: () => T): T {
  const known = held.get(key);
  if (known !== undefined) return known;
  const made = make();
  for (const oldest of held.size >= bound ? [...held.keys()].slice(0, 1) : []) held.delete(oldest);
  held.set(key, made);
  return made;
}
