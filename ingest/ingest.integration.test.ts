import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKv } from '../platform/bus/kv.ts';
import { EventTypeRecord, eventTypeKey } from '../platform/contracts/event-type.ts';
import { buckets, defaultPartitions } from '../platform/contracts/subjects.ts';
import { eventually } from '../platform/testing/servers.ts';
import { byText, createRig, keys, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(async () => {
  await rig.close();
});

async function post(
  path: string,
  body: unknown,
  init: { key?: string; headers?: Record<string, string> } = {},
) {
  const { key = keys.main, headers = {} } = init;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(rig.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: isRaw ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const rowsOf = async (source: string) => (await rig.rows()).filter((row) => row['source'] === source);

describe('the native route', () => {
  test('what is answered with 202 is in the log, once, with every column', async () => {
    const event = {
      id: 'e1',
      source: 'columns',
      type: 'tip',
      time: '2026-01-31T12:00:00Z',
      data: {
        content_id: 'v1',
        viewer_id: 'u',
        country: 'de',
        amount: '1.005',
        currency: 'EUR',
        note: 'a\nb\\c "d" €',
      },
    };
    const reply = await post('/v1/events', event);
    expect([reply.status, reply.body]).toEqual([202, { accepted: 1, duplicates: 0, rejected: [] }]);
    expect(await rowsOf('columns')).toEqual([
      {
        subject: expect.stringMatching(/^events\.[0-3]$/),
        tenant: 'main',
        source: 'columns',
        id: 'e1',
        type: 'tip',
        time: String(Date.UTC(2026, 0, 31, 12)),
        received_at: expect.stringMatching(/^\d{13}$/),
        channel: '',
        content: 'v1',
        country: 'DE',
        stream: 'tips',
        user: 'u',
        amount_minor: '101',
        currency: 'EUR',
        amount_base_minor: '111',
        flags: '0',
        data: JSON.stringify({ ...event.data, country: 'DE' }),
      },
    ]);
  });

  test('a tab in a dimension of a catalogue type is refused, in data it is kept', async () => {
    const reply = await post('/v1/events', [
      { id: 't1', source: 'tabs', type: 'video_view', data: { content_id: 'a\tb' } },
      { id: 't2', source: 'tabs', type: 'video_view', data: { content_id: 'ab', note: 'a\tb\\n\u0000' } },
    ]);
    expect(reply.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'INGEST_DATA_INVALID' }] });
    const [row] = await rowsOf('tabs');
    expect(row).toMatchObject({ id: 't2', content: 'ab', tenant: 'main' });
    expect(JSON.parse(row?.['data'] ?? '')).toEqual({ content_id: 'ab', note: 'a\tb\\n\u0000' });
  });

  test('the tenant comes from the key, never from the payload', async () => {
    await post(
      '/v1/events',
      { id: 'x', source: 'tenancy', type: 'tip', tenant: 'main', data: { tenant: 'main' } },
      { key: keys.other },
    );
    expect(await rowsOf('tenancy')).toMatchObject([{ tenant: 'other' }]);
  });

  test('part-invalid input is answered by item and the good ones go on', async () => {
    const reply = await post('/v1/events', [
      { id: 'p0', source: 'parts', type: 'video_view' },
      { id: 'p1', source: 'parts', type: 'video_view', time: 'soon' },
      'nonsense',
      { id: 'p3', source: 'parts', type: 'video_view' },
    ]);
    expect(reply.status).toBe(202);
    expect(reply.body).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [
        { index: 1, code: 'INGEST_TIME_INVALID', message: expect.stringContaining('"soon"') },
        { index: 2, code: 'INGEST_EVENT_INVALID', message: expect.stringContaining('JSON object') },
      ],
    });
    expect((await rowsOf('parts')).map(({ id }) => id).toSorted(byText)).toEqual(['p0', 'p3']);
    const letters = (await rig.deadLetters()).filter(
      ({ item }) => item.includes('soon') || item.includes('nonsense'),
    );
    expect(letters).toMatchObject([
      { tenant: 'main', dialect: 'native', source: 'parts', code: 'INGEST_TIME_INVALID', index: 1 },
      {
        tenant: 'main',
        dialect: 'native',
        source: '',
        code: 'INGEST_EVENT_INVALID',
        index: 2,
        item: 'nonsense',
      },
    ]);
    expect(JSON.parse(letters[0]?.item ?? '')).toMatchObject({ id: 'p1', time: 'soon' });
  });

  test('atomic=true takes all or nothing', async () => {
    const bad = [
      { id: 'a0', source: 'atomic', type: 'tip' },
      { id: 'a1', source: 'atomic', type: 7 },
    ];
    const refused = await post('/v1/events?atomic=true', bad);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      code: 'INGEST_ATOMIC_REFUSED',
      details: { rejected: [{ index: 1, code: 'INGEST_TYPE_INVALID' }] },
    });
    expect(await rowsOf('atomic')).toEqual([]);
    expect((await post('/v1/events?atomic=true', bad.slice(0, 1))).status).toBe(202);
    expect(await rowsOf('atomic')).toHaveLength(1);
  });

  test('resends are named, within a request and after it', async () => {
    const events = ['d1', 'd2', 'd1'].map((id) => ({ id, source: 'resent', type: 'tip' }));
    expect((await post('/v1/events', events)).body).toMatchObject({ accepted: 2, duplicates: 1 });
    expect((await post('/v1/events', events)).body).toMatchObject({ accepted: 0, duplicates: 3 });
    const elsewhere = await post('/v1/events', events.slice(0, 2), { key: keys.other });
    expect(elsewhere.body).toMatchObject({ duplicates: 0 });
  });

  test('NDJSON, gzip and an event without id and time', async () => {
    const lines = [
      { source: 'lines', type: 'share' },
      { source: 'lines', type: 'share', id: 'l1' },
    ].map((e) => JSON.stringify(e));
    const reply = await post('/v1/events', gzipSync(`${lines.join('\n')}\n{broken`), {
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    });
    expect(reply.body).toMatchObject({ accepted: 2, rejected: [{ index: 2, code: 'INGEST_JSON_INVALID' }] });
    const rows = await rowsOf('lines');
    expect(new Set(rows.map(({ flags }) => flags))).toEqual(new Set(['16', '48']));
    expect(rows.find(({ flags }) => flags === '48')?.['id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('3,000 events in one request all arrive, whatever batch they fall in', async () => {
    const events = Array.from({ length: 3_000 }, (_, i) => ({
      id: `bulk-${i}`,
      source: 'bulk',
      type: 'video_view',
      data: { content_id: `v${i % 50}`, note: 'x'.repeat(900) },
    }));
    expect((await post('/v1/events', events)).body).toMatchObject({ accepted: 3_000, rejected: [] });
    const rows = await rowsOf('bulk');
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3_000);
    expect(rows).toHaveLength(3_000);
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(defaultPartitions);
  });
});

describe('answers', () => {
  test('carry the rate limits and may be read by any page', async () => {
    const { headers } = await post('/v1/events', []);
    expect(headers.get('ratelimit')).toMatch(/^"events";r=\d+;t=\d+, "requests";r=\d+;t=\d+$/);
    expect(headers.get('ratelimit-policy')).toBe('"events";q=10000000;w=10, "requests";q=10000000;w=10');
    expect(headers.get('access-control-allow-origin')).toBe('*');
  });

  test('a tenant above its rate waits, and others do not', async () => {
    const event = { source: 'slow', type: 'tip' };
    const statuses = new Set<number>();
    for (let i = 0; i < 40; i++) statuses.add((await post('/v1/events', event, { key: keys.slow })).status);
    expect(statuses).toEqual(new Set([202, 429]));
    const limited = await post('/v1/events', event, { key: keys.slow });
    expect(limited.body).toMatchObject({ code: 'INGEST_RATE_LIMITED', retry: 'backoff' });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post('/v1/events', event)).status).toBe(202);
  });

  test('a preflight of a browser is allowed what it asks for', async () => {
    const response = await fetch(`${rig.url}/v1/batch`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  test('other paths are left to others', async () => {
    expect((await fetch(`${rig.url}/v1/eventss`)).status).toBe(404);
  });

  test.each(['/flags/?v=2', '/decide'])('%s says there are no flags', async (path) => {
    expect(await post(path, {}, { key: '' })).toMatchObject({ status: 200, body: { flags: {} } });
  });

  test('a problem names the trace of the caller', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const { body, headers } = await post('/v1/events', '{', {
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
    });
    expect(body).toMatchObject({ traceId: trace, status: 400, code: 'INGEST_JSON_INVALID' });
    expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

test('a refused item of a compatible route changes nothing for its client and is kept', async () => {
  const batch = [
    {
      type: 'track',
      event: 'Order Completed',
      messageId: 'ok',
      userId: 'u',
      properties: { revenue: 5, currency: 'usd' },
    },
    {
      type: 'track',
      event: 'Order Completed',
      messageId: 'bad',
      userId: 'u',
      properties: { revenue: 'a lot' },
    },
    { type: 'track', messageId: 'nameless', userId: 'u' },
  ];
  const reply = await post('/v1/batch', { batch, writeKey: keys.main }, { key: '' });
  expect([reply.status, reply.body]).toEqual([200, { success: true }]);
  expect(await rowsOf('segment')).toMatchObject([
    { id: 'ok', type: 'product_sale', amount_minor: '500', currency: 'USD', user: 'u' },
  ]);
  const letters = (await rig.deadLetters()).filter(({ dialect }) => dialect === 'segment');
  expect(letters.map(({ code, index }) => [code, index])).toEqual([
    ['INGEST_DATA_INVALID', 1],
    ['INGEST_EVENT_INVALID', 2],
  ]);
});

test('a type a tenant registers is checked from then on, for it alone, until it is deleted', async () => {
  const kv = await openKv(rig.bus, buckets.eventTypes, { schema: EventTypeRecord });
  const record: EventTypeRecord = {
    tenant: 'main',
    type: 'lesson.done',
    version: 1,
    createdAtMs: 0,
    updatedAtMs: 0,
    title: 'Lesson done',
    description: '',
    schema: { type: 'object', properties: { score: { type: 'number' } }, required: ['score'] },
    metrics: ['score'],
  };
  const send = async (data: object, key: string = keys.main) =>
    (await post('/v1/events', { source: 'lessons', type: 'lesson.done', data }, { key })).body;
  expect(await send({})).toMatchObject({ accepted: 1 });
  await kv.put(eventTypeKey('main', 'lesson.done'), record);
  await eventually('the new type is known', async () => (await send({})).rejected.length === 1);
  expect(await send({})).toMatchObject({
    rejected: [{ code: 'INGEST_DATA_INVALID', message: expect.stringContaining('data.score is missing') }],
  });
  expect(await send({ score: 4 })).toMatchObject({ accepted: 1 });
  expect(await send({}, keys.other)).toMatchObject({ accepted: 1 });
  await kv.delete(eventTypeKey('main', 'lesson.done'));
  await eventually('the type is forgotten', async () => (await send({})).accepted === 1);
});
