import { TypeCompiler } from '@sinclair/typebox/compiler';
import { describe, expect, test } from 'vitest';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { chartAdapter, untilPacificMidnight } from './chart.ts';
import { feedAdapter } from './feed.ts';
import { interestAdapter } from './interest.ts';
import { jsonMentionAdapter, mastodonAdapter } from './mentions.ts';
import { emptyState, type Reading } from './source.ts';

const atMs = Date.UTC(2026, 4, 10, 12);
const empty = emptyState('main', 'x', 'example.org');
const checks = new Map(eventCatalogue.map((spec) => [spec.type, TypeCompiler.Compile(spec.data)]));

/** Every event a source makes has to pass the catalogue. */
function valid(reading: Reading): Reading {
  for (const event of reading.events) expect(checks.get(event.type)?.Check(event.data)).toBe(true);
  return reading;
}

describe('a feed', () => {
  // The forms of RSS 2.0 (rssboard.org/rss-specification) and RFC 4287 section 1.1.
  const rss = `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title>
<item><title>Solar sail &amp; &lt;b&gt;moon&lt;/b&gt;</title><link>https://example.org/1</link><guid isPermaLink="false">g1</guid>
<pubDate>Sun, 10 May 2026 09:00:00 GMT</pubDate><category>Space</category></item>
<item><title><![CDATA[No date <i>at all</i>]]></title><link>https://example.org/2</link></item>
<item><description>without a title</description></item></channel></rss>`;
  const adapter = feedAdapter({ name: 'wire', url: 'https://example.org/feed' });

  test('of RSS tells news once each, by guid or link', () => {
    const first = valid(adapter.read(rss, empty, atMs));
    expect(first.events.map(({ type, time, data }) => [type, time, data['title'], data['tags']])).toEqual([
      ['news_item', '2026-05-10T09:00:00.000Z', 'Solar sail & moon', ['Space']],
      ['news_item', '2026-05-10T12:00:00.000Z', 'No date at all', []],
    ]);
    expect(adapter.read(rss, first.state, atMs + 1).events).toEqual([]);
  });

  test('of Atom tells a competitor’s posts, their date never after now', () => {
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Robots</title><id>urn:uuid:1</id>
<link rel="self" href="https://example.org/self"/><link href="https://example.org/3"/><published>2027-01-01T00:00:00Z</published></entry></feed>`;
    const rival = feedAdapter({ name: 'rival', url: 'https://example.org', competitor: 'Rival' });
    const [event] = valid(rival.read(atom, empty, atMs)).events;
    expect(event).toMatchObject({
      type: 'competitor_post',
      source: 'source:rival',
      time: '2026-05-10T12:00:00.000Z',
      data: { competitor: 'Rival', title: 'Robots', url: 'https://example.org/3' },
    });
  });

  test('is asked for what changed', () => {
    expect(adapter.request({ ...empty, etag: '"a"', lastModified: 'Sun' }, undefined).headers).toMatchObject({
      'if-none-match': '"a"',
      'if-modified-since': 'Sun',
    });
  });

  test('that is a web page is refused', () => {
    expect(() => adapter.read('<html></html>', empty, atMs)).toThrow(/its root is <html>/);
  });
});

describe('a chart', () => {
  const adapter = chartAdapter({
    name: 'chart',
    baseUrl: 'https://www.googleapis.com/youtube/v3',
    region: 'US',
    key: 'k-e-y',
  });
  // The form of developers.google.com/youtube/v3/docs/videos, counters as text.
  const page = (views: string, next?: string): string =>
    JSON.stringify({
      kind: 'youtube#videoListResponse',
      ...(next === undefined ? {} : { nextPageToken: next }),
      items: [
        {
          id: 'v1',
          snippet: {
            publishedAt: '2026-05-09T10:00:00Z',
            channelId: 'UC1',
            channelTitle: 'One',
            title: 'Solar sail explained',
            categoryId: '28',
            tags: ['space'],
          },
          statistics: { viewCount: views, likeCount: '10' },
        },
        { id: 'broken' },
      ],
    });

  test('has the key in a header, not in the address', () => {
    const { url, headers } = adapter.request(empty, 'P2');
    expect(url).not.toContain('k-e-y');
    expect(headers['x-goog-api-key']).toBe('k-e-y');
    expect(new URL(url).searchParams.get('pageToken')).toBe('P2');
    expect(new URL(url).searchParams.get('chart')).toBe('mostPopular');
  });

  test('tells a video once and then what it gained, corrections too', () => {
    const first = valid(adapter.read(page('1000', 'P2'), empty, atMs));
    expect(first.nextPage).toBe('P2');
    expect(first.events.map(({ type, data }) => [type, data['category'], data['chart_views']])).toEqual([
      ['competitor_post', 'Science & Technology', undefined],
      ['competitor_metrics', undefined, 1000],
    ]);
    const second = valid(adapter.read(page('1500'), first.state, atMs + 1));
    expect(second.events.map(({ type, data }) => [type, data['chart_views'], data['likes']])).toEqual([
      ['competitor_metrics', 500, 0],
    ]);
    const third = adapter.read(page('1400'), second.state, atMs + 2);
    expect(third.events.map(({ data }) => data['chart_views'])).toEqual([-100]);
    expect(adapter.read(page('1400'), third.state, atMs + 3).events).toEqual([]);
  });

  test('whose quota is spent waits for midnight in California', () => {
    const body = JSON.stringify({ error: { code: 403, errors: [{ reason: 'quotaExceeded' }] } });
    // 12:00 UTC in May is 5:00 there.
    expect(adapter.explain?.(403, body, atMs)).toMatchObject({
      code: 'SOURCE_QUOTA_SPENT',
      waitMs: 19 * 3_600_000 + 60_000,
    });
    expect(untilPacificMidnight(Date.UTC(2026, 0, 10, 7, 59))).toBe(2 * 60_000);
    const keyInvalid = JSON.stringify({ error: { code: 400, errors: [{ reason: 'keyInvalid' }] } });
    expect(adapter.explain?.(400, keyInvalid, atMs)).toMatchObject({ code: 'SOURCE_REFUSED' });
    expect(adapter.explain?.(500, '<html>', atMs)).toBeUndefined();
  });

  test('that is no list is refused', () => {
    expect(() => adapter.read('{"items":1}', empty, atMs)).toThrow(/no list of videos/);
  });
});

describe('search interest', () => {
  const csv = `Category: All categories\n\nDay,solar sail: (United States),"kayak, red: (United States)"\n2026-05-08,40,<1\n2026-05-09,60,7\n2026-05-10,20,3\n`;
  const adapter = interestAdapter({ name: 'search', url: 'https://example.org', token: '', format: 'csv' });

  test('of an export: days that are over, next to nothing left out, each once', () => {
    const first = valid(adapter.read(csv, empty, atMs));
    expect(first.events.map(({ time, data }) => [time.slice(0, 10), data['term'], data['volume']])).toEqual([
      ['2026-05-08', 'solar sail', 40],
      ['2026-05-09', 'kayak, red', 7],
      ['2026-05-09', 'solar sail', 60],
    ]);
    const again = adapter.read(csv, first.state, atMs + 86_400_000);
    expect(again.events.map(({ id }) => id)).toEqual([
      'kayak, red@2026-05-10T00:00:00.000Z',
      'solar sail@2026-05-10T00:00:00.000Z',
    ]);
  });

  test('by the hour, and as JSON', () => {
    const hours = adapter.read('Time,comet\n2026-05-10T10,5\n2026-05-10T11,6\n2026-05-10T12,6', empty, atMs);
    expect(hours.events.map(({ time }) => time.slice(11, 13))).toEqual(['10', '11']);
    const json = interestAdapter({ name: 's', url: 'https://example.org', token: 't', format: 'json' });
    const text = '[{"term":"comet","time":"2026-05-10","volume":3},{"term":"","volume":1},{"volume":"x"}]';
    expect(valid(json.read(text, empty, atMs)).events).toHaveLength(1);
    expect(json.request(empty, undefined).headers['authorization']).toBe('Bearer t');
  });

  test('without a table is refused', () => {
    expect(() => adapter.read('<html>sign in</html>', empty, atMs)).toThrow(/no table of search interest/);
  });
});

describe('mentions', () => {
  test('of a Mastodon timeline: one a hashtag, nobody’s text or account', () => {
    const adapter = mastodonAdapter({
      name: 'm',
      url: 'https://example.social/api/v1/timelines/public',
      token: '',
    });
    // docs.joinmastodon.org/entities/Status
    const status = (id: string, ...tags: string[]): unknown => ({
      id,
      created_at: '2026-05-10T11:59:00.000Z',
      content: '<p>private words</p>',
      account: { acct: 'someone', followers_count: 12 },
      tags: tags.map((name) => ({ name, url: 'https://x' })),
    });
    const text = JSON.stringify([
      status('9', 'SolarSail', 'space', 'space'),
      status('110', 'moon'),
      { id: 3 },
    ]);
    const { events, state } = valid(adapter.read(text, empty, atMs));
    expect(events.map(({ id, data }) => [id, data['topic'], data['reach']])).toEqual([
      ['9#SolarSail', 'SolarSail', 12],
      ['9#space', 'space', 12],
      ['110#moon', 'moon', 12],
    ]);
    expect(JSON.stringify(events)).not.toMatch(/private|someone/);
    expect(new URL(adapter.request(state, undefined).url).searchParams.get('since_id')).toBe('110');
  });

  test('by pointers, of any JSON', () => {
    const adapter = jsonMentionAdapter({
      name: 'j',
      url: 'https://example.org',
      token: '',
      items: '/data/list',
      topic: '/about/0',
      id: '/n',
      time: '/at',
      reach: '/people',
      sentiment: '/mood',
    });
    const text = JSON.stringify({
      data: {
        list: [
          { n: 1, about: ['kayak'], at: 1_778_400_000, people: 3.4, mood: 0.5 },
          { n: 2, about: [] },
          { n: 1, about: ['kayak'] },
          { n: 3, about: ['kayak'], mood: 7 },
        ],
      },
    });
    const { events } = valid(adapter.read(text, empty, atMs));
    expect(events.map(({ time, data }) => [time, data])).toEqual([
      ['2026-05-10T08:00:00.000Z', { topic: 'kayak', reach: 3, sentiment: 0.5 }],
      ['2026-05-10T12:00:00.000Z', { topic: 'kayak' }],
    ]);
    expect(() => adapter.read('{}', empty, atMs)).toThrow('no list at /data/list');
  });
});
