import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../platform/time/clock.ts';
import { startWorkbenches } from '../models/workbench/responders.ts';
import { startAnalytics } from '../streams/analytics/responder.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import { startAudience } from '../streams/audience/main.ts';
import { openKv } from '../platform/bus/kv.ts';
import { WatchSettings } from '../platform/contracts/anomaly.ts';
import { startTestEngine } from '../decision/testing/engine.ts';
import { encodeJson } from '../platform/bus/json.ts';
import { buckets, signalsStream, signalSubject } from '../platform/contracts/subjects.ts';
import { eventually } from '../platform/testing/servers.ts';
import { startTestAlerts } from '../decision/alerts/testing/start.ts';
import { signal as alertSignal } from '../decision/alerts/testing/alerts.ts';
import { startRig, type Answer, type Parsed, type Rig } from './testing/rig.ts';

/**
 * Two tenants with everything a tenant can have. Every route the API describes is called with the other tenant's credential
 * and, where it takes an id, with the other tenant's ids: nothing of theirs may come back or change.
 */
let rig: Rig;
let analytics: ReturnType<typeof startAnalytics>;
let audience: { stop(): void };
let decisions: { stop(): Promise<void> };
let alerts: { stop(): Promise<void> };
let workbenches: { stop(): Promise<void> };
let mine: string;
let theirs: string;
/** Texts that only `other` has; none may reach `main`. */
const marks = [
  'other-secret-kpi',
  'other_event_type',
  'other-secret-event',
  'other-secret-letter',
  'stranger@other.example',
  'other-secret-channel',
  'other-secret-signal',
  'other-secret-admin',
  'other-secret-policy',
  'other-secret-schedule',
  'other-secret-thread',
  'other-secret-contact',
  'other-secret-subscription',
  'other-secret-silence',
  'other-secret-test',
  'other-secret-tier',
];
let theirIds: Readonly<Record<string, string>>;

beforeAll(async () => {
  rig = await startRig();
  const { bus, metrics, store } = rig;
  decisions = await startTestEngine(rig);
  analytics = startAnalytics({
    bus,
    store,
    metrics,
    clock: systemClock,
    completeMs: () => systemClock.nowMs(),
  });
  alerts = await startTestAlerts(rig);
  mine = rig.adminKey;
  theirs = await rig.key('other', 'admin', 'query:read', 'kpis:write', 'ingest:write');
  workbenches = await startWorkbenches({ bus, clock: systemClock, metrics });
  theirIds = await fillOther();
  audience = await startAudience(
    {
      bus: rig.bus,
      store: rig.store,
      clock: systemClock,
      metrics: rig.metrics,
      clockOf: () => createWindowClock('UTC'),
      watermarkOf: () => Number.NEGATIVE_INFINITY,
    },
    { privacyEpsilon: 0.1, privacyDelta: 1e-6, privacyPeriodEpsilon: 1, privacyPeriod: 'month' },
  );
});

afterAll(async () => {
  analytics.stop();
  audience.stop();
  await decisions.stop();
  await alerts.stop();
  await alerts.stop();
  await decisions.stop();
  await workbenches.stop();
  await rig.stop();
});

async function fillOther(): Promise<Record<string, string>> {
  const now = Date.now();
  const measures = [{ key: 'other_count', agg: 'count', types: ['tip'] }];
  const kpi = {
    key: 'other_kpi',
    title: 'other-secret-kpi',
    description: '',
    unit: 'count',
    formula: 'other_count',
    measures,
    direction: 'up',
    dimensions: [],
  };
  const made = await rig.call('POST', '/api/v1/kpis', { key: theirs, body: kpi });
  const type = {
    type: 'other_event_type',
    title: 'T',
    description: '',
    schema: { type: 'object', properties: {} },
    metrics: [],
  };
  await rig.call('POST', '/api/v1/event-types', { key: theirs, body: type });
  const user = await rig.call('POST', '/api/v1/users', {
    key: theirs,
    body: { email: 'stranger@other.example', name: 'Stranger', role: 'viewer' },
  });
  const apiKey = await rig.call('POST', '/api/v1/api-keys', {
    key: theirs,
    body: { name: 'k', scopes: ['query:read'] },
  });
  const row = [
    'other',
    's',
    'other-secret-event',
    'tip',
    '2026-05-01 10:00:00.000',
    '2026-05-01 10:00:00.000',
    '{}',
  ].join('\t');
  await rig.store.insertRows(
    'events',
    ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'data'],
    `${row}\n`,
  );
  const letter = [1, 'other', 1, 'import', 's', 'CODE', 'other-secret-letter', 0, 'item'].join('\t');
  await rig.store.insertRows(
    'dead_letters',
    ['seq', 'tenant', 'received_at', 'dialect', 'source', 'code', 'message', 'idx', 'item'],
    `${letter}\n`,
  );
  const windows = ['10s', '1m', '1h', '1d', '1mo'].flatMap((window) =>
    ['total', 'channel', 'content', 'country', 'stream'].map((rollup) =>
      [
        'other',
        window,
        rollup,
        '2026-05-01 00:00:00.000',
        rollup === 'total' ? '' : 'other-secret-event',
        0,
        "{'view_events':77}",
        1,
      ].join('\t'),
    ),
  );
  await rig.store.insertRows(
    'kpi',
    ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'version'],
    `${windows.join('\n')}\n`,
  );
  const anomaly = ['other', now, 'views.1m.channel-x.1', 'views', '1m', 'channel', 'other-secret-channel'];
  await rig.store.insertRows(
    'anomalies',
    [
      'tenant',
      'started_at',
      'id',
      'kpi',
      'window',
      'rollup',
      'dim',
      'ended_at',
      'state',
      'severity',
      'reason',
      'version',
    ],
    `${[...anomaly, now + 60_000, 'open', 'critical', 'value', 1].join('\t')}\n`,
  );
  await rig.store.insertRows(
    'expectations',
    ['tenant', 'kpi', 'window', 'rollup', 'dim', 'window_start', 'expected', 'version'],
    `${['other', 'views', '1m', 'total', '', now, 77, 1].join('\t')}\n`,
  );
  const signal = ['other', now, 'anomaly', 's1', 'views', 'other-secret-signal', '{}', '1m', 'critical'];
  await rig.store.insertRows(
    'signals',
    [
      'tenant',
      'started_at',
      'kind',
      'id',
      'kpi',
      'title',
      'dims',
      'window',
      'severity',
      'state',
      'evidence',
      'revision',
    ],
    `${[...signal, 'firing', '{}', 1].join('\t')}\n`,
  );
  await rig.call('PUT', '/api/v1/policies/theirs', {
    key: theirs,
    body: {
      title: 'other-secret-policy',
      description: '',
      enabled: false,
      when: { type: 'signal', kinds: ['anomaly'] },
      forMs: 0,
      coolDownMs: 0,
      actions: [{ kind: 'ticket', params: { title: 't', body: 'b' } }],
      guardrails: [],
      mode: 'approve',
      expiresAfterHours: 72,
    },
  });
  await rig.call('PUT', '/api/v1/schedules/theirs', {
    key: theirs,
    body: {
      title: 'other-secret-schedule',
      cron: '0 0 1 1 *',
      zone: 'UTC',
      jitterMs: 0,
      missed: 'skip',
      action: { kind: 'routine', params: { routine: 'keys' } },
      enabled: true,
    },
  });
  const watch = await openKv(rig.bus, buckets.watch, { schema: WatchSettings });
  const change = { atMs: now, by: 'other-secret-admin', what: 'tenant', from: 2, to: 3 };
  await watch.put('other', { falseAlarmsPerWeek: 3, perKpi: {}, changes: [change] });
  await rig.bus.ensureStream({ name: signalsStream, subjects: ['signals.*.*'], maxBytes: 1 << 24 });
  const told = alertSignal('a1', { tenant: 'other', title: 'other-secret-thread' });
  await rig.bus.publish(signalSubject('other', told.kind), encodeJson(told), { msgId: 'a1' });
  const post = async (path: string, body: object): Promise<Parsed> => {
    const answer = await rig.call('POST', `/api/v1/${path}`, { key: theirs, body });
    expect(answer.status, answer.text).toBe(201);
    return answer.body;
  };
  const { contact } = await post('alert-contacts', { channel: 'inapp', name: 'other-secret-contact' });
  const subscription = await post('alert-subscriptions', {
    name: 'other-secret-subscription',
    isOn: true,
    what: {
      kpis: [],
      families: [],
      kinds: [],
      minSeverity: 'info',
      channels: [],
      countries: [],
      streams: [],
      contents: [],
      withGood: true,
    },
    where: [contact.id],
    when: { mode: 'immediate', hour: 8, weekday: 1 },
    quiet: null,
    timeZone: 'UTC',
    cap: null,
    escalation: null,
    withResolved: true,
  });
  const silence = await post('alert-silences', {
    matchers: [{ field: 'kpi', isEqual: true, value: 'rpm' }],
    startsAtMs: now,
    endsAtMs: null,
    comment: 'other-secret-silence',
    isMine: false,
  });
  let thread = '';
  await eventually('their thread is there', async () => {
    const { body } = await rig.call('GET', '/api/v1/alerts', { key: theirs });
    thread = body.threads[0]?.id ?? '';
    return thread !== '';
  });
  const tier = { name: 'other-secret-tier', base: 1, apiCalls: 1, storageGib: 1, seats: 1 };
  await rig.call('PUT', '/api/v1/pricing/tiers', { key: theirs, body: { tiers: [tier] } });
  const priceTest = await rig.call('POST', '/api/v1/pricing/tests', {
    key: theirs,
    body: { product: 'p', name: 'other-secret-test', prices: [1, 2], baseRate: 0.1 },
  });
  return {
    thread,
    priceTest: priceTest.body.id,
    contact: contact.id,
    subscription: subscription.id,
    silence: silence.id,
    anomaly: 'views.1m.channel-x.1',
    key: 'other_kpi',
    type: 'other_event_type',
    job: made.body.job.id,
    user: user.body.user.id,
    apiKey: apiKey.body.key.id,
  };
}

function idFor(path: string): string {
  if (path.includes('/alerts/')) return theirIds['thread'] ?? '';
  if (path.includes('/alert-contacts/')) return theirIds['contact'] ?? '';
  if (path.includes('/alert-subscriptions/')) return theirIds['subscription'] ?? '';
  if (path.includes('/alert-silences/')) return theirIds['silence'] ?? '';
  if (path.includes('/pricing/tests/')) return theirIds['priceTest'] ?? '';
  if (path.includes('/anomalies/')) return theirIds['anomaly'] ?? '';
  if (path.includes('/kpis/')) return theirIds['key'] ?? '';
  if (path.includes('/event-types/')) return theirIds['type'] ?? '';
  if (path.includes('/jobs/')) return theirIds['job'] ?? '';
  if (/\/(policies|schedules|webhooks)\//.test(path)) return 'theirs';
  if (path.includes('/users/')) return theirIds['user'] ?? '';
  return theirIds['apiKey'] ?? '';
}

/** Ways to ask for another tenant than the credential's. */
const disguises: readonly [string, Readonly<Record<string, string>>][] = [
  ['', {}],
  ['?tenant=other', {}],
  ['', { 'x-tenant': 'other', 'x-weir-tenant': 'other', 'x-forwarded-host': 'other.example' }],
];

function bodyFor(method: string, path: string): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (/\/(wake|test|retry)$/.test(path)) return undefined;
  if (path.endsWith('/acknowledge')) return { comment: 'mine' };
  if (path.endsWith('/snooze')) return { minutes: 5 };
  if (path.endsWith('/feedback')) return { verdict: 'useful', comment: '' };
  if (path.endsWith('/rotate')) return {};
  if (path.startsWith('/api/v1/users/')) return { role: 'viewer' };
  if (path.startsWith('/api/v1/settings')) return { name: 'Renamed' };
  return { tenant: 'other' };
}

async function stateOfOther(): Promise<string> {
  const paths = [
    'anomalies?parts=true',
    'signals',
    'watch',
    'alerts',
    'alert-contacts',
    'alert-subscriptions',
    'alert-silences',
    'kpis',
    'event-types',
    'users',
    'api-keys',
    'jobs',
    'settings',
    'deadletter',
    'events',
    'policies',
    'schedules',
    'decisions',
    'decision-settings',
    'pricing/tests',
    'pricing/tiers',
  ];
  const answers: string[] = [];
  for (const path of paths) {
    // The use of the key that reads is noted in its record now and then.
    const { body } = await rig.call('GET', `/api/v1/${path}`, { key: theirs });
    answers.push(JSON.stringify(body).replaceAll(/,"lastUsedAtMs":\d+/g, ''));
  }
  return answers.join('\n');
}

describe('no route gives or changes anything of another tenant', () => {
  test('with the marks in place, their owner sees them', async () => {
    const state = await stateOfOther();
    for (const mark of marks) expect(state).toContain(mark);
  });

  test('every route, with their ids and in every disguise', async () => {
    const before = await stateOfOther();
    const { body: document } = await rig.call('GET', '/openapi.json');
    const seen: string[] = [];
    for (const [path, operations] of Object.entries<Record<string, Parsed>>(document.paths)) {
      for (const verb of Object.keys(operations)) {
        const method = verb.toUpperCase();
        // Ends tenant main's own demo and session; each has its tests elsewhere.
        if (path === '/api/v1/demo' || (path === '/api/v1/session' && method !== 'GET')) continue;
        for (const [search, headers] of disguises) {
          const filled = path.replaceAll(/\{\w+\}/g, idFor(path)) + search;
          const answer: Answer = await rig.call(method, filled, {
            key: mine,
            headers,
            body: bodyFor(method, path),
          });
          const shown = `${method} ${filled} → ${answer.status} ${answer.text}`;
          expect(answer.status, shown).toBeLessThan(500);
          // The answer may repeat what was asked for, but nothing else of theirs.
          const leaked = marks.filter((mark) => answer.text.includes(mark) && !filled.includes(mark));
          expect(leaked, shown).toEqual([]);
          if (/\{\w+\}/.test(path)) expect([400, 404], shown).toContain(answer.status);
          seen.push(filled);
        }
      }
    }
    expect(seen.length).toBeGreaterThan(90);
    expect(await stateOfOther()).toBe(before);
    // Every route three times over: more than a minute where others use the machine.
  }, 240_000);

  test.each([
    '/api/v1/events?id=other-secret-event',
    '/api/v1/events?type=tip',
    '/api/v1/deadletter?code=CODE',
    '/api/v1/kpis/views/series?window=1d&channel=other-secret-event',
    '/api/v1/kpis/views/series?window=1d&by=channel',
    '/api/v1/kpis/views/series?window=1d&by=channel,content',
    '/api/v1/top?by=content&window=1mo&from=0',
    '/api/v1/events/stats?from=0',
    '/api/v1/anomalies?from=0&parts=true',
    '/api/v1/kpis/views/band?window=1m&from=0',
    '/api/v1/signals?from=0',
  ])('%s finds nothing', async (path) => {
    const { body, status } = await rig.call('GET', path, { key: mine });
    expect(status).toBe(200);
    const shown = JSON.stringify(body).replace('"other-secret-event"},"points":[]', '');
    expect(shown).not.toContain('other-secret');
    expect(shown).not.toContain('77');
    if (body.stored !== undefined) expect(body).toMatchObject({ stored: 0, rejected: 0, byType: {} });
  });
});

test('without a credential no route of the API answers, but sign-in', async () => {
  const { body: document } = await rig.call('GET', '/openapi.json');
  for (const [path, operations] of Object.entries<Record<string, Parsed>>(document.paths)) {
    for (const [verb, operation] of Object.entries(operations)) {
      const isPublic = operation.security.length === 0;
      const answer = await rig.call(verb.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), {
        body: verb === 'get' || verb === 'delete' ? undefined : {},
      });
      expect([verb, path, answer.status === 401]).toEqual([verb, path, !isPublic]);
      if (isPublic) expect(path).toMatch(/^\/api\/v1\/session/);
    }
  }
});

test('an ingest key, safe to show in a browser, reads and administers nothing', async () => {
  const ingest = await rig.key('main', 'ingest:write');
  const { body: document } = await rig.call('GET', '/openapi.json');
  const open: string[] = [];
  for (const [path, operations] of Object.entries<Record<string, Parsed>>(document.paths)) {
    for (const verb of Object.keys(operations)) {
      const answer = await rig.call(verb.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), {
        key: ingest,
        body: verb === 'get' || verb === 'delete' ? undefined : {},
      });
      if (answer.body?.code !== 'GATEWAY_FORBIDDEN' && !path.startsWith('/api/v1/session'))
        open.push(`${verb} ${path}`);
    }
  }
  expect(open).toEqual(['post /api/v1/deadletter', 'get /api/v1/event-types']);
});
