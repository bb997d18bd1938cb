import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNative, readNdjson, type NativeForm } from './native.ts';

const cloudEvent = { specversion: '1.0', id: '1', source: '/shop', type: 'tip', data: { amount: 1 } };

describe('readNative', () => {
  test('takes one plain object, with its source made up', () => {
    const { candidates, rejections } = readNative({ type: 'tip', data: { amount: 1 } }, 'any');
    expect(rejections).toEqual([]);
    expect(candidates).toMatchObject([
      { index: 0, id: undefined, source: 'api', type: 'tip', time: undefined, data: { amount: 1 } },
    ]);
  });

  test('takes plain objects and CloudEvents side by side', () => {
    const { candidates } = readNative([{ type: 'tip', source: 'app', id: '9' }, cloudEvent], 'any');
    expect(candidates).toMatchObject([
      { index: 0, id: '9', source: 'app' },
      { index: 1, id: '1', source: '/shop', data: { amount: 1 } },
    ]);
  });

  test('an empty array is a request without events', () => {
    expect(readNative([], 'any')).toEqual({ candidates: [], rejections: [] });
  });

  test.each([null, 7, 'x', true])('%j is no envelope', (body) => {
    expect(() => readNative(body, 'any')).toThrow(
      expect.objectContaining({ code: 'INGEST_ENVELOPE_INVALID' }),
    );
  });

  test.each<[string, unknown, NativeForm, string]>([
    ['a number', 7, 'any', 'must be a JSON object'],
    ['null', null, 'any', 'must be a JSON object'],
    ['an array', [], 'any', 'must be a JSON object'],
    ['another version', { ...cloudEvent, specversion: '0.3' }, 'any', 'must be "1.0"'],
    ['a numeric version', { ...cloudEvent, specversion: 1 }, 'any', 'must be "1.0"'],
    [
      'a plain object where CloudEvents were promised',
      { type: 'tip' },
      'cloudevents',
      'specversion is missing',
    ],
    ['no id', { ...cloudEvent, id: undefined }, 'any', 'id is missing'],
    ['no source', { ...cloudEvent, source: null }, 'any', 'source is missing'],
    ['no type', { ...cloudEvent, type: undefined }, 'any', 'type is missing'],
    ['a subject that is no text', { ...cloudEvent, subject: 5 }, 'any', 'subject must be a string'],
    [
      'an endless content type',
      { ...cloudEvent, datacontenttype: 'x'.repeat(3_000) },
      'any',
      'datacontenttype',
    ],
    ['two kinds of data', { ...cloudEvent, data_base64: 'e30=' }, 'any', 'exclude each other'],
  ])('%s is refused alone', (_name, item, form, message) => {
    const { candidates, rejections } = readNative([cloudEvent, item, cloudEvent], form);
    expect(candidates.map(({ index }) => index)).toEqual([0, 2]);
    expect(rejections).toMatchObject([
      { index: 1, code: 'INGEST_EVENT_INVALID', message: expect.stringContaining(message), raw: item },
    ]);
  });

  test.each([
    ['JSON', { data_base64: 'eyJhbW91bnQiOjF9' }, { amount: 1 }],
    [
      'JSON that says so',
      { data_base64: 'eyJhbW91bnQiOjF9', datacontenttype: 'application/json' },
      { amount: 1 },
    ],
    ['an image', { data_base64: 'AAEC', datacontenttype: 'image/png' }, { data_base64: 'AAEC' }],
  ])('data_base64 with %s', (_name, over, data) => {
    const { data: _data, ...rest } = cloudEvent;
    expect(readNative({ ...rest, ...over }, 'any').candidates).toMatchObject([{ data }]);
  });

  test.each(['not base64!', '////', 7])('data_base64 of %j is refused', (encoded) => {
    const { data: _data, ...rest } = cloudEvent;
    const { rejections } = readNative({ ...rest, data_base64: encoded }, 'any');
    expect(rejections).toMatchObject([{ code: 'INGEST_DATA_INVALID' }]);
  });

  test('subject and extensions are kept beside the data', () => {
    const event = { ...cloudEvent, subject: 's', traceparent: '00-1-2-01', time: '2026-01-31T12:00:00Z' };
    expect(readNative(event, 'any').candidates[0]?.data).toEqual({
      amount: 1,
      cloudevent: { subject: 's', traceparent: '00-1-2-01' },
    });
    expect(readNative({ ...event, data: undefined }, 'any').candidates[0]?.data).toEqual({
      cloudevent: { subject: 's', traceparent: '00-1-2-01' },
    });
  });
});

describe('readNdjson', () => {
  test('a bad line refuses itself alone; empty lines do not count', () => {
    const text = '{"type":"tip"}\r\n\n{"type":\n  \n{"type":"share"}\n7';
    const { candidates, rejections } = readNdjson(text, 'any', 10);
    expect(candidates.map(({ index, type }) => [index, type])).toEqual([
      [0, 'tip'],
      [2, 'share'],
    ]);
    expect(rejections).toMatchObject([
      { index: 1, code: 'INGEST_JSON_INVALID', raw: '{"type":' },
      { index: 3, code: 'INGEST_EVENT_INVALID' },
    ]);
  });

  test('more lines than allowed are refused as a whole', () => {
    expect(() => readNdjson('{}\n'.repeat(11), 'any', 10)).toThrow(
      expect.objectContaining({ code: 'INGEST_TOO_MANY_ITEMS' }),
    );
    expect(readNdjson('{}\n'.repeat(10), 'any', 10).candidates).toHaveLength(10);
  });
});

test('every item ends in exactly one list', () => {
  const item = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(fc.constantFrom(...Object.keys(cloudEvent)), fc.jsonValue()),
  );
  fc.assert(
    fc.property(fc.array(item), fc.constantFrom<NativeForm>('any', 'cloudevents'), (items, form) => {
      const { candidates, rejections } = readNative(items, form);
      const indexes = [...candidates, ...rejections].map(({ index }) => index).sort((a, b) => a - b);
      expect(indexes).toEqual(items.map((_, i) => i));
      const lines = readNdjson(items.map((i) => JSON.stringify(i)).join('\n'), form, 1_000);
      expect(lines.candidates.length + lines.rejections.length).toBe(items.length);
    }),
  );
});
