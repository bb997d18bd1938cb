import { randomUUID } from 'node:crypto';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start as startIngest } from '../ingest/main.ts';
import { ingestConfig } from '../ingest/config.ts';
import { createAccess } from '../platform/access/access.ts';
import { prepareAccess } from '../platform/access/first-start.ts';
import { connectCache } from '../platform/cache/cache.ts';
import type { Config } from '../platform/config/config.ts';
import { platformConfig } from '../platform/config/platform-config.ts';
import { createLifecycle, type Lifecycle } from '../platform/lifecycle/lifecycle.ts';
import { createStops } from '../platform/lifecycle/stops.ts';
import { createLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { secretConfig } from '../platform/secrets/config.ts';
import { loadSealer } from '../platform/secrets/secret-keys.ts';
import { systemClock } from '../platform/time/clock.ts';
import { createRandom } from '../platform/time/random.ts';
import { alertsConfig } from '../decision/alerts/config.ts';
import { startAlerts } from '../decision/alerts/main.ts';
import { gatewayConfig } from '../gateway/config.ts';
import { renderConfig } from '../render/config.ts';
import { start as startRenders, storeBytes } from '../render/main.ts';
import { start as startGateway } from '../gateway/main.ts';
import { demoConfig } from '../ingest/simulate/config.ts';
import { modelsConfig } from '../models/config.ts';
import { start as startModels } from '../models/main.ts';
import { startDemoFeed } from '../ingest/simulate/main.ts';
import { sourcesConfig } from '../ingest/sources/config.ts';
import { startSources } from '../ingest/sources/main.ts';
import { decisionConfig } from '../decision/config.ts';
import { start as startDecision } from '../decision/main.ts';
import { createAcknowledgedKeeper } from './acknowledged.ts';
import { rootConfig } from './config.ts';
import { endDemoWhenAsked, isDemoRemoved } from './demo.ts';
import { startEngineThread } from './engine-thread.ts';
import { processorData, startGround } from './ground.ts';
import { addressOf, checkAddress, closer, listen } from './listen.ts';
import { createLossNotes } from './log-loss.ts';

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
  const isPretty = platform.logPretty || process.stderr.isTTY;
  const log = createLog({ level: platform.logLevel, pretty: isPretty });
  const metrics = createMetrics();
  const lifecycle = createLifecycle({ log, clock, stopDeadlineMs: platform.stopDeadlineMs });

  lifecycle.add('engine', async () => {
    const stops = createStops({ log, clock }, 'engine');
    try {
      await checkAddress(root.port, root.host);
      const ground = await startGround(config, { log, metrics, clock }, stops);
      const { bus, natsUrl, natsToken, redisUrl } = ground;
      const cache = await connectCache({ url: redisUrl, log, metrics, clock });
      stops.add('cache', () => cache.close());
      const access = await createAccess({ bus, clock, log, metrics }, { adminKey: root.adminKey });
      stops.add('access', () => access.stop());
      const local = await prepareAccess(access, clock, {
        home,
        demo: root.demo && !(await isDemoRemoved(home)),
      });
      const noteLoss = createLossNotes(bus);
      const acknowledged = createAcknowledgedKeeper({ home, clock, log }, ground.acknowledged, (loss) => {
        log.error(
          { lastSeq: loss.lastSeq },
          'the log has lost its end while in use; weir verify names what is missing',
        );
        noteLoss(loss).catch((error: unknown) => log.error({ err: error }, 'the loss could not be noted'));
      });
      stops.add('acknowledged mark', () => acknowledged.stop());
      const ingest = await startIngest(
        {
          bus,
          access,
          clock,
          log,
          metrics,
          ...(platform.natsUrl === undefined ? { freeBytes: freeBytesOf(home) } : {}),
          onAcknowledged: (batch) => acknowledged.note(batch),
        },
        config.get(ingestConfig),
      );
      const processor = processorData(config, ground);
      const engine = await startEngineThread(processor, clock, (error) => {
        // The process cannot go on without it, and may not load ClickHouse a second time: same path as any uncaught error.
        setImmediate(() => {
          throw error;
        });
      });
      // Downstream stops after upstream: what ingest still has in hand goes into the log first.
      stops.add('processors', () => engine.stop());
      stops.add('ingest', () => ingest.stop());
      const models = await startModels(
        { bus, store: engine.store, access, clock, log, metrics },
        { ...config.get(modelsConfig), owner: processor.owner },
      );
      stops.add('models', () => models.stop());
      const { owner } = processor;
      const sealer = loadSealer(home, config.get(secretConfig).key);
      const decision = await startDecision(
        {
          bus,
          store: engine.store,
          access,
          clock,
          random: createRandom(owner),
          log,
          metrics,
          home,
          owner,
          sealer,
        },
        config.get(decisionConfig),
      );
      stops.add('decision', () => decision.stop());
      const renders = await startRenders(
        { bus, store: engine.store, access, clock, metrics, home },
        config.get(renderConfig),
      );
      stops.add('renders', () => renders.stop());
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
          sealer,
          version,
          artefactBytes: storeBytes(config.get(renderConfig)),
        },
        config.get(gatewayConfig),
      );
      stops.add('gateway', () => gateway.stop());
      const server = createServer((request, response) => {
        if (!ingest.handle(request, response)) gateway.app(request, response);
      });
      // A sender that dribbles its head or body holds a connection no longer than this.
      server.headersTimeout = 15_000;
      server.requestTimeout = 60_000;
      const close = closer(server);
      gateway.attach(server);
      await listen(server, root.port, root.host);
      stops.add('http', () => {
        gateway.drain();
        return close();
      });
      const url = addressOf(server);
      // For the command line of this machine (verify, import): how to reach the running engine. Readable by its owner only.
      const runtimePath = join(home, 'run', 'engine.json');
      writeFileSync(runtimePath, JSON.stringify({ pid: process.pid, url, natsUrl, natsToken }), {
        mode: 0o600,
      });
      stops.add('address file', () => rmSync(runtimePath, { force: true }));
      const sources = await startSources(
        { bus, access, url, localKey: local.adminKey, clock, log, metrics },
        config.get(sourcesConfig),
      );
      stops.add('sources', () => sources.stop());
      const alerts = await startAlerts(
        {
          bus,
          store: engine.store,
          access,
          clock,
          random: createRandom(randomUUID()),
          log,
          metrics,
          home,
          sealer,
          publicUrl: config.get(gatewayConfig).publicUrl ?? url,
          owner,
          artefactBytes: storeBytes(config.get(renderConfig)),
        },
        config.get(alertsConfig),
      );
      stops.add('alerts', () => alerts.stop());
      if (local.demoKey !== undefined) {
        const demo = startDemoFeed({
          url,
          apiKey: local.demoKey,
          home,
          clock,
          log,
          ...config.get(demoConfig),
        });
        stops.add('demo feed', () => demo.stop());
        const ending = new AbortController();
        const watching = endDemoWhenAsked(
          { bus, access, clock, home, stopFeed: () => demo.stop() },
          ending.signal,
        );
        stops.add('demo removal', () => {
          ending.abort();
          return watching;
        });
      }
      if (gateway.signInPath !== undefined) tell(`sign in once with ${url}${gateway.signInPath}`);
      // Last: whoever waits for this line may take everything as ready.
      tell(`listening on ${url}`);
      return { ...stops, abandon: () => engine.abandon() };
    } catch (error) {
      await stops.stop();
      throw error;
    }
  });
  return lifecycle;
}

function freeBytesOf(home: string): number {
  const { bavail, bsize } = statfsSync(home);
  return bavail * bsize;
}
