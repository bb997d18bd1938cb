import { Redis } from 'ioredis';
import { messageOf } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';

export interface CacheConfig {
  readonly url: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Longest a call may take before it counts as failed. Default 250 ms. */
  readonly timeoutMs?: number;
}

export interface WindowCount {
  /** Including this call. */
  readonly count: number;
  /** Until the window ends and the count starts again from 0. */
  readonly resetMs: number;
}

/**
 * Redis for what may be lost. No call throws and none takes longer than the timeout: when Redis is away, frozen or wrong, reads give
 * undefined and writes false, at once while it is known to be away. One log line at the start of an outage, one at the end.
 */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Writes only when the key is absent: true when written, false when present, undefined when Redis is away. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean | undefined>;
  delete(key: string): Promise<boolean>;
  /** Sets fields of a hash and the life of the whole hash. */
  hset(key: string, fields: Readonly<Record<string, string>>, ttlMs: number): Promise<boolean>;
  /** Undefined when Redis is away, an empty record when there is no such hash. */
  hgetall(key: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Counts within a window that starts at its first count; undefined when Redis is away, so the caller decides. */
  incrWindow(key: string, windowMs: number, by?: number): Promise<WindowCount | undefined>;
  isAvailable(): boolean;
  /** The client itself, for what brings its own handling of failures (Socket.IO adapter). */
  readonly redis: Redis;
  close(): Promise<void>;
}

const probeIntervalMs = 500;

const countInWindow = `
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return {count, left}`;

export async function connectCache(config: CacheConfig): Promise<Cache> {
  const { clock, timeoutMs = 250 } = config;
  const log = config.log.child({ module: 'cache' });
  const failures = config.metrics.counter('weir_cache_failures_total', 'Calls to Redis that failed softly.', [
    'call',
  ]);
  const available = config.metrics.gauge('weir_cache_available_state', '1 while Redis answers, else 0.');
  const redis = new Redis(config.url, {
    lazyConnect: true,
    // Nothing waits in memory for Redis to come back: a cache answers now or not at all.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: timeoutMs,
    retryStrategy: (attempt) => Math.min(2_000, attempt * 100),
  });
  let isUp = true;
  let isClosed = false;

  const setUp = (up: boolean, error: unknown): void => {
    if (up === isUp || isClosed) return;
    isUp = up;
    available.set(up ? 1 : 0);
    // The message alone: the client's errors carry the command with its arguments, the password among them.
    if (up) log.info({}, 'Redis answers again');
    else log.warn({ reason: messageOf(error) }, 'Redis is away; going on without it');
  };
  available.set(1);
  redis.on('error', (error: unknown) => setUp(false, error));
  redis.on('close', () => setUp(false, 'connection closed'));
  redis.on('ready', () => setUp(true, undefined));

  const soft = async <T>(call: string, run: () => Promise<T>): Promise<T | undefined> => {
    if (!isUp) {
      failures.inc({ call });
      return undefined;
    }
    try {
      return await run();
    } catch (error) {
      failures.inc({ call });
      // A frozen Redis keeps its connection: after one timeout nobody waits for it until the probe gets through.
      setUp(false, error);
      return undefined;
    }
  };

  const probe = clock.every(probeIntervalMs, async () => {
    if (isUp || redis.status !== 'ready') return;
    const answer = await redis.ping().catch(() => undefined);
    if (answer === 'PONG') setUp(true, undefined);
  });

  await redis.connect().catch((error: unknown) => setUp(false, error));

  return {
    get: async (key) => (await soft('get', async () => await redis.get(key))) ?? undefined,
    set: async (key, value, ttlMs) =>
      (await soft('set', async () => await redis.set(key, value, 'PX', wholeMs(ttlMs)))) === 'OK',
    setIfAbsent: async (key, value, ttlMs) => {
      const answer = await soft(
        'setIfAbsent',
        async () => await redis.set(key, value, 'PX', wholeMs(ttlMs), 'NX'),
      );
      return answer === undefined ? undefined : answer === 'OK';
    },
    delete: async (key) => (await soft('delete', async () => await redis.del(key))) !== undefined,
    hset: async (key, fields, ttlMs) => {
      if (Object.keys(fields).length === 0) return true;
      const answer = await soft('hset', async () => {
        return await redis.multi().hset(key, fields).pexpire(key, wholeMs(ttlMs)).exec();
      });
      return answer !== undefined && answer !== null && answer.every(([error]) => error === null);
    },
    hgetall: async (key) => await soft('hgetall', async () => await redis.hgetall(key)),
    incrWindow: async (key, windowMs, by = 1) => {
      return await soft('incrWindow', async () => {
        return readCount(await redis.eval(countInWindow, 1, key, by, wholeMs(windowMs)));
      });
    },
    isAvailable: () => isUp,
    redis,
    close: async () => {
      isClosed = true;
      probe.stop();
      redis.disconnect();
      await Promise.resolve();
    },
  };
}

function readCount(answer: unknown): WindowCount | undefined {
  const values: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const [count, resetMs] = values;
  return typeof count === 'number' && typeof resetMs === 'number' ? { count, resetMs } : undefined;
}

/** Redis takes whole milliseconds of 1 or more. */
function wholeMs(ms: number): number {
  return Math.max(1, Math.round(ms));
}
