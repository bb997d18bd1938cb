import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { delayUntilNextMs } from './poll-plan.ts';
import { isPublicAddress } from './public-address.ts';
import { readSources } from './source-list.ts';

const news = { name: 'wire', kind: 'news', url: 'https://example.org/feed' };
const read = (sources: unknown, tokens = {}, allowLoopback = false) =>
  readSources(JSON.stringify({ sources }), tokens, allowLoopback);

describe('the file of sources', () => {
  test('names each with its host and interval', () => {
    const chart = { name: 'chart', kind: 'youtube-chart', region: 'US', token: 'yt', everyMinutes: 30 };
    expect(
      read([news, chart], { yt: 'k' }).map(({ name, host, intervalMs }) => [name, host, intervalMs]),
    ).toEqual([
      ['wire', 'example.org', 900_000],
      ['chart', 'www.googleapis.com', 1_800_000],
    ]);
  });

  test.each([
    [[{ ...news, kind: 'rss' }], /source 1 is of no known kind/],
    [[news, { ...news, extra: 1 }], /source 2 \(news\): extra/],
    [[news, news], /two sources are called wire/],
    [[{ name: 'c', kind: 'youtube-chart', region: 'US', token: 'yt' }], /names the token yt/],
    [7, /no list "sources"/],
  ])('says where it is wrong', (sources, words) => {
    expect(() => read(sources)).toThrow(words);
  });

  test.each([
    'http://example.org/feed',
    'https://example.org:8443/',
    'https://user:pw@example.org/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://2130706433/',
    'http://127.0.0.1/',
    'nonsense',
  ])('does not ask %s', (url) => {
    expect(() => read([{ ...news, url }])).toThrow(
      expect.objectContaining({ code: 'SOURCE_ADDRESS_REFUSED' }),
    );
  });

  test('asks this machine only when it is allowed to', () => {
    expect(read([{ ...news, url: 'http://127.0.0.1:9/x' }], {}, true)).toHaveLength(1);
    expect(() => read([{ ...news, url: 'http://10.0.0.1:9/x' }], {}, true)).toThrow(/not https/);
  });
});

// The special-purpose registries of IANA (RFC 6890 and later).
test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::1', false],
  ['fe80::1', false],
  ['fc00::1', false],
  ['::ffff:10.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['example.org', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

test('a source is asked no sooner than it wants, and never later than six hours and its interval', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60_000, max: 86_400_000 }),
      fc.nat(60),
      fc.option(fc.nat(3_600_000), { nil: undefined }),
      fc.integer(),
      (interval, failures, asked, seed) => {
        const delay = delayUntilNextMs(interval, failures, asked, createRandom(seed));
        expect(delay).toBeGreaterThanOrEqual(Math.max(0.9 * interval - 1, asked ?? 0));
        expect(delay).toBeLessThanOrEqual(Math.max(1.1 * interval, 6 * 3_600_000, (asked ?? 0) + 5_000) + 1);
      },
    ),
  );
});
