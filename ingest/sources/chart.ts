import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import { parseJson } from './json.ts';
import {
  MAX_EVENTS,
  unseen,
  withCounters,
  type Counters,
  type Reading,
  type Refusal,
  type SourceAdapter,
} from './source.ts';

const PER_PAGE = 50;
const MAX_TAGS = 15;
const Count = Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' }));
const VideoList = Type.Object({
  nextPageToken: Type.Optional(Type.String({ maxLength: 200 })),
  items: Type.Array(Type.Unknown()),
});
const Video = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  snippet: Type.Object({
    publishedAt: Type.String(),
    channelId: Type.String({ maxLength: 128 }),
    channelTitle: Type.Optional(Type.String()),
    title: Type.String(),
    categoryId: Type.Optional(Type.String()),
    tags: Type.Optional(Type.Array(Type.String())),
  }),
  // Makers may hide what they want hidden.
  statistics: Type.Optional(Type.Object({ viewCount: Count, likeCount: Count, commentCount: Count })),
});
type Video = Static<typeof Video>;
const isList = TypeCompiler.Compile(VideoList);
const isVideo = TypeCompiler.Compile(Video);
const isFailure = TypeCompiler.Compile(
  Type.Object({
    error: Type.Object({
      message: Type.Optional(Type.String()),
      errors: Type.Optional(Type.Array(Type.Object({ reason: Type.Optional(Type.String()) }))),
    }),
  }),
);

/** Names of the categories a chart speaks of most (videoCategories.list, region US); others keep their number. */
const categories: Readonly<Record<string, string>> = {
  '1': 'Film & Animation',
  '2': 'Autos & Vehicles',
  '10': 'Music',
  '15': 'Pets & Animals',
  '17': 'Sports',
  '20': 'Gaming',
  '22': 'People & Blogs',
  '23': 'Comedy',
  '24': 'Entertainment',
  '25': 'News & Politics',
  '26': 'Howto & Style',
  '27': 'Education',
  '28': 'Science & Technology',
};

export interface ChartOptions {
  readonly name: string;
  /** `https://www.googleapis.com/youtube/v3` unless a test says otherwise. */
  readonly baseUrl: string;
  readonly region: string;
  readonly key: string;
}

/**
 * What is watched most on a platform: YouTube Data API v3, `videos.list?chart=mostPopular` (1 unit of quota a page, at most four pages a poll). They are
 * other people's videos, so they come as `competitor_post` and `competitor_metrics` with `data.chart` and `chart_views`, and count neither as the tenant's own nor
 * as a chosen competitor's. Counters are cumulative: what is told is what was gained since the last poll. The key goes in a header, so that it is in no address.
 */
export function chartAdapter({ name, baseUrl, region, key }: ChartOptions): SourceAdapter {
  const source = `source:${name}`;
  const chart = `youtube/${region}`;
  return {
    request: (_state, page) => {
      const query = new URLSearchParams({
        part: 'snippet,statistics',
        chart: 'mostPopular',
        regionCode: region,
        maxResults: String(PER_PAGE),
        fields:
          'nextPageToken,items(id,snippet(publishedAt,channelId,channelTitle,title,categoryId,tags),statistics(viewCount,likeCount,commentCount))',
      });
      if (page !== undefined) query.set('pageToken', page);
      return {
        url: `${baseUrl}/videos?${query.toString()}`,
        headers: { accept: 'application/json', 'x-goog-api-key': key },
      };
    },
    read: (text, state, atMs): Reading => {
      const list = parseJson(text);
      if (!isList.Check(list))
        throw new WeirError('SOURCE_ANSWER_INVALID', 'The answer is no list of videos (videos.list).');
      // A video this version cannot read is left out; the others go on.
      const videos = list.items.filter((each) => isVideo.Check(each)).slice(0, MAX_EVENTS / 2);
      const { fresh, state: next } = unseen(state, videos, ({ id }) => id);
      const events: PlainEvent[] = fresh.map((video) => publication(video, source, chart, atMs));
      const added = new Map<string, Counters>();
      for (const video of videos) {
        const now = countersOf(video, atMs);
        if (now === undefined) continue;
        const before = state.counters[video.id];
        added.set(video.id, now);
        const gains = gainsOf(now, before);
        if (gains.views === 0 && gains.likes === 0 && gains.comments === 0) continue;
        events.push({
          id: `${video.id}@${now.views}/${now.likes}/${now.comments}`,
          source,
          type: 'competitor_metrics',
          time: new Date(atMs).toISOString(),
          data: {
            competitor: video.snippet.channelId,
            content_id: video.id,
            chart,
            chart_views: gains.views,
            likes: gains.likes,
            comments: gains.comments,
          },
        });
      }
      return {
        events,
        state: { ...next, counters: withCounters(state.counters, added) },
        nextPage: list.nextPageToken,
      };
    },
    explain: (status, text, atMs): Refusal | undefined => {
      const answer = parseJson(text);
      if (!isFailure.Check(answer)) return undefined;
      const reason = answer.error.errors?.[0]?.reason ?? '';
      if (reason === 'quotaExceeded' || reason === 'dailyLimitExceeded')
        return {
          code: 'SOURCE_QUOTA_SPENT',
          message: 'The quota of the key is spent for today; it is asked again after midnight Pacific time.',
          waitMs: untilPacificMidnight(atMs),
        };
      if (/rateLimit/i.test(reason)) return { code: 'SOURCE_REFUSED', message: 'It is asked too often.' };
      const words = /^[\w .,:'-]{1,80}$/.test(reason) && reason !== '' ? reason : `status ${status}`;
      return { code: 'SOURCE_REFUSED', message: `YouTube refuses the request: ${words}.` };
    },
  };
}

function publication({ id, snippet }: Video, source: string, chart: string, atMs: number): PlainEvent {
  const publishedMs = Date.parse(snippet.publishedAt);
  return {
    id,
    source,
    type: 'competitor_post',
    time: new Date(Number.isFinite(publishedMs) ? Math.min(publishedMs, atMs) : atMs).toISOString(),
    data: {
      competitor: snippet.channelId,
      competitor_name: (snippet.channelTitle ?? '').slice(0, 128).toWellFormed(),
      content_id: id,
      title: snippet.title.slice(0, 300).toWellFormed(),
      category: categories[snippet.categoryId ?? ''] ?? snippet.categoryId ?? '',
      tags: (snippet.tags ?? []).filter((tag) => tag.length <= 64).slice(0, MAX_TAGS),
      chart,
    },
  };
}

function countersOf({ statistics }: Video, atMs: number): Counters | undefined {
  if (statistics?.viewCount === undefined) return undefined;
  return {
    atMs,
    views: Number(statistics.viewCount),
    likes: Number(statistics.likeCount ?? 0),
    comments: Number(statistics.commentCount ?? 0),
  };
}

/** A counter that goes down is a correction, a negative gain. */
function gainsOf(now: Counters, before: Counters | undefined): Omit<Counters, 'atMs'> {
  return {
    views: now.views - (before?.views ?? 0),
    likes: now.likes - (before?.likes ?? 0),
    comments: now.comments - (before?.comments ?? 0),
  };
}

const pacific = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/Los_Angeles',
  hourCycle: 'h23',
  hour: 'numeric',
  minute: 'numeric',
});

/** Quotas of Google's APIs begin anew at midnight Pacific time. */
export function untilPacificMidnight(atMs: number): number {
  const parts = new Map(pacific.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const minutes = (parts.get('hour') ?? 0) * 60 + (parts.get('minute') ?? 0);
  return (24 * 60 - minutes + 1) * 60_000;
}
