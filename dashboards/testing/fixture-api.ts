import express, { type Express, type Request, type Response } from 'express';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  ApiKeyCreated,
  ApiKeyList,
  ApiKeyRequest,
  EventTypeList,
  Settings,
  SettingsRequest,
} from '../../platform/contracts/admin.ts';
import {
  AnomalyDetail,
  AnomalyList,
  BandReply,
  defaultWatchSettings,
  WatchSettings,
} from '../../platform/contracts/anomaly.ts';
import {
  DeadLetterList,
  EventStats,
  JobList,
  KpiList,
  KpiRequest,
  KpiSaved,
  SeriesReply,
  StoredEvents,
  SystemReply,
  TopReply,
  type Job,
} from '../../platform/contracts/api.ts';
import { AudienceAnswer } from '../../platform/contracts/audience.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { dimensions, windowSizes, type KpiDefinition } from '../../platform/contracts/kpi.ts';
import { PostList, PostView } from '../../platform/contracts/posts.ts';
import { PrivacyState } from '../../platform/contracts/privacy.ts';
import {
  InviteReply,
  InviteRequest,
  LinkRequest,
  SessionReply,
  SignInRequest,
  TenantSwitchRequest,
  UserList,
} from '../../platform/contracts/session.ts';
import { mountAudience } from './fixture-audience.ts';
import { mountWorkbench, workbenchContract } from './fixture-workbench.ts';
import { TrendHistory, TrendList } from '../../platform/contracts/trend.ts';
import {
  defaultTrendAssumptions,
  TrendAssumptions,
  TrendAssumptionsRequest,
  TrendLifecycle,
} from '../../platform/contracts/trend-lifecycle.ts';
import { trendHistory, trendLifecycle, trendList } from './fixture-trends.ts';
import { addCustomerRoutes, customerContract, type CustomerState } from './fixture-customers.ts';
import { experimentViews } from './fixture-experiments.ts';
import {
  defaultMrrPolicy,
  MrrPolicy,
  MrrPolicyReply,
  MrrPolicyRequest,
  RecurringReply,
} from '../../platform/contracts/recurring.ts';
import { policyReply, recurringReply } from './fixture-recurring.ts';
import { ExperimentList, ExperimentView } from '../../platform/contracts/experiment.ts';
import { SourceList } from '../../platform/contracts/source.ts';
import { StageList } from '../../platform/contracts/stages.ts';
import { TenantCalendar } from '../../platform/contracts/calendar.ts';
import { ForecastList, ForecastReply, ModelVersionList } from '../../platform/contracts/forecast.ts';
import { ModelsReply } from '../../platform/contracts/models.ts';
import { addForecastRoutes } from './fixture-forecasts.ts';
import {
  addDecisionRoutes,
  createDecisionFixture,
  decisionContract,
  type DecisionFixture,
} from './fixture-decisions.ts';
import { addAlertRoutes, alertContract, createAlertState, type AlertState } from './fixture-alerts.ts';
import { addAnomalyRoutes } from './fixture-anomalies.ts';
import { problem } from './fixture-api-problem.ts';
import { addAnalyticsRoutes, analyticsContract, type AnalyticsState } from './fixture-analytics.ts';
import { addRenderRoutes, createRenders, rendersContract, type RenderState } from './fixture-renders.ts';
import { contents, cutsOf, cutValues, kpis, kpiValue, windowStarts } from './fixture-data.ts';

/** What a test may set before and while the page is open. */
export interface FixtureState extends AnalyticsState, CustomerState, RenderState {
  isSignedIn: boolean;
  tenant: 'main' | 'demo';
  kpis: KpiDefinition[];
  /** Newest first. */
  mrrPolicies: MrrPolicy[];
  jobs: Job[];
  readonly decided: DecisionFixture;
  watch: WatchSettings;
  readonly alerts: AlertState;
  keys: { id: string; name: string; preview: string; scopes: string[]; state: string; createdAtMs: number }[];
  /** Path prefix that answers a problem. */
  failing: string | undefined;
  /** Added to what the KPIs of today are. */
  extra: Map<string, number>;
  readonly requests: { readonly method: string; readonly path: string; readonly body: unknown }[];
}

export function createState(): FixtureState {
  return {
    isSignedIn: true,
    tenant: 'main',
    isEmpty: false,
    ...createRenders(),
    scoredBy: 'model',
    runningFor: 0,
    plan: 'none',
    profitTarget: 10_000,
    kpis: [...kpis],
    mrrPolicies: [],
    jobs: [],
    decided: createDecisionFixture(),
    watch: defaultWatchSettings,
    alerts: createAlertState(Date.now()),
    keys: [
      {
        id: 'k1',
        name: 'Website',
        preview: 'weir_live_ingest_Ab…9xQz',
        scopes: ['ingest:write'],
        state: 'live',
        createdAtMs: Date.now() - 9e9,
      },
      {
        id: 'k2',
        name: 'Old exporter',
        preview: 'weir_live_query_Cd…1aBc',
        scopes: ['query:read'],
        state: 'revoked',
        createdAtMs: Date.now() - 2e10,
      },
    ],
    failing: undefined,
    extra: new Map(),
    requests: [],
  };
}

/** Schemas of the answers by route; a fixture that does not fit the contract would test nothing. */
const contract: readonly (readonly [string, RegExp, TSchema])[] = [
  ...analyticsContract,
  ...decisionContract,
  ...alertContract,
  ...rendersContract,
  ...workbenchContract,
  ...customerContract,
  ['GET', /^\/session$/, SessionReply],
  ['GET', /^\/kpis$/, KpiList],
  ['GET', /^\/kpis\/[^/]+\/series$/, SeriesReply],
  ['POST', /^\/kpis$/, KpiSaved],
  ['GET', /^\/top$/, TopReply],
  ['GET', /^\/recurring$/, RecurringReply],
  ['GET', /^\/recurring\/policy$/, MrrPolicyReply],
  ['PUT', /^\/recurring\/policy$/, MrrPolicy],
  ['GET', /^\/events\/stats$/, EventStats],
  ['GET', /^\/events$/, StoredEvents],
  ['GET', /^\/deadletter$/, DeadLetterList],
  ['GET', /^\/api-keys$/, ApiKeyList],
  ['POST', /^\/api-keys/, ApiKeyCreated],
  ['GET', /^\/event-types$/, EventTypeList],
  ['GET', /^\/settings$/, Settings],
  ['GET', /^\/users$/, UserList],
  ['POST', /^\/users$/, InviteReply],
  ['GET', /^\/jobs$/, JobList],
  ['GET', /^\/system$/, SystemReply],
  ['GET', /^\/privacy-budget$/, PrivacyState],
  ['GET', /^\/audience\/[^/]+$/, AudienceAnswer],
  ['POST', /^\/audience\/[^/]+$/, AudienceAnswer],
  ['GET', /^\/posts$/, PostList],
  ['GET', /^\/posts\/[^/]+$/, PostView],
  ['GET', /^\/forecasts$/, ForecastList],
  ['GET', /^\/forecasts\/series$/, ForecastReply],
  ['GET', /^\/forecasts\/models$/, ModelVersionList],
  ['GET', /^\/calendar$/, TenantCalendar],
  ['GET', /^\/system\/models$/, ModelsReply],
  ['GET', /^\/trends$/, TrendList],
  ['GET', /^\/trends\/[^/]+$/, TrendHistory],
  ['GET', /^\/trends\/[^/]+\/lifecycle$/, TrendLifecycle],
  ['PATCH', /^\/trend-assumptions$/, TrendAssumptions],
  ['GET', /^\/experiments$/, ExperimentList],
  ['GET', /^\/experiments\/[^/]+$/, ExperimentView],
  ['POST', /^\/experiments/, ExperimentView],
  ['GET', /^\/system\/stages$/, StageList],
  ['GET', /^\/sources$/, SourceList],
  ['GET', /^\/anomalies$/, AnomalyList],
  ['GET', /^\/anomalies\/[^/]+$/, AnomalyDetail],
  ['GET', /^\/kpis\/[^/]+\/band$/, BandReply],
  ['GET', /^\/watch$/, WatchSettings],
];

function holdToContract(req: Request, res: Response, next: () => void): void {
  const json = res.json.bind(res);
  res.json = (body: unknown) => {
    const found = contract.find(([method, path]) => method === req.method && path.test(req.path));
    if (res.statusCode < 400 && found !== undefined) Value.Assert(found[2], body);
    return json(body);
  };
  next();
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function session(state: FixtureState) {
  const tenants = [
    { id: 'main', name: 'Meridian Media', simulated: false, role: 'owner' },
    { id: 'demo', name: 'Demo network', simulated: true, role: 'owner' },
  ];
  const tenant = tenants.find((each) => each.id === state.tenant);
  return {
    kind: 'session',
    user: { id: 'u1', email: 'ada@example.com', name: 'Ada Marsh', passwordSet: false },
    tenant: {
      id: state.tenant,
      name: tenant?.name,
      currency: 'USD',
      timeZone: 'UTC',
      simulated: tenant?.simulated,
    },
    role: 'owner',
    scopes: ['query:read', 'kpis:write', 'decisions:approve', 'ingest:write', 'admin'],
    tenants,
    expiresAtMs: Date.now() + 8e8,
  };
}

/** The routes of the gateway as the contract has them, over numbers made up by `fixture-data`. */
export function createFixtureApi(state: FixtureState): Express {
  const app = express();
  app.use(express.json());
  app.use('/api/v1', (req: Request, res: Response, next) => {
    state.requests.push({ method: req.method, path: req.originalUrl, body: req.body });
    const isDoor = req.method === 'POST' && (req.path === '/session' || req.path === '/session/link');
    if (!state.isSignedIn && !isDoor) {
      res.status(401).json(problem('GATEWAY_UNAUTHENTICATED', 401, 'Sign in.'));
      return;
    }
    if (state.failing !== undefined && req.path.startsWith(state.failing)) {
      res
        .status(503)
        .json(problem('STORE_UNAVAILABLE', 503, 'A system Weir depends on did not do its part.'));
      return;
    }
    next();
  });
  app.use('/api/v1', holdToContract);
  const api = express.Router();
  app.use('/api/v1', api);

  mountWorkbench(api, state);

  api.get('/session', (_req, res) => void res.json(session(state)));
  api.post('/session', (req, res) => {
    if (Value.Parse(SignInRequest, req.body).password !== 'correct horse') {
      res.status(401).json(problem('GATEWAY_SIGN_IN_FAILED', 401, 'Address or password is wrong.'));
      return;
    }
    state.isSignedIn = true;
    res.json(session(state));
  });
  api.post('/session/link', (req, res) => {
    if (Value.Parse(LinkRequest, req.body).token !== 'one-time-token-0123456789') {
      res.status(401).json(problem('GATEWAY_LINK_INVALID', 401, 'This link was used already.'));
      return;
    }
    state.isSignedIn = true;
    res.json(session(state));
  });
  api.delete('/session', (_req, res) => {
    state.isSignedIn = false;
    res.status(204).end();
  });
  api.post('/session/tenant', (req, res) => {
    state.tenant = Value.Parse(TenantSwitchRequest, req.body).tenant === 'demo' ? 'demo' : 'main';
    res.json(session(state));
  });

  api.get('/kpis', (_req, res) => void res.json({ currency: 'USD', timeZone: 'UTC', kpis: state.kpis }));
  api.post('/kpis', (req, res) => {
    const body = Value.Parse(KpiRequest, req.body);
    if (body.formula.includes('nothing')) {
      const detail = 'The formula names "nothing", which is no measure of this KPI.';
      res.status(400).json(problem('KPI_FORMULA_INVALID', 400, detail, { in: 'body', field: 'formula' }));
      return;
    }
    const kpi: KpiDefinition = { ...body, version: 1, origin: 'tenant' };
    state.kpis.push(kpi);
    const job: Job = {
      id: 'job_1',
      tenant: state.tenant,
      kind: 'kpi-backfill',
      title: `History of ${kpi.title}`,
      stage: 'reading events',
      percent: 35,
      state: 'running',
      createdAtMs: Date.now() - 20_000,
      updatedAtMs: Date.now(),
      params: { key: kpi.key },
    };
    state.jobs.unshift(job);
    res.status(201).json({ kpi, job });
  });
  api.put('/kpis/:key', (req, res) => {
    const kpi: KpiDefinition = { ...Value.Parse(KpiRequest, req.body), version: 2, origin: 'catalogue' };
    state.kpis = state.kpis.map((each) => (each.key === kpi.key ? kpi : each));
    res.json({ kpi });
  });
  api.delete('/kpis/:key', (req, res) => {
    state.kpis = state.kpis.filter((each) => each.key !== req.params.key);
    res.status(204).end();
  });
  api.get('/kpis/:key/series', (req, res) => void res.json(seriesReply(state, req)));
  api.get('/recurring', (req, res) => {
    const policy = state.mrrPolicies[0] ?? defaultMrrPolicy;
    res.json(recurringReply(text(req.query['by']), policy, Date.now(), state.isEmpty));
  });
  api.get('/recurring/policy', (_req, res) => void res.json(policyReply(state.mrrPolicies)));
  api.put('/recurring/policy', (req, res) => {
    const policy: MrrPolicy = {
      ...Value.Parse(MrrPolicyRequest, req.body),
      version: state.mrrPolicies.length + 1,
      updatedAtMs: Date.now(),
      updatedBy: 'u1',
    };
    state.mrrPolicies.unshift(policy);
    res.json(policy);
  });
  addDecisionRoutes(api, state.decided, state.jobs, () => state.isEmpty);
  api.get('/top', (req, res) => void res.json(topReply(state, req)));
  api.get('/experiments', (_req, res) => void res.json({ experiments: experimentViews(state.isEmpty) }));
  api.get('/experiments/:key', (req, res) => {
    const found = experimentViews(state.isEmpty).find(({ experiment }) => experiment.key === req.params.key);
    if (found === undefined) res.status(404).json(problem('EXPERIMENT_NOT_FOUND', 404, 'There is none.'));
    else res.json(found);
  });
  api.post('/experiments', (_req, res) => void res.status(201).json(experimentViews(false)[1]));
  api.post('/experiments/:key/:what', (_req, res) => void res.json(experimentViews(false)[0]));
  api.get('/sources', (_req, res) => {
    const now = Date.now();
    const status = { kind: 'news', host: 'news.example', events: 1_204, failures: 0, problem: '' };
    res.json({
      sources: state.isEmpty
        ? []
        : [
            { ...status, name: 'wire', lastOkMs: now - 240_000, nextMs: now + 660_000 },
            {
              ...status,
              name: 'chart',
              kind: 'youtube-chart',
              host: 'www.googleapis.com',
              failures: 2,
              lastOkMs: now - 9_000_000,
              nextMs: now + 3_600_000,
              problem: 'SOURCE_QUOTA_SPENT: The quota of the key is spent for today.',
            },
          ],
    });
  });
  api.get('/trends', (_req, res) => void res.json(trendList(state.isEmpty)));
  api.get('/trends/:key', (req, res) => {
    const found = trendHistory(req.params.key);
    if (found === undefined)
      res.status(404).json(problem('TREND_NOT_FOUND', 404, 'There was no such trend.'));
    else res.json(found);
  });
  addForecastRoutes(api, state, (detail) => problem('FORECAST_NOT_FOUND', 404, detail));
  api.get('/trends/:key/lifecycle', (req, res) => {
    const found = trendLifecycle(req.params.key);
    if (found === undefined)
      res.status(404).json(problem('TREND_NOT_FOUND', 404, 'There was no such trend.'));
    else res.json(found);
  });
  api.patch('/trend-assumptions', (req, res) => {
    res.json({ ...defaultTrendAssumptions, ...Value.Parse(TrendAssumptionsRequest, req.body) });
  });
  addAnalyticsRoutes(api, state);
  addAlertRoutes(api, state);
  addRenderRoutes(api, state);
  addCustomerRoutes(api, state);

  api.get(
    '/events/stats',
    (_req, res) =>
      void res.json({
        stored: 1_204_511,
        duplicates: 3_204,
        rejected: 17,
        late: 88,
        byType: { video_view: 1_100_000, tip: 4_511 },
      }),
  );
  api.get(
    '/events',
    (req, res) =>
      void res.json({
        events: [
          {
            id: text(req.query['id']) ?? 'e-1',
            source: 'api',
            type: 'video_view',
            time: new Date().toISOString(),
            receivedAt: new Date().toISOString(),
            data: { content_id: 'vid-0001', watch_time_ms: 4_200 },
            flags: [],
          },
        ],
      }),
  );
  api.get('/deadletter', (req, res) => {
    const codes = ['INGEST_TIME_INVALID', 'INGEST_MONEY_INVALID', 'INGEST_TYPE_INVALID'];
    const entries = Array.from({ length: 17 }, (_, i) => ({
      seq: 40 - i,
      receivedAt: new Date(Date.now() - i * 700_000).toISOString(),
      dialect: i % 3 === 0 ? 'import' : 'native',
      source: i % 3 === 0 ? 'youtube-trending.csv' : 'api',
      code: codes[i % 3] ?? '',
      message:
        ['time "yesterday" cannot be read', 'amount and amount_minor differ', 'type has capital letters'][
          i % 3
        ] ?? '',
      index: i * 13,
      item: JSON.stringify({
        type: 'Tip',
        time: 'yesterday',
        data: { amount: '5.00', currency: 'USD', content_id: 'vid-0001' },
      }),
    }));
    const code = text(req.query['code']);
    const shown = code === undefined ? entries : entries.filter((entry) => entry.code === code);
    res.json({ total: shown.length, entries: shown });
  });
  api.post('/deadletter/replay', (_req, res) => {
    const job: Job = {
      id: 'job_2',
      tenant: state.tenant,
      kind: 'deadletter-replay',
      title: 'Refused events sent again',
      stage: 'waiting',
      percent: 0,
      state: 'queued',
      createdAtMs: Date.now(),
      updatedAtMs: Date.now(),
      params: {},
    };
    state.jobs.unshift(job);
    res.status(202).json(job);
  });
  api.get('/api-keys', (_req, res) => void res.json({ keys: state.keys }));
  api.post('/api-keys', (req, res) => {
    const { name, scopes } = Value.Parse(ApiKeyRequest, req.body);
    const key = {
      id: `k${state.keys.length + 1}`,
      name,
      preview: 'weir_live_ingest_Zz…4fGh',
      scopes,
      state: 'live',
      createdAtMs: Date.now(),
    };
    state.keys.unshift(key);
    res.status(201).json({ key, secret: 'weir_live_ingest_Zz0123456789abcdefghijklmnopqrs4fGh' });
  });
  api.post(
    '/api-keys/:id/rotate',
    (_req, res) =>
      void res
        .status(201)
        .json({ key: state.keys[0], secret: 'weir_live_ingest_Yy9876543210abcdefghijklmnopqrs7jKl' }),
  );
  api.delete('/api-keys/:id', (req, res) => {
    const key = state.keys.find((each) => each.id === req.params.id);
    if (key !== undefined) key.state = 'revoked';
    res.json(key);
  });
  api.get(
    '/event-types',
    (_req, res) =>
      void res.json({
        types: eventCatalogue.map(({ data, ...spec }) => ({ ...spec, schema: data, origin: 'catalogue' })),
      }),
  );
  api.get(
    '/settings',
    (_req, res) =>
      void res.json({
        id: state.tenant,
        name: 'Meridian Media',
        currency: 'USD',
        timeZone: 'UTC',
        rates: { EUR: 1.08, GBP: 1.27 },
        simulated: false,
        limits: { eventsPerSecond: 50_000, requestsPerSecond: 2_000 },
      }),
  );
  api.patch('/settings', (req, res) => {
    const change = Value.Parse(SettingsRequest, req.body);
    state.plan = change.plan ?? state.plan;
    state.profitTarget = change.profitTargetPerMonth ?? state.profitTarget;
    res.json({
      id: 'main',
      name: 'Meridian Media',
      currency: 'USD',
      timeZone: 'UTC',
      simulated: false,
      limits: { eventsPerSecond: 50_000, requestsPerSecond: 2_000 },
      rates: {},
      ...change,
    });
  });
  api.get(
    '/users',
    (_req, res) =>
      void res.json({
        users: [
          {
            id: 'u1',
            email: 'ada@example.com',
            name: 'Ada Marsh',
            role: 'owner',
            createdAtMs: Date.now() - 9e9,
            passwordSet: true,
          },
          {
            id: 'u2',
            email: 'lin@example.com',
            name: 'Lin Okafor',
            role: 'analyst',
            createdAtMs: Date.now() - 4e9,
            passwordSet: false,
          },
        ],
      }),
  );
  api.post(
    '/users',
    (req, res) =>
      void res.status(201).json({
        user: {
          id: 'u3',
          createdAtMs: Date.now(),
          passwordSet: false,
          ...Value.Parse(InviteRequest, req.body),
        },
        link: 'http://127.0.0.1/welcome?token=invitation-token-000',
        expiresAtMs: Date.now() + 8e7,
      }),
  );
  addAnomalyRoutes(api, state);
  api.get('/jobs', (_req, res) => void res.json({ jobs: state.jobs }));
  api.get('/system', (_req, res) => void res.json(systemState()));
  mountAudience(api, state);
  return app;
}

export function systemState() {
  return {
    version: '0.1.0',
    simulated: false,
    parts: [
      { name: 'nats', state: 'up' as const, detail: 'connected' },
      { name: 'clickhouse', state: 'up' as const, detail: 'answers' },
      { name: 'redis', state: 'up' as const, detail: 'answers' },
      { name: 'streams', state: 'up' as const, detail: '8 of 8 partitions, 0 messages behind' },
      { name: 'disk', state: 'up' as const, detail: '41.2 GiB free (63%)' },
    ],
    freshnessMs: 420,
    pendingMessages: 0,
  };
}

function seriesReply(state: FixtureState, req: Request) {
  const key = String(req.params['key']);
  const kpi = state.kpis.find((each) => each.key === key);
  const size = windowSizes.find((each) => each === req.query['window']) ?? '1h';
  const nowMs = Date.now();
  const by = dimensions.find((each) => each === req.query['by']) ?? kpi?.cut;
  const starts = windowStarts(Number(req.query['from']), Number(req.query['to']), size);
  const filters = Object.fromEntries(
    ['channel', 'content', 'country', 'stream'].flatMap((name) => {
      const value = text(req.query[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const share = Object.entries(filters).reduce(
    (product, [name, value]) => product * (cutsOf(name).find((cut) => cut.id === value)?.share ?? 0.01),
    1,
  );
  const name = Object.values(filters).join(' ');
  const cuts = by === undefined ? [''] : cutsOf(by).map((cut) => cut.id);
  const rows = starts.map((windowStartMs) => ({
    windowStartMs,
    values: by === undefined ? undefined : cutValues(key, by, windowStartMs, size, nowMs),
  }));
  const series = cuts.map((cut) => {
    const points = state.isEmpty
      ? []
      : rows.flatMap(({ windowStartMs, values }) => {
          const part = values?.get(cut);
          const value =
            values === undefined
              ? kpiValue(key, windowStartMs, size, nowMs, name, share)
              : part == null
                ? null
                : Math.round(part * share * 100) / 100;
          return value == null ? [] : [{ windowStartMs, value, revision: 1 }];
        });
    const sum = points.reduce((total, point) => total + point.value, 0);
    const isRate = kpi?.unit === 'ratio' || /\//.test(kpi?.formula ?? '');
    const total = points.length === 0 ? null : isRate ? sum / points.length : sum;
    return { dims: { ...filters, ...(by === undefined ? {} : { [by]: cut }) }, total, points };
  });
  return {
    key,
    unit: kpi?.unit ?? 'count',
    currency: 'USD',
    window: size,
    watermarkMs: state.isEmpty ? null : nowMs - 2_000,
    series,
  };
}

function topReply(state: FixtureState, req: Request) {
  const by = text(req.query['by']) === 'content' ? 'content' : 'channel';
  const key = text(req.query['kpi']) ?? 'views';
  const [fromMs, toMs] = [Number(req.query['from']), Number(req.query['to'])];
  const nowMs = Date.now();
  const starts = windowStarts(fromMs, toMs, '1h');
  const whole = starts.reduce((sum, start) => sum + (kpiValue(key, start, '1h', nowMs) ?? 0), 0);
  const isMoney = key !== 'views';
  const entries = state.isEmpty
    ? []
    : cutsOf(by).map((cut) => ({
        id: cut.id,
        title: contents.find((content) => content.id === cut.id)?.title ?? cut.id,
        value: isMoney ? Math.round(whole * cut.share * 97) / 100 : Math.round(whole * cut.share * 0.97),
      }));
  entries.sort((a, b) => b.value - a.value);
  const unit = state.kpis.find((kpi) => kpi.key === key)?.unit ?? 'count';
  return {
    kpi: key,
    by,
    unit,
    currency: 'USD',
    fromMs,
    toMs,
    entries: entries.slice(0, Number(req.query['limit'] ?? 10)),
  };
}
