import type { Job } from '../../platform/contracts/api.ts';
import type { AuditList, AuditState } from '../../platform/contracts/audit.ts';
import type {
  DecisionSettingsRequest,
  DecisionSettingsView,
} from '../../platform/contracts/decision-wire.ts';
import type {
  ApproveRequest,
  Calibration,
  Decision,
  DecisionList,
} from '../../platform/contracts/decision.ts';
import type { DryRunRequest, DryRunResult } from '../../platform/contracts/dry-run.ts';
import type {
  NextRuns,
  OutboxItem,
  OutboxList,
  ScheduleList,
  ScheduleRequest,
  WebhookList,
  WebhookRequest,
  WebhookSaved,
  WebhookTest,
} from '../../platform/contracts/outbox.ts';
import type { Policy, PolicyRequest } from '../../platform/contracts/policy.ts';
import type { ProposeRequest } from '../../platform/contracts/proposal.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import {
  isAuditList,
  isAuditState,
  isCalibration,
  isDecision,
  isDecisionList,
  isDecisionSettings,
  isDryRunResult,
  isNextRuns,
  isOutboxItem,
  isOutboxList,
  isPolicy,
  isPolicyList,
  isScheduleList,
  isWebhookList,
  isWebhookSaved,
  isWebhookTest,
} from './wire-decisions.ts';
import { isJob } from './wire-system.ts';

export interface OutboxArgs {
  readonly state?: string | undefined;
  readonly cause?: string | undefined;
  readonly limit: number;
}

/** Routes of decisions, policies, automation and audit. Each throws ApiError. */
export interface DecisionsApi {
  readonly list: (state: string) => Promise<DecisionList>;
  readonly get: (id: string) => Promise<Decision>;
  readonly propose: (body: ProposeRequest) => Promise<Decision>;
  readonly approve: (id: string, body: ApproveRequest) => Promise<Decision>;
  readonly reject: (id: string, reason: string) => Promise<Decision>;
  readonly undo: (id: string, reason: string) => Promise<Decision>;
  readonly calibration: () => Promise<Calibration>;
  readonly settings: () => Promise<DecisionSettingsView>;
  readonly stop: (isStopped: boolean, reason: string) => Promise<DecisionSettingsView>;
  readonly policies: () => Promise<{ policies: Policy[] }>;
  readonly savePolicy: (id: string, body: PolicyRequest) => Promise<Policy>;
  readonly enablePolicy: (id: string, enabled: boolean, version: number) => Promise<Policy>;
  readonly deletePolicy: (id: string) => Promise<unknown>;
  readonly dryRun: (body: DryRunRequest) => Promise<Job>;
  readonly dryRunResult: (jobId: string) => Promise<DryRunResult>;
  readonly outbox: (args: OutboxArgs) => Promise<OutboxList>;
  readonly replayItem: (id: string) => Promise<OutboxItem>;
  readonly schedules: () => Promise<ScheduleList>;
  readonly nextRuns: (cron: string, zone: string) => Promise<NextRuns>;
  readonly saveSchedule: (id: string, body: ScheduleRequest) => Promise<unknown>;
  readonly deleteSchedule: (id: string) => Promise<unknown>;
  readonly webhooks: () => Promise<WebhookList>;
  readonly saveWebhook: (id: string, body: WebhookRequest) => Promise<WebhookSaved>;
  readonly rotateWebhook: (id: string) => Promise<WebhookSaved>;
  readonly testWebhook: (id: string) => Promise<WebhookTest>;
  readonly deleteWebhook: (id: string) => Promise<unknown>;
  readonly saveSettings: (body: DecisionSettingsRequest) => Promise<DecisionSettingsView>;
  readonly stopAll: (isStopped: boolean, reason: string) => Promise<DecisionSettingsView>;
  readonly runSchedule: (id: string) => Promise<OutboxItem>;
  readonly audit: (before: number | undefined) => Promise<AuditList>;
  readonly auditState: () => Promise<AuditState>;
}

export function createDecisionsApi({ request }: Pick<Http, 'request'>): DecisionsApi {
  return {
    list: (state) =>
      request({ method: 'GET', path: apiPath('decisions'), query: { state, limit: 100 } }, isDecisionList),
    get: (id) => request({ method: 'GET', path: apiPath('decisions', id) }, isDecision),
    propose: (body) => request({ method: 'POST', path: apiPath('decisions'), body }, isDecision),
    approve: (id, body) =>
      request({ method: 'POST', path: apiPath('decisions', id, 'approve'), body }, isDecision),
    reject: (id, reason) =>
      request({ method: 'POST', path: apiPath('decisions', id, 'reject'), body: { reason } }, isDecision),
    undo: (id, reason) =>
      request({ method: 'POST', path: apiPath('decisions', id, 'undo'), body: { reason } }, isDecision),
    calibration: () => request({ method: 'GET', path: apiPath('decisions', 'calibration') }, isCalibration),
    settings: () => request({ method: 'GET', path: apiPath('decision-settings') }, isDecisionSettings),
    stop: (isStopped, reason) =>
      request(
        { method: 'POST', path: apiPath('decision-settings', 'stop'), body: { isStopped, reason } },
        isDecisionSettings,
      ),
    policies: () => request({ method: 'GET', path: apiPath('policies') }, isPolicyList),
    savePolicy: (id, body) => request({ method: 'PUT', path: apiPath('policies', id), body }, isPolicy),
    enablePolicy: (id, enabled, version) =>
      request(
        { method: 'POST', path: apiPath('policies', id, 'enable'), body: { enabled, version } },
        isPolicy,
      ),
    deletePolicy: (id) => request({ method: 'DELETE', path: apiPath('policies', id) }, isUnknown),
    dryRun: (body) => request({ method: 'POST', path: apiPath('policy-dry-runs'), body }, isJob),
    dryRunResult: (jobId) =>
      request({ method: 'GET', path: apiPath('policy-dry-runs', jobId) }, isDryRunResult),
    outbox: ({ state, cause, limit }) =>
      request({ method: 'GET', path: apiPath('outbox'), query: { state, cause, limit } }, isOutboxList),
    replayItem: (id) => request({ method: 'POST', path: apiPath('outbox', id, 'replay') }, isOutboxItem),
    schedules: () => request({ method: 'GET', path: apiPath('schedules') }, isScheduleList),
    nextRuns: (cron, zone) =>
      request({ method: 'GET', path: apiPath('schedule-runs'), query: { cron, zone } }, isNextRuns),
    saveSchedule: (id, body) => request({ method: 'PUT', path: apiPath('schedules', id), body }, isUnknown),
    deleteSchedule: (id) => request({ method: 'DELETE', path: apiPath('schedules', id) }, isUnknown),
    webhooks: () => request({ method: 'GET', path: apiPath('webhooks') }, isWebhookList),
    saveWebhook: (id, body) =>
      request({ method: 'PUT', path: apiPath('webhooks', id), body }, isWebhookSaved),
    rotateWebhook: (id) =>
      request({ method: 'POST', path: apiPath('webhooks', id, 'rotate') }, isWebhookSaved),
    testWebhook: (id) => request({ method: 'POST', path: apiPath('webhooks', id, 'test') }, isWebhookTest),
    deleteWebhook: (id) => request({ method: 'DELETE', path: apiPath('webhooks', id) }, isUnknown),
    saveSettings: (body) =>
      request({ method: 'PUT', path: apiPath('decision-settings'), body }, isDecisionSettings),
    stopAll: (isStopped, reason) =>
      request(
        { method: 'POST', path: apiPath('decision-settings', 'stop-all'), body: { isStopped, reason } },
        isDecisionSettings,
      ),
    runSchedule: (id) => request({ method: 'POST', path: apiPath('schedules', id, 'run') }, isOutboxItem),
    audit: (before) =>
      request({ method: 'GET', path: apiPath('audit'), query: { before, limit: 100 } }, isAuditList),
    auditState: () => request({ method: 'GET', path: apiPath('audit', 'state') }, isAuditState),
  };
}
