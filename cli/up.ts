import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start as startIngest } from '../ingest/main.ts';
import { ingestConfig } from '../ingest/config.ts';
import { streamsConfig } from '../streams/config.ts';
import { createAccess } from '../platform/access/access.ts';
import { prepareAccess } from '../platform/access/first-start.ts';
import { connectBus } from '../platform/bus/bus.ts';
import { connectCache } from '../platform/cache/cache.ts';
import type { Config } from '../platform/config/config.ts';
import { platformConfig } from '../platform/config/platform-config.ts';
import { createLifecycle, type Lifecycle } from '../platform/lifecycle/lifecycle.ts';
import { createLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { acquireHomeLock } from '../platform/supervise/home-lock.ts';
import { startNatsServer } from '../platform/supervise/nats-server.ts';
import { startRedisServer } from '../platform/supervise/redis-server.ts';
import { systemClock } from '../platform/time/clock.ts';
import { gatewayConfig } from '../gateway/config.ts';
import { start as startGateway } from '../gateway/main.ts';
import { demoConfig } from '../ingest/simulate/config.ts';
import { startDemoFeed } from '../ingest/simulate/main.ts';
import { rootConfig } from './config.ts';
import { endDemoWhenAsked, isDemoRemoved } from './demo.ts';
import { startEngineThread } from './engine-thread.ts';

export const version = '0.1.0';

/**
 * The whole engine in one process: servers it supervises, the thread of processors and ClickHouse, then the doors. Parts start in this
 * order and stop in reverse, so that nothing accepted is left without somebody to store it.
 */
export function createEngine(config: Config, tell: (line: string) => void): Lifecycle {
  const root = config.get(rootConfig);
  const platform = config.get(platformConfig);
  const home = platform.home;
  const clock = systemClock;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const log = createLog({ level: platform.logLevel, pretty: platform.logPretty });
  const metrics = createMetrics();
  const lifecycle = createLifecycle({ log, clock, stopDeadlineMs: platform.stopDeadlineMs });

  lifecycle.add('engine', async () => {
    const stops: (() => Promise<void> | void)[] = [];
    const stop = async (): Promise<void> => {
      for (const end of stops.reverse()) await end();
    };
    try {
      const lock = acquireHomeLock(home);
      stops.push(() => lock.release());
      const nats =
        platform.natsUrl === undefined
          ? await startNatsServer({ home, log, clock, natsSyncAlways: platform.natsSyncAlways })
          : undefined;
      if (nats !== undefined) stops.push(() => nats.stop());
      const redis =
        platform.redisUrl === undefined
          ? await startRedisServer({ home, log, clock, maxMemoryBytes: platform.redisMaxMemoryBytes })
          : undefined;
      if (redis !== undefined) stops.push(() => redis.stop());
      const natsUrl = platform.natsUrl ?? nats?.url ?? '';
      const redisUrl = platform.redisUrl ?? redis?.url ?? '';
      const natsToken = nats === undefined ? {} : { natsToken: nats.token };

      const bus = await connectBus({
        servers: natsUrl,
        ...(nats === undefined ? {} : { token: nats.token }),
        name: 'main',
        log,
        metrics,
        clock,
      });
      stops.push(() => bus.close());
      const cache = await connectCache({ url: redisUrl, log, metrics, clock });
      stops.push(() => cache.close());
      const access = await createAccess({ bus, clock, log, metrics }, { adminKey: root.adminKey });
      stops.push(() => access.stop());
      const local = await prepareAccess(access, clock, {
        home,
        demo: root.demo && !(await isDemoRemoved(home)),
      });
      const ingest = await startIngest({ bus, access, clock, log, metrics }, config.get(ingestConfig));
      const engine = await startEngineThread(
        {
          natsUrl,
          ...natsToken,
          redisUrl,
          ...(platform.clickhouseUrl === undefined ? {} : { clickhouseUrl: platform.clickhouseUrl }),
          storePath: join(home, 'clickhouse'),
          owner: processorName(home),
          settings: config.get(streamsConfig),
          logLevel: platform.logLevel,
          logPretty: platform.logPretty,
        },
        clock,
        (error) => {
          // The process cannot go on without it, and may not load ClickHouse a second time: same path as any uncaught error.
          setImmediate(() => {
            throw error;
          });
        },
      );
      // Downstream stops after upstream: what ingest still has in hand goes into the log first.
      stops.push(() => engine.stop());
      stops.push(() => ingest.stop());
      const gateway = await startGateway(
        {
          bus,
          store: engine.store,
          cache,
          access,
          clock,
          log,
          metrics,
          metricsText: async () => (await metrics.text()) + (await engine.metricsText()),
          staticDir: fileURLToPath(new URL('../dashboards/dist', import.meta.url)),
          home,
          version,
        },
        config.get(gatewayConfig),
      );
      stops.push(() => gateway.stop());
      const server = createServer((request, response) => {
        if (!ingest.handle(request, response)) gateway.app(request, response);
      });
      gateway.attach(server);
      await listen(server, root.port, root.host);
      stops.push(() => {
        gateway.drain();
        return closeServer(server);
      });
      const url = addressOf(server);
      // For the command line of this machine (verify, import): how to reach the running engine. Readable by its owner only.
      const runtimePath = join(home, 'run', 'engine.json');
      writeFileSync(runtimePath, JSON.stringify({ pid: process.pid, url, natsUrl, ...natsToken }), {
        mode: 0o600,
      });
      stops.push(() => rmSync(runtimePath, { force: true }));
      if (local.demoKey !== undefined) {
        const demo = startDemoFeed({
          url,
          apiKey: local.demoKey,
          home,
          clock,
          log,
          ...config.get(demoConfig),
        });
        stops.push(() => demo.stop());
        const ending = new AbortController();
        const watching = endDemoWhenAsked(
          { bus, access, clock, home, stopFeed: () => demo.stop() },
          ending.signal,
        );
        stops.push(() => {
          ending.abort();
          return watching;
        });
      }
      tell(`listening on ${url}`);
      if (gateway.signInPath !== undefined) tell(`sign in once with ${url}${gateway.signInPath}`);
      return { stop };
    } catch (error) {
      await stop();
      throw error;
    }
  });
  return lifecycle;
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

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 2_000).unref();
  });
}

export function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://${address.address}:${address.port}` : '';
}
