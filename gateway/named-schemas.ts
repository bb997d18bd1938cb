import * as adminApi from '../platform/contracts/admin.ts';
import * as anomalyApi from '../platform/contracts/anomaly.ts';
import * as api from '../platform/contracts/api.ts';
import * as audienceApi from '../platform/contracts/audience.ts';
import * as calendarApi from '../platform/contracts/calendar.ts';
import * as customersApi from '../platform/contracts/customers.ts';
import { EventTypeRequest, FieldSchema } from '../platform/contracts/event-type.ts';
import * as experimentApi from '../platform/contracts/experiment.ts';
import * as forecastApi from '../platform/contracts/forecast.ts';
import { KpiDefinition, Measure } from '../platform/contracts/kpi.ts';
import * as manifestApi from '../platform/contracts/model-manifest.ts';
import { ModelsReply } from '../platform/contracts/models.ts';
import * as postsApi from '../platform/contracts/posts.ts';
import * as privacyApi from '../platform/contracts/privacy.ts';
import * as recurringApi from '../platform/contracts/recurring.ts';
import * as sessionApi from '../platform/contracts/session.ts';
import { Signal, SignalList } from '../platform/contracts/signal.ts';
import { SourceList } from '../platform/contracts/source.ts';
import { StageList } from '../platform/contracts/stages.ts';
import * as lifecycleApi from '../platform/contracts/trend-lifecycle.ts';
import * as trendApi from '../platform/contracts/trend.ts';
import { alertSchemas } from './alerts/alert-schemas.ts';
import { analyticsSchemas } from './api/analytics-routes.ts';
import { decisionSchemas } from './decisions/schemas.ts';
import { renderSchemas } from './renders/render-routes.ts';
import { workbenchSchemas } from './workbench/routes.ts';

/** Schemas that have a name in the OpenAPI document. */
export const namedSchemas = {
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
