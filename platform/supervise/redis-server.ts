import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';
import { binaryVersion, superviseChild } from './child.ts';
import { answersOnLoopback, freeLoopbackPort } from './loopback.ts';
import type { SupervisedServer } from './nats-server.ts';

export interface RedisServerOptions {
  /** WEIR_HOME; the working directory is `<home>/redis`, configuration and pid file are in `<home>/run`. */
  readonly home: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Default 128 MiB. */
  readonly maxMemoryBytes?: number;
}

export interface SupervisedRedis extends SupervisedServer {
  readonly password: string;
}

const portAttempts = 3;
const defaultMaxMemoryBytes = 128 * 1024 * 1024;

/**
 * Runs redis-server on a free loopback port and restarts it there whenever it ends. Nothing is written to disk and the least
 * recently used keys go first when memory is full: Redis holds only what may be lost.
 */
export async function startRedisServer(options: RedisServerOptions): Promise<SupervisedRedis> {
  const { log, clock } = options;
  const home = resolve(options.home);
  binaryVersion('redis-server');
  const directories = { data: join(home, 'redis'), run: join(home, 'run'), logs: join(home, 'logs') };
  for (const directory of Object.values(directories)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const configPath = join(directories.run, 'redis-server.conf');

  for (let attempt = 1; ; attempt += 1) {
    const port = await freeLoopbackPort();
    const maxMemoryBytes = options.maxMemoryBytes ?? defaultMaxMemoryBytes;
    writeFileSync(configPath, configText(port, password, directories.data, maxMemoryBytes), { mode: 0o600 });
    try {
      const child = await superviseChild(
        { log, clock },
        {
          name: 'redis-server',
          command: 'redis-server',
          args: [configPath],
          pidFile: join(directories.run, 'redis-server.pid'),
          logFile: join(directories.logs, 'redis-server.log'),
          isReady: async () =>
            await answersOnLoopback(port, `AUTH ${password}\r\nPING\r\n`, /^\+OK\r\n\+PONG/),
          readyTimeoutMs: 20_000,
        },
      );
      return { ...child, url: `redis://:${password}@127.0.0.1:${port}`, port, password };
    } catch (error) {
      // Somebody may have taken the port between our look and the server's bind.
      if (attempt === portAttempts) throw error;
    }
  }
}

function configText(port: number, password: string, directory: string, maxMemoryBytes: number): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${JSON.stringify(directory)}`,
    `requirepass ${password}`,
    'daemonize no',
    'loglevel warning',
    'save ""',
    'appendonly no',
    `maxmemory ${maxMemoryBytes}`,
    'maxmemory-policy allkeys-lru',
    '',
  ].join('\n');
}
