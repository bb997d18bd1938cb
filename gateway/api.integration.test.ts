import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import { eventually } from '../platform/testing/servers.ts';
import { startRig, type Parsed, type Rig } from './testing/rig.ts';

let rig: Rig;
let admin: string;
let reader: string;

beforeAll(async () => {
  rig = await startRig();
  admin = rig.adminKey;
  reader = await rig.key('main', 'query:read');
});

afterAll(async () => {
  await rig.stop();
});

describe('KPIs', () => {
  const mine = {
    key: 'sale_value',
    title: 'Value of a sale',
    description: 'Revenue of product sales divided by their number.',
    unit: 'currency',
    formula: 'sale_revenue / sales',
    measures: [
      { key: 'sale_revenue', agg: 'sum', types: ['product_sale'], field: 'amount' },
      { key: 'sales', agg: 'count', types: ['product_sale'] },
    ],
    direction: 'up',
    dimensions: ['channel'],
    target: 20,
  };

  test('of the catalogue are all there, with currency and zone of the tenant', async () => {
    const { body, status } = await rig.call('GET', '/api/v1/kpis', { key: reader });
    expect(status).toBe(200);
    expect(body).toMatchObject({ currency: 'USD', timeZone: 'UTC' });
    expect(body.kpis.map((kpi: { key: string }) => kpi.key)).toEqual(kpiCatalogue.map((kpi) => kpi.key));
  });

  test('can be added: it is listed, answers a series and gets a job that fills its history', async () => {
    const created = await rig.call('POST', '/api/v1/kpis', { key: admin, body: mine });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe('/api/v1/kpis/sale_value');
    expect(created.body).toMatchObject({
      kpi: { ...mine, version: 1, origin: 'tenant' },
      job: { kind: 'kpi-backfill', state: 'queued', percent: 0, params: { key: 'sale_value', version: 1 } },
    });
    const job = await rig.call('GET', `/api/v1/jobs/${created.body.job.id}`, { key: reader });
    expect(job.body).toEqual(created.body.job);
    const series = await rig.call('GET', '/api/v1/kpis/sale_value/series?window=1d', { key: reader });
    expect(series.body).toMatchObject({
      key: 'sale_value',
      unit: 'currency',
      currency: 'USD',
      series: [{ dims: {}, points: [] }],
    });
    expect((await rig.call('POST', '/api/v1/kpis', { key: admin, body: mine })).body.code).toBe('KPI_EXISTS');
  });

  test('can be changed; a job runs again only when measures changed', async () => {
    const target = await rig.call('PUT', '/api/v1/kpis/sale_value', {
      key: admin,
      body: { ...mine, target: 25 },
    });
    expect(target.body.kpi).toMatchObject({ version: 2, target: 25 });
    expect(target.body.job).toBeUndefined();
    const renamed = [mine.measures[0], { key: 'sale_count', agg: 'count', types: ['product_sale'] }];
    const measured = await rig.call('PUT', '/api/v1/kpis/sale_value', {
      key: admin,
      body: { ...mine, formula: 'sale_revenue / sale_count', measures: renamed },
    });
    expect(measured.body).toMatchObject({ kpi: { version: 3 }, job: { kind: 'kpi-backfill' } });
  });

  test.each([
    [{ formula: 'sale_revenue /' }, 'KPI_FORMULA_INVALID'],
    [{ formula: 'revenue2' }, 'KPI_FORMULA_INVALID'],
    [{ formula: '('.repeat(400) }, 'KPI_FORMULA_INVALID'],
    [{ measures: [{ key: 'revenue', agg: 'count', types: ['tip'] }], formula: 'revenue' }, 'KPI_INVALID'],
    [{ measures: [mine.measures[0], mine.measures[0]], formula: 'sale_revenue' }, 'KPI_INVALID'],
    [{ measures: [{ key: 'x', agg: 'count', types: ['tip'], field: 'amount' }] }, 'GATEWAY_REQUEST_INVALID'],
    [{ cut: 'stream' }, 'KPI_INVALID'],
    [{ key: 'Views' }, 'GATEWAY_REQUEST_INVALID'],
    [{ origin: 'catalogue' }, 'GATEWAY_REQUEST_INVALID'],
    [{ key: 'views' }, 'KPI_EXISTS'],
  ])('with %j are refused with %s', async (change, code) => {
    const { body, status } = await rig.call('POST', '/api/v1/kpis', {
      key: admin,
      body: { ...mine, key: 'other', ...change },
    });
    expect(body).toMatchObject({ code, status });
    expect(status).toBeLessThan(500);
  });

  test('on an event type nobody registered are refused; on one of the tenant they are taken', async () => {
    const on = async (type: string) =>
      await rig.call('POST', '/api/v1/kpis', {
        key: admin,
        body: {
          ...mine,
          key: 'own_type',
          formula: 'own',
          measures: [{ key: 'own', agg: 'count', types: [type] }],
        },
      });
    const refused = await on('no_such_type');
    expect(refused.body).toMatchObject({ status: 400, code: 'KPI_INVALID' });
    expect(refused.body.detail).toContain('no event type "no_such_type"');
    const type = {
      type: 'podcast_played',
      title: 'T',
      description: '',
      schema: { type: 'object', properties: {} },
      metrics: [],
    };
    expect((await rig.call('POST', '/api/v1/event-types', { key: admin, body: type })).status).toBe(201);
    expect((await on('podcast_played')).status).toBe(201);
    expect((await rig.call('DELETE', '/api/v1/kpis/own_type', { key: admin })).status).toBe(204);
  });

  test('that are deleted take the jobs of their history along, however many come and go', async () => {
    for (let n = 0; n < 22; n++) {
      const body = { ...mine, key: 'passing' };
      const made = await rig.call('POST', '/api/v1/kpis', { key: admin, body });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      expect((await rig.call('DELETE', '/api/v1/kpis/passing', { key: admin })).status).toBe(204);
      const job = await rig.call('GET', `/api/v1/jobs/${made.body.job.id}`, { key: reader });
      expect(job.body.state).toBe('cancelled');
    }
  });

  test('of the catalogue take a target and an alert threshold, nothing else', async () => {
    const {
      origin: _origin,
      version: _version,
      ...views
    } = kpiCatalogue.find((kpi) => kpi.key === 'views') ?? { key: '' };
    const changed = await rig.call('PUT', '/api/v1/kpis/views', {
      key: admin,
      body: { ...views, target: 1_000 },
    });
    expect(changed.body).toMatchObject({
      kpi: { key: 'views', target: 1_000, origin: 'catalogue', version: 2 },
    });
    expect((await rig.call('GET', '/api/v1/kpis/views', { key: reader })).body.target).toBe(1_000);
    const other = await rig.call('GET', '/api/v1/kpis/views', { key: await rig.key('other', 'query:read') });
    expect(other.body.target).toBeUndefined();
    const formula = await rig.call('PUT', '/api/v1/kpis/views', {
      key: admin,
      body: { ...views, formula: 'view_events' },
    });
    expect(formula.body.code).toBe('KPI_IN_CATALOGUE');
    expect((await rig.call('DELETE', '/api/v1/kpis/views', { key: admin })).status).toBe(204);
    expect((await rig.call('GET', '/api/v1/kpis/views', { key: reader })).body.target).toBeUndefined();
    expect((await rig.call('DELETE', '/api/v1/kpis/views', { key: admin })).body.code).toBe(
      'KPI_IN_CATALOGUE',
    );
  });

  test('can be deleted', async () => {
    expect((await rig.call('DELETE', '/api/v1/kpis/sale_value', { key: admin })).status).toBe(204);
    expect((await rig.call('GET', '/api/v1/kpis/sale_value', { key: reader })).body.code).toBe(
      'KPI_NOT_FOUND',
    );
  });
});

describe('history', () => {
  const receivedMs = Date.UTC(2026, 4, 1, 12);

  beforeAll(async () => {
    const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
    const columns = [
      'tenant',
      'source',
      'id',
      'type',
      'time',
      'received_at',
      'channel',
      'content',
      'flags',
      'data',
    ];
    const rows = [
      [
        'main',
        's1',
        'e1',
        'video_view',
        time(receivedMs - 5),
        time(receivedMs),
        'c',
        'v',
        2 + 16,
        '{"content_id":"v"}',
      ],
      ['main', 's2', 'e1', 'tip', time(receivedMs), time(receivedMs), '', '', 0, '{"amount":"1.00"}'],
      ['main', 's1', 'e2', 'video_view', time(receivedMs + 1), time(receivedMs + 60_000), 'c', 'v', 0, '{}'],
      [
        'other',
        's1',
        'e1',
        'video_view',
        time(receivedMs),
        time(receivedMs),
        'c',
        'v',
        0,
        '{"secret":"of other"}',
      ],
    ];
    await rig.store.insertRows('events', columns, rows.map((row) => `${row.join('\t')}\n`).join(''));
    const minute = receivedMs / 1_000;
    const outcomes = [
      ['main', minute, 'duplicate', 0, 1, 1],
      ['main', minute, 'duplicate', 0, 3, 2],
      ['main', minute, 'duplicate', 1, 4, 2],
      ['main', minute + 60, 'late', 0, 5, 1],
      ['other', minute, 'duplicate', 0, 900, 1],
    ];
    const outcomeColumns = ['tenant', 'minute', 'kind', 'part', 'count', 'version'];
    await rig.store.insertRows(
      'event_outcomes',
      outcomeColumns,
      outcomes.map((row) => `${row.join('\t')}\n`).join(''),
    );
  });

  test('stats count what was received in the range, newest counts alone', async () => {
    const all = await rig.call('GET', '/api/v1/events/stats?from=&to=', { key: reader });
    expect(all.body).toEqual({
      stored: 3,
      duplicates: 7,
      rejected: 0,
      late: 5,
      byType: { tip: 1, video_view: 2 },
    });
    const from = new Date(receivedMs + 1).toISOString();
    const later = await rig.call('GET', `/api/v1/events/stats?from=${from}&to=${receivedMs + 120_000}`, {
      key: reader,
    });
    expect(later.body).toEqual({ stored: 1, duplicates: 7, rejected: 0, late: 5, byType: { video_view: 1 } });
  });

  test('events of an id come with everything that was stored, of this tenant alone', async () => {
    const { body } = await rig.call('GET', '/api/v1/events?id=e1', { key: reader });
    expect(body.events).toEqual([
      {
        id: 'e1',
        source: 's2',
        type: 'tip',
        time: '2026-05-01T12:00:00.000Z',
        receivedAt: '2026-05-01T12:00:00.000Z',
        data: { amount: '1.00' },
        flags: [],
      },
      {
        id: 'e1',
        source: 's1',
        type: 'video_view',
        time: '2026-05-01T11:59:59.995Z',
        receivedAt: '2026-05-01T12:00:00.000Z',
        data: { content_id: 'v' },
        flags: ['simulated', 'timeMissing'],
      },
    ]);
    expect((await rig.call('GET', '/api/v1/events?id=nothing', { key: reader })).body).toEqual({
      events: [],
    });
  });

  test('the newest events come first, of one type if asked', async () => {
    const { body } = await rig.call('GET', '/api/v1/events?limit=2', { key: reader });
    expect(body.events.map((event: { id: string; source: string }) => event.id + event.source)).toEqual([
      'e2s1',
      'e1s2',
    ]);
    const tips = await rig.call('GET', '/api/v1/events?type=tip', { key: reader });
    expect(tips.body.events).toHaveLength(1);
  });

  test('currency and zone stay once there are events; name and rates may change', async () => {
    const fixed = await rig.call('PATCH', '/api/v1/settings', { key: admin, body: { currency: 'EUR' } });
    expect(fixed.body).toMatchObject({ code: 'GATEWAY_SETTING_FIXED', status: 409 });
    const free = await rig.call('PATCH', '/api/v1/settings', {
      key: admin,
      body: { name: 'Mine', currency: 'USD', rates: { EUR: 1.1 } },
    });
    expect(free.body).toMatchObject({ name: 'Mine', currency: 'USD', rates: { EUR: 1.1 } });
    const demo = await rig.key('demo', 'admin', 'query:read');
    const zone = await rig.call('PATCH', '/api/v1/settings', {
      key: demo,
      body: { timeZone: 'Europe/Berlin', currency: 'EUR' },
    });
    expect(zone.body).toMatchObject({ timeZone: 'Europe/Berlin', currency: 'EUR', simulated: true });
    const wrong = await rig.call('PATCH', '/api/v1/settings', { key: demo, body: { timeZone: 'Berlin' } });
    expect(wrong.body.code).toBe('ACCESS_TENANT_INVALID');
  });
});

describe('refused events', () => {
  const entry = (index: number, code = 'IMPORT_ROW_UNREADABLE') => ({
    dialect: 'import',
    source: 'youtube.csv',
    index,
    code,
    message: 'wrong\tdate',
    item: 'a,"b\nc',
  });

  /** What the processors do: copies letters of the stream into the table. */
  async function sink(): Promise<void> {
    const { state } = await rig.bus.jsm.streams.info('deadletter');
    const rows: string[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const stored = await rig.bus.jsm.streams.getMessage('deadletter', { seq });
      const letter = stored.json<Record<string, string | number>>();
      const text = (name: string): string =>
        String(letter[name]).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
      rows.push(
        `${[seq, text('tenant'), Number(letter['receivedAtMs']) / 1000, ...['dialect', 'source', 'code', 'message', 'index', 'item'].map(text)].join('\t')}\n`,
      );
    }
    await rig.store.insertRows(
      'dead_letters',
      ['seq', 'tenant', 'received_at', 'dialect', 'source', 'code', 'message', 'idx', 'item'],
      rows.join(''),
    );
  }

  test('of an importer are kept once, at once and after they were stored', async () => {
    const key = await rig.key('main', 'ingest:write');
    const entries = Array.from({ length: 30 }, (_, i) => entry(i));
    const post = async (of: unknown[]) =>
      (await rig.call('POST', '/api/v1/deadletter', { key, body: { entries: of } })).body;
    expect(await post(entries)).toEqual({ accepted: 30, duplicates: 0 });
    expect(await post(entries)).toEqual({ accepted: 0, duplicates: 30 });
    await sink();
    // The stream forgets message ids after a while; what is stored is known for ever.
    await rig.bus.jsm.streams.purge('deadletter');
    expect(await post([...entries, entry(30), entry(0, 'OTHER_REASON')])).toEqual({
      accepted: 2,
      duplicates: 30,
    });
    await sink();
  });

  test('are listed page by page, by code, of this tenant alone', async () => {
    const first = await rig.call('GET', '/api/v1/deadletter?limit=20', { key: reader });
    expect(first.body).toMatchObject({ total: 32, entries: { length: 20 } });
    expect(first.body.entries[0]).toMatchObject({
      code: 'OTHER_REASON',
      index: 0,
      message: 'wrong\tdate',
      item: 'a,"b\nc',
    });
    const next = await rig.call('GET', `/api/v1/deadletter?limit=20&beforeSeq=${first.body.nextBeforeSeq}`, {
      key: reader,
    });
    expect(next.body.entries).toHaveLength(12);
    expect(next.body.nextBeforeSeq).toBeUndefined();
    const seqs = [...first.body.entries, ...next.body.entries].map((letter: { seq: number }) => letter.seq);
    expect(new Set(seqs).size).toBe(32);
    const coded = await rig.call('GET', '/api/v1/deadletter?code=OTHER_REASON', { key: reader });
    expect(coded.body).toMatchObject({ total: 1, entries: [{ code: 'OTHER_REASON' }] });
    const other = await rig.call('GET', '/api/v1/deadletter', { key: await rig.key('other', 'query:read') });
    expect(other.body).toEqual({ total: 0, entries: [] });
  });

  test('count as rejected', async () => {
    const { body } = await rig.call('GET', '/api/v1/events/stats?from=1', { key: reader });
    expect(body.rejected).toBe(32);
  });

  test('are replayed by a job', async () => {
    const { body, status } = await rig.call('POST', '/api/v1/deadletter/replay', {
      key: admin,
      body: { code: 'OTHER_REASON' },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      kind: 'deadletter-replay',
      tenant: 'main',
      params: { code: 'OTHER_REASON' },
    });
  });
});

describe('event types', () => {
  const mine = {
    type: 'course_finished',
    title: 'Course finished',
    description: 'Somebody finished a course.',
    schema: {
      type: 'object',
      properties: { minutes: { type: 'number' }, parts: { type: 'array', items: { type: 'string' } } },
      required: ['minutes'],
    },
    metrics: ['minutes'],
  };

  test('of the catalogue carry the JSON Schema of their data', async () => {
    const { body } = await rig.call('GET', '/api/v1/event-types', { key: reader });
    const view = body.types.find((type: { type: string }) => type.type === 'video_view');
    expect(view).toMatchObject({
      origin: 'catalogue',
      version: 1,
      metrics: ['watch_time_ms', 'retention'],
      schema: { type: 'object' },
    });
    expect(view.schema.properties.watch_time_ms).toMatchObject({ type: 'number', minimum: 0 });
  });

  test('can be registered, changed and deleted', async () => {
    const created = await rig.call('POST', '/api/v1/event-types', { key: admin, body: mine });
    expect(created).toMatchObject({
      status: 201,
      body: { ...mine, version: 1, origin: 'tenant', group: 'custom' },
    });
    expect((await rig.call('POST', '/api/v1/event-types', { key: admin, body: mine })).body.code).toBe(
      'GATEWAY_EVENT_TYPE_EXISTS',
    );
    const changed = await rig.call('PUT', '/api/v1/event-types/course_finished', {
      key: admin,
      body: { ...mine, title: 'Done' },
    });
    expect(changed.body).toMatchObject({ version: 2, title: 'Done' });
    expect((await rig.call('DELETE', '/api/v1/event-types/course_finished', { key: admin })).status).toBe(
      204,
    );
    expect((await rig.call('DELETE', '/api/v1/event-types/course_finished', { key: admin })).status).toBe(
      404,
    );
    expect(
      (await rig.call('PUT', '/api/v1/event-types/course_finished', { key: admin, body: mine })).status,
    ).toBe(404);
  });

  test.each([
    [{ type: 'video_view' }, 'GATEWAY_EVENT_TYPE_INVALID'],
    [{ metrics: ['parts'] }, 'GATEWAY_EVENT_TYPE_INVALID'],
    [
      { schema: { type: 'object', properties: { a: { type: 'string', pattern: '(a+)+$' } } } },
      'GATEWAY_REQUEST_INVALID',
    ],
    [{ type: 'Course Finished' }, 'GATEWAY_REQUEST_INVALID'],
  ])('with %j are refused with %s', async (change, code) => {
    const { body } = await rig.call('POST', '/api/v1/event-types', {
      key: admin,
      body: { ...mine, metrics: [], ...change },
    });
    expect(body.code).toBe(code);
  });
});

describe('API keys', () => {
  test('are shown once, work at once, rotate with overlap and end when revoked', async () => {
    const created = await rig.call('POST', '/api/v1/api-keys', {
      key: admin,
      body: { name: 'dash', scopes: ['query:read'] },
    });
    expect(created.status).toBe(201);
    const { key, secret } = created.body;
    const works = async (candidate: string): Promise<number> =>
      (await rig.call('GET', '/api/v1/kpis', { key: candidate })).status;
    expect(await works(secret)).toBe(200);
    const listed = await rig.call('GET', '/api/v1/api-keys', { key: admin });
    expect(listed.text).not.toContain(secret);
    expect(listed.body.keys).toContainEqual(
      expect.objectContaining({ id: key.id, state: 'live', preview: key.preview }),
    );

    const rotated = await rig.call('POST', `/api/v1/api-keys/${key.id}/rotate`, {
      key: admin,
      body: { overlapHours: 1 },
    });
    expect(rotated.status).toBe(201);
    expect([await works(secret), await works(rotated.body.secret)]).toEqual([200, 200]);
    const again = await rig.call('POST', `/api/v1/api-keys/${key.id}/rotate`, { key: admin, body: {} });
    expect(again.body.code).toBe('ACCESS_KEY_REFUSED');

    await rig.call('DELETE', `/api/v1/api-keys/${key.id}`, { key: admin });
    const revoked = await rig.call('GET', '/api/v1/kpis', { key: secret });
    expect(revoked).toMatchObject({ status: 401, body: { code: 'ACCESS_KEY_REVOKED' } });
    expect(await works(rotated.body.secret)).toBe(200);
  });
});

describe('system', () => {
  test('tells the state of every part', async () => {
    const { body } = await rig.call('GET', '/api/v1/system', { key: reader });
    expect(body).toMatchObject({
      version: '0.0.0-test',
      simulated: false,
      freshnessMs: null,
      pendingMessages: 0,
    });
    const states = Object.fromEntries(
      body.parts.map((part: { name: string; state: string }) => [part.name, part.state]),
    );
    // No processor runs in this test.
    expect(states).toMatchObject({
      nats: 'up',
      clickhouse: 'up',
      redis: 'up',
      streams: 'down',
      disk: expect.any(String),
    });
  });

  test('probes tell strangers only whether it works', async () => {
    expect((await rig.call('GET', '/livez')).body).toEqual({ status: 'alive' });
    expect((await rig.call('GET', '/readyz')).body).toEqual({ status: 'ready' });
    const detailed = await rig.call('GET', '/readyz', { key: reader });
    expect(detailed.body).toMatchObject({ status: 'ready', parts: expect.any(Array) });
    expect((await rig.call('GET', '/readyz', { key: 'nonsense' })).body).toEqual({ status: 'ready' });
  });

  test('metrics are for this machine and for admins', async () => {
    expect((await rig.call('GET', '/metrics')).text).toContain('weir_gateway_requests_total');
    const proxied = { 'x-forwarded-for': '203.0.113.9' };
    expect((await rig.call('GET', '/metrics', { headers: proxied })).status).toBe(403);
    expect((await rig.call('GET', '/metrics', { headers: proxied, key: reader })).status).toBe(403);
    expect((await rig.call('GET', '/metrics', { headers: proxied, key: admin })).status).toBe(200);
    const otherAdmin = await rig.key('other', 'admin');
    expect((await rig.call('GET', '/metrics', { headers: proxied, key: otherAdmin })).status).toBe(403);
  });

  test('the demo is removed by a job, asked for by main or by itself', async () => {
    const { body, status } = await rig.call('DELETE', '/api/v1/demo', { key: admin });
    expect(status).toBe(202);
    expect(body).toMatchObject({ tenant: 'main', kind: 'simulated-removal', params: { tenant: 'demo' } });
    const demo = await rig.key('demo', 'admin');
    expect((await rig.call('DELETE', '/api/v1/demo', { key: demo })).body).toMatchObject({ tenant: 'demo' });
    const other = await rig.key('other', 'admin');
    expect((await rig.call('DELETE', '/api/v1/demo', { key: other })).status).toBe(403);
  });

  test('jobs written by others show as they change', async () => {
    const { body: job } = await rig.call('DELETE', '/api/v1/demo', { key: admin });
    const kv = await rig.bus.js.views.kv('jobs');
    await kv.put(
      `main.${job.id}`,
      JSON.stringify({ ...job, state: 'running', percent: 40, stage: 'events' }),
    );
    await eventually('the progress shows', async () => {
      const { body } = await rig.call('GET', `/api/v1/jobs/${job.id}`, { key: reader });
      return body.percent === 40 && body.state === 'running';
    });
  });
});

describe('the description', () => {
  test('is OpenAPI 3.1 whose references all resolve', async () => {
    const { body, status } = await rig.call('GET', '/openapi.json');
    expect(status).toBe(200);
    expect(body.openapi).toBe('3.1.0');
    const text = JSON.stringify(body);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(body.components.schemas).toHaveProperty(name ?? '');
    }
    expect(text).not.toMatch(/"\$ref":"(?!#\/components\/schemas\/)/);
    for (const [path, operations] of Object.entries<Record<string, Parsed>>(body.paths)) {
      for (const operation of Object.values(operations)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const declared = (operation.parameters ?? [])
          .filter((p: Parsed) => p.in === 'path')
          .map((p: Parsed) => p.name);
        expect(declared).toEqual(named);
        expect(operation.responses).toHaveProperty('400');
      }
    }
    const ids = Object.values<Record<string, Parsed>>(body.paths).flatMap((path) =>
      Object.values(path).map((o: Parsed) => o.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is a page for people, without scripts', async () => {
    const { headers, text } = await rig.call('GET', '/docs');
    expect(headers.get('content-type')).toContain('text/html');
    expect(text).toContain('/api/v1/kpis/{key}/series');
    expect(text).toContain('KPI_FORMULA_INVALID');
    expect(text).not.toMatch(/<script|\sstyle="|\son\w+="/);
  });
});
