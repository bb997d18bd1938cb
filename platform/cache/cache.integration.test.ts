import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { SupervisedRedis } from '../supervise/redis-server.ts';
import { eventually, startTestRedis, type TestServer } from '../testing/servers.ts';
import { systemClock } from '../time/clock.ts';
import { connectCache, type Cache } from './cache.ts';

let redis: SupervisedRedis & TestServer;
let cache: Cache;
let lines: string[];
const metrics = createMetrics({ processMetrics: false });

beforeEach(async () => {
  lines = [];
  redis = await startTestRedis();
  cache = await open(redis.url);
});

afterEach(async () => {
  await cache.close();
  await redis.stop();
});

async function open(url: string): Promise<Cache> {
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  return await connectCache({ url, log, metrics, clock: systemClock });
}

describe('while Redis answers', () => {
  test('values live as long as they are given', async () => {
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.set('a', '', 60_000)).toBe(true);
    expect(await cache.get('a')).toBe('');
    expect(await cache.setIfAbsent('a', 'other', 60_000)).toBe(false);
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.setIfAbsent('a', 'mine', 30)).toBe(true);
    await eventually('the value is gone', async () => (await cache.get('a')) === undefined);
  });

  test('hashes are merged and expire as a whole', async () => {
    expect(await cache.hgetall('h')).toEqual({});
    expect(await cache.hset('h', {}, 1_000)).toBe(true);
    expect(await cache.hset('h', { a: '1', b: '2' }, 60_000)).toBe(true);
    expect(await cache.hset('h', { b: '3' }, 50)).toBe(true);
    expect(await cache.hgetall('h')).toEqual({ a: '1', b: '3' });
    await eventually(
      'the hash is gone',
      async () => Object.keys((await cache.hgetall('h')) ?? { a: 1 }).length === 0,
    );
  });

  test('counts belong to the window of their first', async () => {
    const first = await cache.incrWindow('w', 400);
    expect(first).toEqual({ count: 1, resetMs: 400 });
    const second = await cache.incrWindow('w', 400, 5);
    expect(second?.count).toBe(6);
    expect(second?.resetMs).toBeLessThanOrEqual(400);
    await eventually('a new window', async () => (await cache.incrWindow('w', 400))?.count === 1);
  });

  test('many who count at once lose none', async () => {
    const counts = await Promise.all(
      Array.from({ length: 200 }, async () => await cache.incrWindow('w', 60_000)),
    );
    expect(Math.max(...counts.map((count) => count?.count ?? 0))).toBe(200);
  });
});

async function expectNothing(): Promise<void> {
  expect(await cache.get('a')).toBeUndefined();
  expect(await cache.set('a', 'x', 1_000)).toBe(false);
  expect(await cache.setIfAbsent('a', 'x', 1_000)).toBeUndefined();
  expect(await cache.delete('a')).toBe(false);
  expect(await cache.hset('h', { a: '1' }, 1_000)).toBe(false);
  expect(await cache.hgetall('h')).toBeUndefined();
  expect(await cache.incrWindow('w', 1_000)).toBeUndefined();
}

describe('while Redis is away', () => {
  test('killed: every call fails softly, and all is well when it is back', async () => {
    redis.signal('SIGKILL');
    await eventually('the outage is noticed', () => !cache.isAvailable());
    await expectNothing();
    await eventually('Redis is back', async () => await cache.set('a', 'again', 1_000));
    expect(await cache.get('a')).toBe('again');
    expect(lines.filter((line) => line.includes('away'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('answers again'))).toHaveLength(1);
    expect(await metrics.text()).toMatch(/weir_cache_failures_total\{call="get"\} \d/);
  });

  test('frozen: one call waits out the timeout, the rest do not wait at all', async () => {
    redis.signal('SIGSTOP');
    expect(await cache.get('a')).toBeUndefined();
    expect(cache.isAvailable()).toBe(false);
    const commandsBefore = redisQueue();
    for (let i = 0; i < 1_000; i += 1) expect(await cache.incrWindow('w', 1_000)).toBeUndefined();
    expect(redisQueue() - commandsBefore).toBeLessThan(20);
    await expectNothing();
    redis.signal('SIGCONT');
    await eventually('Redis is back', () => cache.isAvailable());
    expect(await cache.incrWindow('w', 1_000)).toBeDefined();
    expect(lines.filter((line) => line.includes('away'))).toHaveLength(1);
  });

  test('never there: it opens all the same', async () => {
    const lonely = await open('redis://127.0.0.1:1');
    expect(await lonely.get('a')).toBeUndefined();
    expect(lonely.isAvailable()).toBe(false);
    await lonely.close();
    await lonely.close();
  });

  test('a wrong password is an outage too, and is not logged', async () => {
    const stranger = await open(redis.url.replace(redis.password, 'hunter2'));
    expect(await stranger.get('a')).toBeUndefined();
    await stranger.close();
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).not.toContain(redis.password);
  });
});

/** Bytes and commands that wait for Redis inside the client. */
function redisQueue(): number {
  return cache.redis.stream?.writableLength ?? 0;
}
