import { createHash } from 'node:crypto';
import type { Router } from 'express';
import { Type, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Job } from '../../platform/contracts/api.ts';
import { AuditList, AuditState, type AuditEntry } from '../../platform/contracts/audit.ts';
import {
  DecisionSettingsRequest,
  DecisionSettingsView,
  StopRequest,
} from '../../platform/contracts/decision-wire.ts';
import {
  ApproveRequest,
  Calibration,
  Decision,
  DecisionList,
  ReasonRequest,
} from '../../platform/contracts/decision.ts';
import { DryRunRequest, DryRunResult } from '../../platform/contracts/dry-run.ts';
import {
  NextRuns,
  OutboxItem,
  OutboxList,
  Schedule,
  ScheduleList,
  ScheduleRequest,
  WebhookList,
  WebhookRequest,
  WebhookSaved,
  WebhookTest,
} from '../../platform/contracts/outbox.ts';
import {
  defaultDecisionSettings,
  Policy,
  PolicyList,
  PolicyRequest,
  type DecisionSettings,
} from '../../platform/contracts/policy.ts';
import { ProposeRequest } from '../../platform/contracts/proposal.ts';

const HOUR_MS = 3_600_000;
const EnableRequest = Type.Object({ enabled: Type.Boolean(), version: Type.Integer() });

/** What the screens of decisions change. */
export interface DecisionFixture {
  decisions: Decision[];
  policies: Policy[];
  isStopped: boolean;
  isAllStopped: boolean;
  settings: DecisionSettings;
  /** Address by id. */
  webhooks: Map<string, string>;
  isTampered: boolean;
  dryRuns: Map<string, DryRunResult>;
}

export const decisionContract: readonly (readonly [string, RegExp, TSchema])[] = [
  ['GET', /^\/decisions$/, DecisionList],
  ['GET', /^\/decisions\/calibration$/, Calibration],
  ['GET', /^\/decisions\/[^/]+$/, Decision],
  ['POST', /^\/decisions\/[^/]+\/(approve|reject|undo)$/, Decision],
  ['GET', /^\/decision-settings$/, DecisionSettingsView],
  ['POST', /^\/decision-settings\/stop$/, DecisionSettingsView],
  ['GET', /^\/policies$/, PolicyList],
  ['PUT', /^\/policies\/[^/]+$/, Policy],
  ['POST', /^\/policies\/[^/]+\/enable$/, Policy],
  ['POST', /^\/policy-dry-runs$/, Job],
  ['GET', /^\/policy-dry-runs\/[^/]+$/, DryRunResult],
  ['GET', /^\/outbox$/, OutboxList],
  ['POST', /^\/outbox\/[^/]+\/replay$/, OutboxItem],
  ['POST', /^\/decisions$/, Decision],
  ['PUT', /^\/decision-settings$/, DecisionSettingsView],
  ['POST', /^\/decision-settings\/stop-all$/, DecisionSettingsView],
  ['GET', /^\/schedules$/, ScheduleList],
  ['PUT', /^\/schedules\/[^/]+$/, Schedule],
  ['GET', /^\/schedule-runs$/, NextRuns],
  ['GET', /^\/webhooks$/, WebhookList],
  ['PUT', /^\/webhooks\/[^/]+$/, WebhookSaved],
  ['POST', /^\/webhooks\/[^/]+\/rotate$/, WebhookSaved],
  ['POST', /^\/webhooks\/[^/]+\/test$/, WebhookTest],
  ['POST', /^\/schedules\/[^/]+\/run$/, OutboxItem],
  ['GET', /^\/audit$/, AuditList],
  ['GET', /^\/audit\/state$/, AuditState],
];

function decisionOf(change: Partial<Decision> & Pick<Decision, 'id' | 'title'>): Decision {
  const now = Date.now();
  return {
    tenant: 'main',
    policy: { id: 'ads-down', version: 2, title: change.title },
    author: 'user:u2',
    mode: 'approve',
    trigger: {
      type: 'signal',
      id: 'anomaly/views.1h.total.1',
      title: 'Total revenue is 38% below what was expected',
      link: '/anomalies/views.1h.total.1',
      severity: 'critical',
      kpi: 'total_revenue',
    },
    key: 'signal|total_revenue',
    dims: { channel: 'Night Train' },
    facts: [
      { name: 'observed', value: 5_120.4 },
      { name: 'expected', value: 8_240 },
      { name: 'score', value: 0.97 },
      { name: 'peak_at_ms', value: now - HOUR_MS },
      { name: 'reason', value: 'value' },
    ],
    options: [
      { title: 'budget, then alert', isChosen: true },
      { title: 'Do nothing', isChosen: false },
    ],
    actions: [
      { kind: 'budget', params: { target: 'Search campaign', to: 2_400 } },
      { kind: 'alert', params: { title: 'Budget of the search campaign was raised', body: 'x' } },
    ],
    money: 2_400,
    currency: 'USD',
    expected: { kpi: 'total_revenue', delta: 3_100, low: 1_900, high: 4_300, horizonMs: 24 * HOUR_MS },
    assumptions: [
      'Without it total_revenue would have followed what the watch expects, with the error it had before.',
    ],
    riskClass: 'medium',
    guardrails: [{ kpi: 'refund_rate', window: '1h', is: '>', value: 0.05, onBreach: 'roll_back' }],
    isReversible: true,
    undoPlan: 'The budget goes back to what it was. A message that was sent stays sent.',
    inputsHash: createHash('sha256').update(change.id).digest('hex'),
    requires: { scope: 'decisions:approve', count: 1, notAuthor: false },
    approvals: [],
    state: 'proposed',
    revision: 1,
    history: [
      {
        atMs: now - HOUR_MS,
        by: 'policy:ads-down',
        name: 'propose',
        to: 'proposed',
        reason: 'Total revenue is 38% below what was expected',
      },
    ],
    createdAtMs: now - HOUR_MS,
    expiresAtMs: now + 71 * HOUR_MS,
    depth: 0,
    ...change,
  };
}

function policyOf(id: string, title: string, change: Partial<Policy> = {}): Policy {
  return {
    id,
    tenant: 'main',
    version: 2,
    enabled: true,
    title,
    description: '',
    when: {
      type: 'signal',
      kinds: ['anomaly'],
      kpis: ['total_revenue'],
      minSeverity: 'warning',
      where: [{ left: 'observed', is: '<', right: 'expected * 0.8' }],
    },
    forMs: 600_000,
    coolDownMs: HOUR_MS,
    actions: [
      { kind: 'budget', params: { target: 'Search campaign', to: { formula: 'expected - observed' } } },
    ],
    guardrails: [],
    mode: 'approve',
    expiresAfterHours: 72,
    createdAtMs: Date.now() - 9e8,
    changedAtMs: Date.now() - 8e7,
    changedBy: 'user:u1',
    ...change,
  };
}

export function createDecisionFixture(): DecisionFixture {
  const now = Date.now();
  return {
    decisions: [
      decisionOf({
        id: 'dec_big',
        title: 'Raise the search budget',
        requires: { scope: 'decisions:approve', count: 2, notAuthor: true },
        riskClass: 'high',
      }),
      decisionOf({
        id: 'dec_small',
        title: 'Tell the editors',
        money: null,
        expected: null,
        guardrails: [],
        riskClass: 'none',
        isReversible: false,
        actions: [{ kind: 'ticket', params: { title: 'Look at Night Train', body: 'x' } }],
      }),
      decisionOf({
        id: 'dec_kept',
        title: 'Lower the price of the annual plan',
        state: 'kept',
        revision: 7,
        actions: [{ kind: 'price', params: { target: 'annual', to: 89 } }],
        appliedAtMs: now - 30 * HOUR_MS,
        outcome: {
          method: 'Observed less expected',
          windows: 24,
          realised: 2_650,
          low: 1_400,
          high: 3_900,
          measuredAtMs: now - HOUR_MS,
        },
        history: [
          { atMs: now - 31 * HOUR_MS, by: 'policy:ads-down', name: 'propose', to: 'proposed', reason: '' },
          { atMs: now - 30 * HOUR_MS, by: 'user:u1', name: 'approve', to: 'approved', reason: '' },
          { atMs: now - HOUR_MS, by: 'weir', name: 'keep', to: 'kept', reason: 'its effect was measured' },
        ],
      }),
    ],
    policies: [
      policyOf('ads-down', 'Raise the search budget when revenue falls'),
      policyOf('weekly', 'Weekly report', {
        when: { type: 'schedule', cron: '0 8 * * 1', zone: 'Europe/Berlin' },
        mode: 'automatic',
        enabled: false,
        actions: [{ kind: 'render', params: { kind: 'report', title: 'Week' } }],
      }),
    ],
    isStopped: false,
    isAllStopped: false,
    settings: defaultDecisionSettings,
    webhooks: new Map([['crm', 'https://crm.example.org/weir']]),
    isTampered: false,
    dryRuns: new Map(),
  };
}

const open = new Set(['proposed', 'approved', 'executing', 'applied', 'verifying']);

export function openDecisions(state: DecisionFixture): Decision[] {
  return state.decisions.filter((decision) => open.has(decision.state));
}

function itemOf(id: string, change: Partial<OutboxItem>): OutboxItem {
  const now = Date.now();
  return {
    id,
    tenant: 'main',
    action: { kind: 'webhook', params: { endpoint: 'crm', event: 'kpi.fell' } },
    cause: { type: 'decision', id: 'dec_kept', title: 'Lower the price of the annual plan' },
    state: 'done',
    tries: 1,
    nextAtMs: now - HOUR_MS,
    attempts: [{ atMs: now - HOUR_MS, isOk: true, note: 'delivered', status: 200, tookMs: 84 }],
    createdAtMs: now - HOUR_MS,
    ...change,
  };
}

const items = (): OutboxItem[] => [
  itemOf('dec_kept-0', {}),
  itemOf('dec_old-0', {
    state: 'dead',
    cause: { type: 'decision', id: 'dec_old', title: 'Tell the CRM' },
    attempts: [{ atMs: Date.now() - HOUR_MS, isOk: false, note: 'answered 500', status: 500, tookMs: 210 }],
  }),
  itemOf('run_1', {
    action: { kind: 'routine', params: { routine: 'health' } },
    cause: { type: 'schedule', id: 'health', title: 'Health of Weir' },
    attempts: [{ atMs: Date.now() - HOUR_MS, isOk: true, note: 'nothing to do', tookMs: 3 }],
  }),
];

/** Routes of decisions over what a test may set. `jobs` takes the jobs of dry runs. */
export function addDecisionRoutes(
  api: Router,
  state: DecisionFixture,
  jobs: Job[],
  isEmpty: () => boolean,
): void {
  const settings = (): DecisionSettingsView => ({
    settings: {
      ...state.settings,
      isStopped: state.isStopped,
      stoppedReason: state.isStopped ? 'something is odd' : '',
    },
    isAllStopped: state.isAllStopped,
    allStoppedReason: state.isAllStopped ? 'all is odd' : '',
  });
  api.get('/decisions', (req, res) => {
    const wanted = req.query['state'];
    const states = typeof wanted === 'string' ? wanted.split(',') : [];
    const found = state.decisions.filter((decision) => states.includes(decision.state));
    res.json({ decisions: isEmpty() ? [] : found, isCut: false });
  });
  api.get('/decisions/calibration', (_req, res) => {
    const one = {
      policyId: 'ads-down',
      kpi: 'total_revenue',
      measured: 6,
      predicted: 3_000,
      realised: 2_700,
      meanError: -300,
      low: -900,
      high: 300,
      inside: 5,
      withInterval: 6,
    };
    res.json({ policies: isEmpty() ? [] : [one] });
  });
  const find = (id: string): Decision | undefined => state.decisions.find((decision) => decision.id === id);
  api.get('/decisions/:id', (req, res) => {
    const found = find(req.params.id);
    if (found === undefined) res.status(404).json(missing('DECISION_NOT_FOUND'));
    else res.json(found);
  });
  const move = (
    id: string,
    to: Decision['state'],
    name: Decision['history'][number]['name'],
    reason: string,
  ): Decision | undefined => {
    state.decisions = state.decisions.map((decision) =>
      decision.id === id
        ? {
            ...decision,
            state: to,
            revision: decision.revision + 1,
            history: [...decision.history, { atMs: Date.now(), by: 'user:u1', name, to, reason }],
          }
        : decision,
    );
    return find(id);
  };
  api.post('/decisions', (req, res) => {
    const { source } = Value.Parse(ProposeRequest, req.body);
    const made = decisionOf({
      id: 'dec_proposed',
      title: 'Divide the marketing budget anew: 2 amounts move',
      money: 250,
      trigger: { type: 'proposal', id: 'a'.repeat(64), title: 'Allocation workbench', link: '/allocation' },
      policy: { id: `proposal-${source.type}`, version: 1, title: 'The allocation workbench' },
      proposal: { source, restsOn: 'a'.repeat(64) },
    });
    state.decisions = [made, ...state.decisions.filter(({ id }) => id !== made.id)];
    res.status(201).json(made);
  });
  api.post('/decisions/:id/approve', (req, res) => {
    const body = Value.Parse(ApproveRequest, req.body);
    const found = find(req.params.id);
    if (found?.inputsHash !== body.inputsHash) res.status(409).json(missing('DECISION_INPUTS_STALE'));
    else res.json(move(req.params.id, found.requires.count > 1 ? 'proposed' : 'kept', 'approve', ''));
  });
  api.post(
    '/decisions/:id/reject',
    (req, res) =>
      void res.json(move(req.params.id, 'rejected', 'reject', Value.Parse(ReasonRequest, req.body).reason)),
  );
  api.post(
    '/decisions/:id/undo',
    (req, res) =>
      void res.json(
        move(req.params.id, 'rolled_back', 'roll_back', Value.Parse(ReasonRequest, req.body).reason),
      ),
  );
  api.get('/decision-settings', (_req, res) => void res.json(settings()));
  api.post('/decision-settings/stop', (req, res) => {
    state.isStopped = Value.Parse(StopRequest, req.body).isStopped;
    res.json(settings());
  });
  api.put('/decision-settings', (req, res) => {
    const { fourEyesAbove, automaticKinds, version } = Value.Parse(DecisionSettingsRequest, req.body);
    state.settings = { ...state.settings, fourEyesAbove, automaticKinds, version: version + 1 };
    res.json(settings());
  });
  api.post('/decision-settings/stop-all', (req, res) => {
    state.isAllStopped = Value.Parse(StopRequest, req.body).isStopped;
    res.json(settings());
  });
  const shownWebhook = (id: string) => ({
    id,
    url: state.webhooks.get(id) ?? '',
    isEnabled: true,
    disabledReason: '',
    createdAtMs: Date.now() - 1e8,
  });
  api.get('/webhooks', (_req, res) => {
    res.json({ webhooks: isEmpty() ? [] : [...state.webhooks.keys()].map(shownWebhook) });
  });
  api.put('/webhooks/:id', (req, res) => {
    const { url } = Value.Parse(WebhookRequest, req.body);
    const isNew = state.webhooks.get(req.params.id) !== url;
    state.webhooks.set(req.params.id, url);
    res.json({
      webhook: shownWebhook(req.params.id),
      ...(isNew ? { secret: `whsec_${'a'.repeat(43)}=` } : {}),
    });
  });
  api.post(
    '/webhooks/:id/rotate',
    (req, res) => void res.json({ webhook: shownWebhook(req.params.id), secret: `whsec_${'b'.repeat(43)}=` }),
  );
  api.post(
    '/webhooks/:id/test',
    (_req, res) => void res.json({ isOk: false, note: 'answered 500', status: 500, tookMs: 41 }),
  );
  api.get('/schedule-runs', (req, res) => {
    const { cron } = req.query;
    const runs = [1, 2, 3, 4, 5].map((n) => Date.UTC(2026, 5, n, 8));
    res.json(
      cron === '61 * * * *'
        ? { runsAtMs: [], fault: 'minute 61 is out of range' }
        : { runsAtMs: runs, fault: null },
    );
  });
  api.put('/schedules/:id', (req, res) => {
    const { version = 0, ...body } = Value.Parse(ScheduleRequest, req.body);
    res.json({
      id: req.params.id,
      tenant: 'main',
      version: version + 1,
      ...body,
      changedAtMs: Date.now(),
      changedBy: 'user:u1',
    });
  });
  api.get('/policies', (_req, res) => void res.json({ policies: isEmpty() ? [] : state.policies }));
  api.put('/policies/:id', (req, res) => {
    const { version = 0, ...body } = Value.Parse(PolicyRequest, req.body);
    const saved: Policy = { ...policyOf(req.params.id, body.title), ...body, version: version + 1 };
    state.policies = [...state.policies.filter(({ id }) => id !== saved.id), saved];
    res.json(saved);
  });
  api.post('/policies/:id/enable', (req, res) => {
    state.policies = state.policies.map((policy) =>
      policy.id === req.params.id
        ? { ...policy, enabled: Value.Parse(EnableRequest, req.body).enabled, version: policy.version + 1 }
        : policy,
    );
    res.json(state.policies.find(({ id }) => id === req.params.id));
  });
  api.delete('/policies/:id', (req, res) => {
    state.policies = state.policies.filter(({ id }) => id !== req.params.id);
    res.status(204).end();
  });
  api.post('/policy-dry-runs', (req, res) => {
    const { id, fromMs, toMs, policy } = Value.Parse(DryRunRequest, req.body);
    const now = Date.now();
    const job: Job = {
      id: 'dry_1',
      tenant: 'main',
      kind: 'policy-dry-run',
      title: `Test run of ${policy.title}`,
      stage: 'done',
      percent: 100,
      state: 'done',
      createdAtMs: now,
      updatedAtMs: now,
      params: { policyId: id },
    };
    jobs.unshift(job);
    const action = { kind: 'budget', params: { target: 'Search campaign', to: 1_200 } } as const;
    const proposal = {
      atMs: now - 5 * HOUR_MS,
      title: 'Total revenue is low',
      key: 'k',
      money: 1_200,
      actions: [action],
      missing: '',
    };
    state.dryRuns.set(job.id, {
      jobId: job.id,
      tenant: 'main',
      policyId: id,
      fromMs,
      toMs,
      inputs: 12,
      fired: 1,
      unusable: 0,
      money: 1_200,
      skipped: { cool_down: 3 },
      proposals: [proposal],
      notes: ['Signals are stored as they were last told.'],
    });
    res.status(202).json(job);
  });
  api.get('/policy-dry-runs/:id', (req, res) => {
    const found = state.dryRuns.get(req.params.id);
    if (found === undefined) res.status(404).json(missing('DECISION_DRY_RUN_NOT_FOUND'));
    else res.json(found);
  });
  api.get('/outbox', (req, res) => {
    const { state: wanted, cause } = req.query;
    const found = items().filter(
      (item) =>
        (wanted === undefined || item.state === wanted) && (cause === undefined || item.cause.id === cause),
    );
    res.json({ items: isEmpty() ? [] : found, isCut: false });
  });
  api.post('/outbox/:id/replay', (_req, res) => void res.json(itemOf('dec_old-0', { state: 'waiting' })));
  api.get('/schedules', (_req, res) => {
    const one = (id: string, title: string, cron: string, nextAtMs: number | null) => ({
      id,
      tenant: 'main',
      version: 1,
      title,
      cron,
      zone: 'UTC',
      jitterMs: 300_000,
      missed: 'run_once',
      action: { kind: 'routine', params: { routine: 'health' } },
      enabled: nextAtMs !== null,
      changedAtMs: Date.now() - 1e9,
      changedBy: 'weir',
      nextAtMs,
    });
    res.json({
      schedules: [
        one('health', 'Health of Weir', '0 * * * *', Date.now() + 12 * 60_000),
        one('keys', 'API keys that end soon', '30 6 * * *', null),
      ],
    });
  });
  api.post(
    '/schedules/:id/run',
    (_req, res) => void res.status(202).json(itemOf('run_2', { state: 'waiting', attempts: [] })),
  );
  const entry = (number: number, change: Partial<AuditEntry>): AuditEntry => ({
    id: `f${number}`,
    tenant: 'main',
    atMs: Date.now() - number * 60_000,
    actor: 'user:u1',
    action: 'decision.approve',
    object: 'dec_kept',
    result: 'done',
    requestId: '',
    details: { state: 'approved', money: 2_400 },
    number,
    intakeSeq: number,
    prev: 'a'.repeat(64),
    hash: createHash('sha256').update(String(number)).digest('hex'),
    ...change,
  });
  api.get('/audit', (_req, res) => {
    const entries = [
      entry(3, {}),
      entry(2, { action: 'PATCH /api/v1/settings', object: '/api/v1/settings', result: 'refused' }),
      entry(1, { actor: 'policy:ads-down', action: 'decision.propose' }),
    ];
    res.json({ entries: isEmpty() ? [] : entries, isCut: false });
  });
  api.get('/audit/state', (_req, res) => {
    const now = Date.now();
    res.json({
      tenant: 'main',
      isIntact: !state.isTampered,
      entries: 3,
      checkpoints: 1,
      head: 'b'.repeat(64),
      verifiedAtMs: now,
      findings: state.isTampered
        ? [{ code: 'edited', number: 2, message: 'entry 2 was changed after it was written' }]
        : [],
      publicKey: '-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n',
      checkpoint: {
        tenant: 'main',
        number: 3,
        hash: 'b'.repeat(64),
        atMs: now - 60_000,
        keyId: 'c'.repeat(16),
        signature: 'x',
      },
    });
  });
}

function missing(code: string) {
  return {
    type: `urn:weir:error:${code}`,
    title: code,
    status: 404,
    code,
    detail: 'There is none.',
    retry: 'never',
    mend: 'Look at the list.',
    traceId: '',
  };
}
