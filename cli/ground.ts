import { randomUUID } from 'node:crypto';
import { ErrorCode, NatsError } from 'nats';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, type Bus } from '../platform/bus/bus.ts';
import type { Config } from '../platform/config/config.ts';
import { platformConfig } from '../platform/config/platform-config.ts';
import type { Stops } from '../platform/lifecycle/stops.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import { openHome } from '../platform/supervise/home.ts';
import { watchJetStream } from '../platform/supervise/jetstream-watch.ts';
import { startNatsServer } from '../platform/supervise/nats-server.ts';
import { startRedisServer } from '../platform/supervise/redis-server.ts';
import type { Clock } from '../platform/time/clock.ts';
import { streamsConfig } from '../streams/config.ts';
import type { AcknowledgedMark } from '../platform/contracts/verify.ts';
import { readAcknowledged } from './acknowledged.ts';
import { checkLog } from './log-loss.ts';
import type { StreamsWorkerData } from './streams-worker-data.ts';

/** What every command that works on a home stands on: the lock, the servers, the bus, and the log compared with what was acknowledged. */
export interface Ground {
  readonly bus: Bus;
  readonly natsUrl: string;
  /** Absent for a server that is not ours. */
  readonly natsToken: string | undefined;
  readonly redisUrl: string;
  /** How far the log was acknowledged, less what it has lost meanwhile. */
  readonly acknowledged: AcknowledgedMark | undefined;
}

/** How a JetStream that is switched off or stuck answers. */
const silences = new Set<string>([ErrorCode.Timeout, ErrorCode.NoResponders, ErrorCode.JetStreamNotEnabled]);

/** Starts the ground floor of a home; `stops` takes what ends each part, in order of their start. */
export async function startGround(
  config: Config,
  deps: { readonly log: Log; readonly metrics: Metrics; readonly clock: Clock },
  stops: Stops,
): Promise<Ground> {
  const { log, metrics, clock } = deps;
  const platform = config.get(platformConfig);
  const { home } = platform;
  const lock = openHome(home);
  stops.add('home lock', () => lock.release());
  const nats =
    platform.natsUrl === undefined
      ? await startNatsServer({ home, log, clock, natsSyncAlways: platform.natsSyncAlways })
      : undefined;
  if (nats !== undefined) stops.add('nats-server', () => nats.stop());
  const redis =
    platform.redisUrl === undefined
      ? await startRedisServer({ home, log, clock, maxMemoryBytes: platform.redisMaxMemoryBytes })
      : undefined;
  if (redis !== undefined) stops.add('redis-server', () => redis.stop());
  const natsUrl = platform.natsUrl ?? nats?.url ?? '';
  const bus = await connectBus({
    servers: natsUrl,
    ...(nats === undefined ? {} : { token: nats.token }),
    name: 'main',
    log,
    metrics,
    clock,
  });
  stops.add('bus', () => bus.close());
  if (nats !== undefined) {
    const watch = watchJetStream({
      log,
      clock,
      isConnected: () => bus.isConnected(),
      ask: () => bus.jsm.getAccountInfo(),
      isSilence: (error) => error instanceof NatsError && silences.has(error.code),
      restart: () => nats.kill(),
    });
    stops.add('watch of JetStream', () => watch.stop());
  }
  const found = await checkLog(bus, clock, readAcknowledged(home, log));
  if (found.missing > 0) {
    log.error(
      { missingBatches: found.missing },
      'the log has lost its end: record batches that were acknowledged are missing; weir verify names them',
    );
  }
  return {
    bus,
    natsUrl,
    natsToken: nats?.token,
    redisUrl: platform.redisUrl ?? redis?.url ?? '',
    acknowledged: found.mark,
  };
}

/** What the thread of the processors is started with. */
export function processorData(config: Config, ground: Ground): StreamsWorkerData {
  const platform = config.get(platformConfig);
  return {
    natsUrl: ground.natsUrl,
    ...(ground.natsToken === undefined ? {} : { natsToken: ground.natsToken }),
    redisUrl: ground.redisUrl,
    ...(platform.clickhouseUrl === undefined ? {} : { clickhouseUrl: platform.clickhouseUrl }),
    storePath: join(platform.home, 'clickhouse'),
    owner: processorName(platform.home),
    settings: config.get(streamsConfig),
    logLevel: platform.logLevel,
    logPretty: platform.logPretty,
  };
}

/** Name of this installation's processor in leases; the same over restarts, so that a restart need not wait for its own lease. */
function processorName(home: string): string {
  const path = join(home, 'run', 'processor');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    const name = randomUUID();
    writeFileSync(path, `${name}\n`, { mode: 0o600 });
    return name;
  }
}
