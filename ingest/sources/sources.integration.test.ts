import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv, type Kv } from '../../platform/bus/kv.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { createLog } from '../../platform/log/log.ts';
import { createMetrics, type Metrics } from '../../platform/metrics/metrics.ts';
import { createTestBus, eventually, startTestNats, type TestServer } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createDoor, type Door } from '../import/adapters/http-door.ts';
import { startFakeDoor, type FakeDoor } from '../import/door-server.fake.ts';
import { createGuardedFetch, type Resolve } from './adapters/guarded-fetch.ts';
import { createSourceMetrics } from './metrics.ts';
import { runSource } from './run-source.ts';
import { readSources } from './source-list.ts';
import { emptyState, SourceState } from './source.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let nats: Awaited<ReturnType<typeof startTestNats>> & TestServer;
let bus: Bus;
let kv: Kv<SourceState>;
let door: FakeDoor;
let metrics: Metrics;
let ending: AbortController;
let running: Promise<void>[];
let lines: string[];
let answer: Answer;
let asked: IncomingMessage[];
let server: ReturnType<typeof createServer>;
let url: string;

beforeEach(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  kv = await openKv(bus, buckets.sources, { schema: SourceState });
  door = await startFakeDoor();
  metrics = createMetrics({ processMetrics: false });
  ending = new AbortController();
  running = [];
  lines = [];
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
});
afterEach(async () => {
  ending.abort();
  await Promise.all(running);
  await door.close();
  await bus.close();
  await nats.stop();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const fetchConfig = { maxBodyBytes: 20_000, timeoutMs: 2_000, allowLoopback: true };

/** Runs one source of the file until the test ends, or until `stop` is called. */
function run(
  entry: Readonly<Record<string, unknown>>,
  tokens: Record<string, string> = {},
  postEvents?: Door['postEvents'],
): () => Promise<void> {
  const [source] = readSources(JSON.stringify({ sources: [entry] }), tokens, true);
  if (source === undefined) throw new Error('no source');
  const own = new AbortController();
  const signal = AbortSignal.any([ending.signal, own.signal]);
  const random = createRandom(1);
  const real = createDoor(
    { clock: systemClock, random, signal },
    { url: door.url, apiKey: door.apiKey, giveUpAfterMs: 10_000, requestTimeoutMs: 5_000 },
  );
  const done = runSource(
    {
      tenant: 'main',
      fetch: createGuardedFetch(fetchConfig),
      door: { postEvents: postEvents ?? real.postEvents },
      kv,
      clock: systemClock,
      random,
      log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
      metrics: createSourceMetrics(metrics),
      signal,
    },
    source,
  );
  running.push(done);
  return async () => {
    own.abort();
    await done;
  };
}
const stateOf = async (name: string): Promise<SourceState | undefined> =>
  (await kv.get(`main.${name}`))?.value;
/** Lets a source be asked again at once. */
const hurry = async (name: string): Promise<void> => {
  const state = await stateOf(name);
  if (state !== undefined) await kv.put(`main.${name}`, { ...state, nextMs: 0 });
};

const item = (id: string): string => `<item><title>About ${id}</title><guid>${id}</guid></item>`;
const rss = (...ids: string[]): string => `<rss><channel>${ids.map(item).join('')}</channel></rss>`;
const feed = (): Record<string, unknown> => ({ name: 'wire', kind: 'news', url: `${url}/feed` });

describe('a source', () => {
  test('is told once, asks for what changed, and remembers where it stood', async () => {
    answer = (request, response) => {
      if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
      response.writeHead(200, { etag: '"1"' }).end(rss('a', 'b'));
    };
    const stop = run(feed());
    await eventually('two news are stored', () => door.stored.size === 2);
    await eventually('the poll is written down', async () => ((await stateOf('wire'))?.lastOkMs ?? 0) > 0);
    await stop();
    expect(await stateOf('wire')).toMatchObject({ events: 2, failures: 0, pending: [], etag: '"1"' });
    await hurry('wire');
    run(feed());
    await eventually('it is asked again', () => asked.length === 2);
    await eventually('and waits', async () => ((await stateOf('wire'))?.nextMs ?? 0) > Date.now());
    expect(door.stored.size).toBe(2);
    expect(await metrics.text()).toContain('weir_ingest_source_state{source="wire"} 1');
  });

  test('killed between promise and send sends the same events, which count once', async () => {
    answer = (_request, response) => void response.writeHead(200).end(rss('a', 'b', 'c'));
    // The door takes the events and the process dies before it hears of it.
    const stop = run(feed(), {}, async (events) => {
      await createDoor(
        { clock: systemClock, random: createRandom(2), signal: ending.signal },
        { url: door.url, apiKey: door.apiKey, giveUpAfterMs: 10_000, requestTimeoutMs: 5_000 },
      ).postEvents(events);
      return await new Promise<never>((_done, fail) => {
        ending.signal.addEventListener('abort', () => fail(new Error('dead')));
      });
    });
    await eventually('stored, not struck out', () => door.stored.size === 3);
    expect((await stateOf('wire'))?.pending).toHaveLength(3);
    answer = (_request, response) => void response.writeHead(200).end(rss('a', 'b', 'c', 'd'));
    run(feed());
    await eventually('all four', () => door.stored.size === 4);
    expect(door.duplicates()).toBe(3);
    ending.abort();
    await stop();
  });

  test('that fails is told once, backs off as it was asked to, and comes back', async () => {
    answer = (_request, response) => void response.writeHead(503, { 'retry-after': '7200' }).end('no');
    const stop = run(feed());
    await eventually('the failure is written down', async () => (await stateOf('wire'))?.failures === 1);
    await stop();
    const failed = await stateOf('wire');
    expect(failed?.problem).toContain('SOURCE_UNREACHABLE');
    expect((failed?.nextMs ?? 0) - Date.now()).toBeGreaterThan(7_000_000);
    await eventually('the log tells', () => lines.some((line) => line.includes('source fails')));
    answer = (_request, response) => void response.writeHead(200).end('<html></html>');
    await hurry('wire');
    const again = run(feed());
    await eventually('no feed', async () => (await stateOf('wire'))?.failures === 2);
    expect((await stateOf('wire'))?.problem).toContain('SOURCE_ANSWER_INVALID');
    await again();
    answer = (_request, response) => void response.writeHead(200).end(rss('a'));
    await hurry('wire');
    run(feed());
    await eventually('well again', async () => (await stateOf('wire'))?.failures === 0);
    expect(door.stored.size).toBe(1);
  });

  test('is followed over pages; a spent quota waits; its key is in no log and no state', async () => {
    const video = (id: string): unknown => ({
      id,
      snippet: { publishedAt: '2026-01-01T00:00:00Z', channelId: 'UC', title: `Video ${id}` },
      statistics: { viewCount: '5' },
    });
    answer = (request, response) => {
      const page = new URL(request.url ?? '', url).searchParams.get('pageToken');
      if (page === 'P3')
        return void response
          .writeHead(403)
          .end(JSON.stringify({ error: { errors: [{ reason: 'quotaExceeded' }] } }));
      const next = page === null ? 'P2' : 'P3';
      response.writeHead(200).end(JSON.stringify({ nextPageToken: next, items: [video(`v${next}`)] }));
    };
    run(
      { name: 'chart', kind: 'youtube-chart', region: 'US', token: 'yt', baseUrl: url },
      { yt: 'very-secret-key' },
    );
    await eventually('the quota is spent', async () => (await stateOf('chart'))?.failures === 1);
    expect([...door.stored.values()].map(({ type }) => type)).toEqual([
      'competitor_post',
      'competitor_metrics',
      'competitor_post',
      'competitor_metrics',
    ]);
    expect(asked.map(({ headers }) => headers['x-goog-api-key'])).toEqual(
      Array.from({ length: 3 }, () => 'very-secret-key'),
    );
    const state = await stateOf('chart');
    expect(state?.problem).toContain('SOURCE_QUOTA_SPENT');
    expect(lines.join('') + JSON.stringify(state) + asked.map((each) => each.url).join('')).not.toContain(
      'very-secret-key',
    );
  });

  test('that changed its address or kind begins anew', async () => {
    await kv.put('main.wire', { ...emptyState('main', 'news', 'elsewhere.example'), nextMs: 9e15 });
    answer = (_request, response) => void response.writeHead(200).end(rss('a'));
    run(feed());
    await eventually('asked at once', () => door.stored.size === 1);
  });
});

describe('the guarded fetch', () => {
  const ask = async (address: string, extra: Partial<Parameters<typeof createGuardedFetch>[0]> = {}) =>
    await createGuardedFetch({ ...fetchConfig, ...extra })({ url: address, headers: {} }, ending.signal);

  test('follows no redirect and says so', async () => {
    answer = (_request, response) => void response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
    expect((await ask(url)).status).toBe(302);
    run(feed());
    await eventually('told', async () => ((await stateOf('wire'))?.problem ?? '').includes('has moved'));
  });

  test('reads no more than the bound', async () => {
    answer = (_request, response) => void response.writeHead(200).end('x'.repeat(30_000));
    await expect(ask(url)).rejects.toMatchObject({ code: 'SOURCE_ANSWER_INVALID' });
  });

  test('waits no longer than the timeout', async () => {
    answer = () => {};
    await expect(ask(url, { timeoutMs: 150 })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  test('connects to no address a name should not lead to', async () => {
    const resolve: Resolve = (_name, _options, done) =>
      done(null, [
        { address: '93.184.216.34', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ]);
    await expect(ask('https://rebound.example/', { resolve })).rejects.toMatchObject({
      code: 'SOURCE_ADDRESS_REFUSED',
    });
    expect(asked).toEqual([]);
  });
});
