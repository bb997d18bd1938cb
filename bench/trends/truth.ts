import { channelKey, topicKey } from '../../streams/trends/observe.ts';
import { termsOf } from '../../streams/trends/words.ts';
import type { ReplayDay } from './replay.ts';

const DAY_MS = 86_400_000;
/** See docs/trend-evaluation.md. */
const HORIZON_DAYS = 7;
const PAST_DAYS = 3;
const FACTOR = 2;
const FLOOR_VIEWS = 500_000;

/** Attention of every topic and channel by day, from the events alone: nothing of the detector goes into it. */
export interface Truth {
  /** Views gained on a day (number since 1970). */
  readonly views: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Videos listed on a day. */
  readonly videos: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

export const dayOf = (atMs: number): number => Math.floor(atMs / DAY_MS);

export function truthOf(days: readonly ReplayDay[]): Truth {
  const published = new Map<string, { readonly atMs: number; readonly keys: readonly string[] }>();
  for (const { events } of days)
    for (const event of events)
      if (event.type === 'post_published')
        published.set(event.content, {
          atMs: event.eventTimeMs,
          keys: [
            ...termsOf(titleOf(event.data)).map((term) => topicKey(term.key)),
            channelKey(event.channel),
          ],
        });
  const views = new Map<string, Map<number, number>>();
  const videos = new Map<string, Map<number, number>>();
  const lastMs = new Map<string, number>();
  for (const { events } of days)
    for (const event of events) {
      const about = published.get(event.content);
      if (event.type !== 'post_metrics' || about === undefined) continue;
      const sinceMs = lastMs.get(event.content) ?? about.atMs;
      lastMs.set(event.content, event.eventTimeMs);
      const gain = Math.max(0, gainOf(event.data)) * Math.min(1, DAY_MS / (event.eventTimeMs - sinceMs));
      for (const key of about.keys) {
        add(views, key, dayOf(event.eventTimeMs), gain);
        add(videos, key, dayOf(event.eventTimeMs), 1);
      }
    }
  return { views, videos };
}

export function at(series: Truth['views'], key: string, day: number): number {
  return series.get(key)?.get(day) ?? 0;
}

/** Whether a topic named on a day has its peak before it: twice the highest of the last `pastDays`. */
export function isHit(truth: Truth, key: string, day: number, pastDays: number = PAST_DAYS): boolean {
  const past = highest(truth, key, day - pastDays + 1, day);
  const ahead = highest(truth, key, day + 1, day + HORIZON_DAYS);
  return ahead >= FLOOR_VIEWS && ahead >= FACTOR * past;
}

function highest(truth: Truth, key: string, from: number, to: number): number {
  let high = 0;
  for (let day = from; day <= to; day++) high = Math.max(high, at(truth.views, key, day));
  return high;
}

export interface PeakEpisode {
  readonly key: string;
  readonly peakDay: number;
}

/** Peaks that could have been named: see docs/trend-evaluation.md. `candidates` by day. */
export function episodes(
  truth: Truth,
  candidates: ReadonlyMap<number, ReadonlySet<string>>,
  from: number,
  to: number,
): readonly PeakEpisode[] {
  const found: PeakEpisode[] = [];
  for (const [key, byDay] of truth.views)
    for (const [day, value] of byDay) {
      if (day < from || day > to || value < FLOOR_VIEWS) continue;
      if (highest(truth, key, day - 7, day - 1) >= value || highest(truth, key, day + 1, day + 7) > value)
        continue;
      for (let before = 1; before <= HORIZON_DAYS; before++)
        if (candidates.get(day - before)?.has(key) === true && isHit(truth, key, day - before)) {
          found.push({ key, peakDay: day });
          break;
        }
    }
  return found;
}

function add(series: Map<string, Map<number, number>>, key: string, day: number, value: number): void {
  const held = series.get(key) ?? new Map<number, number>();
  series.set(key, held);
  held.set(day, (held.get(day) ?? 0) + value);
}

function titleOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'title' in data && typeof data.title === 'string'
    ? data.title
    : '';
}

function gainOf(data: unknown): number {
  return typeof data === 'object' && data !== null && 'views' in data && typeof data.views === 'number'
    ? data.views
    : 0;
}
