import type { RequestListener, Server as HttpServer } from 'node:http';
import { openAuditIntake } from '../platform/audit/intake.ts';
import { loadSealer } from '../platform/secrets/secret-keys.ts';
import { createLinkSigner } from '../platform/signed-link/signed-link.ts';
import { createArgon2 } from './adapters/argon2.ts';
import { createReadModel } from './adapters/read-model.ts';
import { createSockets } from './adapters/socket-io.ts';
import { createDoor } from './adapters/door.ts';
import { createHttpApp } from './adapters/express.ts';
import { loadStaticFiles } from './adapters/static-files.ts';
import { openAlertRecords } from './alerts/alert-records.ts';
import { mountUnsubscribe, scheduleBook, subscriptionBook } from './alerts/unsubscribe.ts';
import { auditedRoutes } from './audit/audited-routes.ts';
import { originOf, type GatewayConfig } from './config.ts';
import { createDecisionDesk } from './decisions/ask.ts';
import type { GatewayDeps } from './deps.ts';
import { createQueryGate } from './history/query-gate.ts';
import { identify } from './http/identify.ts';
import { mountPages } from './http/pages.ts';
import { createJobs } from './jobs/jobs.ts';
import { startReplayWorker } from './jobs/replay-worker.ts';
import { createProgressDirectory } from './live/progress-directory.ts';
import { createGatewayMetrics } from './metrics.ts';
import { openMirrors } from './mirrors.ts';
import { startGatewayRenders } from './renders/renders.ts';
import { createAttemptLimit } from './sign-in/attempt-limit.ts';
import { createStatusReader } from './system/streams-status.ts';
import { createSystemReader } from './system/system-state.ts';
import { openWorkbenchRecords } from './workbench/routes.ts';
import { apiRoutes } from './api-routes.ts';
import { createLive } from './live/start-live.ts';
import { namedSchemas } from './named-schemas.ts';
import { followRights } from './rights.ts';
import { startSignIn } from './sign-in/start-sign-in.ts';

export interface Gateway {
  readonly app: RequestListener;
  /** Serves sockets on the server that `app` answers for. */
  attach(server: HttpServer): void;
  /** Path of a one-time sign-in link for the owner, `/welcome?token=…`, as long as the owner has no password. */
  readonly signInPath: string | undefined;
  /** Turns /readyz to 503, so that nothing new is sent here, and ends open sockets; to be called before the server stops listening. */
  drain(): void;
  stop(): Promise<void>;
}

const defaultArtefactBytes = 1024 * 1024 * 1024;

/** Wires the gateway; resolves once its directories are in memory and the owner exists. */
export async function start(deps: GatewayDeps, config: GatewayConfig): Promise<Gateway> {
  const { access, bus, cache, clock, home, version } = deps;
  const log = deps.log.child({ module: 'gateway' });
  const metrics = createGatewayMetrics(deps.metrics);
  const store = createQueryGate(deps.store, metrics, {
    maxRunning: config.queriesAtOnce,
    maxWaiting: config.queriesWaiting,
  });

  const mirrors = await openMirrors(bus);
  const { users, jobRecords } = mirrors;
  const workbench = await openWorkbenchRecords(bus);

  const people = await startSignIn({ mirrors, hasher: createArgon2(), access, clock, log, metrics }, config);
  const alertRecords = await openAlertRecords(bus, log, deps.sealer ?? loadSealer(deps.home));
  const renders = await startGatewayRenders(
    bus,
    clock,
    deps.artefactBytes ?? defaultArtefactBytes,
    (subject) => users.values().find((user) => `user:${user.id}` === subject)?.name ?? 'API key',
    (key) => alertRecords.contacts.get(key),
  );

  const unreadable = (): void => metrics.liveUnreadable.inc();
  const progress = createProgressDirectory(bus, clock, unreadable);
  const status = createStatusReader(bus, clock);
  const system = createSystemReader({
    bus,
    store: deps.store,
    cache,
    access,
    progress,
    status,
    clock,
    home,
    version,
    moreParts: [async () => await renders.part()],
  });
  const jobs = createJobs(jobRecords, clock);

  const desk = createDecisionDesk(bus);
  const parts = {
    ...deps,
    store,
    log,
    metrics,
    unreadable,
    mirrors,
    workbench,
    people,
    alertRecords,
    renders,
    progress,
    status,
    system,
    jobs,
    desk,
  };
  const routes = await apiRoutes(parts);
  const http = createHttpApp(
    {
      identify: (credentials) => identify(access, people.signIn, credentials),
      rate: createAttemptLimit({
        burst: config.requestBurst,
        refillMs: 1_000 / config.requestsPerSecond,
        maxKeys: 50_000,
      }),
      ratePolicy: `"api";q=${config.requestBurst};w=${Math.ceil(config.requestBurst / config.requestsPerSecond)}`,
      clock,
      log,
      metrics,
    },
    { publicOrigin: originOf(config), trustedProxies: config.trustedProxies },
  );
  let isDraining = false;
  http.mount(auditedRoutes(routes, await openAuditIntake(bus), clock));
  http.mount(routes);
  mountUnsubscribe(
    http,
    [subscriptionBook(alertRecords), scheduleBook(renders.schedules)],
    createLinkSigner(home),
  );
  renders.mount(http);
  mountPages(http, {
    routes,
    api: { version, named: namedSchemas },
    files: await loadStaticFiles(deps.staticDir),
    signIn: people.signIn,
    limits: people.limits,
    log,
    metrics,
    metricsText: deps.metricsText,
    readiness: async (tenant) => {
      const isReady = !isDraining && (await system.isReady());
      return { isReady, isDraining, detail: tenant === undefined ? undefined : await system.read(tenant) };
    },
  });

  const { sockets, hub } = createLive(
    { ...parts, readModel: createReadModel(cache), openSockets: createSockets },
    config,
  );
  let server: HttpServer | undefined;
  const door = createDoor(() => server);
  const replays = startReplayWorker({ jobs: jobRecords, store: deps.store, access, door, clock, log });

  const rights = followRights({ ...parts, sockets, hub });

  return {
    app: http.app,
    attach: (given) => {
      server = given;
      sockets.attach(given, hub);
    },
    signInPath: people.signInPath,
    drain: () => {
      isDraining = true;
      sockets.disconnect();
    },
    stop: async () => {
      isDraining = true;
      people.stop();
      await replays.stop();
      rights.stop();
      await sockets.stop();
      hub.stop();
      progress.stop();
      await alertRecords.stop();
      await renders.stop();
      for (const mirror of workbench.mirrors) await mirror.stop();
      await mirrors.stop();
    },
  };
}
