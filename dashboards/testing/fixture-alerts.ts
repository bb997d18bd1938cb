import type { Router } from 'express';
import { Type, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  AlertSettings,
  ContactCreated,
  ContactPointList,
  ContactRequest,
  defaultAlertSettings,
  Silence,
  SilenceList,
  SilenceRequest,
  Subscription,
  SubscriptionList,
  SubscriptionRequest,
  type ContactPoint,
} from '../../platform/contracts/alert-subscription.ts';
import {
  AlertFeedback,
  AlertNoticeList,
  AlertThread,
  AlertThreadDetail,
  AlertThreadList,
  DeliveryList,
  DeliveryView,
  FeedbackRequest,
  NoticesReadRequest,
  type AlertItem,
} from '../../platform/contracts/alert-thread.ts';
import { problem } from './fixture-api-problem.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface AlertState {
  threads: AlertThread[];
  subscriptions: Subscription[];
  contacts: ContactPoint[];
  silences: Silence[];
  deliveries: DeliveryView[];
  readNotices: Set<string>;
  feedback: AlertFeedback | null;
  settings: AlertSettings;
}

export const alertContract: readonly (readonly [string, RegExp, TSchema])[] = [
  ['GET', /^\/alerts$/, AlertThreadList],
  ['GET', /^\/alerts\/[^/]+$/, AlertThreadDetail],
  ['POST', /^\/alerts\/[^/]+\/(acknowledge|snooze|wake)$/, AlertThread],
  ['PUT', /^\/alerts\/[^/]+\/feedback$/, AlertFeedback],
  ['GET', /^\/alert-subscriptions$/, SubscriptionList],
  ['POST', /^\/alert-subscriptions$/, Subscription],
  ['PUT', /^\/alert-subscriptions\/[^/]+$/, Subscription],
  ['GET', /^\/alert-contacts$/, ContactPointList],
  ['POST', /^\/alert-contacts$/, ContactCreated],
  ['POST', /^\/alert-contacts\/[^/]+\/test$/, DeliveryView],
  ['GET', /^\/alert-push-key$/, Type.Object({ key: Type.String() })],
  ['GET', /^\/alert-silences$/, SilenceList],
  ['POST', /^\/alert-silences$/, Silence],
  ['GET', /^\/alert-notices$/, AlertNoticeList],
  ['GET', /^\/alert-deliveries$/, DeliveryList],
  ['GET', /^\/alert-settings$/, AlertSettings],
  ['PUT', /^\/alert-settings$/, AlertSettings],
];

export function createAlertState(nowMs: number): AlertState {
  return {
    threads: threads(nowMs),
    subscriptions: [],
    contacts: [
      contact('c1', 'Work mail', 'email', 'ada@example.com', nowMs),
      {
        ...contact('c2', 'Ops channel', 'slack', 'hooks.slack.com …9xQz', nowMs),
        isOn: false,
        offReason: 'channel_is_archived',
      },
    ],
    silences: [],
    readNotices: new Set(),
    deliveries: [
      delivery('d1', 'sent', 'c1', '250 2.0.0 accepted', nowMs),
      delivery('d2', 'dead', 'c2', 'HTTP_404: channel_is_archived', nowMs),
    ],
    feedback: null,
    settings: defaultAlertSettings,
  };
}

function item(id: string, change: Partial<AlertItem>): AlertItem {
  return {
    id,
    kind: 'anomaly',
    kpi: 'total_revenue',
    unit: 'currency',
    title: 'Total revenue far below what was expected: 312 USD instead of about 1,840 USD',
    body: '',
    dims: {},
    severity: 'critical',
    state: 'firing',
    startedAtMs: 0,
    endedAtMs: null,
    isGood: false,
    observed: 312,
    expected: 1_840,
    lower: 1_510,
    upper: 2_170,
    score: 0.993,
    why: [
      { dimension: 'stream', value: 'ads', contribution: -1_201, share: 0.79 },
      { dimension: 'channel', value: 'Night Train', contribution: -610, share: 0.4 },
    ],
    impact: -4_586,
    link: '/anomalies/views.1h.total.1',
    decisionId: '',
    ...change,
  };
}

function thread(id: string, nowMs: number, change: Partial<AlertThread>): AlertThread {
  const startedAtMs = change.startedAtMs ?? nowMs - 3 * HOUR;
  return {
    id,
    tenant: 'main',
    title: 'Total revenue far below what was expected: 312 USD instead of about 1,840 USD, and 1 more',
    family: 'revenue',
    state: 'firing',
    severity: 'critical',
    startedAtMs,
    endedAtMs: null,
    changedAtMs: nowMs - 5 * MINUTE,
    alertCount: 2,
    firingCount: 2,
    alerts: [
      item('anomaly/a1', { startedAtMs }),
      item('anomaly/a2', {
        startedAtMs,
        kpi: 'rpm',
        title: 'Revenue per 1,000 views of stream ads below what was expected for long',
        dims: { stream: 'ads' },
        severity: 'warning',
        observed: 3.02,
        expected: 6.71,
        lower: 5.2,
        upper: 8.1,
        why: [],
        impact: null,
        score: 0.91,
      }),
    ],
    impact: -4_586,
    acknowledged: null,
    snoozed: null,
    history: [
      { atMs: startedAtMs, what: 'fired', by: '', text: 'Total revenue far below what was expected' },
      { atMs: startedAtMs + MINUTE, what: 'told', by: 'Money at once', text: '' },
      { atMs: startedAtMs + 30 * MINUTE, what: 'escalated', by: 'Money at once', text: '' },
    ],
    version: 4,
    ...change,
  };
}

function threads(nowMs: number): AlertThread[] {
  const acknowledged = { by: 'Lin Okafor', atMs: nowMs - HOUR, comment: 'Talking to the ad network.' };
  return [
    thread('tAdsOutage', nowMs, {}),
    thread('tViews', nowMs, {
      title: 'Views of channel Night Train far above what was expected: 21,300 instead of about 9,800',
      family: 'content',
      severity: 'warning',
      state: 'acknowledged',
      acknowledged,
      impact: null,
      alertCount: 1,
      firingCount: 1,
      alerts: [
        item('anomaly/v1', {
          kpi: 'views',
          unit: 'count',
          title: 'Views of channel Night Train far above what was expected: 21,300 instead of about 9,800',
          dims: { channel: 'Night Train' },
          severity: 'warning',
          isGood: true,
          observed: 21_300,
          expected: 9_800,
          lower: 6_000,
          upper: 13_600,
          impact: null,
          why: [],
        }),
      ],
    }),
    thread('tFeed', nowMs, {
      title: 'Events arrive again',
      family: 'feed',
      severity: 'critical',
      state: 'resolved',
      startedAtMs: nowMs - 9 * HOUR,
      endedAtMs: nowMs - 8 * HOUR,
      changedAtMs: nowMs - 8 * HOUR,
      impact: null,
      alertCount: 1,
      firingCount: 0,
      alerts: [
        item('threshold/feed', {
          kind: 'threshold',
          kpi: 'feed',
          unit: null,
          title: 'Events arrive again',
          state: 'resolved',
          endedAtMs: nowMs - 8 * HOUR,
          observed: null,
          expected: null,
          lower: null,
          upper: null,
          score: null,
          why: [],
          impact: null,
          link: '/system',
        }),
      ],
    }),
  ];
}

function contact(
  id: string,
  name: string,
  channel: ContactPoint['channel'],
  shown: string,
  nowMs: number,
): ContactPoint {
  return {
    id,
    tenant: 'main',
    userId: 'u1',
    name,
    channel,
    shown,
    isOn: true,
    offReason: '',
    createdAtMs: nowMs,
  };
}

function delivery(
  id: string,
  state: DeliveryView['state'],
  contactId: string,
  lastNote: string,
  nowMs: number,
): DeliveryView {
  return {
    id,
    contactId,
    channel: contactId === 'c1' ? 'email' : 'slack',
    state,
    title: '[critical] Total revenue far below what was expected: 312 USD instead of about 1,840 USD',
    kind: 'thread',
    subscriptionId: 's1',
    subscriptionName: 'Money at once',
    threadIds: ['tAdsOutage'],
    severity: 'critical',
    tries: state === 'sent' ? 1 : 3,
    nextAtMs: null,
    lastNote,
    createdAtMs: nowMs - 2 * HOUR,
    endedAtMs: nowMs - 2 * HOUR + 900,
  };
}

export function addAlertRoutes(
  api: Router,
  fixture: { readonly isEmpty: boolean; readonly alerts: AlertState },
): void {
  const state = fixture.alerts;
  const find = (id: string | undefined): AlertThread | undefined =>
    state.threads.find((each) => each.id === id);
  const change = (id: string, part: Partial<AlertThread>): AlertThread | undefined => {
    state.threads = state.threads.map((each) =>
      each.id === id ? { ...each, ...part, version: each.version + 1 } : each,
    );
    return find(id);
  };
  api.get('/alerts', (req, res) => {
    const { family, severity, state: wanted } = req.query;
    const found = (fixture.isEmpty ? [] : state.threads).filter(
      (each) =>
        (wanted === undefined || each.state === wanted) &&
        (severity === undefined || each.severity === severity) &&
        (family === undefined || each.family === family),
    );
    res.json({ currency: 'USD', threads: found, isCut: false });
  });
  api.get('/alerts/:id', (req, res) => {
    const found = find(req.params.id);
    if (found === undefined) {
      res.status(404).json(problem('ALERT_NOT_FOUND', 404, 'There is no thread of this id.'));
      return;
    }
    const because = [{ id: 's1', name: 'Money at once', why: 'it takes alerts of revenue from warning up' }];
    const tunable = found.alerts.flatMap(({ kind, kpi }) => (kind === 'anomaly' ? [kpi] : []));
    res.json({ currency: 'USD', thread: found, feedback: state.feedback, because, tunable });
  });
  api.post('/alerts/:id/acknowledge', (req, res) => {
    const { comment } = Value.Parse(Type.Object({ comment: Type.String() }), req.body);
    const acknowledged = { by: 'Ada Marsh', atMs: Date.now(), comment };
    res.json(change(req.params.id, { state: 'acknowledged', acknowledged }));
  });
  api.post('/alerts/:id/snooze', (req, res) => {
    const { minutes } = Value.Parse(
      Type.Object({ minutes: Type.Union([Type.Number(), Type.Null()]) }),
      req.body,
    );
    const untilMs = minutes === null ? null : Date.now() + minutes * MINUTE;
    res.json(change(req.params.id, { snoozed: { by: 'Ada Marsh', atMs: Date.now(), untilMs } }));
  });
  api.post('/alerts/:id/wake', (req, res) => void res.json(change(req.params.id, { snoozed: null })));
  api.put('/alerts/:id/feedback', (req, res) => {
    const said = Value.Parse(FeedbackRequest, req.body);
    state.feedback = { tenant: 'main', threadId: req.params.id, userId: 'u1', ...said, atMs: Date.now() };
    res.json(state.feedback);
  });
  api.get('/alert-subscriptions', (_req, res) => void res.json({ subscriptions: state.subscriptions }));
  const subscription = (id: string, body: unknown): Subscription => ({
    id,
    tenant: 'main',
    userId: 'u1',
    ...Value.Parse(SubscriptionRequest, body),
    createdAtMs: Date.now(),
    changedAtMs: Date.now(),
  });
  api.post('/alert-subscriptions', (req, res) => {
    const made = subscription(`s${state.subscriptions.length + 1}`, req.body);
    state.subscriptions.push(made);
    res.status(201).json(made);
  });
  api.put('/alert-subscriptions/:id', (req, res) => {
    const changed = subscription(req.params.id, req.body);
    state.subscriptions = state.subscriptions.map((each) => (each.id === changed.id ? changed : each));
    res.json(changed);
  });
  api.delete('/alert-subscriptions/:id', (req, res) => {
    state.subscriptions = state.subscriptions.filter((each) => each.id !== req.params.id);
    res.status(204).end();
  });
  api.get('/alert-contacts', (_req, res) => void res.json({ contacts: state.contacts }));
  api.post('/alert-contacts', (req, res) => {
    const wish = Value.Parse(ContactRequest, req.body);
    const made = contact(`c${state.contacts.length + 1}`, wish.name, wish.channel, 'example.com', Date.now());
    state.contacts.push(made);
    res
      .status(201)
      .json({ contact: made, ...(wish.channel === 'webhook' ? { secret: 'whsec_shownonce' } : {}) });
  });
  api.post('/alert-contacts/:id/test', (req, res) => {
    const isGood = req.params.id === 'c1';
    const note = isGood ? '250 2.0.0 accepted' : 'HTTP_404: channel_is_archived';
    res.json({ ...delivery('dt', isGood ? 'sent' : 'dead', req.params.id, note, Date.now()), kind: 'test' });
  });
  api.delete('/alert-contacts/:id', (req, res) => {
    state.contacts = state.contacts.filter((each) => each.id !== req.params.id);
    res.status(204).end();
  });
  // The key of RFC 8292, section 2.4.
  api.get(
    '/alert-push-key',
    (_req, res) =>
      void res.json({
        key: 'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs',
      }),
  );
  api.get('/alert-silences', (_req, res) => void res.json({ silences: state.silences }));
  api.post('/alert-silences', (req, res) => {
    const made: Silence = {
      id: `q${state.silences.length + 1}`,
      tenant: 'main',
      ...Value.Parse(SilenceRequest, req.body),
      userId: 'u1',
      by: 'Ada Marsh',
      createdAtMs: Date.now(),
    };
    state.silences.unshift(made);
    res.status(201).json(made);
  });
  api.delete('/alert-silences/:id', (req, res) => {
    state.silences = state.silences.filter((each) => each.id !== req.params.id);
    res.status(204).end();
  });
  api.get('/alert-notices', (_req, res) => {
    const notices = ['Total revenue is 38% below what was expected', 'Views of Night Train are high'].map(
      (title, at) => ({
        id: `notice${at}`,
        title,
        severity: at === 0 ? 'critical' : 'info',
        threadIds: at === 0 ? ['tAdsOutage'] : [],
        subscriptionName: 'Money',
        createdAtMs: Date.now() - (at + 1) * 3_600_000,
        isRead: at === 1 || state.readNotices.has(`notice${at}`),
      }),
    );
    res.json({ notices, unread: notices.filter(({ isRead }) => !isRead).length });
  });
  api.post('/alert-notices/read', (req, res) => {
    const { ids, untilMs } = Value.Parse(NoticesReadRequest, req.body);
    for (const id of ids ?? (untilMs === undefined ? [] : ['notice0', 'notice1'])) state.readNotices.add(id);
    res.status(204).end();
  });
  api.get('/alert-deliveries', (_req, res) => void res.json({ deliveries: state.deliveries }));
  api.post('/alert-deliveries/:id/retry', (req, res) => {
    state.deliveries = state.deliveries.map((each) =>
      each.id === req.params.id ? { ...each, state: 'waiting' as const } : each,
    );
    res.json(state.deliveries.find((each) => each.id === req.params.id));
  });
  api.get('/alert-settings', (_req, res) => void res.json(state.settings));
  api.put('/alert-settings', (req, res) => {
    Object.assign(state, { settings: Value.Parse(AlertSettings, req.body) });
    res.json(state.settings);
  });
}
