import { createECDH, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccess, type AccessDirectory } from '../../platform/access/access.ts';
import { prepareAccess } from '../../platform/access/first-start.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec, encodeJson } from '../../platform/bus/json.ts';
import { openKv } from '../../platform/bus/kv.ts';
import {
  AlertSettings,
  ContactPoint,
  ContactSecret,
  Subscription,
  type AlertChannel,
} from '../../platform/contracts/alert-subscription.ts';
import { AlertAnswer, alertAskSubject, Delivery } from '../../platform/contracts/alert-thread.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import {
  alertsStream,
  alertsSubject,
  buckets,
  signalsStream,
  signalSubject,
} from '../../platform/contracts/subjects.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics, type Metrics } from '../../platform/metrics/metrics.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createTestBus, eventually, startTestNats } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { startAlerts } from './main.ts';
import { signal, subscription } from './testing/alerts.ts';
import {
  mailHeader,
  startHttpReceiver,
  startMailReceiver,
  type HttpReceiver,
  type MailReceiver,
} from './testing/receivers.ts';

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ROUTING_KEY = 'R'.repeat(32);
const answerCodec = createJsonCodec(AlertAnswer);

describe('alerts, from a signal on the stream to servers on loopback', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let bus: Bus;
  let store: ClickHouseStore;
  let access: AccessDirectory;
  let metrics: Metrics;
  let http: HttpReceiver;
  let smtp: MailReceiver;
  let home: string;
  let alerts: { stop(): Promise<void> };
  let published = 0;

  const begin = async (): Promise<void> => {
    alerts = await startAlerts(
      {
        bus,
        store,
        access,
        clock: systemClock,
        // Draws that keep the waits short.
        random: { ...createRandom('alerts'), next: () => 0.03 },
        log: silentLog,
        metrics,
        home,
        publicUrl: 'https://weir.example.com/',
        owner: 'test',
      },
      {
        smtpUrl: smtp.url,
        mailFrom: 'Weir <weir@example.com>',
        pagerDutyUrl: `${http.origin}/pagerduty`,
        httpPorts: [443],
        allowLoopback: true,
        reportAttachBytes: 1 << 20,
        leaseTtlMs: 15_000,
        tickMs: 20,
      },
    );
  };

  const tell = async (change: Partial<Signal> & { id: string }): Promise<void> => {
    const nowMs = systemClock.nowMs();
    const made = signal(change.id, { startedAtMs: nowMs - 300_000, ...change });
    await bus.publish(signalSubject(made.tenant, made.kind), encodeJson(made), {
      msgId: `m${(published += 1)}`,
    });
  };

  const contact = async (id: string, channel: AlertChannel, secret: ContactSecret): Promise<void> => {
    const contacts = await openKv(bus, buckets.contacts, { schema: ContactPoint });
    const secrets = await openKv(bus, buckets.contactSecrets, { schema: ContactSecret });
    await secrets.put(`main.${id}`, secret);
    await contacts.put(`main.${id}`, {
      id,
      tenant: 'main',
      userId: 'u1',
      name: id,
      channel,
      shown: channel,
      isOn: true,
      offReason: '',
      createdAtMs: 0,
    });
  };

  const subscribe = async (id: string, kpi: string, where: readonly string[]): Promise<void> => {
    const kv = await openKv(bus, buckets.subscriptions, { schema: Subscription });
    const plain = subscription(id);
    await kv.put(`main.${id}`, {
      ...plain,
      userId: 'u1',
      where: [...where],
      what: { ...plain.what, kpis: [kpi] },
    });
  };

  const deliveries = async (): Promise<readonly Delivery[]> => {
    const kv = await openKv(bus, buckets.deliveries, { schema: Delivery });
    return (await kv.entries()).map(({ value }) => value);
  };

  const to = (path: string): HttpReceiver['requests'] =>
    http.requests.filter((request) => request.path === path);
  const jsonOf = (request: HttpReceiver['requests'][number] | undefined): ReturnType<typeof JSON.parse> =>
    JSON.parse(request?.body.toString('utf8') ?? 'null');

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'weir-alerts-'));
    nats = await startTestNats();
    metrics = createMetrics({ processMetrics: false });
    bus = await createTestBus(nats);
    store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
    await migrate(store);
    access = await createAccess(
      { bus, clock: systemClock, log: silentLog, metrics },
      { adminKey: undefined },
    );
    await prepareAccess(access, systemClock, { home, demo: false });
    for (const stream of [signalsStream, alertsStream]) {
      await bus.ensureStream({
        name: stream,
        subjects: [stream === signalsStream ? `${stream}.*.*` : `${stream}.*`],
        maxBytes: 1 << 26,
        discard: 'old',
      });
    }
    http = await startHttpReceiver();
    smtp = await startMailReceiver();
    const settings = await openKv(bus, buckets.alertSettings, { schema: AlertSettings });
    await settings.put('main', {
      groupWaitSeconds: 0,
      groupIntervalSeconds: 0,
      repeatHours: 24,
      isInhibiting: true,
    });
    const browser = createECDH('prime256v1');
    await contact('mail', 'email', { channel: 'email', address: 'ann@example.net' });
    await contact('slack', 'slack', { channel: 'slack', url: `${http.origin}/slack` });
    await contact('pd', 'pagerduty', { channel: 'pagerduty', routingKey: ROUTING_KEY });
    await contact('hook', 'webhook', {
      channel: 'webhook',
      url: `${http.origin}/hook`,
      secret: WEBHOOK_SECRET,
    });
    await contact('push', 'push', {
      channel: 'push',
      push: {
        endpoint: `${http.origin}/push`,
        keys: {
          p256dh: browser.generateKeys().toString('base64url'),
          auth: randomBytes(16).toString('base64url'),
        },
      },
    });
    await subscribe('all', 'views', ['mail', 'slack', 'pd', 'hook', 'push']);
    await subscribe('revenue', 'total_revenue', ['mail']);
    await begin();
  });

  afterAll(async () => {
    await alerts.stop();
    await smtp.stop();
    await http.stop();
    await access.stop();
    await store.close();
    await bus.close();
    await nats.stop();
    rmSync(home, { recursive: true, force: true });
  });

  test('one signal reaches every channel, each in its own form', async () => {
    await tell({
      id: 'one',
      severity: 'critical',
      evidence: {
        observed: 20,
        expected: 140,
        lower: 110,
        upper: 170,
        score: 0.98,
        explanation: {
          windowStartMs: 0,
          expected: 140,
          observed: 20,
          dimensions: [
            { dimension: 'channel', contributions: [{ value: 'c7', contribution: -100, share: 0.83 }] },
          ],
        },
      },
    });
    await eventually(
      'every channel was told',
      () =>
        ['/slack', '/pagerduty', '/hook', '/push'].every((path) => to(path).length === 1) &&
        smtp.mails.length === 1,
    );

    const mail = smtp.mails[0]?.source ?? '';
    expect(mailHeader(mail, 'Subject')).toContain('[critical]');
    expect(mailHeader(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(mailHeader(mail, 'List-Unsubscribe')).toMatch(
      /^<https:\/\/weir\.example\.com\/unsubscribe\?token=[\w.-]+>$/,
    );
    expect(mailHeader(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(mailHeader(mail, 'In-Reply-To')).toBeUndefined();
    expect(mail).toContain('text/plain');
    expect(mail).toContain('text/html');
    const text = mail.replaceAll(/=\r\n/g, '').replaceAll('=E2=88=92', '−');
    for (const said of [
      'since',
      'How unusual',
      '110 to 170',
      'once in 49 weeks',
      'channel c7 −100 (83%)',
      'What to do',
      'You get this because',
      '&do',
      'Chart',
    ])
      expect(text, said).toContain(said);

    const slack = jsonOf(to('/slack')[0]);
    expect(slack.text).toContain('[critical]');
    expect(slack.blocks.length).toBeLessThanOrEqual(50);
    expect(jsonOf(to('/pagerduty')[0])).toMatchObject({
      routing_key: ROUTING_KEY,
      event_action: 'trigger',
      payload: { severity: 'critical', source: 'weir/main' },
    });
    const hook = to('/hook')[0];
    const payload: unknown = new Webhook(WEBHOOK_SECRET).verify(
      hook?.body.toString('utf8') ?? '',
      hook?.headers ?? {},
    );
    expect(payload).toMatchObject({ type: 'alert.fired', data: { severity: 'critical' } });
    const push = to('/push')[0];
    expect(push?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400' });
    expect(push?.headers['authorization']).toMatch(/^vapid t=/);
    expect(push?.body.includes('critical')).toBe(false);
    expect(statSync(join(home, 'keys', 'vapid.json')).mode & 0o777).toBe(0o600);
  });

  test('acknowledged by a person, then over: in the same thread, incident and mail conversation', async () => {
    const [row] = await threadRows();
    const answer = await bus.request(
      alertAskSubject,
      { op: 'acknowledge', tenant: 'main', userId: 'u1', by: 'ann', threadId: row?.id, comment: 'on it' },
      answerCodec,
    );
    expect(answer.thread).toMatchObject({
      state: 'acknowledged',
      acknowledged: { by: 'ann', comment: 'on it' },
    });
    await eventually('the incident was acknowledged', () => to('/pagerduty').length === 2);
    expect(smtp.mails).toHaveLength(1);

    await tell({
      id: 'one',
      severity: 'critical',
      state: 'resolved',
      revision: 2,
      endedAtMs: systemClock.nowMs(),
    });
    await eventually('the end was told', () => smtp.mails.length === 2 && to('/pagerduty').length === 3);
    const [fired, ended] = smtp.mails.map(({ source }) => source);
    expect(mailHeader(ended ?? '', 'In-Reply-To')).toBe(mailHeader(fired ?? '', 'Message-ID'));
    expect(mailHeader(ended ?? '', 'References')).toBe(mailHeader(fired ?? '', 'Message-ID'));
    expect(mailHeader(ended ?? '', 'Message-ID')).not.toBe(mailHeader(fired ?? '', 'Message-ID'));
    const events = to('/pagerduty').map(jsonOf);
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
    await eventually('the history has its end', async () => (await threadRows())[0]?.state === 'resolved');
  });

  test('money of an episode is summed over its windows', async () => {
    const startedAtMs = systemClock.nowMs() - 300_000;
    const rows = [0, 1, 2].map((i) =>
      [
        'main',
        'total_revenue',
        '1m',
        'total',
        '',
        startedAtMs + i * 60_000,
        10,
        30.5,
        20,
        40,
        0.9,
        Math.floor(startedAtMs / 1_000),
        1,
      ].join('\t'),
    );
    await store.insertRows(
      'expectations',
      [
        'tenant',
        'kpi',
        'window',
        'rollup',
        'dim',
        'window_start',
        'observed',
        'expected',
        'lower',
        'upper',
        'score',
        'judged_at',
        'version',
      ],
      `${rows.join('\n')}\n`,
    );
    const before = smtp.mails.length;
    await tell({ id: 'money', kpi: 'total_revenue', startedAtMs });
    await eventually('the mail came', () => smtp.mails.length === before + 1);
    expect(smtp.mails.at(-1)?.source).toContain('61.5 USD less than expected');
    await tell({
      id: 'money',
      kpi: 'total_revenue',
      startedAtMs,
      state: 'resolved',
      revision: 2,
      endedAtMs: startedAtMs + 180_000,
    });
    await eventually('its end came', () => smtp.mails.length === before + 2);
  });

  test('what fails is tried again, what never will work is given up, what is gone is switched off', async () => {
    smtp.refuseNext(451);
    http.answerNext('/slack', 429, { 'retry-after': '1' });
    http.answerNext('/pagerduty', 400);
    http.answerNext('/hook', 410);
    const [mails, slacks] = [smtp.mails.length, to('/slack').length];
    await tell({ id: 'two' });
    await eventually('slack took it at the second try', () => to('/slack').length === slacks + 2, 30_000);
    await eventually(
      'the mail went through after its refusal',
      () => smtp.mails.length === mails + 1,
      30_000,
    );
    await eventually('the rest was given up', async () => {
      const dead = (await deliveries()).filter(({ state }) => state === 'dead');
      return dead.length === 2;
    });
    const dead = (await deliveries()).filter(({ state }) => state === 'dead');
    expect(new Map(dead.map(({ attempts, channel }) => [channel, attempts.at(-1)?.code]))).toEqual(
      new Map([
        ['pagerduty', 'HTTP_400'],
        ['webhook', 'GONE'],
      ]),
    );
    const contacts = await openKv(bus, buckets.contacts, { schema: ContactPoint });
    expect((await contacts.get('main.hook'))?.value).toMatchObject({
      isOn: false,
      offReason: 'answered 410',
    });

    const again = dead.find(({ channel }) => channel === 'pagerduty');
    const retried = await bus.request(
      alertAskSubject,
      { op: 'retry', tenant: 'main', userId: 'u1', by: 'ann', deliveryId: again?.id },
      answerCodec,
    );
    expect(retried.delivery?.state).toBe('waiting');
    await eventually('a person’s retry was sent', async () => {
      return (await deliveries()).find(({ id }) => id === again?.id)?.state === 'sent';
    });
    const text = await metrics.text();
    expect(text).toMatch(/weir_notifications_total\{channel="slack",result="retry"\} 1/);
    expect(text).toMatch(/weir_notifications_total\{channel="webhook",result="dead"\} 1/);
  });

  test('the test button tells at once whether a contact point works', async () => {
    const ask = async (contactId: string, userId = 'u1') =>
      await bus.request(
        alertAskSubject,
        { op: 'test', tenant: 'main', userId, by: 'ann', contactId },
        answerCodec,
      );
    expect((await ask('slack')).delivery).toMatchObject({ state: 'sent', kind: 'test' });
    http.answerNext('/slack', 404, {}, 'no_service');
    expect((await ask('slack')).delivery).toMatchObject({ state: 'dead', lastNote: 'HTTP_404: no_service' });
    await expect(ask('slack', 'somebody else')).rejects.toThrow('no contact point of yours');
  });

  test('a restart goes on from where it was: nothing is told twice, what came meanwhile is told', async () => {
    const mails = smtp.mails.length;
    await alerts.stop();
    await tell({ id: 'meanwhile', kpi: 'total_revenue' });
    await bus.publish(
      alertsSubject('main'),
      encodeJson({
        id: 'd1',
        tenant: 'main',
        severity: 'warning',
        title: 'Budget of campaign c1 is spent by noon',
        body: 'Raise it or stop it.',
        link: '/decisions/d1',
        evidence: { observed: 90 },
        decisionId: 'dec1',
        groupKey: 'budget',
        createdAtMs: systemClock.nowMs(),
      }),
      { msgId: 'main.d1' },
    );
    await begin();
    await eventually('what came meanwhile was told', () => smtp.mails.length > mails);
    await eventually('the alert of a decision has a thread', async () =>
      (await threadRows()).some(({ family }) => family === 'decision'),
    );
    expect(smtp.mails.length).toBe(mails + 1);
    const sent = (await deliveries()).map(({ id }) => id);
    expect(new Set(sent).size).toBe(sent.length);
  });

  async function threadRows(): Promise<{ id: string; state: string; family: string }[]> {
    return await store.query(
      'SELECT id, state, family FROM alerts FINAL WHERE tenant = {tenant:String} ORDER BY started_at',
      { tenant: 'main' },
      Type.Object({ id: Type.String(), state: Type.String(), family: Type.String() }),
    );
  }
});
