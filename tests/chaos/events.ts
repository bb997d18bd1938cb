import type { Random } from '../../platform/time/random.ts';

export interface SentEvent {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, string | number>>;
}

const countries = ['US', 'DE', 'BR', 'IN', 'JP'];

/**
 * Events of a small network. Nearly all happen now, a few seconds apart and out of order; some come minutes, hours or days late, after
 * their windows have gone from memory.
 */
export function createEventSource(source: string, random: Random): (nowMs: number) => SentEvent {
  let next = 0;
  return (nowMs) => {
    next++;
    const content = random.int(40);
    const common = {
      content_id: `video-${content}`,
      channel_id: `channel-${content % 7}`,
      country: random.pick(countries),
    };
    const [type, data] = payload(random);
    return {
      source,
      id: `e${next}`,
      type,
      time: new Date(nowMs - ageMs(random)).toISOString(),
      data: { ...common, ...data },
    };
  };
}

function ageMs(random: Random): number {
  const kind = random.next();
  if (kind < 0.9) return random.int(3_000);
  if (kind < 0.96) return random.int(120_000);
  if (kind < 0.99) return random.int(3 * 3_600_000);
  return random.int(40 * 86_400_000);
}

function payload(random: Random): [string, Record<string, string | number>] {
  const kind = random.int(10);
  if (kind < 6)
    return ['video_view', { viewer_id: `viewer-${random.int(3_000)}`, watch_time_ms: random.int(600_000) }];
  if (kind < 8)
    return [
      'ad_impression',
      { impressions: 1 + random.int(5), amount_minor: random.int(900) - 50, currency: 'USD' },
    ];
  if (kind < 9)
    return ['engagement', { kind: random.pick(['like', 'dislike', 'comment']), count: 1 + random.int(3) }];
  return [
    'tip',
    { amount_minor: 100 + random.int(5_000), currency: 'USD', user_id: `viewer-${random.int(3_000)}` },
  ];
}

export function keyOf(event: { readonly source: string; readonly id: string }): string {
  return `${event.source}/${event.id}`;
}
