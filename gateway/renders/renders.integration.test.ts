import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Type } from '@sinclair/typebox';
import { resolveConfig } from '../../platform/config/config.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { createFakeClock, systemClock } from '../../platform/time/clock.ts';
import { renderConfig } from '../../render/config.ts';
import { startAnalytics } from '../../streams/analytics/responder.ts';
import { start as startRenders } from '../../render/main.ts';
import { startRig, type Parsed, type Rig } from '../testing/rig.ts';
import { createLinkSigner } from '../../platform/signed-link/signed-link.ts';
import { createDownloadLinks } from '../../platform/signed-link/download-links.ts';

let rig: Rig;
let renders: Awaited<ReturnType<typeof startRenders>>;
let home: string;
let stopAnalytics: () => void;
beforeAll(async () => {
  rig = await startRig();
  const analytics = startAnalytics({
    bus: rig.bus,
    store: rig.store,
    clock: systemClock,
    metrics: rig.metrics,
    completeMs: () => systemClock.nowMs(),
  });
  stopAnalytics = () => analytics.stop();
  home = mkdtempSync(join(tmpdir(), 'weir-gateway-renders-'));
  renders = await startRenders(
    { bus: rig.bus, store: rig.store, access: rig.access, clock: systemClock, metrics: rig.metrics, home },
    resolveConfig([renderConfig], {}, undefined).get(renderConfig),
  );
});
afterAll(async () => {
  await renders.stop();
  stopAnalytics();
  await rig.stop();
  rmSync(home, { recursive: true, force: true });
});

const path = '/api/v1/renders';
const thumbnail = {
  kind: 'thumbnail',
  params: { text: 'Ads fell', templates: ['headline'], palettes: ['ink'] },
};

async function ended(id: string): Promise<Parsed> {
  let job: Parsed;
  await eventually(
    'it has ended',
    async () => {
      job = (await rig.call('GET', `${path}/${id}`, { key: rig.adminKey })).body;
      return ['done', 'failed', 'cancelled'].includes(job?.state);
    },
    40_000,
  );
  return job;
}

describe('renders over REST', () => {
  test('what is asked for is made and fetched by a link that is good for its file alone', async () => {
    const asked = await rig.call('POST', path, { key: rig.adminKey, body: thumbnail });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({
      state: 'queued',
      title: 'Thumbnails: Ads fell',
      askedBy: { type: 'person' },
    });
    expect(asked.headers.get('location')).toBe(`${path}/${asked.body.id}`);
    const job = await ended(asked.body.id);
    expect(job).toMatchObject({ state: 'done', percent: 100 });
    const [artefact] = job.artefacts;
    // Nothing but the link is needed, and it says what it carries.
    const file = await fetch(rig.origin + artefact.href);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(bytes).toHaveLength(artefact.bytes);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 1_280, height: 720 });
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'attachment; filename="thumbnail-headline-ink.png"',
      'x-content-type-options': 'nosniff',
      etag: `"${artefact.sha256}"`,
    });
    const shown = await fetch(`${rig.origin}${artefact.href}&inline=1`);
    expect(shown.headers.get('content-disposition')).toMatch(/^inline/);
    expect(shown.headers.get('content-security-policy')).toContain('sandbox');
    for (const [from, to] of [
      ['/artefacts/main/', '/artefacts/other/'],
      ['headline-ink', 'headline-paper'],
      [/until=\d+/, 'until=9999999999999'],
      [/sig=.{4}/, 'sig=AAAA'],
    ] as const) {
      const refused = await fetch(rig.origin + artefact.href.replace(from, to));
      expect(refused.status, String(from)).toBe(403);
      expect(await refused.json()).toMatchObject({ code: 'RENDER_LINK_INVALID' });
    }
    const piece = await fetch(rig.origin + artefact.href, { headers: { range: 'bytes=1-3' } });
    expect([piece.status, piece.headers.get('content-range'), await piece.text()]).toEqual([
      206,
      `bytes 1-3/${artefact.bytes}`,
      'PNG',
    ]);
    const history = await rig.store.query(
      'SELECT id, asked_by_type, state FROM renders FINAL',
      {},
      Type.Object({ id: Type.String(), asked_by_type: Type.String(), state: Type.String() }),
    );
    expect(history).toContainEqual({ id: job.id, asked_by_type: 'person', state: 'done' });
  });

  test('a tenant sees, cancels and fetches its own alone', async () => {
    const asked = await rig.call('POST', path, { key: rig.adminKey, body: thumbnail });
    const foreign = await rig.key('other', 'query:read', 'kpis:write');
    expect((await rig.call('GET', `${path}/${asked.body.id}`, { key: foreign })).body.code).toBe(
      'RENDER_NOT_FOUND',
    );
    expect((await rig.call('POST', `${path}/${asked.body.id}/cancel`, { key: foreign })).body.code).toBe(
      'RENDER_NOT_FOUND',
    );
    expect((await rig.call('GET', path, { key: foreign })).body.renders).toEqual([]);
    await ended(asked.body.id);
    const again = await rig.call('POST', `${path}/${asked.body.id}/cancel`, { key: rig.adminKey });
    expect([again.status, again.body.code]).toEqual([409, 'RENDER_ENDED']);
  });

  test('pictures are uploaded as bytes, never named by address, and belong to their tenant', async () => {
    const png = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#3366cc' } })
      .png()
      .toBuffer();
    const stored = await rig.call('POST', '/api/v1/render-pictures', {
      key: rig.adminKey,
      body: { dataBase64: png.toString('base64') },
    });
    expect(stored.status).toBe(201);
    const wish = { ...thumbnail, params: { ...thumbnail.params, picture: stored.body.picture } };
    const own = await rig.call('POST', path, { key: rig.adminKey, body: wish });
    expect((await ended(own.body.id)).state).toBe('done');
    const foreign = await rig.key('other', 'query:read', 'kpis:write');
    const theirs = await rig.call('POST', path, { key: foreign, body: wish });
    await eventually(
      'it has failed',
      async () =>
        (await rig.call('GET', `${path}/${theirs.body.id}`, { key: foreign })).body.state === 'failed',
      40_000,
    );
    expect((await rig.call('GET', `${path}/${theirs.body.id}`, { key: foreign })).body.error.code).toBe(
      'RENDER_PICTURE_INVALID',
    );
    const text = await rig.call('POST', '/api/v1/render-pictures', {
      key: rig.adminKey,
      body: { dataBase64: Buffer.from('<svg onload=x>').toString('base64') },
    });
    expect([text.status, text.body.code]).toEqual([422, 'RENDER_PICTURE_INVALID']);
  });

  test.each([
    [
      'an unknown format',
      { kind: 'report', params: { period: 'month', formats: ['docx'] } },
      422,
      'RENDER_PARAMS_INVALID',
    ],
    [
      'an address as picture',
      { ...thumbnail, params: { ...thumbnail.params, picture: 'http://169.254.169.254/' } },
      422,
      'RENDER_PARAMS_INVALID',
    ],
    ['an unknown kind', { kind: 'poster', params: {} }, 400, 'GATEWAY_REQUEST_INVALID'],
    ['a tenant of its own choice', { ...thumbnail, tenant: 'other' }, 400, 'GATEWAY_REQUEST_INVALID'],
  ])('%s is refused', async (_name, body, status, code) => {
    const answer = await rig.call('POST', path, { key: rig.adminKey, body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('readers read and do not ask', async () => {
    const reader = await rig.key('main', 'query:read');
    expect((await rig.call('GET', path, { key: reader })).status).toBe(200);
    expect((await rig.call('POST', path, { key: reader, body: thumbnail })).status).toBe(403);
  });

  test('schedules are kept with their next run, paused and removed', async () => {
    const wish = {
      title: 'Monthly',
      cron: '0 7 1 * *',
      timeZone: 'Europe/Berlin',
      missed: 'latest',
      isOn: true,
      report: { period: 'month', formats: ['pdf'] },
    };
    const added = await rig.call('POST', '/api/v1/render-schedules', { key: rig.adminKey, body: wish });
    expect(added.status).toBe(201);
    expect(added.body.nextRunMs).toBeGreaterThan(systemClock.nowMs());
    const paused = await rig.call('PUT', `/api/v1/render-schedules/${added.body.id}`, {
      key: rig.adminKey,
      body: { ...wish, isOn: false },
    });
    expect(paused.body).toMatchObject({ isOn: false, nextRunMs: null });
    for (const cron of ['61 7 1 * *', '0 0 30 2 *', 'often and again x y']) {
      const refused = await rig.call('POST', '/api/v1/render-schedules', {
        key: rig.adminKey,
        body: { ...wish, cron },
      });
      expect([refused.status, refused.body.code]).toEqual([422, 'RENDER_SCHEDULE_INVALID']);
    }
    expect(
      (
        await rig.call('DELETE', `/api/v1/render-schedules/${added.body.id}`, {
          key: await rig.key('other', 'kpis:write'),
        })
      ).status,
    ).toBe(404);
    expect(
      (await rig.call('DELETE', `/api/v1/render-schedules/${added.body.id}`, { key: rig.adminKey })).status,
    ).toBe(204);
  });

  test('a slide is shown before the video is asked for, drawn by the same hand; figures are read, faults told', async () => {
    const preview = async (slide: object, key = rig.adminKey) =>
      await rig.call('POST', '/api/v1/render-previews', { key, body: { slide, index: 0, count: 2 } });
    const title = { kind: 'title', title: 'Revenue rose', narration: 'Revenue rose. Profit rose more.' };
    const drawn = await preview(title);
    expect(drawn.status).toBe(200);
    const png = Buffer.from(drawn.body.pngBase64, 'base64');
    expect(await sharp(png).metadata()).toMatchObject({ width: 960, height: 540, format: 'png' });
    expect(drawn.body.caption).toBe('Revenue rose. Profit rose more.');
    const nowMs = systemClock.nowMs();
    const kpis = { kind: 'kpis', title: 'Week', fromMs: nowMs - 7 * 86_400_000, toMs: nowMs };
    const figures = await preview(
      { ...kpis, kpis: ['total_revenue', 'views'] },
      await rig.key('main', 'query:read'),
    );
    expect(figures.status).toBe(200);
    expect(figures.body.pngBase64).not.toBe(drawn.body.pngBase64);
    for (const [slide, code] of [
      [{ ...kpis, kpis: ['nothing'] }, 'RENDER_PARAMS_INVALID'],
      [{ kind: 'title', title: 'W'.repeat(119) }, 'RENDER_TEXT_TOO_LONG'],
      [{ kind: 'picture', picture: 'a'.repeat(64) }, 'RENDER_PICTURE_INVALID'],
    ] as const) {
      const refused = await preview(slide);
      expect([refused.status, refused.body.code]).toEqual([422, code]);
    }
    const estimate = await rig.call('POST', '/api/v1/render-estimates', {
      key: rig.adminKey,
      body: { slides: [title, { kind: 'text', title: 'b', lines: ['c'], seconds: 5 }], voice: 'none' },
    });
    expect(estimate.body).toMatchObject({ seconds: 9, spokenBy: 'none', costUsd: 0, costLimitUsd: 3 });
  });

  test('recipients are contact points for e-mail of the tenant, and a link in the mail takes one out', async () => {
    const call = async (method: string, at: string, body?: unknown) =>
      await rig.call(method, `/api/v1/${at}`, { key: rig.adminKey, ...(body === undefined ? {} : { body }) });
    const contactOf = async (given: object): Promise<string> =>
      (await call('POST', 'alert-contacts', { name: 'Board', ...given })).body.contact.id;
    const mail = await contactOf({ channel: 'email', address: 'board@example.net' });
    const other = await contactOf({ channel: 'email', address: 'ann@example.net' });
    const inbox = await contactOf({ channel: 'inapp' });
    const wish = {
      title: 'Board',
      cron: '0 7 1 * *',
      timeZone: 'UTC',
      missed: 'latest',
      isOn: true,
      report: { period: 'month', formats: ['pdf'], audience: 'investor' },
    };
    for (const recipients of [[inbox], ['nobody']]) {
      const refused = await call('POST', 'render-schedules', { ...wish, recipients });
      expect([refused.status, refused.body.code, refused.body.details]).toEqual([
        422,
        'RENDER_SCHEDULE_INVALID',
        { in: 'body', field: 'recipients' },
      ]);
    }
    const foreign = await rig.call('POST', '/api/v1/render-schedules', {
      key: await rig.key('other', 'query:read', 'kpis:write'),
      body: { ...wish, recipients: [mail] },
    });
    expect(foreign.status).toBe(422);
    const added = await call('POST', 'render-schedules', { ...wish, recipients: [mail, other] });
    expect(added.body.recipients).toEqual([mail, other]);
    const { id } = added.body;
    const token = createLinkSigner(rig.home).sign('unsubscribe-report', ['main', id, mail]);
    const page = await rig.call('GET', `/unsubscribe?token=${token}`);
    expect(page.text).toContain('no more mails of the report “Board”');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (let i = 0; i < 2; i += 1)
      await rig.call('POST', `/unsubscribe?token=${token}`, { headers, body: 'List-Unsubscribe=One-Click' });
    const listed = (await call('GET', 'render-schedules')).body.schedules as { id: string }[];
    expect(listed.find((each) => each.id === id)).toMatchObject({ recipients: [other], isOn: true });
    // A contact point that was removed since does not stand in the way of pausing.
    await call('DELETE', `alert-contacts/${other}`);
    const paused = await call('PUT', `render-schedules/${id}`, { ...wish, recipients: [other], isOn: false });
    expect([paused.status, paused.body.isOn]).toEqual([200, false]);
    await call('DELETE', `render-schedules/${id}`);
  });

  test('the state of the system says which programs are there', async () => {
    const { body } = await rig.call('GET', '/api/v1/system', { key: rig.adminKey });
    expect(body.parts.find((part: { name: string }) => part.name === 'render')).toMatchObject({
      state: expect.stringMatching(/^(up|degraded)$/),
    });
  });
});

test('a report is made of the tenant’s own figures, asked of the processors, and its identities hold', async () => {
  const day = 86_400_000;
  const from = Date.UTC(2026, 4, 1);
  const kpiRows: string[] = [];
  const eventRows: string[] = [];
  for (const [tenant, factor] of [
    ['main', 1],
    ['other', 7],
  ] as const)
    for (let i = 0; i < 4; i += 1) {
      const startMs = from + i * day;
      const row = (rollup: string, dim: string, sums: string): void =>
        void kpiRows.push([tenant, '1d', rollup, startMs, dim, 0, sums, '{}', '{}', '{}', 1, 1].join('\t'));
      const revenue = factor * (1_000 + 100 * i);
      row(
        'total',
        '',
        `{'revenue':${revenue},'cost':300,'production_cost':100,'marketing_cost':150,'view_events':50}`,
      );
      row('stream', 'ads', `{'revenue':${revenue - 200}}`);
      row('stream', 'tips', `{'revenue':200}`);
      row('channel', 'late', `{'revenue':${revenue},'view_events':50}`);
      eventRows.push([tenant, 's', `k${i}`, 'ad_revenue', startMs, startMs, revenue].join('\t'));
    }
  await rig.store.insertRows(
    'kpi',
    [
      'tenant',
      'window',
      'rollup',
      'window_start',
      'dim',
      'part',
      'sums',
      'mins',
      'maxs',
      'uniques',
      'revision',
      'version',
    ],
    `${kpiRows.join('\n')}\n`,
  );
  await rig.store.insertRows(
    'events',
    ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'amount_base_minor'],
    `${eventRows.join('\n')}\n`,
  );
  // It began after the period and fires now: a report that says nothing of it would be read as all clear.
  const signal = [
    'main',
    'sig1',
    'anomaly',
    'views',
    'Views far below',
    'critical',
    'firing',
    from + 9 * day,
    1,
  ];
  await rig.store.insertRows(
    'signals',
    ['tenant', 'id', 'kind', 'kpi', 'title', 'severity', 'state', 'started_at', 'revision'],
    `${signal.join('\t')}\n`,
  );
  const params = { period: 'custom', fromMs: from + 2 * day, toMs: from + 4 * day, formats: ['json', 'csv'] };
  const asked = await rig.call('POST', path, { key: rig.adminKey, body: { kind: 'report', params } });
  const job = await ended(asked.body.id);
  expect(job.error).toBeUndefined();
  const json = job.artefacts.find(({ name }: { name: string }) => name.endsWith('.json'));
  const report = (await (await fetch(rig.origin + json.href)).json()) as Parsed;
  // 1,200 + 1,300 against 1,000 + 1,100 minor units; costs of two days.
  expect(report.headline.map(({ label, value, prior }: Parsed) => [label, value.v, prior.v])).toEqual([
    ['Revenue', 2_500, 2_100],
    ['Costs', 600, 600],
    ['Profit', 1_900, 1_500],
    ['Views', 100, 100],
  ]);
  expect(report.summary[0].text).toBe('Revenue was $25.00, up 19.0% ($4.00) on 1 May 2026 to 2 May 2026.');
  expect(report.summary.map(({ text }: Parsed) => text).join(' ')).toContain('Look at: Views far below');
  expect(report.askedBy).toBe(asked.body.askedBy.name);
  const csv = await (
    await fetch(rig.origin + job.artefacts.find(({ name }: { name: string }) => name.endsWith('.csv')).href)
  ).text();
  expect(csv).toContain('ads,21.00,17.00,4.00');
  expect(csv).toContain('"Opening, since the first event"');
  expect(csv).not.toContain('does not hold');
});

test('a link is good for half an hour at least and an hour at most', async () => {
  const clock = createFakeClock(1_000_000_000);
  const links = createDownloadLinks(Buffer.from('secret'), clock);
  const claim = { tenant: 'main', id: 'r', name: 'a.pdf' };
  const search = new URL(links.pathOf(claim), 'http://x').searchParams;
  const isGood = (): boolean => links.isGood(claim, search.get('until') ?? '', search.get('sig') ?? '');
  expect(isGood()).toBe(true);
  await clock.advance(30 * 60_000);
  expect(isGood()).toBe(true);
  await clock.advance(30 * 60_000 + 1);
  expect(isGood()).toBe(false);
  expect(
    links.isGood({ ...claim, name: 'r\na.pdf', id: '' }, search.get('until') ?? '', search.get('sig') ?? ''),
  ).toBe(false);
});
