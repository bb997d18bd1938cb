import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccess, type AccessDirectory } from '../../../platform/access/access.ts';
import { prepareAccess } from '../../../platform/access/first-start.ts';
import type { Bus } from '../../../platform/bus/bus.ts';
import { openKv } from '../../../platform/bus/kv.ts';
import { openObjects, type Objects } from '../../../platform/bus/objects.ts';
import { ContactPoint, ContactSecret } from '../../../platform/contracts/alert-subscription.ts';
import { Delivery } from '../../../platform/contracts/alert-thread.ts';
import { RenderJob, RenderSchedule } from '../../../platform/contracts/render.ts';
import { ReportMailMark } from '../../../platform/contracts/report-mail.ts';
import {
  alertsStream,
  artefactsBucket,
  buckets,
  signalsStream,
} from '../../../platform/contracts/subjects.ts';
import { silentLog } from '../../../platform/log/log.ts';
import { createMetrics, type Metrics } from '../../../platform/metrics/metrics.ts';
import { createDownloadLinks, openDownloadSecret } from '../../../platform/signed-link/download-links.ts';
import { createLinkSigner } from '../../../platform/signed-link/signed-link.ts';
import { openClickHouse, type ClickHouseStore } from '../../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../../platform/store/migrate.ts';
import { createTestBus, eventually, startTestNats } from '../../../platform/testing/servers.ts';
import { systemClock } from '../../../platform/time/clock.ts';
import { createRandom } from '../../../platform/time/random.ts';
import { startAlerts } from '../main.ts';
import { mailHeader, startMailReceiver, type MailReceiver } from '../testing/receivers.ts';
import { madeReport, recipient, reportSchedule } from './testing.ts';

const DAY_MS = 86_400_000;
const crashScript = fileURLToPath(new URL('../testing/crash-process.ts', import.meta.url));

describe('a scheduled report, from the record of its render to a mail server on loopback', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let bus: Bus;
  let store: ClickHouseStore;
  let access: AccessDirectory;
  let metrics: Metrics;
  let objects: Objects;
  let smtp: MailReceiver;
  let home: string;
  let alerts: { stop(): Promise<void> } | undefined;

  const begin = async (): Promise<void> => {
    alerts = await startAlerts(
      {
        bus,
        store,
        access,
        clock: systemClock,
        random: { ...createRandom('alerts'), next: () => 0.01 },
        log: silentLog,
        metrics,
        home,
        publicUrl: 'https://weir.example.com/',
        owner: 'test',
      },
      {
        smtpUrl: smtp.url,
        mailFrom: 'Weir <weir@example.com>',
        pagerDutyUrl: 'http://127.0.0.1:9/',
        httpPorts: [443],
        allowLoopback: true,
        reportAttachBytes: 100_000,
        leaseTtlMs: 15_000,
        tickMs: 20,
      },
    );
  };
  const end = async (): Promise<void> => {
    await alerts?.stop();
    alerts = undefined;
  };
  const marked = async (id: string): Promise<void> => {
    const marks = await openKv(bus, buckets.reportMails, { schema: ReportMailMark, maxBytes: 8 << 20 });
    await eventually(`${id} is marked`, async () => (await marks.get(`main.${id}`)) !== undefined);
  };
  const waiting = async (): Promise<number> => {
    const kv = await openKv(bus, buckets.deliveries, { schema: Delivery, maxBytes: 256 << 20 });
    return (await kv.entries()).filter(({ value }) => value.state === 'waiting').length;
  };
  /** As `render` leaves a job that is done. */
  const render = async (id: string, sizes: Readonly<Record<string, number>>): Promise<RenderJob> => {
    const artefacts: RenderJob['artefacts'] = [];
    for (const [name, size] of Object.entries(sizes)) {
      const bytes = new Uint8Array(size).fill(65);
      const object = `main/renders/${id}/${name}`;
      await objects.put(object, bytes);
      artefacts.push({
        name,
        object,
        contentType: name.endsWith('.png') ? 'image/png' : 'application/pdf',
        bytes: size,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        expiresAtMs: systemClock.nowMs() + 30 * DAY_MS,
      });
    }
    const job = madeReport(id, artefacts);
    const jobs = await openKv(bus, buckets.renders, { schema: RenderJob });
    await jobs.put(`main.${id}`, job);
    return job;
  };

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'weir-report-mail-'));
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
    for (const stream of [signalsStream, alertsStream])
      await bus.ensureStream({
        name: stream,
        subjects: [stream === signalsStream ? `${stream}.*.*` : `${stream}.*`],
        maxBytes: 1 << 26,
        discard: 'old',
      });
    objects = await openObjects(bus, artefactsBucket);
    smtp = await startMailReceiver();
    const contacts = await openKv(bus, buckets.contacts, { schema: ContactPoint });
    const secrets = await openKv(bus, buckets.contactSecrets, { schema: ContactSecret });
    for (const id of ['ann', 'investor']) {
      await secrets.put(`main.${id}`, { channel: 'email', address: `${id}@example.net` });
      await contacts.put(`main.${id}`, recipient(id));
    }
    const schedules = await openKv(bus, buckets.renderSchedules, {
      schema: RenderSchedule,
      maxBytes: 8 << 20,
    });
    await schedules.put('main.sch1', reportSchedule(['ann', 'investor']));
  });

  afterAll(async () => {
    await end();
    await smtp.stop();
    await access.stop();
    await store.close();
    await bus.close();
    await nats.stop();
    rmSync(home, { recursive: true, force: true });
  });

  test('made while nobody sent mail: it goes out when somebody does, attached, again after a refusal', async () => {
    const job = await render('r1', { 'monthly.pdf': 60_000, 'monthly.xlsx': 70_000, 'monthly.png': 10 });
    smtp.refuseNext(451);
    await begin();
    await eventually('both have it', () => smtp.mails.length === 2);
    expect(smtp.mails.map(({ to }) => to).toSorted()).toEqual(['ann@example.net', 'investor@example.net']);
    const mail = smtp.mails.find(({ to }) => to === 'ann@example.net')?.source ?? '';
    expect(mailHeader(mail, 'Subject')).toMatch(/^Monthly for the board \(.+\)$/);
    expect(mailHeader(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(mailHeader(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    const token = /token=([\w.-]+)>/.exec(mailHeader(mail, 'List-Unsubscribe') ?? '')?.[1] ?? '';
    expect(createLinkSigner(home).verify('unsubscribe-report', token)).toEqual(['main', 'sch1', 'ann']);
    expect(createLinkSigner(home).verify('unsubscribe', token)).toBeUndefined();
    // What fits is attached, byte for byte; what does not is linked; the picture for screens is neither.
    expect(mail).toMatch(/Content-Disposition: attachment; filename=monthly\.pdf/);
    expect(mail).not.toContain('filename=monthly.xlsx');
    expect(mail).not.toContain('monthly.png');
    const encoded = Buffer.alloc(60_000, 65).toString('base64');
    expect(mail.replaceAll('\r\n', '')).toContain(encoded);
    const text = mail.replaceAll(/=\r\n/g, '').replaceAll('=3D', '=');
    expect(text).toContain('* Revenue was $25.00, up 19.0% ($4.00) on April.');
    expect(text).toContain('Profit was &lt;b&gt;$19.00&lt;/b&gt;.');
    expect(text).toContain('because of the report schedule');
    const links = createDownloadLinks(await openDownloadSecret(bus), systemClock);
    for (const name of ['monthly.pdf', 'monthly.xlsx']) {
      const found = new RegExp(`/artefacts/main/r1/${name}\\?until=(\\d+)&sig=([\\w-]+)`).exec(text);
      expect(links.isGood({ tenant: 'main', id: job.id, name }, found?.[1] ?? '', found?.[2] ?? '')).toBe(
        true,
      );
      expect(Number(found?.[1])).toBeGreaterThan(systemClock.nowMs() + 29 * DAY_MS);
    }
    // The log says so.
    await eventually('the log has both', async () => {
      const rows = await store.query(
        "SELECT state, kind FROM deliveries FINAL WHERE tenant = 'main' AND kind = 'report'",
        {},
        Type.Object({ state: Type.String(), kind: Type.String() }),
      );
      return rows.length === 2 && rows.every(({ state }) => state === 'sent');
    });
  });

  test('started again, even with what was sent forgotten, nothing goes out twice', async () => {
    await marked('r1');
    await end();
    const deliveries = await openKv(bus, buckets.deliveries, { schema: Delivery, maxBytes: 256 << 20 });
    for (const key of await deliveries.keys()) await deliveries.delete(key);
    await begin();
    // A later report comes after whatever the earlier one would have caused.
    await render('r2', { 'monthly.pdf': 10 });
    await eventually('the next one went out', () => smtp.mails.length === 4);
    await eventually('nothing waits', async () => (await waiting()) === 0);
    expect(smtp.mails).toHaveLength(4);
  });

  test('files that are gone before they are sent end the delivery by a code', async () => {
    await end();
    const job = await render('r3', { 'monthly.pdf': 10 });
    // Deleted by retention while nobody sent mail.
    for (const { object } of job.artefacts) await objects.delete(object);
    const before = smtp.mails.length;
    await begin();
    const kv = await openKv(bus, buckets.deliveries, { schema: Delivery, maxBytes: 256 << 20 });
    await eventually('they were given up', async () => {
      const mine = (await kv.entries()).filter(({ value }) => value.message.report?.renderId === 'r3');
      return mine.length === 2 && mine.every(({ value }) => value.attempts.at(-1)?.code === 'REPORT_GONE');
    });
    expect(smtp.mails).toHaveLength(before);
  });

  test('killed with −9 between the render and the mail, the next process sends it, once to each', async () => {
    await end();
    const before = smtp.mails.length;
    await render('r4', { 'monthly.pdf': 10 });
    // The mail server is away: what was handed over cannot be sent.
    smtp.refuseNext(421);
    smtp.refuseNext(421);
    const child = spawn(process.execPath, [crashScript, nats.url, nats.token, home, smtp.url], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    try {
      await marked('r4');
      await eventually('one was tried', () => smtp.refused() > 0, 20_000);
    } finally {
      child.kill('SIGKILL');
    }
    await eventually('it is gone', () => child.signalCode !== null);
    expect(smtp.mails).toHaveLength(before);
    await begin();
    await eventually('both have it', () => smtp.mails.length === before + 2, 20_000);
    await eventually('nothing waits', async () => (await waiting()) === 0);
    expect(
      smtp.mails
        .slice(before)
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['ann@example.net', 'investor@example.net']);
  });
});
