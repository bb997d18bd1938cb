import type { IncomingMessage, RequestListener, Server as HttpServer } from 'node:http';
import type { AccessDirectory } from '../platform/access/access.ts';
import { openKv } from '../platform/bus/kv.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Cache } from '../platform/cache/cache.ts';
import * as adminApi from '../platform/contracts/admin.ts';
import * as anomalyApi from '../platform/contracts/anomaly.ts';
import * as api from '../platform/contracts/api.ts';
import * as audienceApi from '../platform/contracts/audience.ts';
import { EventTypeRequest, FieldSchema } from '../platform/contracts/event-type.ts';
import * as calendarApi from '../platform/contracts/calendar.ts';
import * as forecastApi from '../platform/contracts/forecast.ts';
import * as manifestApi from '../platform/contracts/model-manifest.ts';
import * as experimentApi from '../platform/contracts/experiment.ts';
import { KpiDefinition, Measure } from '../platform/contracts/kpi.ts';
import * as postsApi from '../platform/contracts/posts.ts';
import * as privacyApi from '../platform/contracts/privacy.ts';
import * as recurringApi from '../platform/contracts/recurring.ts';
import * as customersApi from '../platform/contracts/customers.ts';
import { Signal, SignalList } from '../platform/contracts/signal.ts';
import { SourceList, StoredSourceStatus } from '../platform/contracts/source.ts';
import * as trendApi from '../platform/contracts/trend.ts';
import { ModelsReply } from '../platform/contracts/models.ts';
import * as lifecycleApi from '../platform/contracts/trend-lifecycle.ts';
import { StageList } from '../platform/contracts/stages.ts';
import * as sessionApi from '../platform/contracts/session.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import { createLinkSigner } from '../platform/signed-link/signed-link.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { loadSealer } from '../platform/secrets/secret-keys.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { openAuditIntake } from '../platform/audit/intake.ts';
import { auditedRoutes } from './audit/audited-routes.ts';
import { createDecisionDesk } from './decisions/ask.ts';
import { automationRoutes } from './decisions/automation-routes.ts';
import { decisionSchemas } from './decisions/schemas.ts';
import { decisionRoutes } from './decisions/decision-routes.ts';
import { createOpenDecisions } from './decisions/open-decisions.ts';
import { policyRoutes } from './decisions/policy-routes.ts';
import { alertSchemas } from './alerts/alert-schemas.ts';
import { openAlertRecords } from './alerts/alert-records.ts';
import { createAskAlerts } from './alerts/ask-owner.ts';
import { mountUnsubscribe, scheduleBook, subscriptionBook } from './alerts/unsubscribe.ts';
import { createAnalyst } from './analytics/ask.ts';
import { createArgon2 } from './adapters/argon2.ts';
import { createDoor } from './adapters/door.ts';
import { createHttpApp } from './adapters/express.ts';
import { createReadModel } from './adapters/read-model.ts';
import { createSockets } from './adapters/socket-io.ts';
import { loadStaticFiles } from './adapters/static-files.ts';
import { audienceRoutes } from './api/audience-routes.ts';
import { alertRecordRoutes } from './api/alert-record-routes.ts';
import { alertRoutes } from './api/alert-routes.ts';
import { anomalyRoutes } from './api/anomaly-routes.ts';
import { analyticsRoutes, analyticsSchemas } from './api/analytics-routes.ts';
import { churnBandRoutes } from './api/churn-band-routes.ts';
import { customerRoutes } from './api/customer-routes.ts';
import { deadLetterRoutes } from './api/dead-letter-routes.ts';
import { eventRoutes } from './api/event-routes.ts';
import { experimentRoutes } from './api/experiment-routes.ts';
import { eventTypeRoutes } from './api/event-type-routes.ts';
import { calendarRoutes } from './api/calendar-routes.ts';
import { forecastRoutes } from './api/forecast-routes.ts';
import { keyRoutes } from './api/key-routes.ts';
import { kpiRoutes, tenantKpis } from './api/kpi-routes.ts';
import { memberRoutes } from './api/member-routes.ts';
import { modelsRoutes } from './api/models-routes.ts';
import { postRoutes } from './api/post-routes.ts';
import { recurringRoutes } from './api/recurring-routes.ts';
import { seriesRoutes } from './api/series-routes.ts';
import { sessionRoutes } from './api/session-routes.ts';
import { tenantRoutes } from './api/tenant-routes.ts';
import { trendRoutes } from './api/trend-routes.ts';
import type { GatewayConfig } from './config.ts';
import { createExperiments } from './experiments/experiments.ts';
import { createQueryGate } from './history/query-gate.ts';
import { createWatermarks } from './history/watermark.ts';
import { identify, identifyKey } from './http/identify.ts';
import { mountPages } from './http/pages.ts';
import type { Route } from './http/route.ts';
import { createJobs } from './jobs/jobs.ts';
import { startReplayWorker } from './jobs/replay-worker.ts';
import { createFeeds } from './live/feeds.ts';
import { createHub } from './live/hub.ts';
import { createPartFollower } from './live/part-follower.ts';
import { createProgressDirectory } from './live/progress-directory.ts';
import { createGatewayMetrics } from './metrics.ts';
import { createModelsReader } from './models/models-status.ts';
import { openMirrors } from './mirrors.ts';
import { createPolicies } from './recurring/policies.ts';
import { renderSchemas } from './renders/render-routes.ts';
import { startGatewayRenders } from './renders/renders.ts';
import { createAttemptLimit } from './sign-in/attempt-limit.ts';
import { createMembers } from './sign-in/members.ts';
import type { SessionLimits } from './sign-in/session.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { readSources } from './system/source-list.ts';
import { createStageReader } from './system/stage-list.ts';
import { createStatusReader } from './system/streams-status.ts';
import { createSystemReader } from './system/system-state.ts';
import { createModelsAsker } from './workbench/ask-models.ts';
import { openWorkbenchRecords, workbenchRoutes, workbenchSchemas } from './workbench/routes.ts';

export interface GatewayDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly cache: Cache;
  readonly access: AccessDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Prometheus text of the whole process, for /metrics. */
  readonly metricsText: () => Promise<string>;
  /** Folder of the built dashboards. */
  readonly staticDir: string;
  /** WEIR_HOME, whose disk is watched. */
  readonly home: string;
  /** What stored secrets are sealed with; by the key file of the home when absent. */
  readonly sealer?: Sealer;
  readonly version: string;
  /** Bytes the object store of artefacts may take, as whoever renders has it. */
  readonly artefactBytes?: number;
}

export interface Gateway {
  readonly app: RequestListener;
  /** Serves sockets on the server that `app` answers for. */
  attach(server: HttpServer): void;
  /** Path of a one-time sign-in link for the owner, `/welcome?token=…`, as long as the owner has no password. */
  readonly signInPath: string | undefined;
  /** Turns /readyz to 503, so that nothing new is sent here; to be called before the server stops listening. */
  drain(): void;
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
const defaultArtefactBytes = 1024 * 1024 * 1024;
const sweepEveryMs = 600_000;
const touchAfterMs = 300_000;

/** Wires the gateway; resolves once its directories are in memory and the owner exists. */
export async function start(deps: GatewayDeps, config: GatewayConfig): Promise<Gateway> {
  const { access, bus, cache, clock, home, version } = deps;
  const log = deps.log.child({ module: 'gateway' });
  const metrics = createGatewayMetrics(deps.metrics);
  const publicOrigin = config.publicUrl?.replace(/\/$/, '');
  const store = createQueryGate(deps.store, metrics, {
    maxRunning: config.queriesAtOnce,
    maxWaiting: config.queriesWaiting,
  });

  const mirrors = await openMirrors(bus);
  const { users, sessions, kpis, jobRecords, eventTypes, mrrPolicies, watch } = mirrors;
  const workbench = await openWorkbenchRecords(bus);

  const limits: SessionLimits = {
    idleMs: config.sessionIdleHours * hourMs,
    absoluteMs: config.sessionDays * 24 * hourMs,
    touchAfterMs,
  };
  const signIn = createSignIn(
    {
      users,
      sessions,
      hasher: createArgon2(),
      byAddress: createAttemptLimit({ burst: 20, refillMs: 3_000, maxKeys: 50_000 }),
      byAccount: createAttemptLimit({ burst: 10, refillMs: 30_000, maxKeys: 50_000 }),
      clock,
      log,
      metrics,
    },
    limits,
  );
  const members = createMembers(users, clock);
  const ownerTenants = access.tenants().filter((tenant) => tenant.id === 'main' || tenant.simulated);
  const ownerToken = await members.ensureOwner(
    config.ownerEmail,
    'Owner',
    ownerTenants.map((tenant) => tenant.id),
  );

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

  const policies = createPolicies(mrrPolicies);
  const analyst = createAnalyst(bus);
  const sourceStates = await openKv(bus, buckets.sources, { schema: StoredSourceStatus });
  const desk = createDecisionDesk(bus);
  const askAlerts = createAskAlerts(bus);
  const routes: readonly Route[] = [
    ...kpiRoutes({ access, kpis, jobs }),
    ...seriesRoutes({
      access,
      kpis,
      policyOf: (tenant, version) => policies.of(tenant, version),
      store,
      clock,
      watermark: createWatermarks(status, store, clock),
    }),
    ...recurringRoutes({ access, policies, store, clock }),
    ...anomalyRoutes({ access, kpis, watch, store, clock }),
    ...trendRoutes({ access, analyst, assumptions: mirrors.trendAssumptions, store, clock }),
    ...analyticsRoutes({ access, analyst, clock }),
    ...alertRoutes({ access, store, records: alertRecords, ask: askAlerts, clock }),
    ...alertRecordRoutes({ records: alertRecords, ask: askAlerts, clock }),
    ...eventRoutes(store, clock),
    ...deadLetterRoutes({ bus, store, jobs, clock }),
    ...eventTypeRoutes(eventTypes, clock),
    ...sessionRoutes({ access, signIn, limits }),
    ...memberRoutes(members),
    ...keyRoutes(access, clock),
    ...tenantRoutes({
      access,
      store,
      jobs,
      system,
      stages: createStageReader(bus, clock),
      sources: async (tenant) => await readSources(sourceStates, tenant),
    }),
    ...audienceRoutes({ bus, clock }),
    ...postRoutes(store, clock),
    ...forecastRoutes({ store, jobs, registry: mirrors.modelRegistry }),
    ...experimentRoutes({
      access,
      experiments: createExperiments(mirrors.experiments),
      results: mirrors.results,
      clock,
    }),
    ...customerRoutes({ store, jobs, clock }),
    ...churnBandRoutes({ bands: mirrors.churnBands }),
    ...modelsRoutes(createModelsReader(bus, clock), {
      forecasts: mirrors.modelRegistry,
      churn: mirrors.churnRegistry,
    }),
    ...calendarRoutes({ access, calendars: mirrors.calendars, clock }),
    ...decisionRoutes(desk),
    ...policyRoutes(desk),
    ...automationRoutes(desk),
    ...renders.routes,
    ...workbenchRoutes(workbench, jobs, createModelsAsker(bus)),
  ];

  const http = createHttpApp(
    {
      identify: (credentials) => identify(access, signIn, credentials),
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
    { publicOrigin, trustedProxies: config.trustedProxies },
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
    signIn,
    limits,
    log,
    metrics,
    metricsText: deps.metricsText,
    readiness: async (tenant) => {
      const isReady = !isDraining && (await system.isReady());
      return { isReady, isDraining, detail: tenant === undefined ? undefined : await system.read(tenant) };
    },
  });

  const sockets = createSockets(
    {
      identify: (key, request) =>
        key === undefined
          ? identify(access, signIn, {
              authorization: request.headers.authorization,
              cookie: request.headers.cookie,
              isSecure: isSecure(request, publicOrigin, config.trustedProxies),
            })
          : identifyKey(access, key),
      clock,
      log,
      metrics,
    },
    { publicOrigin, maxSocketsPerTenant: config.socketsPerTenant },
  );
  const hub = createHub(
    {
      bus,
      clock,
      log,
      metrics,
      transport: sockets.transport,
      feed: createFeeds({
        store,
        readModel: createReadModel(cache),
        follower: createPartFollower(bus, unreadable),
        clock,
        log,
        access,
        progress,
        system,
        jobsOf: (tenant) => jobs.list(tenant),
        rendersOf: (tenant) => renders.live(tenant),
        kpisOf: (tenant) => tenantKpis(kpis, tenant),
        openDecisions: createOpenDecisions(desk),
      }),
    },
    {
      pushIntervalMs: config.pushIntervalMs,
      maxTopicsPerClient: config.topicsPerSocket,
      maxRoomsPerTenant: config.topicsPerTenant,
    },
  );

  let server: HttpServer | undefined;
  const door = createDoor(() => server);
  const replays = startReplayWorker({ jobs: jobRecords, store: deps.store, access, door, clock, log });

  // Rights may have changed: look at every open socket, once for all changes of a moment.
  let isRecheckDue = false;
  const recheckSoon = (): void => {
    if (isRecheckDue) return;
    isRecheckDue = true;
    setImmediate(() => {
      isRecheckDue = false;
      sockets.recheck();
    });
  };
  // Whoever leaves a tenant is told nothing more of it. API keys are not users: theirs end when somebody deletes them.
  const isMember = (tenant: string, userId: string): boolean =>
    access.tenant(tenant) !== undefined &&
    (userId.startsWith('key:') || members.list(tenant).some(({ id }) => id === userId));
  let isRemovalDue = false;
  const removeStrangersSoon = (): void => {
    if (isRemovalDue) return;
    isRemovalDue = true;
    setImmediate(() => {
      isRemovalDue = false;
      alertRecords
        .removeStrangers(isMember)
        .catch((error: unknown) =>
          log.warn({ err: error }, 'subscriptions of former members were not ended'),
        );
    });
  };
  removeStrangersSoon();
  const listeners = [
    access.onChange(recheckSoon),
    users.onChange(recheckSoon),
    sessions.onChange(recheckSoon),
    users.onChange(() => removeStrangersSoon()),
    kpis.onChange((key) => hub.refresh(key.slice(0, key.indexOf('.')))),
  ];
  const sweeper = clock.every(sweepEveryMs, async () => {
    await signIn
      .sweep()
      .catch((error: unknown) => log.debug({ err: error }, 'ended sessions were not deleted'));
  });

  return {
    app: http.app,
    attach: (given) => {
      server = given;
      sockets.attach(given, hub);
    },
    signInPath: ownerToken === undefined ? undefined : `/welcome?token=${ownerToken}`,
    drain: () => {
      isDraining = true;
    },
    stop: async () => {
      isDraining = true;
      sweeper.stop();
      await replays.stop();
      for (const listener of listeners) listener.stop();
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

/** Whether the client came by HTTPS, as Express decides it for requests. */
function isSecure(
  request: IncomingMessage,
  publicOrigin: string | undefined,
  trustedProxies: number,
): boolean {
  if (publicOrigin?.startsWith('https:') === true) return true;
  const forwarded = request.headers['x-forwarded-proto'];
  return (
    trustedProxies > 0 &&
    String(forwarded ?? '')
      .split(',')[0]
      ?.trim() === 'https'
  );
}

/** Schemas that have a name in the OpenAPI document. */
const namedSchemas = {
  Problem: api.Problem,
  KpiDefinition,
  Measure,
  KpiList: api.KpiList,
  KpiRequest: api.KpiRequest,
  KpiSaved: api.KpiSaved,
  SeriesReply: api.SeriesReply,
  TopReply: api.TopReply,
  MrrPolicy: recurringApi.MrrPolicy,
  MrrPolicyRequest: recurringApi.MrrPolicyRequest,
  MrrPolicyReply: recurringApi.MrrPolicyReply,
  RecurringReply: recurringApi.RecurringReply,
  ...analyticsSchemas,
  ...alertSchemas,
  ...renderSchemas,
  ...workbenchSchemas,
  EventStats: api.EventStats,
  StoredEvent: api.StoredEvent,
  StoredEvents: api.StoredEvents,
  DeadLetterEntry: api.DeadLetterEntry,
  DeadLetterList: api.DeadLetterList,
  DeadLetterPost: api.DeadLetterPost,
  DeadLetterPosted: api.DeadLetterPosted,
  ReplayRequest: api.ReplayRequest,
  Job: api.Job,
  JobList: api.JobList,
  SystemReply: api.SystemReply,
  AnomalyView: anomalyApi.AnomalyView,
  AnomalyList: anomalyApi.AnomalyList,
  AnomalyDetail: anomalyApi.AnomalyDetail,
  BandReply: anomalyApi.BandReply,
  Explanation: anomalyApi.Explanation,
  SensitivityRequest: anomalyApi.SensitivityRequest,
  WatchSettings: anomalyApi.WatchSettings,
  StageList,
  ModelsReply,
  ForecastList: forecastApi.ForecastList,
  ForecastReply: forecastApi.ForecastReply,
  SeriesForecast: forecastApi.SeriesForecastDetail,
  TenantCalendar: calendarApi.TenantCalendar,
  PlannedEvent: calendarApi.PlannedEvent,
  PlannedEventRequest: calendarApi.PlannedEventRequest,
  ModelManifest: manifestApi.ModelManifest,
  ModelManifestList: manifestApi.ModelManifestList,
  ModelVersionList: forecastApi.ModelVersionList,
  Signal,
  SignalList,
  Trend: trendApi.Trend,
  TrendList: trendApi.TrendList,
  TrendHistory: trendApi.TrendHistory,
  SourceList,
  TrendLifecycle: lifecycleApi.TrendLifecycle,
  TrendAssumptions: lifecycleApi.TrendAssumptions,
  EventTypeRequest,
  EventFieldSchema: FieldSchema,
  EventTypeView: adminApi.EventTypeView,
  EventTypeList: adminApi.EventTypeList,
  ApiKeyView: adminApi.ApiKeyView,
  ApiKeyList: adminApi.ApiKeyList,
  ApiKeyRequest: adminApi.ApiKeyRequest,
  ApiKeyRotation: adminApi.ApiKeyRotation,
  ApiKeyCreated: adminApi.ApiKeyCreated,
  Settings: adminApi.Settings,
  SettingsRequest: adminApi.SettingsRequest,
  SessionReply: sessionApi.SessionReply,
  SignInRequest: sessionApi.SignInRequest,
  LinkRequest: sessionApi.LinkRequest,
  PasswordRequest: sessionApi.PasswordRequest,
  TenantSwitchRequest: sessionApi.TenantSwitchRequest,
  UserView: sessionApi.UserView,
  UserList: sessionApi.UserList,
  InviteRequest: sessionApi.InviteRequest,
  InviteReply: sessionApi.InviteReply,
  RoleRequest: sessionApi.RoleRequest,
  AudienceAnswer: audienceApi.AudienceAnswer,
  PrivateRequest: audienceApi.PrivateRequest,
  PrivacyState: privacyApi.PrivacyState,
  PrivacyCharge: privacyApi.PrivacyCharge,
  PostView: postsApi.PostView,
  PostList: postsApi.PostList,
  CustomerBoard: customersApi.CustomerBoard,
  CustomerRun: customersApi.CustomerRun,
  CustomerScoreList: customersApi.CustomerScoreList,
  CustomerValueList: customersApi.CustomerValueList,
  CustomerDetail: customersApi.CustomerDetail,
  ExperimentView: experimentApi.ExperimentView,
  ExperimentList: experimentApi.ExperimentList,
  ExperimentRequest: experimentApi.ExperimentRequest,
  ...decisionSchemas,
};
