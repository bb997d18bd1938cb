import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes } from '../platform/errors/codes.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import { systemClock } from '../platform/time/clock.ts';
import { startWorkbenches } from '../models/workbench/responders.ts';
import { startAnalytics } from '../streams/analytics/responder.ts';
import { startAudience } from '../streams/audience/main.ts';
import { startTestEngine } from '../decision/testing/engine.ts';
import { startTestAlerts } from '../decision/alerts/testing/start.ts';
import { startRig, type Answer, type Parsed, type Rig } from './testing/rig.ts';

let rig: Rig;
let analytics: ReturnType<typeof startAnalytics>;
let workbenches: { stop(): Promise<void> };
let audience: { stop(): void };
let decisions: { stop(): Promise<void> };
let key: string;
let routes: { method: string; path: string; operation: Parsed }[];
let alerts: { stop(): Promise<void> };
let isStoreAway = false;

beforeAll(async () => {
  rig = await startRig({
    wrapStore: (store) => ({
      ...store,
      query: async (sql, params, row) => {
        if (isStoreAway) throw new WeirError('STORE_UNAVAILABLE', 'connect ECONNREFUSED 10.1.2.3:8123');
        return await store.query(sql, params, row);
      },
    }),
  });
  const { bus, metrics, store } = rig;
  decisions = await startTestEngine(rig);
  workbenches = await startWorkbenches({ bus: rig.bus, clock: systemClock, metrics: rig.metrics });
  analytics = startAnalytics({
    bus,
    store,
    metrics,
    clock: systemClock,
    completeMs: () => systemClock.nowMs(),
  });
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
  alerts = await startTestAlerts(rig);
  key = rig.adminKey;
  const { body } = await rig.call('GET', '/openapi.json');
  routes = Object.entries<Record<string, Parsed>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([verb, operation]) => ({ method: verb.toUpperCase(), path, operation })),
  );
});

afterAll(async () => {
  analytics.stop();
  await workbenches.stop();
  audience.stop();
  await alerts.stop();
  await decisions.stop();
  await rig.stop();
});

/** Every refusal is a problem document whose code and status the API describes. */
function assertDocumented(answer: Answer, shown: string): void {
  expect(answer.status, shown).toBeLessThan(500);
  if (answer.status < 400) return;
  expect(answer.headers.get('content-type'), shown).toContain('application/problem+json');
  expect(answer.body, shown).toMatchObject({
    type: `urn:weir:error:${answer.body.code}`,
    status: answer.status,
    title: expect.any(String),
    detail: expect.any(String),
    mend: expect.any(String),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(Object.keys(errorCodes), shown).toContain(answer.body.code);
}

const junkIds = [
  'x',
  '0',
  '-1',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  '%00',
  '%0A',
  '%F0%9F%92%A9',
  'a'.repeat(200),
  '..%2F..%2Fetc%2Fpasswd',
  "'; DROP TABLE kpi; --",
  '{tenant:String}',
  '*',
  '>',
  'main.views',
  '%C0%A0',
  'a%2Fb',
];

const junkBodies: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  'text',
  [],
  [[]],
  {},
  { a: 1 },
  { __proto__: { admin: true }, constructor: 1 },
  { key: null },
  { key: {} },
  { name: 'x'.repeat(10_000) },
  { scopes: ['root'] },
  { scopes: 'admin' },
  { email: 'a@b', password: {} },
  { entries: [] },
  { entries: [{}] },
  { entries: {} },
  { seqs: [-1] },
  { seqs: ['1'] },
  { rates: { usd: 1 } },
  { rates: { USD: -1 } },
  { rates: { EUR: 'NaN' } },
  { currency: 'usd' },
  { timeZone: 5 },
  { role: 'god' },
  { overlapHours: -1 },
  { overlapHours: 1e9 },
  { expiresAtMs: 1 },
  { key: 'k', measures: [{ key: 'm', agg: 'sum' }] },
  { key: 'k', formula: '1', measures: 'all' },
  { type: 'T', schema: {} },
  {
    type: 'good_type',
    title: 't',
    description: '',
    metrics: [],
    schema: { type: 'object', properties: { __proto__: 1 } },
  },
];

const rawBodies: readonly [string, string | Buffer, Readonly<Record<string, string>>, number][] = [
  ['nothing', '', {}, 400],
  ['half', '{"a":', {}, 400],
  ['NaN', '{"a":NaN}', {}, 400],
  ['single quotes', "{'a':1}", {}, 400],
  ['trailing', '{} {}', {}, 400],
  ['bad UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), {}, 400],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), {}, 400],
  ['duplicate keys', '{"a":1,"a":2}', {}, 400],
  ['own __proto__', '{"__proto__":{"admin":true}}', {}, 400],
  ['a huge number', `{"a":${'9'.repeat(5_000)}}`, {}, 400],
  ['deep arrays', '['.repeat(100_000) + ']'.repeat(100_000), {}, 400],
  ['deep objects', '{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000), {}, 400],
  ['wide', `[${'0,'.repeat(100_000)}0]`, {}, 400],
  ['too long', `{"a":"${'x'.repeat(300_000)}"}`, {}, 413],
  ['form data', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['text', '{}', { 'content-type': 'text/plain' }, 415],
  ['no type', '{}', { 'content-type': '' }, 415],
  ['another JSON', '{}', { 'content-type': 'application/json-patch+json' }, 415],
  ['an unknown charset', '{}', { 'content-type': 'application/json; charset=klingon' }, 415],
  ['an unknown encoding', '{}', { 'content-encoding': 'snappy' }, 415],
  ['no gzip', 'not gzip', { 'content-encoding': 'gzip' }, 400],
  ['half a gzip', gzipSync('{"a":1}').subarray(0, 10), { 'content-encoding': 'gzip' }, 400],
  ['a gzip bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }, 413],
  ['a deflate bomb', deflateSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'deflate' }, 413],
  ['a brotli bomb', brotliCompressSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'br' }, 413],
];

const junkQueries = [
  'window=2h',
  'window=',
  'window=1d&window=1h',
  'from=yesterday',
  'from=-1e99',
  'from=NaN',
  'to=2026-13-45',
  'from=2026-01-02&to=2026-01-01',
  'from=99999999999999999999',
  'by=planet',
  'by=channel,,,',
  'by=__proto__',
  'limit=0',
  'limit=-1',
  'limit=1.5',
  'limit=1e9',
  'limit=ten',
  'code=lower',
  'code=A%00B',
  'beforeSeq=-1',
  'beforeSeq=9007199254740993',
  'type=No',
  'id=%00',
  "id=' OR 1=1 --",
  'id=%F0%9F%92%A9',
  'id={tenant:String}',
  'channel=%00',
  'channel=%5Cn%5Ct',
  "channel='",
  'channel=%FF',
  `channel=${'x'.repeat(300)}`,
  'kpi=nothing',
  'kpi=unique_viewers',
  'kpi=VIEWS',
  'tenant=other',
  '__proto__=1',
  'constructor[prototype]=1',
  'a[b]=1',
  '%E0%A4%A=1',
  '&&&',
  '=',
  'a=1&'.repeat(2_000),
];

describe('every route', () => {
  test('answers junk in its path with a documented error', async () => {
    for (const { method, path } of routes.filter((route) => route.path.includes('{'))) {
      for (const id of junkIds) {
        const filled = path.replaceAll(/\{\w+\}/g, id);
        const answer = await rig.call(method, filled, {
          key,
          body: method === 'GET' || method === 'DELETE' ? undefined : {},
        });
        assertDocumented(answer, `${method} ${filled} → ${answer.text}`);
        expect(answer.status, filled).toBeGreaterThanOrEqual(400);
      }
    }
  });

  test('answers junk in its body with a documented error', async () => {
    for (const { method, operation, path } of routes) {
      if (operation.requestBody === undefined || path.endsWith('/replay')) continue;
      for (const body of junkBodies) {
        const filled = path.replaceAll(/\{\w+\}/g, 'views');
        const answer = await rig.call(method, filled, { key, body: JSON.stringify(body) });
        assertDocumented(answer, `${method} ${filled} ${JSON.stringify(body).slice(0, 80)} → ${answer.text}`);
      }
    }
  });

  test('answers junk in its query with a documented error', async () => {
    for (const { path } of routes.filter((route) => route.method === 'GET')) {
      for (const query of junkQueries) {
        const filled = `${path.replaceAll(/\{\w+\}/g, 'views')}?${query}`;
        const answer = await rig.call('GET', filled, { key });
        assertDocumented(answer, `GET ${filled} → ${answer.text}`);
      }
    }
  });

  test('knows its methods', async () => {
    for (const path of new Set(routes.map((route) => route.path))) {
      const known = routes.filter((route) => route.path === path).map((route) => route.method);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
        (verb) => !known.includes(verb),
      )) {
        const answer = await rig.call(method, path.replaceAll(/\{\w+\}/g, 'views'), { key });
        expect([method, path, answer.status, answer.body?.code]).toEqual([
          method,
          path,
          405,
          'GATEWAY_METHOD_NOT_ALLOWED',
        ]);
        expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(known.toSorted());
      }
    }
  });

  test.each(rawBodies)('refuses %s as a body', async (_name, body, headers, status) => {
    const response = await fetch(`${rig.origin}/api/v1/kpis`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
    assertDocumented(answer, text);
    expect(answer.status).toBe(status);
  });

  test('takes any text at all as filter and id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const value = encodeURIComponent(text.toWellFormed());
        for (const path of [
          `/api/v1/events?id=${value}`,
          `/api/v1/kpis/views/series?window=1d&by=country&channel=${value}`,
        ]) {
          const answer = await rig.call('GET', path, { key });
          assertDocumented(answer, `${path} → ${answer.text}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('credentials', () => {
  test.each([
    'Bearer',
    'Bearer ',
    'Basic abc',
    'Bearer a b',
    'Bearer weir_live_admin_',
    `Bearer ${'x'.repeat(8_000)}`,
    'bearer',
    'Digest x="y"',
    'Bearer \u00fc',
  ])('%.40s are refused', async (authorization) => {
    const answer = await rig.call('GET', '/api/v1/kpis', { headers: { authorization } });
    assertDocumented(answer, answer.text);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });
});

describe('what is no route', () => {
  test.each([
    '/api',
    '/api/',
    '/api/v1',
    '/api/v2/kpis',

    '/API/v1/kpis',
    '/.env',
    '/wp-login.php',
    '/assets/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/kpis.php',
    '/socket.io',
    '/%',
    '//evil.example/x',
    '/\\..\\x',
  ])('%s is not found', async (path) => {
    const answer = await raw(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain('root:');
  });

  test('a request cut off halfway leaves the gateway as it was', async () => {
    for (const head of [
      'POST /api/v1/kpis HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n',
      `Authorization: Bearer ${key}\r\n\r\n{"a":`,
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(rig.origin).port), '127.0.0.1', () => {
          socket.write(head, () => socket.destroy());
        });
        socket.on('close', () => resolve());
      });
    }
    expect((await rig.call('GET', '/livez')).status).toBe(200);
  });

  /** With the path exactly as given. */
  async function raw(path: string): Promise<{ status: number; text: string }> {
    return await new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          host: '127.0.0.1',
          port: new URL(rig.origin).port,
          path,
          headers: { authorization: `Bearer ${key}` },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }
});

describe('reports of browsers', () => {
  const report = async (body: string, type: string): Promise<number> =>
    (
      await fetch(`${rig.origin}/csp-report`, {
        method: 'POST',
        headers: { 'content-type': type, origin: 'null' },
        body,
      })
    ).status;

  test('are counted each time and logged once a kind, without queries', async () => {
    const one = {
      'csp-report': {
        'effective-directive': 'script-src-elem',
        'blocked-uri': 'https://evil.example/x.js?token=abc',
        'document-uri': `${rig.origin}/kpis?a=1`,
      },
    };
    for (let i = 0; i < 3; i += 1)
      expect(await report(JSON.stringify(one), 'application/csp-report')).toBe(204);
    const list = [
      {
        type: 'csp-violation',
        body: { effectiveDirective: 'style-src', blockedURL: 'inline', documentURL: rig.origin },
      },
    ];
    expect(await report(JSON.stringify(list), 'application/reports+json')).toBe(204);
    const lines = rig.logged.filter((line) => line.includes('content security policy'));
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('token=abc');
    expect(await rig.metrics.text()).toContain('weir_gateway_csp_reports_total 4');
  });

  test.each([
    '',
    'x',
    '[]',
    '5',
    'null',
    '{"csp-report":5}',
    '[[[]]]',
    `[${'{},'.repeat(1_000)}{}]`,
    `"${'x'.repeat(100_000)}"`,
  ])('%.20s does no harm', async (body) => {
    expect(await report(body, 'application/csp-report')).toBeLessThan(500);
  });
});

test('a fault behind says nothing of addresses and statements, but when to come back', async () => {
  isStoreAway = true;
  const answers = await Promise.all(
    [
      '/api/v1/events/stats?from=5',
      '/api/v1/kpis/views/series?window=1mo&from=5',
      '/api/v1/top?from=5',
      '/api/v1/events?id=5',
      '/api/v1/deadletter?limit=5',
    ].map(async (path) => await rig.call('GET', path, { key })),
  );
  isStoreAway = false;
  for (const { body, headers, status, text } of answers) {
    expect([status, body.code]).toEqual([503, 'STORE_UNAVAILABLE']);
    expect(headers.get('retry-after')).toBe('2');
    expect(text).not.toMatch(/10\.1\.2\.3|ECONNREFUSED|SELECT/);
  }
});

test('after all this nothing was logged as a fault of ours, and the gateway is ready', async () => {
  const faults = rig.logged.filter((line) => line.includes('"level":"error"'));
  expect(faults).toEqual([]);
  expect((await rig.call('GET', '/readyz')).body).toEqual({ status: 'ready' });
});
