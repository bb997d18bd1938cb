import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WeirError } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';
import { binaryVersion, superviseChild, type SupervisedChild } from './child.ts';
import { answersOnLoopback, freeLoopbackPort } from './loopback.ts';

export interface NatsServerOptions {
  /** WEIR_HOME; data go to `<home>/nats`, configuration and pid file to `<home>/run`, output to `<home>/logs`. */
  readonly home: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Sync to disk before each acknowledgement; needs nats-server 2.10, refused on an older one. */
  readonly natsSyncAlways?: boolean;
  /** Most bytes JetStream may promise to streams; absent = no bound of its own, each stream has one. */
  readonly maxFileStoreBytes?: number;
}

export interface SupervisedServer extends SupervisedChild {
  readonly url: string;
  readonly port: number;
}

export interface SupervisedNats extends SupervisedServer {
  /** Only who holds this token may connect; it is new at every start and stands in a file only we can read. */
  readonly token: string;
  readonly version: readonly [major: number, minor: number, patch: number];
}

const portAttempts = 3;
/**
 * The server's own default is three quarters of what is free when it starts, and every stream's limit counts as taken: a home on a disk with
 * 14 GiB free did not start, and one whose disk had filled since did not start again. Limits are bounds here; the log's is chosen by the disk.
 */
const defaultFileStoreBytes = 2 ** 50;
const readyTimeoutMs = 60_000;

/** Runs nats-server with JetStream on a free loopback port and restarts it there whenever it ends. */
export async function startNatsServer(options: NatsServerOptions): Promise<SupervisedNats> {
  const { log, clock } = options;
  const home = resolve(options.home);
  const version = binaryVersion('nats-server');
  const canSyncAlways = version[0] > 2 || (version[0] === 2 && version[1] >= 10);
  if (options.natsSyncAlways === true && !canSyncAlways) {
    throw new WeirError(
      'PLATFORM_CONFIG_INVALID',
      `WEIR_NATS_SYNC_ALWAYS needs nats-server 2.10 or newer; found ${version.join('.')}`,
    );
  }
  const directories = { data: join(home, 'nats'), run: join(home, 'run'), logs: join(home, 'logs') };
  for (const directory of Object.values(directories)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const token = randomBytes(24).toString('base64url');
  const configPath = join(directories.run, 'nats-server.conf');

  for (let attempt = 1; ; attempt += 1) {
    const port = await freeLoopbackPort();
    writeFileSync(configPath, configText(port, token, directories.data, options), { mode: 0o600 });
    try {
      const child = await superviseChild(
        { log, clock },
        {
          name: 'nats-server',
          command: 'nats-server',
          args: ['-c', configPath],
          pidFile: join(directories.run, 'nats-server.pid'),
          logFile: join(directories.logs, 'nats-server.log'),
          // JetStream has recovered its streams before the server accepts clients and greets them.
          isReady: async () => await answersOnLoopback(port, '', /^INFO \{/),
          readyTimeoutMs,
        },
      );
      return { ...child, url: `nats://127.0.0.1:${port}`, port, token, version };
    } catch (error) {
      // Somebody may have taken the port between our look and the server's bind.
      if (attempt === portAttempts) throw error;
    }
  }
}

function configText(port: number, token: string, dataDirectory: string, options: NatsServerOptions): string {
  const { maxFileStoreBytes, natsSyncAlways } = options;
  return [
    `listen: "127.0.0.1:${port}"`,
    'server_name: "weir"',
    'max_payload: 8MB',
    // A client that is gone without a word (frozen, killed) is let go within a minute.
    'ping_interval: "20s"',
    `authorization { token: ${JSON.stringify(token)} }`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(dataDirectory)}`,
    '  max_memory_store: 256MB',
    `  max_file_store: ${maxFileStoreBytes ?? defaultFileStoreBytes}`,
    ...(natsSyncAlways === true ? ['  sync_interval: always'] : []),
    '}',
    '',
  ].join('\n');
}
