import { createContext, useContext } from 'react';
import type { TenantCalendar } from '../../platform/contracts/calendar.ts';
import type { ChurnBands } from '../../platform/contracts/churn-bands.ts';
import type { ApiKeyView, EventTypeView, Settings } from '../../platform/contracts/admin.ts';
import type {
  AlertSettings,
  ContactPointList,
  SilenceList,
  SubscriptionList,
} from '../../platform/contracts/alert-subscription.ts';
import type {
  AlertThreadDetail,
  AlertThreadList,
  AlertNoticeList,
  DeliveryList,
} from '../../platform/contracts/alert-thread.ts';
import type { Answered } from '../../platform/contracts/analytics.ts';
import type { AttributionAnswer, AttributionQuestion } from '../../platform/contracts/attribution.ts';
import type { CohortAnswer, CohortQuestion } from '../../platform/contracts/cohorts.ts';
import type { FunnelAnswer, FunnelQuestion } from '../../platform/contracts/funnel.ts';
import type { PnlReply } from '../../platform/contracts/pnl.ts';
import type { RisksAnswer } from '../../platform/contracts/risks.ts';
import type { BreakdownReply, DecompositionReply } from '../../platform/contracts/revenue.ts';
import type {
  AnomalyDetail,
  AnomalyList,
  BandReply,
  WatchSettings,
} from '../../platform/contracts/anomaly.ts';
import type {
  DeadLetterList,
  Job,
  KpiList,
  SeriesReply,
  StoredEvent,
  TopReply,
} from '../../platform/contracts/api.ts';
import type { AudienceAnswer } from '../../platform/contracts/audience.ts';
import type {
  CustomerBoard,
  CustomerDetail,
  CustomerScoreList,
  CustomerValueList,
} from '../../platform/contracts/customers.ts';
import type { ExperimentList, ExperimentView } from '../../platform/contracts/experiment.ts';
import type { MrrPolicyReply, RecurringReply } from '../../platform/contracts/recurring.ts';
import type { SourceList } from '../../platform/contracts/source.ts';
import type { StageList } from '../../platform/contracts/stages.ts';
import type {
  ForecastGrain,
  ForecastList,
  ForecastReply,
  ModelVersionList,
} from '../../platform/contracts/forecast.ts';
import type { ModelsReply } from '../../platform/contracts/models.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import type { PostList, PostView } from '../../platform/contracts/posts.ts';
import type { PrivacyState } from '../../platform/contracts/privacy.ts';
import type { AuditList, AuditState } from '../../platform/contracts/audit.ts';
import type { DecisionSettingsView } from '../../platform/contracts/decision-wire.ts';
import type { Calibration, Decision, DecisionList } from '../../platform/contracts/decision.ts';
import type { DryRunResult } from '../../platform/contracts/dry-run.ts';
import type { NextRuns, OutboxList, ScheduleList, WebhookList } from '../../platform/contracts/outbox.ts';
import type { Policy } from '../../platform/contracts/policy.ts';
import type { SessionReply, UserView } from '../../platform/contracts/session.ts';
import type { Scope } from '../../platform/contracts/tenant.ts';
import type { RenderList, RenderScheduleView } from '../../platform/contracts/render.ts';
import type {
  SlidePreview,
  SlidePreviewWish,
  VideoEstimate,
  VideoEstimateWish,
} from '../../platform/contracts/render-preview.ts';
import type { TrendHistory, TrendList } from '../../platform/contracts/trend.ts';
import type { TrendLifecycle } from '../../platform/contracts/trend-lifecycle.ts';
import type { AlertArgs } from './alerts-api.ts';
import type { AnomalyArgs, BandArgs } from './anomalies-api.ts';
import type { Api } from './api.ts';
import type { AudienceArgs, PostArgs } from './audience-api.ts';
import type { ScoreArgs, ValueArgs } from './customers-api.ts';
import type { ForecastArgs } from './forecasts-api.ts';
import type { SeriesArgs, TopArgs } from './kpis-api.ts';
import type { BreakdownArgs, DecompositionArgs, PnlArgs, RecurringArgs } from './revenue-api.ts';
import type { DeadLetterArgs, EventArgs } from './system-api.ts';
import type { OutboxArgs } from './decisions-api.ts';
import { createFormatter, type Formatter } from './format.ts';
import { createLiveStore, type LiveStore, type LiveTransport } from './live-store.ts';
import { loadPartition, partitionKey, type Partition, type PartitionArgs } from './partition.ts';
import { createQuery, type Query, type QueryDeps, type QuerySpec } from './query.ts';
import { createServerClock } from './server-clock.ts';
import { createTurns } from './turns.ts';
import { createWorkbenchQueries, type WorkbenchQueries } from './workbench-api.ts';
import { createZone, type Zone } from './zone-time.ts';

/** Everything screens read, each kind of answer once. */
export interface Queries extends WorkbenchQueries {
  readonly kpis: Query<'all', KpiList>;
  /** Series that may still change. */
  readonly series: Query<SeriesArgs, SeriesReply>;
  /** Series of the past: what they are compared with. */
  readonly history: Query<SeriesArgs, SeriesReply>;
  readonly anomalies: Query<AnomalyArgs, AnomalyList>;
  readonly anomaly: Query<string, AnomalyDetail>;
  readonly alerts: Query<AlertArgs, AlertThreadList>;
  readonly alert: Query<string, AlertThreadDetail>;
  readonly subscriptions: Query<'all', SubscriptionList>;
  readonly contacts: Query<'all', ContactPointList>;
  readonly silences: Query<'all', SilenceList>;
  readonly deliveries: Query<'all', DeliveryList>;
  readonly notices: Query<'all', AlertNoticeList>;
  readonly alertSettings: Query<'all', AlertSettings>;
  readonly band: Query<BandArgs, BandReply>;
  readonly watch: Query<'all', WatchSettings>;
  readonly stages: Query<'all', StageList>;
  readonly sources: Query<'all', SourceList>;
  readonly top: Query<TopArgs, TopReply>;
  readonly partition: Query<PartitionArgs, Partition>;
  readonly recurring: Query<RecurringArgs, RecurringReply>;
  readonly mrrPolicy: Query<'all', MrrPolicyReply>;
  readonly breakdown: Query<BreakdownArgs, BreakdownReply>;
  readonly decomposition: Query<DecompositionArgs, DecompositionReply>;
  readonly pnl: Query<PnlArgs, PnlReply>;
  readonly risks: Query<'all', Answered<RisksAnswer>>;
  /** Long questions: asked again every second until they are done, and then when somebody wants to. */
  readonly funnel: Query<FunnelQuestion, Answered<FunnelAnswer>>;
  readonly cohorts: Query<CohortQuestion, Answered<CohortAnswer>>;
  readonly attribution: Query<AttributionQuestion, Answered<AttributionAnswer>>;
  readonly jobs: Query<'all', { jobs: Job[] }>;
  readonly system: Query<'all', SystemState>;
  readonly deadLetters: Query<DeadLetterArgs, DeadLetterList>;
  readonly events: Query<EventArgs, { events: StoredEvent[] }>;
  readonly keys: Query<'all', { keys: ApiKeyView[] }>;
  readonly eventTypes: Query<'all', { types: EventTypeView[] }>;
  readonly settings: Query<'all', Settings>;
  readonly users: Query<'all', { users: UserView[] }>;
  readonly audience: Query<AudienceArgs, AudienceAnswer>;
  readonly privacy: Query<'all', PrivacyState>;
  readonly posts: Query<PostArgs, PostList>;
  readonly post: Query<string, PostView>;
  readonly customers: Query<'all', CustomerBoard>;
  readonly churnBands: Query<'all', ChurnBands>;
  readonly customerScores: Query<ScoreArgs, CustomerScoreList>;
  readonly customerValues: Query<ValueArgs, CustomerValueList>;
  readonly customer: Query<string, CustomerDetail>;
  readonly trends: Query<'all', TrendList>;
  readonly trend: Query<string, TrendHistory>;
  readonly forecasts: Query<ForecastGrain, ForecastList>;
  readonly forecast: Query<ForecastArgs, ForecastReply>;
  readonly calendar: Query<'all', TenantCalendar>;
  readonly forecastModels: Query<ForecastGrain, ModelVersionList>;
  readonly models: Query<'all', ModelsReply>;
  readonly trendLifecycle: Query<string, TrendLifecycle>;
  readonly experiments: Query<'all', ExperimentList>;
  readonly experiment: Query<string, ExperimentView>;
  /** By states, separated by commas. */
  readonly decisions: Query<string, DecisionList>;
  readonly decision: Query<string, Decision>;
  readonly calibration: Query<'all', Calibration>;
  readonly decisionSettings: Query<'all', DecisionSettingsView>;
  readonly policies: Query<'all', { policies: Policy[] }>;
  readonly dryRun: Query<string, DryRunResult>;
  readonly outbox: Query<OutboxArgs, OutboxList>;
  readonly schedules: Query<'all', ScheduleList>;
  readonly nextRuns: Query<{ readonly cron: string; readonly zone: string }, NextRuns>;
  readonly webhooks: Query<'all', WebhookList>;
  readonly audit: Query<number | undefined, AuditList>;
  readonly auditState: Query<'all', AuditState>;
  readonly renders: Query<'all', RenderList>;
  readonly slidePreview: Query<SlidePreviewWish, SlidePreview>;
  readonly videoEstimate: Query<VideoEstimateWish, VideoEstimate>;
  readonly renderSchedules: Query<'all', { schedules: RenderScheduleView[] }>;
}

/** What a signed-in reader works with in one tenant. */
export interface Workspace {
  readonly session: SessionReply;
  readonly api: Api;
  readonly live: LiveStore;
  readonly queries: Queries;
  readonly zone: Zone;
  readonly format: Formatter;
  readonly nowMs: () => number;
  readonly can: (scope: Scope) => boolean;
  readonly stop: () => void;
}

export interface WorkspaceDeps {
  readonly api: Api;
  readonly transport: LiveTransport;
  readonly session: SessionReply;
  readonly locale: string;
  readonly page: Document;
}

const SECOND = 1_000;

export function createWorkspace({ api, transport, session, locale, page }: WorkspaceDeps): Workspace {
  const drawing = createTurns(2);
  const clock = createServerClock(Date.now);
  const live = createLiveStore({ transport, nowMs: clock.nowMs, onServerTime: clock.observe });
  const { currency, timeZone } = session.tenant;
  const format = createFormatter({ locale, currency, timeZone });
  const deps: QueryDeps = {
    nowMs: Date.now,
    every: (ms, run) => {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
    isHidden: () => page.hidden,
  };
  const query = <A, T>(spec: QuerySpec<A, T>): Query<A, T> => createQuery(spec, deps);
  const one = <T>(load: () => Promise<T>, refreshMs?: number): Query<'all', T> =>
    query({ keyOf: () => 'all', load, ...(refreshMs === undefined ? {} : { refreshMs }) });
  const long = <A, T>(load: (question: A) => Promise<Answered<T>>): Query<A, Answered<T>> =>
    query({
      keyOf: (question) => JSON.stringify(question),
      load,
      refreshMs: ({ state }) => (state === 'running' ? 0 : undefined),
    });
  const queries: Queries = {
    ...createWorkbenchQueries(api, query),
    kpis: one(api.kpis, 300 * SECOND),
    series: query({ keyOf: seriesKey, load: api.series, refreshMs: 60 * SECOND }),
    history: query({ keyOf: seriesKey, load: api.series, refreshMs: 900 * SECOND }),
    anomalies: query({ keyOf: (args) => JSON.stringify(args), load: api.anomalies, refreshMs: 15 * SECOND }),
    anomaly: query({ keyOf: (id) => id, load: api.anomaly, refreshMs: 15 * SECOND }),
    alerts: query({ keyOf: (args) => JSON.stringify(args), load: api.alerts, refreshMs: 15 * SECOND }),
    alert: query({ keyOf: (id) => id, load: api.alert, refreshMs: 10 * SECOND }),
    subscriptions: one(api.subscriptions, 60 * SECOND),
    contacts: one(api.contacts, 30 * SECOND),
    silences: one(api.silences, 30 * SECOND),
    deliveries: one(api.deliveries, 5 * SECOND),
    notices: one(api.notices, 15 * SECOND),
    alertSettings: one(api.alertSettings),
    band: query({ keyOf: (args) => JSON.stringify(args), load: api.band, refreshMs: 60 * SECOND }),
    watch: one(api.watch),
    stages: one(api.stages, 5 * SECOND),
    sources: one(api.sources, 30 * SECOND),
    top: query({ keyOf: topKey, load: api.top, refreshMs: 15 * SECOND }),
    partition: query({
      keyOf: partitionKey,
      load: (args) => loadPartition(api, args, format.minorDigits, locale),
      refreshMs: 15 * SECOND,
    }),
    recurring: query({ keyOf: ({ by }) => by ?? '', load: api.recurring, refreshMs: 15 * SECOND }),
    mrrPolicy: one(api.mrrPolicy, 60 * SECOND),
    breakdown: query({ keyOf: (args) => JSON.stringify(args), load: api.breakdown, refreshMs: 30 * SECOND }),
    decomposition: query({
      keyOf: (args) => JSON.stringify(args),
      load: api.decomposition,
      refreshMs: 300 * SECOND,
    }),
    pnl: query({ keyOf: (args) => JSON.stringify(args), load: api.pnl, refreshMs: 30 * SECOND }),
    risks: long(api.risks),
    funnel: long(api.funnel),
    cohorts: long(api.cohorts),
    attribution: long(api.attribution),
    jobs: one(api.jobs, 2 * SECOND),
    system: one(api.system, 15 * SECOND),
    deadLetters: query({
      keyOf: ({ code, beforeSeq, limit }) => `${code ?? ''} ${beforeSeq ?? ''} ${limit}`,
      load: api.deadLetters,
      refreshMs: 30 * SECOND,
    }),
    events: query({
      keyOf: ({ id, type, limit }) => JSON.stringify([id, type, limit]),
      load: api.events,
      refreshMs: 10 * SECOND,
    }),
    keys: one(api.keys),
    eventTypes: one(api.eventTypes),
    settings: one(api.settings),
    users: one(api.users),
    audience: query({
      keyOf: ({ what, fromMs, by, field }) => `${what} ${fromMs} ${by ?? ''} ${field ?? ''}`,
      load: api.audience,
      refreshMs: 300 * SECOND,
    }),
    privacy: one(api.privacy, 60 * SECOND),
    post: query({ keyOf: (content) => content, load: api.post, refreshMs: 30 * SECOND }),
    posts: query({
      keyOf: ({ viral, after, limit }) => `${String(viral)} ${limit} ${after ?? ''}`,
      load: api.posts,
      refreshMs: 30 * SECOND,
    }),
    customers: one(api.customers, 15 * SECOND),
    churnBands: one(api.churnBands, 300 * SECOND),
    customerScores: query({
      keyOf: (args) => JSON.stringify(args),
      load: api.customerScores,
      refreshMs: 60 * SECOND,
    }),
    customerValues: query({
      keyOf: (args) => JSON.stringify(args),
      load: api.customerValues,
      refreshMs: 60 * SECOND,
    }),
    customer: query({ keyOf: (customer) => customer, load: api.customer, refreshMs: 60 * SECOND }),
    trends: one(api.trends, 30 * SECOND),
    trend: query({ keyOf: (key) => key, load: api.trend, refreshMs: 60 * SECOND }),
    forecasts: query({ keyOf: (grain) => grain, load: api.forecasts, refreshMs: 60 * SECOND }),
    forecast: query({ keyOf: (args) => JSON.stringify(args), load: api.forecast, refreshMs: 60 * SECOND }),
    calendar: one(api.calendar, 60 * SECOND),
    forecastModels: query({ keyOf: (grain) => grain, load: api.forecastModels, refreshMs: 30 * SECOND }),
    models: one(api.models, 10 * SECOND),
    trendLifecycle: query({ keyOf: (key) => key, load: api.trendLifecycle, refreshMs: 120 * SECOND }),
    experiments: one(api.experiments, 15 * SECOND),
    experiment: query({ keyOf: (key) => key, load: api.experiment, refreshMs: 5 * SECOND }),
    decisions: query({ keyOf: (state) => state, load: api.decisions.list, refreshMs: 10 * SECOND }),
    decision: query({ keyOf: (id) => id, load: api.decisions.get, refreshMs: 2 * SECOND }),
    calibration: one(api.decisions.calibration, 60 * SECOND),
    decisionSettings: one(api.decisions.settings, 5 * SECOND),
    policies: one(api.decisions.policies, 15 * SECOND),
    dryRun: query({ keyOf: (id) => id, load: api.decisions.dryRunResult }),
    outbox: query({
      keyOf: (args) => JSON.stringify(args),
      load: api.decisions.outbox,
      refreshMs: 5 * SECOND,
    }),
    schedules: one(api.decisions.schedules, 15 * SECOND),
    nextRuns: query({
      keyOf: ({ cron, zone }) => JSON.stringify([cron, zone]),
      load: ({ cron, zone }) => api.decisions.nextRuns(cron, zone),
    }),
    webhooks: one(api.decisions.webhooks, 30 * SECOND),
    audit: query({
      keyOf: (before) => String(before ?? ''),
      load: api.decisions.audit,
      refreshMs: 10 * SECOND,
    }),
    auditState: one(api.decisions.auditState, 30 * SECOND),
    // How far they are comes over the socket; this is what there is beside, and what is left while the socket is away.
    renders: query({
      keyOf: () => 'all',
      load: api.renders,
      refreshMs: ({ renders }) =>
        renders.some(({ endedAtMs }) => endedAtMs === undefined) ? 5 * SECOND : 30 * SECOND,
    }),
    // The server draws two at once and lets few wait: a long storyboard is drawn in its order.
    slidePreview: query({
      keyOf: (wish) => JSON.stringify(wish),
      load: async (wish) => await drawing.run(async () => await api.previewSlide(wish)),
    }),
    videoEstimate: query({ keyOf: (wish) => JSON.stringify(wish), load: api.estimateVideo }),
    renderSchedules: one(api.renderSchedules, 60 * SECOND),
  };
  // Nearly every screen begins with them: asked for while the screen is still being drawn.
  queries.kpis.watch('all', () => {})();
  const onVisibility = (): void => live.setHidden(page.hidden);
  page.addEventListener('visibilitychange', onVisibility);
  onVisibility();

  return {
    session,
    api,
    live,
    queries,
    zone: createZone(timeZone),
    format,
    nowMs: clock.nowMs,
    can: (scope) => session.scopes.includes(scope),
    stop: () => {
      page.removeEventListener('visibilitychange', onVisibility);
      live.stop();
    },
  };
}

function seriesKey({ key, window, fromMs, toMs, by, filters }: SeriesArgs): string {
  return JSON.stringify([
    key,
    window,
    fromMs,
    toMs,
    by,
    filters.channel,
    filters.content,
    filters.country,
    filters.stream,
  ]);
}

function topKey(args: TopArgs): string {
  return JSON.stringify([args.kpi, args.by, args.window, args.fromMs, args.toMs, args.limit]);
}

export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === undefined) throw new Error('no workspace above this component');
  return workspace;
}
