import { describe, expect, test } from 'vitest';
import { mediaType, pathOf, routes } from './routes.ts';

test.each([
  ['/v1/events', '/v1/events'],
  ['/v1/events/', '/v1/events'],
  ['/batch/?v=2', '/batch'],
  ['/v1/events?atomic=true', '/v1/events'],
  ['/', '/'],
  ['//', '/'],
  ['/v1/events//', '/v1/events/'],
])('the path of %s is %s', (target, path) => {
  expect(pathOf(target)).toBe(path);
});

describe('media types', () => {
  test.each([
    [undefined, ''],
    ['application/json', 'application/json'],
    ['Application/CloudEvents+JSON; charset=UTF-8', 'application/cloudevents+json'],
    ['application/json;charset="utf-8"', 'application/json'],
    ['application/json; boundary=x', 'application/json'],
  ])('%j is %j', (header, type) => {
    expect(mediaType(header)).toBe(type);
  });

  test.each(['application/json; charset=utf-16', 'text/plain;charset=iso-8859-1'])(
    '%s is refused',
    (header) => {
      expect(() => mediaType(header)).toThrow(
        expect.objectContaining({ code: 'INGEST_MEDIA_TYPE_UNSUPPORTED' }),
      );
    },
  );
});

describe('the native route', () => {
  const native = routes.get('/v1/events');
  const read = (type: string | undefined, body: string, headers: Record<string, string> = {}) => {
    if (native === undefined || native === 'flags') throw new Error('no route');
    return native.read(
      Buffer.from(body),
      { ...headers, ...(type === undefined ? {} : { 'content-type': type }) },
      10,
    );
  };
  const event = '{"specversion":"1.0","id":"1","source":"s","type":"tip"}';

  test.each([
    [undefined, '{"type":"tip"}', 'native', 1],
    ['application/x-www-form-urlencoded', '{"type":"tip"}', 'native', 1],
    ['text/plain', '[{"type":"tip"},{"type":"tip"}]', 'native', 2],
    ['application/x-ndjson', '{"type":"tip"}\n{"type":"tip"}\n', 'native', 2],
    ['application/jsonl', '', 'native', 0],
    ['application/cloudevents+json', event, 'cloudevents', 1],
    ['application/cloudevents-batch+json; charset=utf-8', `[${event},${event}]`, 'cloudevents', 2],
  ])('reads %s', (type, body, dialect, count) => {
    const { result, ...rest } = read(type, body);
    expect(rest).toEqual({ dialect, key: undefined });
    expect(result.candidates).toHaveLength(count);
  });

  test('reads binary CloudEvents by their headers', () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': 's', 'ce-type': 'tip' };
    expect(read('application/json', '{}', headers)).toMatchObject({ dialect: 'cloudevents' });
  });

  test.each([
    ['application/cloudevents+avro', '{}', 'INGEST_MEDIA_TYPE_UNSUPPORTED'],
    ['application/json; charset=latin1', '{}', 'INGEST_MEDIA_TYPE_UNSUPPORTED'],
    ['application/json', '', 'INGEST_JSON_INVALID'],
    ['application/json', ' \n', 'INGEST_JSON_INVALID'],
    ['application/json', '{"a":', 'INGEST_JSON_INVALID'],
    ['application/json', '[NaN]', 'INGEST_JSON_INVALID'],
    ['application/json', '7', 'INGEST_ENVELOPE_INVALID'],
    ['application/json', '['.repeat(300_000), 'INGEST_JSON_INVALID'],
  ])('refuses %s with %.20s', (type, body, code) => {
    expect(() => read(type, body)).toThrow(expect.objectContaining({ code }));
  });

  test('a byte order mark is no part of the text', () => {
    expect(read('application/json', '\ufeff{"type":"tip"}').result.candidates).toHaveLength(1);
  });
});

test.each([
  '/v1/batch',
  '/v1/import',
  '/v1/identify',
  '/v1/track',
  '/v1/page',
  '/v1/screen',
  '/v1/group',
  '/v1/alias',
  '/batch',
  '/capture',
])('%s is a compatible route', (path) => {
  const route = routes.get(path);
  expect(route).toMatchObject({
    hasKeyInBody: true,
    success: expect.stringMatching(/^\{"(success|status)":/),
  });
});
