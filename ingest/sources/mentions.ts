import { createHash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { PlainEvent } from '../import/plain-event.ts';
import { at, listAt, parseJson } from './json.ts';
import { MAX_EVENTS, unseen, type Reading, type SourceAdapter } from './source.ts';

const MAX_TOPICS = 5;
const Status = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
  created_at: Type.String(),
  tags: Type.Array(Type.Object({ name: Type.String() })),
  account: Type.Optional(Type.Object({ followers_count: Type.Optional(Type.Integer({ minimum: 0 })) })),
  reblogs_count: Type.Optional(Type.Integer({ minimum: 0 })),
});
type Status = Static<typeof Status>;
const isStatus = TypeCompiler.Compile(Status);

export interface MastodonOptions {
  readonly name: string;
  /** `https://instance/api/v1/timelines/public` or `…/timelines/tag/<tag>`. */
  readonly url: string;
  readonly token: string;
}

/**
 * Mentions from a Mastodon server (docs.joinmastodon.org, timelines; `since_id`, at most 40 statuses a poll): one mention for each hashtag of a status. Neither text nor
 * account of anybody is kept, only the hashtag, the time and how many follow.
 */
export function mastodonAdapter({ name, url, token }: MastodonOptions): SourceAdapter {
  return {
    request: ({ cursor }) => {
      const address = new URL(url);
      address.searchParams.set('limit', '40');
      if (cursor !== '') address.searchParams.set('since_id', cursor);
      return {
        url: address.href,
        headers: {
          accept: 'application/json',
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        },
      };
    },
    read: (text, state, atMs): Reading => {
      const statuses = listAt(parseJson(text), '').filter((each): each is Status => isStatus.Check(each));
      const { fresh, state: next } = unseen(state, statuses, ({ id }) => id, MAX_EVENTS / MAX_TOPICS);
      const events = fresh.flatMap((status) => {
        const reach = status.account?.followers_count;
        return topicsOf(status).map((topic) => ({
          id: `${status.id}#${topic}`,
          source: `source:${name}`,
          type: 'mention',
          time: timeOf(status.created_at, atMs),
          data: { topic, ...(reach === undefined ? {} : { reach }) },
        }));
      });
      return { events, state: { ...next, cursor: newest(state.cursor, statuses) }, nextPage: undefined };
    },
  };
}

function topicsOf({ tags }: Status): readonly string[] {
  const names = tags.map(({ name }) => name.trim()).filter((each) => each !== '' && each.length <= 64);
  return [...new Set(names)].slice(0, MAX_TOPICS);
}

/** Ids are numbers as text, of any length: the longer is the newer. */
function newest(cursor: string, statuses: readonly Status[]): string {
  return statuses.reduce(
    (high, { id }) => (id.length > high.length || (id.length === high.length && id > high) ? id : high),
    cursor,
  );
}

export interface JsonMentionOptions {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  /** JSON pointers (RFC 6901): to the list, and inside an item. */
  readonly items: string;
  readonly topic: string;
  readonly id?: string;
  readonly time?: string;
  readonly reach?: string;
  readonly sentiment?: string;
}

/** Mentions from any address that answers with a list in JSON, by pointers to its fields. Items without a topic are left out. */
export function jsonMentionAdapter(options: JsonMentionOptions): SourceAdapter {
  const { name, url, token } = options;
  return {
    request: ({ etag }) => ({
      url,
      headers: {
        accept: 'application/json',
        ...(etag === '' ? {} : { 'if-none-match': etag }),
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
    }),
    read: (text, state, atMs): Reading => {
      const items = listAt(parseJson(text), options.items).flatMap((item) => mentionOf(options, item, atMs));
      const { fresh, state: next } = unseen(state, items, ({ id }) => id);
      const events = fresh.map((item): PlainEvent => ({
        ...item,
        source: `source:${name}`,
        type: 'mention',
      }));
      return { events, state: next, nextPage: undefined };
    },
  };
}

function mentionOf(
  pointers: JsonMentionOptions,
  item: unknown,
  atMs: number,
): Pick<PlainEvent, 'id' | 'time' | 'data'>[] {
  const topic = at(item, pointers.topic);
  if (typeof topic !== 'string' || topic.trim() === '' || topic.length > 256) return [];
  const given = pointers.id === undefined ? undefined : at(item, pointers.id);
  const identity =
    typeof given === 'string' || typeof given === 'number' ? String(given) : JSON.stringify(item);
  const reach = pointers.reach === undefined ? undefined : at(item, pointers.reach);
  const sentiment = pointers.sentiment === undefined ? undefined : at(item, pointers.sentiment);
  return [
    {
      id: createHash('sha256').update(identity).digest('hex').slice(0, 32),
      time: timeOf(pointers.time === undefined ? undefined : at(item, pointers.time), atMs),
      data: {
        topic: topic.trim(),
        ...(typeof reach === 'number' && reach >= 0 ? { reach: Math.round(reach) } : {}),
        ...(typeof sentiment === 'number' && Math.abs(sentiment) <= 1 ? { sentiment } : {}),
      },
    },
  ];
}

/** RFC 3339, or seconds or milliseconds since 1970; never later than it was read. */
function timeOf(value: unknown, atMs: number): string {
  const ms =
    typeof value === 'string'
      ? Date.parse(value)
      : typeof value === 'number'
        ? value * (value < 1e11 ? 1_000 : 1)
        : atMs;
  return new Date(Number.isFinite(ms) && ms > 0 ? Math.min(ms, atMs) : atMs).toISOString();
}
