import type { CanonicalEvent } from '../../../platform/contracts/event.ts';
import { createRandom } from '../../../platform/time/random.ts';
import { DAY_MS, HOUR_MS } from '../activity.ts';
import type { TrendEvent } from '../observe.ts';

export const START_MS = Date.UTC(2026, 0, 5);

const words = [
  'kayak',
  'glacier',
  'saffron',
  'origami',
  'tundra',
  'zeppelin',
  'walnut',
  'comet',
  'fjord',
  'lichen',
];

/**
 * Days of a small world: each hour a few posts about ordinary subjects with views that fade, mentions, searches and news; from day
 * `burstDay` on "solar sail" in all sources and several channels, growing by the hour for two days.
 */
export function worldEvents(seed: number, days: number, burstDay: number, tenant = 'main'): TrendEvent[] {
  const random = createRandom(seed);
  const events: TrendEvent[] = [];
  let number = 0;
  const add = (
    type: string,
    atMs: number,
    data: Record<string, unknown>,
    content = '',
    channel = '',
  ): void => {
    const eventTimeMs = Math.floor(atMs);
    events.push({
      tenant,
      source: 'test',
      id: `e${number++}`,
      type,
      eventTimeMs,
      receivedAtMs: eventTimeMs + 500,
      channel,
      content,
      data,
    });
  };
  const pick = (): string => words[random.int(words.length)] ?? '';
  const follow = (content: string, channel: string, fromMs: number, first: number, growth: number): void => {
    for (let day = 1; day <= 4; day++)
      add(
        'post_metrics',
        fromMs + day * DAY_MS,
        { views: Math.round(first * growth ** (day - 1)), likes: 20, comments: 3 },
        content,
        channel,
      );
  };
  for (let hour = 0; hour < days * 24; hour++) {
    const atMs = START_MS + hour * HOUR_MS;
    const inBurst = Math.floor(hour - burstDay * 24);
    if (random.next() < 0.5) {
      const content = `v${hour}`;
      const channel = `c${random.int(6)}`;
      add(
        'post_published',
        atMs,
        { title: `${pick()} ${pick()} ${pick()}`, category: 'Gaming' },
        content,
        channel,
      );
      follow(content, channel, atMs, 2_000, 0.5);
    }
    for (let i = 0; i < 3; i++) add('mention', atMs + random.int(3_000_000), { topic: pick() });
    if (hour % 6 === 0)
      for (const word of words) add('search_trend', atMs + 1, { term: word, volume: 20 + random.int(20) });
    if (inBurst < 0 || inBurst >= 96) continue;
    for (let i = 0; i < Math.min(8, 1 + inBurst / 6); i++)
      add('mention', atMs + random.int(3_000_000), { topic: 'solar sails' });
    if (inBurst % 6 === 0) {
      add('search_trend', atMs + 2, { term: 'Solar Sail', volume: 60 });
      add('news_item', atMs + 3, { title: 'Solar sail reaches comet' });
      const content = `s${hour}`;
      const channel = `space${hour % 4}`;
      add(
        'post_published',
        atMs,
        { title: 'Solar Sail explained | Comet', category: 'Education' },
        content,
        channel,
      );
      follow(content, channel, atMs, 8_000, 1.6);
      add('competitor_post', atMs + 4, { competitor: 'rival', title: 'Our solar sail' });
    }
  }
  return events.sort((a, b) => a.eventTimeMs - b.eventTimeMs || (a.id < b.id ? -1 : 1));
}

/** As ingest hands it on. */
export function canonical(event: TrendEvent): CanonicalEvent {
  const { data, ...rest } = event;
  return {
    ...rest,
    country: '',
    stream: '',
    user: '',
    amountMinor: 0,
    currency: '',
    amountBaseMinor: Number.NaN,
    metrics: [],
    flags: 0,
    dataJson: JSON.stringify(data),
  };
}
