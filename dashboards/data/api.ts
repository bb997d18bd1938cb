import type { PlannedEvent, PlannedEventRequest, TenantCalendar } from '../../platform/contracts/calendar.ts';
import type { ChurnBands } from '../../platform/contracts/churn-bands.ts';
import type {
  ApiKeyCreated,
  ApiKeyRequest,
  ApiKeyView,
  EventTypeView,
  Settings,
  SettingsRequest,
} from '../../platform/contracts/admin.ts';
import type {
  AlertSettings,
  ContactCreated,
  ContactPointList,
  ContactRequest,
  Silence,
  SilenceList,
  SilenceRequest,
  Subscription,
  SubscriptionList,
  SubscriptionRequest,
} from '../../platform/contracts/alert-subscription.ts';
import type {
  AlertNoticeList,
  NoticesReadRequest,
  AlertFeedback,
  AlertThread,
  AlertThreadDetail,
  AlertThreadList,
  DeliveryList,
  DeliveryView,
} from '../../platform/contracts/alert-thread.ts';
import type { Answered } from '../../platform/contracts/analytics.ts';
import type { AttributionAnswer, AttributionQuestion } from '../../platform/contracts/attribution.ts';
import type { CohortAnswer, CohortQuestion } from '../../platform/contracts/cohorts.ts';
import type { FunnelAnswer, FunnelQuestion } from '../../platform/contracts/funnel.ts';
import type { RisksAnswer } from '../../platform/contracts/risks.ts';
import type { Plan, PnlGrain, PnlReply } from '../../platform/contracts/pnl.ts';
import type { BreakdownReply, DecompositionReply } from '../../platform/contracts/revenue.ts';
import type {
  AnomalyDetail,
  AnomalyList,
  BandReply,
  SensitivityRequest,
  WatchSettings,
} from '../../platform/contracts/anomaly.ts';
import type {
  DeadLetterList,
  EventStats,
  Job,
  KpiList,
  KpiRequest,
  KpiSaved,
  SeriesReply,
  StoredEvent,
  TopReply,
} from '../../platform/contracts/api.ts';
import type { AudienceAnswer, AudienceTopic, PrivateRequest } from '../../platform/contracts/audience.ts';
import type {
  ChurnBandName,
  CustomerBoard,
  CustomerDetail,
  CustomerScoreList,
  CustomerValueList,
} from '../../platform/contracts/customers.ts';
import type {
  ExperimentList,
  ExperimentRequest,
  ExperimentView,
} from '../../platform/contracts/experiment.ts';
import type { EventTypeRequest } from '../../platform/contracts/event-type.ts';
import type {
  ForecastGrain,
  ForecastList,
  ForecastReply,
  ForecastRollup,
  ModelVersionList,
} from '../../platform/contracts/forecast.ts';
import type { ModelsReply } from '../../platform/contracts/models.ts';
import type { Dimension, WindowSize } from '../../platform/contracts/kpi.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import type { PostList, PostView } from '../../platform/contracts/posts.ts';
import type { PrivacyState } from '../../platform/contracts/privacy.ts';
import type {
  MrrPolicy,
  MrrPolicyReply,
  MrrPolicyRequest,
  RecurringCut,
  RecurringReply,
} from '../../platform/contracts/recurring.ts';
import type { SessionReply, SignInRequest, UserView } from '../../platform/contracts/session.ts';
import type { SourceList } from '../../platform/contracts/source.ts';
import type { StageList } from '../../platform/contracts/stages.ts';
import type { Role } from '../../platform/contracts/tenant.ts';
import type {
  RenderAsk,
  RenderList,
  RenderScheduleRequest,
  RenderScheduleView,
  RenderView,
} from '../../platform/contracts/render.ts';
import type {
  SlidePreview,
  SlidePreviewWish,
  VideoEstimate,
  VideoEstimateWish,
} from '../../platform/contracts/render-preview.ts';
import type { TrendHistory, TrendList } from '../../platform/contracts/trend.ts';
import type { TrendAssumptions, TrendLifecycle } from '../../platform/contracts/trend-lifecycle.ts';
import { createDecisionsApi, type DecisionsApi } from './decisions-api.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import type { Filters } from './view-state.ts';
import {
  isEventTypeList,
  isEventTypeView,
  isInvited,
  isKeyCreated,
  isKeyList,
  isKeyView,
  isSession,
  isSettings,
  isUserList,
  isUserView,
  type Invited,
} from './wire-admin.ts';
import {
  isAlertFeedback,
  isAlertSettings,
  isAlertThread,
  isAlertThreadDetail,
  isAlertThreadList,
  isContactCreated,
  isContactList,
  isDelivery,
  isDeliveryList,
  isNoticeList,
  isPushKey,
  isSilence,
  isSilenceList,
  isSubscription,
  isSubscriptionList,
} from './wire-alerts.ts';
import { isAudienceAnswer, isPost, isPostList, isPrivacyState } from './wire-audience.ts';
import { isAnomalyDetail, isAnomalyList, isBandReply, isWatchSettings } from './wire-anomaly.ts';
import {
  isAttributionReply,
  isBreakdownReply,
  isCohortReply,
  isDecompositionReply,
  isFunnelReply,
  isPnlReply,
  isRisksReply,
} from './wire-analytics.ts';
import {
  isCalendar,
  isForecastList,
  isForecastReply,
  isModelsReply,
  isModelVersionList,
  isPlannedEvent,
} from './wire-forecast.ts';
import { isKpiList, isKpiSaved, isSeriesReply, isTopReply } from './wire-kpi.ts';
import { isMrrPolicy, isMrrPolicyReply, isRecurring } from './wire-recurring.ts';
import {
  isDeadLetterList,
  isEventStats,
  isJob,
  isJobList,
  isSourceList,
  isStageList,
  isStoredEvents,
  isSystemState,
} from './wire-system.ts';
import { isTrendAssumptions, isTrendHistory, isTrendLifecycle, isTrendList } from './wire-trends.ts';
import {
  isCustomerBoard,
  isCustomerDetail,
  isChurnBands,
  isCustomerScoreList,
  isCustomerValueList,
} from './wire-customers.ts';
import { isExperimentList, isExperimentView } from './wire-experiment.ts';
import {
  isPictureStored,
  isRender,
  isRenderList,
  isRenderSchedule,
  isRenderScheduleList,
  isSlidePreview,
  isVideoEstimate,
} from './wire-renders.ts';
import { createWorkbenchApi, type WorkbenchApi } from './workbench-api.ts';

export interface AnomalyArgs {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kpi?: string | undefined;
  readonly window?: '1m' | '1h' | undefined;
  readonly severity?: string | undefined;
  readonly state?: string | undefined;
  readonly parts?: boolean | undefined;
  readonly filters: Filters;
  readonly limit: number;
}

export interface AlertArgs {
  readonly state?: string | undefined;
  readonly severity?: string | undefined;
  readonly family?: string | undefined;
  readonly limit: number;
}

export interface BandArgs {
  readonly key: string;
  readonly window: '1m' | '1h';
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: Filters;
}

export interface SeriesArgs {
  readonly key: string;
  readonly window: WindowSize;
  readonly fromMs: number;
  readonly toMs: number;
  readonly by?: Dimension | undefined;
  readonly filters: Filters;
}

export interface TopArgs {
  readonly kpi: string;
  readonly by: 'channel' | 'content';
  readonly window: WindowSize;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

export interface RecurringArgs {
  readonly by?: RecurringCut | undefined;
}

export interface BreakdownArgs {
  readonly by: Dimension;
  readonly fromMs: number;
  readonly toMs: number;
  readonly compared: { readonly fromMs: number; readonly toMs: number } | undefined;
}

export interface DecompositionArgs {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: Filters;
}

export interface PnlArgs {
  readonly fromMs: number;
  readonly toMs: number;
  readonly grain: PnlGrain;
  /** What the settings say when absent. */
  readonly plan?: Plan | undefined;
  readonly targetPerMonth?: number | undefined;
}

export interface DeadLetterArgs {
  readonly code?: string | undefined;
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
}

export interface EventArgs {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
}

export interface AudienceArgs {
  readonly what: AudienceTopic;
  readonly fromMs: number;
  readonly by?: 'channel' | 'content' | undefined;
  readonly field?: DemographicField | undefined;
}

export interface ForecastArgs {
  readonly grain: ForecastGrain;
  readonly kpi: string;
  readonly rollup: ForecastRollup;
  readonly dim: string;
}
export interface ScoreArgs {
  readonly band?: ChurnBandName | undefined;
  readonly reason?: string | undefined;
  readonly segment?: string | undefined;
}

export interface ValueArgs {
  readonly segment?: string | undefined;
}

export interface PostArgs {
  readonly viral?: boolean | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Every route this app uses, typed by the contract and checked on arrival. Each throws ApiError. */
export interface Api extends WorkbenchApi {
  readonly session: () => Promise<SessionReply>;
  readonly signIn: (body: SignInRequest) => Promise<SessionReply>;
  readonly signInByLink: (token: string) => Promise<SessionReply>;
  readonly signOut: () => Promise<unknown>;
  readonly switchTenant: (tenant: string) => Promise<SessionReply>;
  readonly setPassword: (password: string, current: string | undefined) => Promise<unknown>;
  readonly kpis: () => Promise<KpiList>;
  readonly createKpi: (body: KpiRequest) => Promise<KpiSaved>;
  readonly replaceKpi: (body: KpiRequest) => Promise<KpiSaved>;
  readonly deleteKpi: (key: string) => Promise<unknown>;
  readonly series: (args: SeriesArgs) => Promise<SeriesReply>;
  readonly anomalies: (args: AnomalyArgs) => Promise<AnomalyList>;
  readonly anomaly: (id: string) => Promise<AnomalyDetail>;
  readonly band: (args: BandArgs) => Promise<BandReply>;
  readonly watch: () => Promise<WatchSettings>;
  readonly changeWatch: (body: SensitivityRequest) => Promise<WatchSettings>;
  readonly stages: () => Promise<StageList>;
  readonly sources: () => Promise<SourceList>;
  readonly top: (args: TopArgs) => Promise<TopReply>;
  readonly recurring: (args: RecurringArgs) => Promise<RecurringReply>;
  readonly mrrPolicy: () => Promise<MrrPolicyReply>;
  readonly setMrrPolicy: (body: MrrPolicyRequest) => Promise<MrrPolicy>;
  readonly breakdown: (args: BreakdownArgs) => Promise<BreakdownReply>;
  readonly decomposition: (args: DecompositionArgs) => Promise<DecompositionReply>;
  readonly pnl: (args: PnlArgs) => Promise<PnlReply>;
  readonly risks: () => Promise<Answered<RisksAnswer>>;
  readonly funnel: (body: FunnelQuestion) => Promise<Answered<FunnelAnswer>>;
  readonly cohorts: (body: CohortQuestion) => Promise<Answered<CohortAnswer>>;
  readonly attribution: (body: AttributionQuestion) => Promise<Answered<AttributionAnswer>>;
  readonly eventStats: () => Promise<EventStats>;
  readonly events: (args: EventArgs) => Promise<{ events: StoredEvent[] }>;
  readonly deadLetters: (args: DeadLetterArgs) => Promise<DeadLetterList>;
  readonly replay: (selection: { seqs?: number[]; code?: string }) => Promise<Job>;
  readonly keys: () => Promise<{ keys: ApiKeyView[] }>;
  readonly createKey: (body: ApiKeyRequest) => Promise<ApiKeyCreated>;
  readonly rotateKey: (id: string, overlapHours: number) => Promise<ApiKeyCreated>;
  readonly revokeKey: (id: string) => Promise<ApiKeyView>;
  readonly eventTypes: () => Promise<{ types: EventTypeView[] }>;
  readonly createEventType: (body: EventTypeRequest) => Promise<EventTypeView>;
  readonly replaceEventType: (body: EventTypeRequest) => Promise<EventTypeView>;
  readonly deleteEventType: (type: string) => Promise<unknown>;
  readonly settings: () => Promise<Settings>;
  readonly changeSettings: (body: SettingsRequest) => Promise<Settings>;
  readonly users: () => Promise<{ users: UserView[] }>;
  readonly invite: (body: { email: string; name: string; role: Role }) => Promise<Invited>;
  readonly changeRole: (id: string, role: Role) => Promise<UserView>;
  readonly removeUser: (id: string) => Promise<unknown>;
  readonly jobs: () => Promise<{ jobs: Job[] }>;
  readonly system: () => Promise<SystemState>;
  readonly removeDemo: () => Promise<Job>;
  readonly audience: (args: AudienceArgs) => Promise<AudienceAnswer>;
  /** Costs privacy budget, the first time in a period. */
  readonly askPrivately: (what: AudienceTopic, body: PrivateRequest) => Promise<AudienceAnswer>;
  readonly privacy: () => Promise<PrivacyState>;
  readonly posts: (args: PostArgs) => Promise<PostList>;
  readonly post: (content: string) => Promise<PostView>;
  readonly alerts: (args: AlertArgs) => Promise<AlertThreadList>;
  readonly alert: (id: string) => Promise<AlertThreadDetail>;
  readonly acknowledge: (id: string, comment: string) => Promise<AlertThread>;
  /** `minutes` null: until something changes. */
  readonly snooze: (id: string, minutes: number | null) => Promise<AlertThread>;
  readonly wake: (id: string) => Promise<AlertThread>;
  readonly giveFeedback: (
    id: string,
    verdict: AlertFeedback['verdict'],
    comment: string,
  ) => Promise<AlertFeedback>;
  readonly subscriptions: () => Promise<SubscriptionList>;
  readonly subscribe: (body: SubscriptionRequest) => Promise<Subscription>;
  readonly changeSubscription: (id: string, body: SubscriptionRequest) => Promise<Subscription>;
  readonly unsubscribe: (id: string) => Promise<unknown>;
  readonly contacts: () => Promise<ContactPointList>;
  readonly addContact: (body: ContactRequest) => Promise<ContactCreated>;
  readonly removeContact: (id: string) => Promise<unknown>;
  readonly testContact: (id: string) => Promise<DeliveryView>;
  readonly pushKey: () => Promise<{ key: string }>;
  readonly silences: () => Promise<SilenceList>;
  readonly silence: (body: SilenceRequest) => Promise<Silence>;
  readonly endSilence: (id: string) => Promise<unknown>;
  readonly deliveries: () => Promise<DeliveryList>;
  readonly notices: () => Promise<AlertNoticeList>;
  readonly readNotices: (body: NoticesReadRequest) => Promise<unknown>;
  readonly retryDelivery: (id: string) => Promise<DeliveryView>;
  readonly alertSettings: () => Promise<AlertSettings>;
  readonly setAlertSettings: (body: AlertSettings) => Promise<AlertSettings>;
  readonly customers: () => Promise<CustomerBoard>;
  readonly customerScores: (args: ScoreArgs) => Promise<CustomerScoreList>;
  readonly customerValues: (args: ValueArgs) => Promise<CustomerValueList>;
  readonly customer: (customer: string) => Promise<CustomerDetail>;
  readonly churnBands: () => Promise<ChurnBands>;
  readonly setChurnBands: (bands: ChurnBands) => Promise<ChurnBands>;
  readonly runCustomers: (train: boolean) => Promise<Job>;
  readonly trends: () => Promise<TrendList>;
  readonly trend: (key: string) => Promise<TrendHistory>;
  readonly forecasts: (grain: ForecastGrain) => Promise<ForecastList>;
  readonly forecast: (args: ForecastArgs) => Promise<ForecastReply>;
  readonly forecastModels: (grain: ForecastGrain) => Promise<ModelVersionList>;
  readonly calendar: () => Promise<TenantCalendar>;
  readonly addPlannedEvent: (event: PlannedEventRequest) => Promise<PlannedEvent>;
  readonly removePlannedEvent: (id: string) => Promise<unknown>;
  readonly setHolidayCountry: (country: string | null) => Promise<TenantCalendar>;
  readonly retrainForecasts: (grain: ForecastGrain) => Promise<Job>;
  readonly rollBackForecasts: (grain: ForecastGrain, version: number) => Promise<Job>;
  readonly cancelJob: (id: string) => Promise<Job>;
  readonly models: () => Promise<ModelsReply>;
  readonly trendLifecycle: (key: string) => Promise<TrendLifecycle>;
  readonly changeTrendAssumptions: (body: Partial<TrendAssumptions>) => Promise<TrendAssumptions>;
  readonly experiments: () => Promise<ExperimentList>;
  readonly experiment: (key: string) => Promise<ExperimentView>;
  readonly createExperiment: (body: ExperimentRequest) => Promise<ExperimentView>;
  readonly startExperiment: (key: string) => Promise<ExperimentView>;
  readonly stopExperiment: (key: string, reason: string) => Promise<ExperimentView>;
  readonly deleteExperiment: (key: string) => Promise<unknown>;
  readonly decisions: DecisionsApi;
  readonly renders: () => Promise<RenderList>;
  readonly askRender: (body: RenderAsk) => Promise<RenderView>;
  readonly cancelRender: (id: string) => Promise<RenderView>;
  readonly previewSlide: (body: SlidePreviewWish) => Promise<SlidePreview>;
  readonly estimateVideo: (body: VideoEstimateWish) => Promise<VideoEstimate>;
  readonly keepPicture: (dataBase64: string) => Promise<{ picture: string; bytes: number }>;
  readonly renderSchedules: () => Promise<{ schedules: RenderScheduleView[] }>;
  readonly addRenderSchedule: (body: RenderScheduleRequest) => Promise<RenderScheduleView>;
  readonly changeRenderSchedule: (id: string, body: RenderScheduleRequest) => Promise<RenderScheduleView>;
  readonly removeRenderSchedule: (id: string) => Promise<unknown>;
}

const base = '/api/v1';

/** The dimensions series are watched by. */
function watchedFilters({ channel, country, stream }: Filters): Filters {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(country === undefined ? {} : { country }),
    ...(stream === undefined ? {} : { stream }),
  };
}

export function createApi(http: Http): Api {
  const { request } = http;
  const path = (...parts: string[]): string => `${base}/${parts.map(encodeURIComponent).join('/')}`;
  return {
    decisions: createDecisionsApi({ request }),
    ...createWorkbenchApi(http),
    session: () => request({ method: 'GET', path: path('session') }, isSession),
    signIn: (body) => request({ method: 'POST', path: path('session'), body }, isSession),
    signInByLink: (token) =>
      request({ method: 'POST', path: path('session', 'link'), body: { token } }, isSession),
    signOut: () => request({ method: 'DELETE', path: path('session') }, isUnknown),
    switchTenant: (tenant) =>
      request({ method: 'POST', path: path('session', 'tenant'), body: { tenant } }, isSession),
    setPassword: (password, current) => {
      const body = current === undefined ? { password } : { password, current };
      return request({ method: 'POST', path: path('session', 'password'), body }, isUnknown);
    },
    kpis: () => request({ method: 'GET', path: path('kpis') }, isKpiList),
    createKpi: (body) => request({ method: 'POST', path: path('kpis'), body }, isKpiSaved),
    replaceKpi: (body) => request({ method: 'PUT', path: path('kpis', body.key), body }, isKpiSaved),
    deleteKpi: (key) => request({ method: 'DELETE', path: path('kpis', key) }, isUnknown),
    series: ({ key, window, fromMs, toMs, by, filters }) =>
      request(
        {
          method: 'GET',
          path: path('kpis', key, 'series'),
          query: { window, from: fromMs, to: toMs, by, ...filters },
        },
        isSeriesReply,
      ),
    anomalies: ({ fromMs, toMs, kpi, window, severity, state, parts, filters, limit }) =>
      request(
        {
          method: 'GET',
          path: path('anomalies'),
          query: {
            from: fromMs,
            to: toMs,
            kpi,
            window,
            severity,
            state,
            parts: parts === true ? 'true' : undefined,
            limit,
            ...watchedFilters(filters),
          },
        },
        isAnomalyList,
      ),
    anomaly: (id) => request({ method: 'GET', path: path('anomalies', id) }, isAnomalyDetail),
    band: ({ key, window, fromMs, toMs, filters }) =>
      request(
        {
          method: 'GET',
          path: path('kpis', key, 'band'),
          query: { window, from: fromMs, to: toMs, ...watchedFilters(filters) },
        },
        isBandReply,
      ),
    watch: () => request({ method: 'GET', path: path('watch') }, isWatchSettings),
    changeWatch: (body) => request({ method: 'PATCH', path: path('watch'), body }, isWatchSettings),
    stages: () => request({ method: 'GET', path: path('system', 'stages') }, isStageList),
    sources: () => request({ method: 'GET', path: path('sources') }, isSourceList),
    top: ({ kpi, by, window, fromMs, toMs, limit }) =>
      request(
        { method: 'GET', path: path('top'), query: { kpi, by, window, from: fromMs, to: toMs, limit } },
        isTopReply,
      ),
    recurring: ({ by }) => request({ method: 'GET', path: path('recurring'), query: { by } }, isRecurring),
    mrrPolicy: () => request({ method: 'GET', path: path('recurring', 'policy') }, isMrrPolicyReply),
    setMrrPolicy: (body) => request({ method: 'PUT', path: path('recurring', 'policy'), body }, isMrrPolicy),
    breakdown: ({ by, fromMs, toMs, compared }) =>
      request(
        {
          method: 'GET',
          path: path('revenue', 'breakdown'),
          query: {
            by,
            from: fromMs,
            to: toMs,
            comparedFrom: compared?.fromMs,
            comparedTo: compared?.toMs,
            limit: 1_000,
          },
        },
        isBreakdownReply,
      ),
    decomposition: ({ fromMs, toMs, filters }) =>
      request(
        {
          method: 'GET',
          path: path('revenue', 'decomposition'),
          query: { from: fromMs, to: toMs, ...filters },
        },
        isDecompositionReply,
      ),
    pnl: ({ fromMs, toMs, ...rest }) =>
      request({ method: 'GET', path: path('pnl'), query: { from: fromMs, to: toMs, ...rest } }, isPnlReply),
    risks: () => request({ method: 'GET', path: path('revenue', 'risks') }, isRisksReply),
    funnel: (body) => request({ method: 'POST', path: path('funnels'), body }, isFunnelReply),
    cohorts: (body) => request({ method: 'POST', path: path('cohorts'), body }, isCohortReply),
    attribution: (body) => request({ method: 'POST', path: path('attribution'), body }, isAttributionReply),
    eventStats: () => request({ method: 'GET', path: path('events', 'stats') }, isEventStats),
    events: ({ id, type, limit }) =>
      request({ method: 'GET', path: path('events'), query: { id, type, limit } }, isStoredEvents),
    deadLetters: ({ code, beforeSeq, limit }) =>
      request(
        { method: 'GET', path: path('deadletter'), query: { code, beforeSeq, limit } },
        isDeadLetterList,
      ),
    replay: (body) => request({ method: 'POST', path: path('deadletter', 'replay'), body }, isJob),
    keys: () => request({ method: 'GET', path: path('api-keys') }, isKeyList),
    createKey: (body) => request({ method: 'POST', path: path('api-keys'), body }, isKeyCreated),
    rotateKey: (id, overlapHours) =>
      request({ method: 'POST', path: path('api-keys', id, 'rotate'), body: { overlapHours } }, isKeyCreated),
    revokeKey: (id) => request({ method: 'DELETE', path: path('api-keys', id) }, isKeyView),
    eventTypes: () => request({ method: 'GET', path: path('event-types') }, isEventTypeList),
    createEventType: (body) => request({ method: 'POST', path: path('event-types'), body }, isEventTypeView),
    replaceEventType: (body) =>
      request({ method: 'PUT', path: path('event-types', body.type), body }, isEventTypeView),
    deleteEventType: (type) => request({ method: 'DELETE', path: path('event-types', type) }, isUnknown),
    settings: () => request({ method: 'GET', path: path('settings') }, isSettings),
    changeSettings: (body) => request({ method: 'PATCH', path: path('settings'), body }, isSettings),
    users: () => request({ method: 'GET', path: path('users') }, isUserList),
    invite: (body) => request({ method: 'POST', path: path('users'), body }, isInvited),
    changeRole: (id, role) =>
      request({ method: 'PATCH', path: path('users', id), body: { role } }, isUserView),
    removeUser: (id) => request({ method: 'DELETE', path: path('users', id) }, isUnknown),
    jobs: () => request({ method: 'GET', path: path('jobs') }, isJobList),
    system: () => request({ method: 'GET', path: path('system') }, isSystemState),
    removeDemo: () => request({ method: 'DELETE', path: path('demo') }, isJob),
    audience: ({ what, fromMs, by, field }) =>
      request(
        { method: 'GET', path: path('audience', what), query: { from: fromMs, by, field } },
        isAudienceAnswer,
      ),
    askPrivately: (what, body) =>
      request({ method: 'POST', path: path('audience', what), body }, isAudienceAnswer),
    privacy: () => request({ method: 'GET', path: path('privacy-budget') }, isPrivacyState),
    post: (content) => request({ method: 'GET', path: path('posts', content) }, isPost),
    posts: ({ viral, after, limit }) =>
      request(
        {
          method: 'GET',
          path: path('posts'),
          query: { viral: viral === undefined ? undefined : String(viral), after, limit },
        },
        isPostList,
      ),
    alerts: ({ family, limit, severity, state }) =>
      request(
        { method: 'GET', path: path('alerts'), query: { state, severity, family, limit } },
        isAlertThreadList,
      ),
    alert: (id) => request({ method: 'GET', path: path('alerts', id) }, isAlertThreadDetail),
    acknowledge: (id, comment) =>
      request({ method: 'POST', path: path('alerts', id, 'acknowledge'), body: { comment } }, isAlertThread),
    snooze: (id, minutes) =>
      request({ method: 'POST', path: path('alerts', id, 'snooze'), body: { minutes } }, isAlertThread),
    wake: (id) => request({ method: 'POST', path: path('alerts', id, 'wake') }, isAlertThread),
    giveFeedback: (id, verdict, comment) =>
      request(
        { method: 'PUT', path: path('alerts', id, 'feedback'), body: { verdict, comment } },
        isAlertFeedback,
      ),
    subscriptions: () => request({ method: 'GET', path: path('alert-subscriptions') }, isSubscriptionList),
    subscribe: (body) => request({ method: 'POST', path: path('alert-subscriptions'), body }, isSubscription),
    changeSubscription: (id, body) =>
      request({ method: 'PUT', path: path('alert-subscriptions', id), body }, isSubscription),
    unsubscribe: (id) => request({ method: 'DELETE', path: path('alert-subscriptions', id) }, isUnknown),
    contacts: () => request({ method: 'GET', path: path('alert-contacts') }, isContactList),
    addContact: (body) => request({ method: 'POST', path: path('alert-contacts'), body }, isContactCreated),
    removeContact: (id) => request({ method: 'DELETE', path: path('alert-contacts', id) }, isUnknown),
    testContact: (id) => request({ method: 'POST', path: path('alert-contacts', id, 'test') }, isDelivery),
    pushKey: () => request({ method: 'GET', path: path('alert-push-key') }, isPushKey),
    silences: () => request({ method: 'GET', path: path('alert-silences') }, isSilenceList),
    silence: (body) => request({ method: 'POST', path: path('alert-silences'), body }, isSilence),
    endSilence: (id) => request({ method: 'DELETE', path: path('alert-silences', id) }, isUnknown),
    notices: () => request({ method: 'GET', path: path('alert-notices') }, isNoticeList),
    readNotices: (body) => request({ method: 'POST', path: path('alert-notices', 'read'), body }, isUnknown),
    deliveries: () =>
      request({ method: 'GET', path: path('alert-deliveries'), query: { limit: 200 } }, isDeliveryList),
    retryDelivery: (id) =>
      request({ method: 'POST', path: path('alert-deliveries', id, 'retry') }, isDelivery),
    alertSettings: () => request({ method: 'GET', path: path('alert-settings') }, isAlertSettings),
    setAlertSettings: (body) =>
      request({ method: 'PUT', path: path('alert-settings'), body }, isAlertSettings),
    customers: () => request({ method: 'GET', path: path('customers') }, isCustomerBoard),
    customerScores: (args) =>
      request(
        { method: 'GET', path: path('customers', 'churn'), query: { ...args, limit: 1_000 } },
        isCustomerScoreList,
      ),
    customerValues: (args) =>
      request(
        { method: 'GET', path: path('customers', 'values'), query: { ...args, limit: 1_000 } },
        isCustomerValueList,
      ),
    customer: (customer) =>
      request({ method: 'GET', path: path('customers', 'details', customer) }, isCustomerDetail),
    churnBands: () => request({ method: 'GET', path: path('customers', 'bands') }, isChurnBands),
    setChurnBands: (body) => request({ method: 'PUT', path: path('customers', 'bands'), body }, isChurnBands),
    runCustomers: (train) => request({ method: 'POST', path: path('customer-runs'), body: { train } }, isJob),
    trends: () => request({ method: 'GET', path: path('trends'), query: { limit: 100 } }, isTrendList),
    experiments: () => request({ method: 'GET', path: path('experiments') }, isExperimentList),
    experiment: (key) => request({ method: 'GET', path: path('experiments', key) }, isExperimentView),
    createExperiment: (body) =>
      request({ method: 'POST', path: path('experiments'), body }, isExperimentView),
    startExperiment: (key) =>
      request({ method: 'POST', path: path('experiments', key, 'start') }, isExperimentView),
    stopExperiment: (key, reason) =>
      request({ method: 'POST', path: path('experiments', key, 'stop'), body: { reason } }, isExperimentView),
    deleteExperiment: (key) => request({ method: 'DELETE', path: path('experiments', key) }, isUnknown),
    trend: (key) => request({ method: 'GET', path: path('trends', key) }, isTrendHistory),
    forecasts: (grain) =>
      request({ method: 'GET', path: path('forecasts'), query: { grain } }, isForecastList),
    forecast: ({ grain, kpi, rollup, dim }) =>
      request(
        {
          method: 'GET',
          path: path('forecasts', 'series'),
          query: { grain, kpi, rollup, dim: dim === '' ? undefined : dim },
        },
        isForecastReply,
      ),
    forecastModels: (grain) =>
      request({ method: 'GET', path: path('forecasts', 'models'), query: { grain } }, isModelVersionList),
    calendar: () => request({ method: 'GET', path: path('calendar') }, isCalendar),
    addPlannedEvent: (body) => request({ method: 'POST', path: path('calendar'), body }, isPlannedEvent),
    removePlannedEvent: (id) => request({ method: 'DELETE', path: path('calendar', id) }, isUnknown),
    setHolidayCountry: (country) =>
      request({ method: 'PATCH', path: path('calendar'), body: { country } }, isCalendar),
    retrainForecasts: (grain) =>
      request({ method: 'POST', path: path('forecasts', 'retrain'), body: { grain } }, isJob),
    rollBackForecasts: (grain, version) =>
      request(
        { method: 'POST', path: path('forecasts', 'models', 'rollback'), body: { grain, version } },
        isJob,
      ),
    cancelJob: (id) => request({ method: 'POST', path: path('jobs', id, 'cancel') }, isJob),
    models: () => request({ method: 'GET', path: path('system', 'models') }, isModelsReply),
    trendLifecycle: (key) =>
      request({ method: 'GET', path: path('trends', key, 'lifecycle') }, isTrendLifecycle),
    changeTrendAssumptions: (body) =>
      request({ method: 'PATCH', path: path('trend-assumptions'), body }, isTrendAssumptions),
    renders: () => request({ method: 'GET', path: path('renders') }, isRenderList),
    askRender: (body) => request({ method: 'POST', path: path('renders'), body }, isRender),
    cancelRender: (id) => request({ method: 'POST', path: path('renders', id, 'cancel') }, isRender),
    previewSlide: (body) => request({ method: 'POST', path: path('render-previews'), body }, isSlidePreview),
    estimateVideo: (body) =>
      request({ method: 'POST', path: path('render-estimates'), body }, isVideoEstimate),
    keepPicture: (dataBase64) =>
      request({ method: 'POST', path: path('render-pictures'), body: { dataBase64 } }, isPictureStored),
    renderSchedules: () => request({ method: 'GET', path: path('render-schedules') }, isRenderScheduleList),
    addRenderSchedule: (body) =>
      request({ method: 'POST', path: path('render-schedules'), body }, isRenderSchedule),
    changeRenderSchedule: (id, body) =>
      request({ method: 'PUT', path: path('render-schedules', id), body }, isRenderSchedule),
    removeRenderSchedule: (id) =>
      request({ method: 'DELETE', path: path('render-schedules', id) }, isUnknown),
  };
}
