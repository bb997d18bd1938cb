import { createHash } from 'node:crypto';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import { unseen, type Reading, type SourceAdapter } from './source.ts';
import { parseXml, type Element } from './xml.ts';

const MAX_TITLE = 300;

export interface FeedOptions {
  readonly name: string;
  readonly url: string;
  /** Set: the feed is a competitor's, its entries are their posts; absent: its entries are news. */
  readonly competitor?: string;
}

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly timeMs: number | undefined;
  readonly tags: readonly string[];
}

/**
 * News, or a competitor's posts, from a feed: RSS 2.0 (rssboard.org), RSS 1.0 and Atom (RFC 4287), the feeds of YouTube channels included. Asks
 * with ETag and If-Modified-Since. An entry is told once, known by its guid, id or link.
 */
export function feedAdapter({ name, url, competitor }: FeedOptions): SourceAdapter {
  return {
    request: ({ etag, lastModified }) => ({
      url,
      headers: {
        accept: 'application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8',
        ...(etag === '' ? {} : { 'if-none-match': etag }),
        ...(lastModified === '' ? {} : { 'if-modified-since': lastModified }),
      },
    }),
    read: (text, state, atMs): Reading => {
      const { fresh, state: next } = unseen(state, entriesOf(parseXml(text)), ({ id }) => id);
      const events = fresh.map((entry): PlainEvent => {
        const timeMs = Math.min(entry.timeMs ?? atMs, atMs);
        const about = { title: entry.title, tags: entry.tags, url: entry.link, feed: name };
        return {
          id: entry.id,
          source: `source:${name}`,
          type: competitor === undefined ? 'news_item' : 'competitor_post',
          time: new Date(timeMs).toISOString(),
          data: competitor === undefined ? about : { ...about, competitor, content_id: entry.id },
        };
      });
      return { events, state: next, nextPage: undefined };
    },
  };
}

function entriesOf(root: Element): readonly Entry[] {
  const kind = localName(root);
  if (kind !== 'rss' && kind !== 'feed' && kind !== 'RDF')
    throw new WeirError(
      'SOURCE_ANSWER_INVALID',
      `The answer is no feed: its root is <${root.name.slice(0, 64)}>, not <rss> or <feed>.`,
    );
  const channel = kind === 'rss' ? (child(root, 'channel') ?? root) : root;
  return channel.children
    .filter((each) => localName(each) === 'item' || localName(each) === 'entry')
    .flatMap((item) => {
      const title = plain(textOf(item, 'title')).slice(0, MAX_TITLE).toWellFormed();
      const link = linkOf(item);
      const identity = textOf(item, 'guid') || textOf(item, 'id') || link || title;
      if (title === '' || identity === '') return [];
      const written =
        textOf(item, 'published') ||
        textOf(item, 'pubDate') ||
        textOf(item, 'date') ||
        textOf(item, 'updated');
      const timeMs = Date.parse(written);
      return {
        id: createHash('sha256').update(identity).digest('hex').slice(0, 32),
        title,
        link,
        timeMs: Number.isFinite(timeMs) ? timeMs : undefined,
        tags: tagsOf(item),
      };
    });
}

function tagsOf(item: Element): readonly string[] {
  return item.children
    .filter((each) => localName(each) === 'category')
    .map((each) => plain(each.attributes.get('term') ?? each.text))
    .filter((tag) => tag !== '' && tag.length <= 64)
    .slice(0, 10);
}

function linkOf(item: Element): string {
  const links = item.children.filter((each) => localName(each) === 'link');
  const chosen =
    links.find((each) => (each.attributes.get('rel') ?? 'alternate') === 'alternate') ?? links[0];
  const link = (chosen?.attributes.get('href') ?? chosen?.text ?? '').trim();
  return /^https?:\/\//.test(link) ? link.slice(0, 500) : '';
}

function child(element: Element, name: string): Element | undefined {
  return element.children.find((each) => localName(each) === name);
}
function textOf(element: Element, name: string): string {
  return child(element, name)?.text.trim() ?? '';
}
/** Without its namespace's prefix. */
function localName({ name }: Element): string {
  return name.slice(name.indexOf(':') + 1);
}
/** Titles may hold markup of their own. */
function plain(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
