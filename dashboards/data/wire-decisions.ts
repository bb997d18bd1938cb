import type { AuditEntry, AuditFinding, AuditList, AuditState } from '../../platform/contracts/audit.ts';
import type { DecisionSettingsView } from '../../platform/contracts/decision-wire.ts';
import type { Action, Calibration, Decision, DecisionList } from '../../platform/contracts/decision.ts';
import type { DryRunResult } from '../../platform/contracts/dry-run.ts';
import type {
  NextRuns,
  OutboxItem,
  OutboxList,
  ScheduleList,
  WebhookList,
  WebhookSaved,
  WebhookTest,
  WebhookView,
} from '../../platform/contracts/outbox.ts';
import type { ActionKind, DecisionState, Guardrail, Policy } from '../../platform/contracts/policy.ts';
import type { ProposalOrigin } from '../../platform/contracts/proposal.ts';
import {
  anyOf,
  arrayOf,
  isBoolean,
  isNumber,
  isRecord,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';

/** The contract's lists, spelled again because importing them would bring the schema library into the page. */
export const actionKinds = [
  'alert',
  'render',
  'webhook',
  'budget',
  'schedule',
  'price',
  'rollout',
  'experiment',
  'ticket',
  'job',
] as const satisfies readonly ActionKind[];
export const decisionStates = [
  'proposed',
  'approved',
  'rejected',
  'expired',
  'executing',
  'applied',
  'failed',
  'verifying',
  'kept',
  'rolled_back',
] as const satisfies readonly DecisionState[];
const isMaybe = nullable(isNumber);

const isAction: Guard<Action> = object<Action>({
  kind: oneOf(actionKinds),
  params: recordOf(anyOf(anyOf(isString, isNumber), isBoolean)),
});

const isGuardrail: Guard<Guardrail> = object<Guardrail>({
  kpi: isString,
  window: oneOf(['1m', '1h']),
  is: oneOf(['<', '<=', '>', '>=', '=', '!=']),
  value: isNumber,
  onBreach: oneOf(['stop', 'roll_back']),
  scope: optional(oneOf(['decision', 'total'])),
});

/** The page shows where a proposal comes from by its link; the question goes back to nobody. */
const isOrigin: Guard<ProposalOrigin> = (value): value is ProposalOrigin =>
  isRecord(value) &&
  isString(value['restsOn']) &&
  isRecord(value['source']) &&
  isString(value['source']['type']);

export const isDecision: Guard<Decision> = object<Decision>({
  id: isString,
  tenant: isString,
  title: isString,
  policy: object<Decision['policy']>({ id: isString, version: isNumber, title: isString }),
  author: isString,
  mode: oneOf(['suggest', 'approve', 'automatic']),
  trigger: object<Decision['trigger']>({
    type: oneOf(['signal', 'schedule', 'event', 'decision', 'proposal']),
    id: isString,
    title: isString,
    link: isString,
    severity: optional(oneOf(['info', 'warning', 'critical'])),
    kpi: optional(isString),
  }),
  key: isString,
  dims: recordOf(isString),
  facts: arrayOf(object<Decision['facts'][number]>({ name: isString, value: anyOf(isNumber, isString) })),
  options: arrayOf(object<Decision['options'][number]>({ title: isString, isChosen: isBoolean })),
  actions: arrayOf(isAction),
  money: isMaybe,
  currency: isString,
  expected: nullable(
    object<NonNullable<Decision['expected']>>({
      kpi: isString,
      delta: isNumber,
      low: isMaybe,
      high: isMaybe,
      horizonMs: isNumber,
    }),
  ),
  assumptions: arrayOf(isString),
  riskClass: oneOf(['none', 'low', 'medium', 'high']),
  guardrails: arrayOf(isGuardrail),
  isReversible: isBoolean,
  undoPlan: isString,
  inputsHash: isString,
  requires: object<Decision['requires']>({
    scope: oneOf(['decisions:approve']),
    count: isNumber,
    notAuthor: isBoolean,
  }),
  approvals: arrayOf(
    object<Decision['approvals'][number]>({ by: isString, atMs: isNumber, inputsHash: isString }),
  ),
  state: oneOf(decisionStates),
  revision: isNumber,
  history: arrayOf(
    object<Decision['history'][number]>({
      atMs: isNumber,
      by: isString,
      name: oneOf([
        'propose',
        'approve',
        'reject',
        'expire',
        'invalidate',
        'start',
        'succeed',
        'fail',
        'retry',
        'verify',
        'keep',
        'roll_back',
      ]),
      to: oneOf(decisionStates),
      reason: isString,
    }),
  ),
  createdAtMs: isNumber,
  expiresAtMs: isNumber,
  appliedAtMs: optional(isNumber),
  undo: optional(oneOf(['running', 'done', 'failed'])),
  outcome: optional(
    object<NonNullable<Decision['outcome']>>({
      method: isString,
      windows: isNumber,
      realised: isMaybe,
      low: isMaybe,
      high: isMaybe,
      measuredAtMs: isNumber,
      cut: optional(
        object<NonNullable<NonNullable<Decision['outcome']>['cut']>>({
          rollup: oneOf(['channel', 'content', 'country', 'stream']),
          dim: isString,
        }),
      ),
      controls: optional(arrayOf(isString)),
    }),
  ),
  proposal: optional(isOrigin),
  depth: isNumber,
});

export const isDecisionList: Guard<DecisionList> = object<DecisionList>({
  decisions: arrayOf(isDecision),
  isCut: isBoolean,
});

export const isCalibration: Guard<Calibration> = object<Calibration>({
  policies: arrayOf(
    object<Calibration['policies'][number]>({
      policyId: isString,
      kpi: isString,
      measured: isNumber,
      predicted: isNumber,
      realised: isNumber,
      meanError: isNumber,
      low: isMaybe,
      high: isMaybe,
      inside: isNumber,
      withInterval: isNumber,
    }),
  ),
});

export const isDecisionSettings: Guard<DecisionSettingsView> = object<DecisionSettingsView>({
  settings: object<DecisionSettingsView['settings']>({
    automaticKinds: arrayOf(oneOf(actionKinds)),
    fourEyesAbove: isMaybe,
    isStopped: isBoolean,
    stoppedReason: isString,
    version: isNumber,
    changedAtMs: isNumber,
    changedBy: isString,
  }),
  isAllStopped: isBoolean,
  allStoppedReason: isString,
});

/** Policies go back to the server as they came; only what the page reads is looked at. */
export const isPolicy: Guard<Policy> = (value): value is Policy =>
  isRecord(value) &&
  isString(value['id']) &&
  isNumber(value['version']) &&
  isString(value['title']) &&
  isBoolean(value['enabled']) &&
  isRecord(value['when']) &&
  oneOf(['signal', 'schedule', 'event', 'decision'])(value['when']['type']) &&
  Array.isArray(value['actions']) &&
  Array.isArray(value['guardrails']) &&
  oneOf(['suggest', 'approve', 'automatic'])(value['mode']);

export const isPolicyList: Guard<{ policies: Policy[] }> = object<{ policies: Policy[] }>({
  policies: arrayOf(isPolicy),
});

export const isDryRunResult: Guard<DryRunResult> = object<DryRunResult>({
  jobId: isString,
  tenant: isString,
  policyId: isString,
  fromMs: isNumber,
  toMs: isNumber,
  inputs: isNumber,
  fired: isNumber,
  unusable: isNumber,
  money: isNumber,
  skipped: recordOf(isNumber),
  proposals: arrayOf(
    object<DryRunResult['proposals'][number]>({
      atMs: isNumber,
      title: isString,
      key: isString,
      money: isMaybe,
      actions: arrayOf(isAction),
      missing: isString,
    }),
  ),
  notes: arrayOf(isString),
});

export const isOutboxItem: Guard<OutboxItem> = (value): value is OutboxItem =>
  isRecord(value) &&
  isString(value['id']) &&
  isRecord(value['action']) &&
  isString(value['action']['kind']) &&
  isRecord(value['cause']) &&
  isString(value['cause']['title']) &&
  oneOf(['waiting', 'running', 'done', 'dead', 'cancelled'])(value['state']) &&
  isNumber(value['nextAtMs']) &&
  isNumber(value['createdAtMs']) &&
  arrayOf(
    object<OutboxItem['attempts'][number]>({
      atMs: isNumber,
      isOk: isBoolean,
      note: isString,
      status: optional(isNumber),
      tookMs: isNumber,
    }),
  )(value['attempts']);

export const isOutboxList: Guard<OutboxList> = object<OutboxList>({
  items: arrayOf(isOutboxItem),
  isCut: isBoolean,
});

type ScheduleView = ScheduleList['schedules'][number];
export const isScheduleList: Guard<ScheduleList> = object<ScheduleList>({
  schedules: arrayOf(
    (value): value is ScheduleView =>
      isRecord(value) &&
      isString(value['id']) &&
      isString(value['title']) &&
      isString(value['cron']) &&
      isString(value['zone']) &&
      isBoolean(value['enabled']) &&
      isNumber(value['version']) &&
      isRecord(value['action']) &&
      isMaybe(value['nextAtMs']),
  ),
});

export const isNextRuns: Guard<NextRuns> = object<NextRuns>({
  runsAtMs: arrayOf(isNumber),
  fault: nullable(isString),
});

const isWebhook: Guard<WebhookView> = object<WebhookView>({
  id: isString,
  url: isString,
  isEnabled: isBoolean,
  disabledReason: isString,
  createdAtMs: isNumber,
});

export const isWebhookList: Guard<WebhookList> = object<WebhookList>({ webhooks: arrayOf(isWebhook) });

export const isWebhookSaved: Guard<WebhookSaved> = object<WebhookSaved>({
  webhook: isWebhook,
  secret: optional(isString),
});

export const isWebhookTest: Guard<WebhookTest> = object<WebhookTest>({
  isOk: isBoolean,
  note: isString,
  status: isMaybe,
  tookMs: isNumber,
});

const isFinding: Guard<AuditFinding> = object<AuditFinding>({
  code: oneOf(['edited', 'missing', 'inserted', 'cut', 'unsigned', 'key_missing']),
  number: isNumber,
  message: isString,
});

export const isAuditState: Guard<AuditState> = object<AuditState>({
  tenant: isString,
  isIntact: isBoolean,
  entries: isNumber,
  checkpoints: isNumber,
  head: isString,
  verifiedAtMs: isNumber,
  findings: arrayOf(isFinding),
  publicKey: isString,
  checkpoint: nullable(
    object<NonNullable<AuditState['checkpoint']>>({
      tenant: isString,
      number: isNumber,
      hash: isString,
      atMs: isNumber,
      keyId: isString,
      signature: isString,
    }),
  ),
});

export const isAuditList: Guard<AuditList> = object<AuditList>({
  entries: arrayOf(
    object<AuditEntry>({
      id: isString,
      tenant: isString,
      atMs: isNumber,
      actor: isString,
      action: isString,
      object: isString,
      result: oneOf(['asked', 'done', 'refused', 'failed']),
      requestId: isString,
      details: isRecord,
      number: isNumber,
      intakeSeq: isNumber,
      prev: isString,
      hash: isString,
    }),
  ),
  isCut: isBoolean,
});
