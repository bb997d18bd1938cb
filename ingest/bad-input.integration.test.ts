import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import { createRig, keys, type Rig } from './testing/rig.ts';

// Malformed requests over real HTTP. Each gets its documented answer, and after each the next good request is served.

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly method?: string;
  /** undefined takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
  readonly status: number;
  /** Code of the problem, or of the first refused item where the status is 202. */
  readonly code?: string;
}

const bodyTimeoutMs = 2_000;
const MiB = 1024 * 1024;
const good = { id: 'good', source: 'good', type: 'tip', data: { amount: 1 } };
const json = JSON.stringify;

let rig: Rig;
let goodRequests = 0;
let startRss = 0;
beforeAll(async () => {
  rig = await createRig({ bodyTimeoutMs, maxInFlightBodyBytes: 32 * MiB });
  startRss = process.memoryUsage().rss;
});
afterAll(async () => {
  await rig.close();
});

async function send({
  path = '/v1/events',
  method = 'POST',
  headers = {},
  body,
}: Omit<Case, 'name' | 'status'>) {
  const all = { 'content-type': 'application/json', authorization: `Bearer ${keys.main}`, ...headers };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  const response = await fetch(rig.url + path, { method, headers: given, ...(hasBody ? { body } : {}) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

function run(cases: readonly Case[]): void {
  test.each(cases)('$name: $status $code', async ({ status, code, ...request }) => {
    const reply = await send(request);
    expect(reply.status).toBe(status);
    if (status === 202) {
      const refused = reply.body.rejected[0];
      expect(refused?.code).toBe(code);
      if (code !== undefined) expect(refused.message.length).toBeGreaterThan(10);
    } else if (code !== undefined) {
      expect(reply.body).toMatchObject({
        code,
        status,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        mend: expect.any(String),
      });
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
    }
    const next = { ...good, id: `good-${(goodRequests += 1)}` };
    expect(await send({ body: json(next) })).toMatchObject({ status: 202, body: { accepted: 1 } });
  });
}

const all: Case[] = [];
const table = (cases: readonly Case[]): readonly Case[] => {
  all.push(...cases);
  return cases;
};
const item = (name: string, event: unknown, code?: string): Case => ({
  name,
  body: typeof event === 'string' ? event : json(event),
  status: 202,
  ...(code === undefined ? {} : { code }),
});

test('a flood of bombs at once stays within bounded memory', async () => {
  // First of all tests, while the process is still small; what is measured is the server, not the making of the bombs.
  const quickBrotli = (plain: Buffer) =>
    brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
  const bombs = [gzipSync, zstdCompressSync, quickBrotli].map((compress) =>
    compress(Buffer.alloc(64 * MiB, 0x20)),
  );
  const encodings = ['gzip', 'zstd', 'br'];
  const beforeRss = process.memoryUsage().rss;
  let peakRss = beforeRss;
  const sampler = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage().rss);
  }, 5);
  const replies = await Promise.all(
    Array.from({ length: 90 }, async (_, i) => {
      const headers = { 'content-encoding': encodings[i % 3] };
      return await send({ headers, body: bombs[i % 3] ?? '' });
    }),
  );
  clearInterval(sampler);
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([413]));
  // Four at a time, 8 MiB of output and a window each; without a bound it would be 90 times 64 MiB.
  expect(peakRss - beforeRss).toBeLessThan(300 * MiB);
});

describe('text that is no JSON', () => {
  const texts = [
    '',
    ' ',
    '\n\n',
    '{',
    '[',
    '}',
    '{"a"',
    '{"a":',
    '{"a":1,}',
    '[1,]',
    '[,]',
    '{,}',
    '"open',
    'nul',
    'True',
    'undefined',
    'NaN',
    '[NaN]',
    '{"data":NaN}',
    'Infinity',
    '-Infinity',
    "{'type':'tip'}",
    '{type:"tip"}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '0x10',
    '{"a":"\u0001"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{} {}',
    '{}]',
    '/* c */ {}',
    '<event/>',
    'type=tip&id=1',
    '--boundary\r\n',
    '\u0000',
    '{"a":1}\u0000',
    '\ufeff\ufeff{}',
    '{}\n{}',
    '[{}\n{}]',
    '﹛﹜',
    '#',
    '-',
  ];
  run(table(texts.map((body) => ({ name: json(body), body, status: 400, code: 'INGEST_JSON_INVALID' }))));
});

describe('a body cut short', () => {
  const whole = json([{ ...good, id: 'cut', data: { amount: '1.50', note: 'ünï "x"' } }]);
  const cuts = Array.from({ length: 12 }, (_, i) => Math.floor(((i + 1) * (whole.length - 1)) / 13));
  run(
    table(
      cuts.map((at) => ({
        name: `after ${at} characters`,
        body: whole.slice(0, at),
        status: 400,
        code: 'INGEST_JSON_INVALID',
      })),
    ),
  );
});

describe('bytes that are no UTF-8', () => {
  const around = (bytes: number[]) =>
    Buffer.concat([Buffer.from('{"type":"tip","id":"'), Buffer.from(bytes), Buffer.from('"}')]);
  const sequences: [string, number[]][] = [
    ['a continuation alone', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong NUL', [0xe0, 0x80, 0x80]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a byte that never occurs', [0xff]],
    ['a sequence without its end', [0xe2, 0x82]],
    ['Latin-1', [0xe9]],
  ];
  run(
    table([
      ...sequences.map(([name, bytes]) => ({
        name,
        body: around(bytes),
        status: 400,
        code: 'INGEST_UTF8_INVALID',
      })),
      {
        name: 'gzip without saying so',
        body: gzipSync(json(good)),
        status: 400,
        code: 'INGEST_UTF8_INVALID',
      },
      {
        name: 'UTF-16 without saying so',
        body: Buffer.from('\ufeff{}', 'utf16le'),
        status: 400,
        code: 'INGEST_UTF8_INVALID',
      },
      {
        name: 'in a line of NDJSON',
        headers: { 'content-type': 'application/x-ndjson' },
        body: around([0xff]),
        status: 400,
        code: 'INGEST_UTF8_INVALID',
      },
    ]),
  );
});

describe('JSON of the wrong shape', () => {
  run(
    table([
      ...['7', '"x"', 'null', 'true', '1e400'].map((body) => ({
        name: body,
        body,
        status: 400,
        code: 'INGEST_ENVELOPE_INVALID',
      })),
      ...['[null]', '[7]', '["x"]', '[[]]', '[[{}]]', '[true]'].map((body) =>
        item(body, body, 'INGEST_EVENT_INVALID'),
      ),
      item('{}', {}, 'INGEST_TYPE_INVALID'),
      item('no events', []),
    ]),
  );
});

describe('attributes of the wrong type', () => {
  const wrong: [string, unknown][] = [
    ['a number', 7],
    ['true', true],
    ['an array', ['x']],
    ['an object', { a: 1 }],
    ['empty text', ''],
  ];
  const codes = {
    id: 'INGEST_ID_INVALID',
    source: 'INGEST_EVENT_INVALID',
    type: 'INGEST_TYPE_INVALID',
    time: 'INGEST_TIME_INVALID',
  };
  run(
    table([
      ...Object.entries(codes).flatMap(([name, code]) =>
        wrong.map(([what, value]) => item(`${what} as ${name}`, { ...good, [name]: value }, code)),
      ),
      ...wrong
        .filter(([what]) => what !== 'an object')
        .map(([what, value]) => item(`${what} as data`, { ...good, data: value }, 'INGEST_DATA_INVALID')),
      item('a long id', { ...good, id: 'x'.repeat(257) }, 'INGEST_ID_INVALID'),
      item('a control character in the id', { ...good, id: 'a\u0000b' }, 'INGEST_ID_INVALID'),
      item('half a surrogate pair in the id', '{"type":"tip","id":"\\ud800"}', 'INGEST_ID_INVALID'),
      item('a long source', { ...good, source: 'x'.repeat(257) }, 'INGEST_EVENT_INVALID'),
      item('a null source', { ...good, source: null }, 'INGEST_EVENT_INVALID'),
      item('a type in upper case', { ...good, type: 'Tip' }, 'INGEST_TYPE_INVALID'),
      item('a type with a blank', { ...good, type: 'my event' }, 'INGEST_TYPE_INVALID'),
      item('an endless type', { ...good, type: 'a'.repeat(5_000) }, 'INGEST_TYPE_INVALID'),
      ...[
        'soon',
        '2026-02-30T00:00:00Z',
        '2026-01-31',
        '2026-01-31T25:00:00Z',
        '31.01.2026',
        '1970-01-01T00:00:00Z',
      ].map((time) => item(`time ${time}`, { ...good, time }, 'INGEST_TIME_INVALID')),
      item('time beyond numbers', '{"type":"tip","time":1e400}', 'INGEST_TIME_INVALID'),
      item('time in seconds', { ...good, time: 1_769_860_800 }, 'INGEST_TIME_INVALID'),
    ]),
  );
});

describe('data that breaks the schema of its type', () => {
  const withMetrics = eventCatalogue.filter(({ metrics }) => metrics.length > 0);
  const withMoney = eventCatalogue.filter(({ money }) => money !== undefined);
  run(
    table([
      ...withMetrics.map(({ type, metrics: [name = ''] }) =>
        item(`text as ${name} of ${type}`, { type, data: { [name]: 'many' } }, 'INGEST_DATA_INVALID'),
      ),
      ...withMetrics
        .slice(0, 6)
        .map(({ type, metrics: [name = ''] }) =>
          item(
            `1e400 as ${name} of ${type}`,
            `{"type":"${type}","data":{"${name}":1e400}}`,
            'INGEST_DATA_INVALID',
          ),
        ),
      ...withMoney
        .slice(0, 6)
        .map(({ type }) =>
          item(`words as amount of ${type}`, { type, data: { amount: 'plenty' } }, 'INGEST_DATA_INVALID'),
        ),
      item('a numeric content_id', { type: 'video_view', data: { content_id: 1 } }, 'INGEST_DATA_INVALID'),
      item('a null viewer_id', { type: 'video_view', data: { viewer_id: null } }, 'INGEST_DATA_INVALID'),
      item(
        'a newline in channel_id',
        { type: 'video_view', data: { channel_id: 'a\nb' } },
        'INGEST_DATA_INVALID',
      ),
      item(
        'a country in words',
        { type: 'video_view', data: { country: 'Germany' } },
        'INGEST_COUNTRY_UNKNOWN',
      ),
      item(
        'a country there is not',
        { type: 'video_view', data: { country: 'ZZ' } },
        'INGEST_COUNTRY_UNKNOWN',
      ),
      item(
        'a currency there is not',
        { type: 'tip', data: { amount: 1, currency: 'ABC' } },
        'INGEST_CURRENCY_UNKNOWN',
      ),
      item('a numeric currency', { type: 'tip', data: { amount: 1, currency: 978 } }, 'INGEST_DATA_INVALID'),
      item('1e308 of money', { type: 'tip', data: { amount: 1e308 } }, 'INGEST_MONEY_INVALID'),
      item('1e20 cents', { type: 'tip', data: { amount_minor: 1e20 } }, 'INGEST_DATA_INVALID'),
      item('half a cent', { type: 'tip', data: { amount_minor: 0.5 } }, 'INGEST_DATA_INVALID'),
      item('two amounts', { type: 'tip', data: { amount: 1, amount_minor: 1 } }, 'INGEST_MONEY_INVALID'),
    ]),
  );
});

describe('depth and size', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const within = (data: string) => `{"type":"own","data":${data}}`;
  run(
    table([
      item('21 levels of data', within(nested(21)), 'INGEST_EVENT_TOO_LARGE'),
      item('5,000 levels of data', within(nested(5_000)), 'INGEST_EVENT_TOO_LARGE'),
      item(
        '20,000 levels of arrays',
        within(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
        'INGEST_EVENT_TOO_LARGE',
      ),
      item('30,000 levels beside the data', `{"type":"own","x":${nested(30_000)}}`),
      { name: '100,000 levels', body: within(nested(100_000)), status: 400, code: 'INGEST_JSON_INVALID' },
      { name: 'a million brackets', body: '['.repeat(1_000_000), status: 400, code: 'INGEST_JSON_INVALID' },
      {
        name: 'eight million brackets',
        body: '['.repeat(8_000_000),
        status: 400,
        code: 'INGEST_JSON_INVALID',
      },
      {
        name: 'a hundred thousand brackets',
        body: '['.repeat(100_000),
        status: 400,
        code: 'INGEST_JSON_INVALID',
      },
      {
        name: 'brackets with blanks',
        body: ' [ \n'.repeat(400_000),
        status: 400,
        code: 'INGEST_JSON_INVALID',
      },
      item(
        '33 KiB of text',
        { type: 'own', data: { note: 'x'.repeat(33 * 1024) } },
        'INGEST_EVENT_TOO_LARGE',
      ),
      item('7 MiB of text', { type: 'own', data: { note: 'x'.repeat(7 * MiB) } }, 'INGEST_EVENT_TOO_LARGE'),
      item(
        '3,000 fields',
        { type: 'own', data: Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`f${i}`, i])) },
        'INGEST_EVENT_TOO_LARGE',
      ),
      item(
        'a key of 300 characters',
        { type: 'own', data: { ['k'.repeat(300)]: 1 } },
        'INGEST_EVENT_TOO_LARGE',
      ),
      {
        name: '100,000 events',
        body: `[${'{},'.repeat(99_999)}{}]`,
        status: 413,
        code: 'INGEST_TOO_MANY_ITEMS',
      },
      {
        name: '100,000 numbers',
        body: `[${'1,'.repeat(99_999)}1]`,
        status: 413,
        code: 'INGEST_TOO_MANY_ITEMS',
      },
      {
        name: '100,000 lines',
        headers: { 'content-type': 'application/x-ndjson' },
        body: '{}\n'.repeat(100_000),
        status: 413,
        code: 'INGEST_TOO_MANY_ITEMS',
      },
      {
        name: '100,000 calls',
        path: '/v1/batch',
        body: `{"batch":[${'{},'.repeat(99_999)}{}]}`,
        status: 413,
        code: 'INGEST_TOO_MANY_ITEMS',
      },
      { name: '9 MiB', body: `"${'x'.repeat(9 * MiB)}"`, status: 413, code: 'INGEST_BODY_TOO_LARGE' },
      { name: '40 MiB', body: Buffer.alloc(40 * MiB, 0x20), status: 413, code: 'INGEST_BODY_TOO_LARGE' },
    ]),
  );
});

describe('keys of JSON objects', () => {
  run(
    table([
      item('the last of two equal keys counts', '{"type":"NO GOOD","type":"tip"}'),
      item('even when it is the wrong one', '{"type":"tip","type":7}', 'INGEST_TYPE_INVALID'),
      item('__proto__ in the event', '{"__proto__":{"type":"tip"},"data":{}}', 'INGEST_TYPE_INVALID'),
      item('__proto__ in data', '{"type":"tip","data":{"__proto__":{"amount":"x"}}}'),
      item(
        'constructor.prototype in data',
        '{"type":"tip","data":{"constructor":{"prototype":{"polluted":1}}}}',
      ),
      item('toString in data', '{"type":"tip","data":{"toString":1,"hasOwnProperty":2,"valueOf":3}}'),
      item('toJSON in data', '{"type":"tip","data":{"toJSON":"x"}}'),
      item('__proto__ as type', { type: '__proto__' }, 'INGEST_TYPE_INVALID'),
      item('constructor as type', { type: 'constructor' }),
      item('length and index keys', { type: 'own', data: { length: -1, 0: 'x' } }),
    ]),
  );
  test('change no prototype', () => {
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get({}, 'amount')).toBeUndefined();
  });
});

describe('compressed bodies', () => {
  const compressors = {
    gzip: gzipSync,
    br: brotliCompressSync,
    zstd: zstdCompressSync,
    deflate: deflateSync,
  };
  const body = Buffer.from(json(Array.from({ length: 50 }, (_, i) => ({ ...good, id: `z${i}` }))));
  const kinds = Object.entries(compressors);
  run(
    table([
      ...kinds.flatMap(([encoding, compress]): Case[] => {
        const headers = { 'content-encoding': encoding };
        const whole = compress(body);
        const bad = { headers, status: 400, code: 'INGEST_ENCODING_INVALID' };
        return [
          {
            name: `${encoding} bomb of 100 MiB`,
            headers,
            body: compress(Buffer.alloc(100 * MiB, 0x20)),
            status: 413,
            code: 'INGEST_BODY_TOO_LARGE',
          },
          {
            name: `${encoding} bomb of brackets`,
            headers,
            body: compress(Buffer.alloc(8_000_000, 0x5b)),
            status: 400,
            code: 'INGEST_JSON_INVALID',
          },
          { name: `${encoding} cut in half`, ...bad, body: whole.subarray(0, whole.length >> 1) },
          { name: `${encoding} without its end`, ...bad, body: whole.subarray(0, whole.length - 1) },
          { name: `${encoding} that is plain JSON`, ...bad, body },
          { name: `${encoding} that is empty`, ...bad, body: '' },
          {
            name: `${encoding} of 3 MiB that does not shrink`,
            headers,
            body: Buffer.alloc(3 * MiB, 0x7b),
            status: 413,
            code: 'INGEST_BODY_TOO_LARGE',
          },
          {
            name: `${encoding} of text that is no JSON`,
            headers,
            body: compress('{'),
            status: 400,
            code: 'INGEST_JSON_INVALID',
          },
          {
            name: `${encoding} twice`,
            headers,
            body: compress(whole),
            status: 400,
            code: encoding === 'br' ? undefined : 'INGEST_UTF8_INVALID',
          },
        ].map(({ code, ...rest }) => (code === undefined ? rest : { ...rest, code }));
      }),
      ...kinds.flatMap(([encoding]) =>
        kinds
          .filter(([other]) => other !== encoding)
          .map(([other, compress]) => ({
            name: `${other} labelled ${encoding}`,
            headers: { 'content-encoding': encoding },
            body: compress(body),
            status: 400,
            code: 'INGEST_ENCODING_INVALID',
          })),
      ),
      ...['compress', 'lzma', 'gzip, gzip', 'gzip;q=1', 'utf-8', '*'].map((encoding) => ({
        name: `Content-Encoding ${encoding}`,
        headers: { 'content-encoding': encoding },
        body: gzipSync(body),
        status: 415,
        code: 'INGEST_ENCODING_UNSUPPORTED',
      })),
    ]),
  );
});

describe('keys and rights', () => {
  const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`;
  const refused = (name: string, authorization: string | undefined, status: number, code: string): Case[] =>
    ['/v1/events', '/v1/batch'].map((path) => ({
      name: `${name} on ${path}`,
      path,
      headers: { authorization },
      body: json(path === '/v1/events' ? good : { batch: [] }),
      status,
      code,
    }));
  run(
    table([
      ...refused('no key', undefined, 401, 'INGEST_KEY_MISSING'),
      ...refused('an empty key', 'Bearer ', 401, 'INGEST_KEY_MISSING'),
      ...refused('another scheme', 'Digest x', 401, 'INGEST_KEY_MISSING'),
      ...refused('a malformed key', 'Bearer nonsense', 401, 'INGEST_KEY_INVALID'),
      ...refused('an endless key', `Bearer key-${'x'.repeat(6_000)}`, 401, 'INGEST_KEY_INVALID'),
      ...refused('an unknown key', 'Bearer key-nobody', 401, 'INGEST_KEY_INVALID'),
      ...refused('a prototype as key', 'Bearer key-__proto__', 401, 'INGEST_KEY_INVALID'),
      ...refused('a revoked key', `Bearer ${keys.revoked}`, 401, 'INGEST_KEY_INVALID'),
      ...refused('an expired key', `Bearer ${keys.expired}`, 401, 'INGEST_KEY_INVALID'),
      ...refused('an expired key as user', basic(`${keys.expired}:`), 401, 'INGEST_KEY_INVALID'),
      ...refused('a key that may only read', `Bearer ${keys.reader}`, 403, 'INGEST_SCOPE_MISSING'),
      ...refused('a key of a tenant there is not', `Bearer ${keys.orphan}`, 503, 'INGEST_BUSY'),
      {
        name: 'a wrong writeKey',
        path: '/v1/track',
        headers: { authorization: undefined },
        body: '{"writeKey":"no"}',
        status: 401,
        code: 'INGEST_KEY_INVALID',
      },
      {
        name: 'a writeKey that is no text',
        path: '/v1/track',
        headers: { authorization: undefined },
        body: '{"writeKey":7}',
        status: 401,
        code: 'INGEST_KEY_MISSING',
      },
      {
        name: 'a wrong api_key',
        path: '/batch/',
        headers: { authorization: undefined },
        body: '{"api_key":"no","batch":[]}',
        status: 401,
        code: 'INGEST_KEY_INVALID',
      },
      {
        name: 'no api_key',
        path: '/capture/',
        headers: { authorization: undefined },
        body: '{"event":"x"}',
        status: 401,
        code: 'INGEST_KEY_MISSING',
      },
      {
        name: 'a key in the address',
        path: `/v1/events?api_key=${keys.main}`,
        headers: { authorization: undefined },
        body: json(good),
        status: 401,
        code: 'INGEST_KEY_MISSING',
      },
    ]),
  );

  test('the key of another tenant writes to that tenant, whatever the payload claims', async () => {
    const event = {
      ...good,
      id: 'claim',
      source: 'claim',
      tenant: 'main',
      data: { tenant: 'main', amount: 1 },
    };
    expect(
      (
        await send({
          headers: { authorization: `Bearer ${keys.other}`, 'x-tenant': 'main' },
          body: json(event),
        })
      ).status,
    ).toBe(202);
    const rows = (await rig.rows()).filter(({ source }) => source === 'claim');
    expect(rows.map(({ tenant }) => tenant)).toEqual(['other']);
  });
});

describe('methods and content types', () => {
  run(
    table([
      ...['GET', 'PUT', 'DELETE', 'PATCH'].map((method) => ({
        name: method,
        method,
        body: '{}',
        status: 405,
        code: 'INGEST_METHOD_NOT_ALLOWED',
      })),
      { name: 'HEAD', method: 'HEAD', status: 405 },
      ...[
        'application/cloudevents+avro',
        'application/cloudevents+xml',
        'application/cloudevents',
        'application/json; charset=utf-16',
        'text/plain; charset=iso-8859-1',
      ].map((type) => ({
        name: type,
        headers: { 'content-type': type },
        body: json(good),
        status: 415,
        code: 'INGEST_MEDIA_TYPE_UNSUPPORTED',
      })),
    ]),
  );
});

describe('CloudEvents', () => {
  const attributes = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': 's', 'ce-type': 'tip' };
  const binary = (
    name: string,
    over: Record<string, string | undefined>,
    body: string,
    status: number,
    code: string,
  ): Case => ({
    name,
    headers: { ...attributes, ...over },
    body,
    status,
    code,
  });
  const structured = (name: string, event: unknown, code: string): Case => ({
    ...item(name, event, code),
    headers: { 'content-type': 'application/cloudevents+json' },
  });
  const event = { specversion: '1.0', id: '1', source: 's', type: 'tip' };
  run(
    table([
      binary('binary without source', { 'ce-source': undefined }, '{}', 202, 'INGEST_EVENT_INVALID'),
      binary('binary of another version', { 'ce-specversion': '2.0' }, '{}', 202, 'INGEST_EVENT_INVALID'),
      binary('binary with a bad time', { 'ce-time': 'now' }, '{}', 202, 'INGEST_TIME_INVALID'),
      binary(
        'binary with text as data of a catalogue type',
        { 'content-type': 'text/plain' },
        'x',
        202,
        'INGEST_DATA_INVALID',
      ),
      binary('binary whose JSON is cut', {}, '{"a":', 400, 'INGEST_JSON_INVALID'),
      binary(
        'binary with overlong UTF-8 in a header',
        { 'ce-subject': '%C0%A0' },
        '{}',
        400,
        'INGEST_UTF8_INVALID',
      ),
      binary('binary with data as an attribute', { 'ce-data': '1' }, '{}', 400, 'INGEST_ENVELOPE_INVALID'),
      binary(
        'binary with datacontenttype as an attribute',
        { 'ce-datacontenttype': 'a/b' },
        '{}',
        400,
        'INGEST_ENVELOPE_INVALID',
      ),
      structured('structured without specversion', { type: 'tip' }, 'INGEST_EVENT_INVALID'),
      structured('structured without id', { ...event, id: undefined }, 'INGEST_EVENT_INVALID'),
      structured('structured with bad base64', { ...event, data_base64: '?' }, 'INGEST_DATA_INVALID'),
      structured(
        'structured with two kinds of data',
        { ...event, data: {}, data_base64: 'e30=' },
        'INGEST_EVENT_INVALID',
      ),
    ]),
  );
});

describe('envelopes of the compatible routes', () => {
  const bad = (path: string, body: string, code = 'INGEST_ENVELOPE_INVALID'): Case => ({
    name: `${path} with ${body.slice(0, 30)}`,
    path,
    body,
    status: 400,
    code,
  });
  run(
    table([
      ...['null', '7', '[]', '{}', '{"batch":{}}', '{"batch":"x"}'].flatMap((body) => [
        bad('/v1/batch', body),
        bad('/batch/', body),
      ]),
      ...['identify', 'track', 'page', 'screen', 'group', 'alias', 'import'].map((route) =>
        bad(`/v1/${route}/`, '[7]'),
      ),
      ...['/v1/batch', '/v1/track', '/batch/', '/capture/'].map((path) =>
        bad(path, '{"batch":[', 'INGEST_JSON_INVALID'),
      ),
    ]),
  );

  test.each(['/v1/batch', '/batch/'])('%s answers 200 when only items are bad', async (path) => {
    const batch = [
      null,
      7,
      'x',
      [],
      {},
      { type: 'track' },
      { event: 'x' },
      { type: 'track', event: 7, userId: {} },
    ];
    expect((await send({ path, body: json({ batch }) })).status).toBe(200);
  });
});

describe('senders that do not finish', () => {
  const head = (length: number, key: string = keys.main) =>
    `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: ${length}\r\n\r\n`;
  const talk = async (start: string, isEnded: boolean): Promise<string> =>
    await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(rig.url);
      const socket = connect(Number(port), hostname, () =>
        isEnded ? socket.end(start) : socket.write(start),
      );
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
        if (answer.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  test('a body that stays away is given up', async () => {
    expect(await talk(`${head(100)}{"type"`, false)).toMatch(/^HTTP\/1\.1 408 [\s\S]*retry-after/i);
  });

  test('a connection closed within the body is forgotten', async () => {
    await talk(`${head(100)}{"type"`, true);
    expect(await send({ body: json(good) })).toMatchObject({ status: 202 });
    await expect.poll(async () => await rig.metrics.text()).toMatch(/^weir_ingest_in_flight_body_bytes 0$/m);
  });

  test('a length that lies is refused before the body comes', async () => {
    expect(await talk(head(10 ** 12), false)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('a wrong key is refused before the body comes', async () => {
    expect(await talk(head(1_000, 'key-nobody'), false)).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('bodies beyond the memory for them are refused, and taken again when it is free', async () => {
    const { hostname, port } = new URL(rig.url);
    const length = 7 * MiB;
    const sockets = Array.from({ length: 6 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(head(length));
      socket.write(Buffer.alloc(length - 1, 0x20));
      return socket;
    });
    await expect
      .poll(async () => (await send({ body: json({ ...good, data: { note: 'x'.repeat(6 * MiB) } }) })).status)
      .toBe(503);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => await rig.metrics.text()).toMatch(/^weir_ingest_in_flight_body_bytes 0$/m);
    expect(await send({ body: json(good) })).toMatchObject({ status: 202 });
  });
});

test('at least 200 malformed requests were tried, and the memory of the process stayed bounded', () => {
  expect(all.length).toBeGreaterThanOrEqual(200);
  expect(process.memoryUsage().rss - startRss).toBeLessThan(700 * MiB);
});
