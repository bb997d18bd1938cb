import { Type, type Static } from '@sinclair/typebox';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { FINAL_AGE, PostDetail, PostList, PostView } from '../../platform/contracts/posts.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';

const tag = 'Posts';
const defaultLimit = 50;
const MINUTE_MS = 60_000;
const instant = 'fromUnixTimestamp64Milli({published:Int64})';

const Row = Type.Object({
  content: Type.String(),
  channel: Type.String(),
  title: Type.String(),
  published: Type.Number(),
  views: Type.Number(),
  engagement: Type.Number(),
  viral: Type.Union([Type.Number(), Type.Null()]),
  detail: Type.String(),
});
const detailCodec = createJsonCodec(PostDetail);
const columns = `content, channel, title, toUnixTimestamp64Milli(published_at) AS published, views, engagement,
  toUnixTimestamp64Milli(viral_at) AS viral, detail`;

export function postRoutes(store: Store, clock: Clock): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/posts',
      tag,
      summary:
        'Posts that are followed, newest first: checks at 15 min, 1, 4, 12 and 24 h, and what is predicted.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          channel: Type.Optional(Type.String({ maxLength: 256, description: 'Only posts of this channel' })),
          viral: Type.Optional(Type.Boolean({ description: 'true: only posts that were viral at a check' })),
          after: Type.Optional(
            Type.String({ maxLength: 300, description: 'Where the page before ended: its nextAfter' }),
          ),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '50 when absent' })),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: PostList,
      errors: ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, query }) => {
        const { after, channel, limit = defaultLimit, viral } = query;
        const conditions = [
          ...(channel === undefined ? [] : ['channel = {channel:String}']),
          ...(after === undefined
            ? []
            : [`(published_at < ${instant} OR (published_at = ${instant} AND content > {content:String}))`]),
          ...(viral === undefined ? [] : [viral ? 'viral_at IS NOT NULL' : 'viral_at IS NULL']),
        ];
        const rows = await store.query(
          `SELECT ${columns} FROM posts FINAL WHERE ${['tenant = {tenant:String}', ...conditions].join(' AND ')}
           ORDER BY published_at DESC, content LIMIT {limit:UInt32}`,
          {
            tenant: principalOf(caller).tenant,
            limit: limit + 1,
            ...(channel === undefined ? {} : { channel }),
            ...(after === undefined ? {} : readPlace(after)),
          },
          Row,
        );
        const shown = rows.slice(0, limit);
        const last = shown.at(-1);
        return {
          posts: shown.map((row) => viewOf(row, clock.nowMs())),
          ...(rows.length > limit && last !== undefined
            ? { nextAfter: `${last.published}.${last.content}` }
            : {}),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/posts/{content}',
      tag,
      summary: 'One followed post.',
      guard: 'query:read',
      params: Type.Object(
        { content: Type.String({ minLength: 1, maxLength: 256 }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      reply: PostView,
      errors: ['POST_NOT_FOUND', 'STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, params }) => {
        const [row] = await store.query(
          `SELECT ${columns} FROM posts FINAL WHERE tenant = {tenant:String} AND content = {content:String}`,
          { tenant: principalOf(caller).tenant, content: params.content },
          Row,
        );
        if (row !== undefined) return viewOf(row, clock.nowMs());
        throw new WeirError('POST_NOT_FOUND', 'No post with this content is followed.');
      },
    }),
  ];
}

function viewOf(row: Static<typeof Row>, nowMs: number): PostView {
  const detail = detailCodec.decode(Buffer.from(row.detail));
  // A row of an older form is shown without its checks rather than not at all.
  const { checks, predictions } = detail.ok ? detail.value : { checks: [], predictions: [] };
  return {
    content: row.content,
    channel: row.channel,
    title: row.title,
    publishedAtMs: row.published,
    views: row.views,
    engagement: row.engagement,
    ageMinutes: Math.min(FINAL_AGE, Math.max(0, Math.floor((nowMs - row.published) / MINUTE_MS))),
    isViral: row.viral !== null,
    viralAtMs: row.viral,
    checks,
    predictions,
  };
}

function readPlace(text: string): { readonly published: number; readonly content: string } {
  const [, published, content] = /^(\d{1,15})\.(.+)$/s.exec(text) ?? [];
  if (published !== undefined && content !== undefined) return { published: Number(published), content };
  throw new WeirError('GATEWAY_REQUEST_INVALID', 'Query parameter "after" must be the nextAfter of a page.', {
    details: { in: 'query', field: 'after' },
  });
}
