import { Type } from '@sinclair/typebox';
import type { Store } from '../../../platform/store/store.ts';
import { escapeTsv } from '../../../platform/store/tsv.ts';
import type { PostEvents, PostRows } from '../ports.ts';
import { edges } from '../posts.ts';

const MINUTE_MS = 60_000;

const Row = Type.Object({
  tenant: Type.String(),
  content: Type.String(),
  minute: Type.Number(),
  countedViews: Type.Number(),
  countedEngagement: Type.Number(),
  reportedViews: Type.Number(),
  reportedEngagement: Type.Number(),
});

const field = (name: string): string => `JSONExtractFloat(data, '${name}')`;
const count = `if(JSONHas(data, 'count'), ${field('count')}, 1)`;
const sums = `
  toFloat64(countIf(type = 'video_view')) AS countedViews,
  sumIf(${count}, type = 'share' OR (type = 'engagement' AND JSONExtractString(data, 'kind') != 'dislike')) AS countedEngagement,
  sumIf(${field('views')}, type = 'post_metrics') AS reportedViews,
  sumIf(${field('likes')} + ${field('comments')} + ${field('shares')}, type = 'post_metrics') AS reportedEngagement`;
const types = "type IN ('video_view', 'engagement', 'share', 'post_metrics')";
const minuteOf = 'intDiv(toUnixTimestamp64Milli(time), 60000)';

/** Sums are made where the events are: single views are many, and only their number by minute is of interest. */
export function createPostEvents(store: Store): PostEvents {
  return {
    minutes: async (afterSeq, toSeq) =>
      await store.query(
        `SELECT tenant, content, ${minuteOf} AS minute, ${sums} FROM events
         PREWHERE seq > {after:UInt64} AND seq <= {to:UInt64} WHERE content != '' AND ${types} GROUP BY tenant, content, minute`,
        { after: afterSeq, to: toSeq },
        Row,
      ),
    past: async (tenant, posts, toSeq) => {
      const minutes = posts.map(({ publishedAtMs }) => Math.floor(publishedAtMs / MINUTE_MS));
      const span = edges.at(-1) ?? 0;
      // The minute of a part is the first one that lies in it, counted from the publication of its post.
      const start = `multiIf(${edges.map((edge, i) => `age < ${edge}, ${i === 0 ? '0' : edges[i - 1]}`).join(', ')}, ${span})`;
      return await store.query(
        `SELECT tenant, content, published + start AS minute, ${sums} FROM (
           SELECT *, transform(content, {contents:Array(String)}, {minutes:Array(Int64)}, toInt64(0)) AS published,
             ${minuteOf} - published AS age, toInt64(${start}) AS start
           FROM events WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({until:Int64})
             AND content IN {contents:Array(String)} AND seq <= {to:UInt64} AND ${types} AND age >= -10 AND age < ${span}
         ) GROUP BY tenant, content, minute`,
        {
          tenant,
          contents: posts.map(({ content }) => content),
          minutes,
          to: toSeq,
          from: (Math.min(...minutes) - 10) * MINUTE_MS,
          until: (Math.max(...minutes) + span) * MINUTE_MS,
        },
        Row,
      );
    },
  };
}

const columns = [
  'tenant',
  'content',
  'channel',
  'title',
  'published_at',
  'views',
  'engagement',
  'viral_at',
  'detail',
  'version',
] as const;

export function createPostRows(store: Store): PostRows {
  return {
    write: async (rows, version) => {
      const lines = rows.map(({ post, tenant }) => {
        const { channel, checks, content, engagement, predictions, publishedAtMs, title, viralAtMs, views } =
          post;
        return [
          tenant,
          escapeTsv(content),
          escapeTsv(channel),
          escapeTsv(title),
          instant(publishedAtMs),
          views,
          engagement,
          viralAtMs === null ? '\\N' : instant(viralAtMs),
          escapeTsv(JSON.stringify({ checks, predictions })),
          version,
        ].join('\t');
      });
      await store.insertRows('posts', columns, `${lines.join('\n')}\n`);
    },
  };
}

/** As text: digits alone would be read as seconds or milliseconds by how many there are. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, -1);
}
