import { expect, test } from 'vitest';
import { isBinaryCloudEvent, readBinaryCloudEvent } from './cloudevents.ts';

const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/shop', 'ce-type': 'tip' };
const json = { ...headers, 'content-type': 'application/json' };

test('attributes come from headers, data from the body', () => {
  const { candidates } = readBinaryCloudEvent(
    { ...json, 'ce-time': '2026-01-31T12:00:00Z', host: 'localhost' },
    Buffer.from('{"amount":1}'),
  );
  expect(candidates).toMatchObject([
    { index: 0, id: '1', source: '/shop', type: 'tip', time: '2026-01-31T12:00:00Z', data: { amount: 1 } },
  ]);
});

test.each([
  ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
  ['"quoted \\"text\\""', 'quoted "text"'],
  ['100%', '100%'],
  ['%zz', '%zz'],
  ['a%2525', 'a%25'],
])('a subject of %s is %s', (subject, decoded) => {
  const { candidates } = readBinaryCloudEvent({ ...json, 'ce-subject': subject }, Buffer.from('{}'));
  expect(candidates[0]?.data).toEqual({ cloudevent: { subject: decoded } });
});

test.each([
  ['text/plain; charset=utf-8', 'héllo', 'héllo'],
  ['application/vnd.shop+json', '{"a":1}', { a: 1 }],
  ['image/png', '\u0001', { data_base64: 'AQ==' }],
])('a body of type %s', (type, body, data) => {
  const { candidates } = readBinaryCloudEvent({ ...headers, 'content-type': type }, Buffer.from(body));
  expect(candidates[0]?.data).toEqual(data);
});

test('an empty body is no data', () => {
  expect(readBinaryCloudEvent(headers, Buffer.alloc(0)).candidates[0]?.data).toBeUndefined();
});

test.each([
  ['overlong UTF-8', { 'ce-subject': '%C0%A0' }, '{}', 'INGEST_UTF8_INVALID'],
  ['data as an attribute', { 'ce-data': 'x' }, '{}', 'INGEST_ENVELOPE_INVALID'],
  ['the content type as an attribute', { 'ce-datacontenttype': 'x' }, '{}', 'INGEST_ENVELOPE_INVALID'],
  ['a bad attribute name', { 'ce-not_ok': 'x' }, '{}', 'INGEST_ENVELOPE_INVALID'],
  ['a body that is no JSON', {}, '{', 'INGEST_JSON_INVALID'],
])('%s is refused', (_name, over, body, code) => {
  expect(() => readBinaryCloudEvent({ ...json, ...over }, Buffer.from(body))).toThrow(
    expect.objectContaining({ code }),
  );
});

test('a missing attribute is a refused item with what was there', () => {
  const { 'ce-source': _source, ...rest } = json;
  expect(readBinaryCloudEvent(rest, Buffer.from('{}')).rejections).toMatchObject([
    { index: 0, code: 'INGEST_EVENT_INVALID', message: 'source is missing', raw: { id: '1', type: 'tip' } },
  ]);
});

test('is recognised by its headers', () => {
  expect(isBinaryCloudEvent(headers)).toBe(true);
  expect(isBinaryCloudEvent({ 'ce-id': '1', 'ce-type': 'tip' })).toBe(true);
  expect(isBinaryCloudEvent({ 'content-type': 'application/json' })).toBe(false);
});
