import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import { eventFlags, type CanonicalEvent } from '../platform/contracts/event.ts';
import { isRejection } from './canonical-event.ts';
import type { Candidate, Rejection } from './candidate.ts';
import { candidateOf, receivedAtMs, tenantOf, testCanonicalize } from './testing/fixtures.ts';

const canonicalize = testCanonicalize();

function accepted(over: Partial<Candidate>, tenant = tenantOf()): CanonicalEvent {
  const event = canonicalize(candidateOf(over), tenant, receivedAtMs);
  if (isRejection(event)) throw new Error(`${event.code}: ${event.message}`);
  return event;
}

function refused(over: Partial<Candidate>, tenant = tenantOf()): Rejection {
  const event = canonicalize(candidateOf(over), tenant, receivedAtMs);
  if (!isRejection(event)) throw new Error('was accepted');
  return event;
}

describe('a complete event', () => {
  test('becomes canonical', () => {
    const data = {
      content_id: 'v1',
      channel_id: 'c1',
      viewer_id: 'u1',
      user_id: 'signed-in',
      country: 'de',
      watch_time_ms: 1200,
      retention: 0.5,
      note: 'kept',
    };
    expect(accepted({ data })).toEqual({
      tenant: 'main',
      source: 'test',
      id: 'id-1',
      type: 'video_view',
      eventTimeMs: Date.UTC(2026, 0, 31, 11, 59),
      receivedAtMs,
      channel: 'c1',
      content: 'v1',
      country: 'DE',
      stream: '',
      user: 'u1',
      amountMinor: 0,
      currency: '',
      amountBaseMinor: 0,
      metrics: [1200, 0.5],
      flags: 0,
      dataJson: JSON.stringify({ ...data, country: 'DE' }),
    });
  });

  test('takes its metrics in the order of the catalogue, NaN for what is absent', () => {
    // Reports of past weeks must say which week; they have no metrics.
    for (const { type, metrics } of eventCatalogue.filter(({ data }) => (data.required ?? []).length === 0)) {
      const data = Object.fromEntries(metrics.map((name, k) => [name, k === 0 ? 1 : 0]).slice(0, 1));
      const event = accepted({ type, data });
      expect(event.metrics).toEqual(metrics.map((_, k) => (k === 0 ? 1 : Number.NaN)));
    }
  });

  test('a report of a past week without its week, its product or its revenue is refused', () => {
    const report = { product_id: 'p', period_start: '2026-02-02', quantity: 3, revenue_minor: 900 };
    expect(accepted({ type: 'sales_report', data: report }).metrics).toEqual([]);
    for (const name of Object.keys(report)) {
      const { [name as keyof typeof report]: _left, ...rest } = report;
      expect(refused({ type: 'sales_report', data: rest }).message).toContain(name);
    }
    expect(
      refused({ type: 'channel_report', data: { revenue_minor: 1, period_start: 'Monday' } }).message,
    ).toContain('period_start');
  });
});

describe('attributes', () => {
  test.each<[string, Partial<Candidate>, string, string]>([
    ['no type', { type: undefined }, 'INGEST_TYPE_INVALID', 'type must be a string'],
    ['a type in upper case', { type: 'My.Event' }, 'INGEST_TYPE_INVALID', 'my.event would be'],
    ['an empty type', { type: '' }, 'INGEST_TYPE_INVALID', ''],
    ['a type of 129 characters', { type: 'a'.repeat(129) }, 'INGEST_TYPE_INVALID', ''],
    ['a prototype as type', { type: '__proto__' }, 'INGEST_TYPE_INVALID', 'proto would be'],
    ['a numeric id', { id: 7 }, 'INGEST_ID_INVALID', 'id must be a string'],
    ['an empty id', { id: '' }, 'INGEST_ID_INVALID', 'id is empty'],
    ['an id of 257 characters', { id: 'x'.repeat(257) }, 'INGEST_ID_INVALID', 'longer than 256'],
    ['an id with a newline', { id: 'a\nb' }, 'INGEST_ID_INVALID', 'control characters'],
    ['an id with NUL', { id: 'a\0b' }, 'INGEST_ID_INVALID', 'control characters'],
    ['an id with half a pair', { id: 'a\ud800' }, 'INGEST_ID_INVALID', 'surrogate'],
    ['no source', { source: undefined }, 'INGEST_EVENT_INVALID', 'source is missing'],
    ['an object as source', { source: {} }, 'INGEST_EVENT_INVALID', 'source must be a string'],
    ['a time in words', { time: 'yesterday' }, 'INGEST_TIME_INVALID', '"yesterday"'],
    ['a time without zone', { time: '2026-01-31T12:00:00' }, 'INGEST_TIME_INVALID', 'with a zone'],
    ['an empty time', { time: '' }, 'INGEST_TIME_INVALID', ''],
    ['an object as time', { time: {} }, 'INGEST_TIME_INVALID', ''],
    ['true as time', { time: true }, 'INGEST_TIME_INVALID', ''],
    ['seconds as time', { time: 1_769_860_800 }, 'INGEST_TIME_INVALID', 'looks like seconds'],
    ['a time before 1990', { time: '1989-12-31T23:59:59Z' }, 'INGEST_TIME_INVALID', 'before 1990'],
    ['NaN as time', { time: Number.NaN }, 'INGEST_TIME_INVALID', ''],
    ['infinity as time', { time: Number.POSITIVE_INFINITY }, 'INGEST_TIME_INVALID', ''],
  ])('%s is refused', (_name, over, code, message) => {
    expect(refused(over)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('a rejection carries index, source and the item as it came', () => {
    const raw = { anything: 1 };
    expect(refused({ index: 7, raw, id: 7 })).toMatchObject({ index: 7, source: 'test', raw });
  });

  test.each<[string, Partial<Candidate>, number, number]>([
    ['no time', { time: undefined }, receivedAtMs, eventFlags.timeMissing],
    ['null as time', { time: null }, receivedAtMs, eventFlags.timeMissing],
    ['Unix milliseconds', { time: receivedAtMs - 1 }, receivedAtMs - 1, 0],
    ['an old time', { time: '2006-01-02T15:04:05Z' }, Date.UTC(2006, 0, 2, 15, 4, 5), 0],
    ['a future time', { time: '2030-01-01T00:00:00Z' }, receivedAtMs, eventFlags.skewed],
    [
      'a sender an hour behind',
      { time: '2026-01-31T10:59:30Z', sentAtMs: receivedAtMs - 3_600_000 },
      receivedAtMs - 30_000,
      eventFlags.skewed,
    ],
    [
      'a zoneless time of a compatible client',
      { time: '2026-01-31T11:00:00', zoneless: 'utc' },
      receivedAtMs - 3_600_000,
      0,
    ],
  ])('%s', (_name, over, eventTimeMs, flags) => {
    expect(accepted(over)).toMatchObject({ eventTimeMs, flags });
  });

  test.each([undefined, null])('id %j is made up and marked', (id) => {
    expect(accepted({ id })).toMatchObject({ id: 'made-up', flags: eventFlags.idMissing });
  });

  test('ids of 256 characters and of other scripts are taken as they are', () => {
    for (const id of ['x'.repeat(256), '注文-💶', 'back\\slash', 'tab-less', 'a\u007fb'])
      expect(accepted({ id }).id).toBe(id);
  });
});

describe('data', () => {
  test.each<[string, Partial<Candidate>, string, string]>([
    ['text', { data: 'x' }, 'INGEST_DATA_INVALID', 'must be an object'],
    ['an array', { data: [] }, 'INGEST_DATA_INVALID', 'must be an object'],
    [
      'a numeric content_id',
      { data: { content_id: 1 } },
      'INGEST_DATA_INVALID',
      'data.content_id: Expected string, got 1',
    ],
    ['an empty content_id', { data: { content_id: '' } }, 'INGEST_DATA_INVALID', 'data.content_id'],
    ['a null channel_id', { data: { channel_id: null } }, 'INGEST_DATA_INVALID', 'data.channel_id'],
    [
      'a negative watch time',
      { data: { watch_time_ms: -5 } },
      'INGEST_DATA_INVALID',
      'data.watch_time_ms: Expected number to be greater or equal to 0, got -5',
    ],
    [
      'an interval nobody knows',
      { type: 'subscription_payment', data: { amount: 9, interval: 'fortnight' } },
      'INGEST_DATA_INVALID',
      'data.interval: Expected one of day, days, daily, week,',
    ],
    [
      'an amount that is no number',
      { type: 'tip', data: { amount: true } },
      'INGEST_DATA_INVALID',
      'data.amount: Expected a number or text matching',
    ],
    ['a watch time as text', { data: { watch_time_ms: '5' } }, 'INGEST_DATA_INVALID', 'got "5"'],
    [
      'a number beyond doubles',
      { data: JSON.parse('{"watch_time_ms":1e400}') },
      'INGEST_DATA_INVALID',
      'data.watch_time_ms is a number too large',
    ],
    [
      'a control character in a dimension',
      { data: { content_id: 'a\u0001' } },
      'INGEST_DATA_INVALID',
      'control characters',
    ],
    ['half a pair in a dimension', { data: { viewer_id: 'a\udc00' } }, 'INGEST_DATA_INVALID', 'surrogate'],
    ['a control character in the stream', { data: { stream: 'a\tb' } }, 'INGEST_DATA_INVALID', 'stream'],
    ['a country spelt out', { data: { country: 'Germany' } }, 'INGEST_COUNTRY_UNKNOWN', '"Germany"'],
    ['a country there is not', { data: { country: 'XQ' } }, 'INGEST_COUNTRY_UNKNOWN', '"XQ"'],
    ['a numeric country', { data: { country: 49 } }, 'INGEST_COUNTRY_UNKNOWN', '49'],
    ['33 KiB', { data: { note: 'x'.repeat(33 * 1024) } }, 'INGEST_EVENT_TOO_LARGE', '32768 are allowed'],
    ['33 KiB in UTF-8 alone', { data: { note: '€'.repeat(11_000) } }, 'INGEST_EVENT_TOO_LARGE', 'bytes'],
    [
      '21 levels',
      { data: JSON.parse(`${'{"a":'.repeat(21)}1${'}'.repeat(21)}`) },
      'INGEST_EVENT_TOO_LARGE',
      'deeper than 20',
    ],
    [
      '2,001 values',
      { data: { a: Array.from({ length: 2_001 }, () => 0) } },
      'INGEST_EVENT_TOO_LARGE',
      'more than 2000',
    ],
  ])('%s is refused', (_name, over, code, message) => {
    expect(refused(over)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test.each([undefined, null])('%j is empty data', (data) => {
    expect(accepted({ data })).toMatchObject({ dataJson: '{}', metrics: [Number.NaN, Number.NaN] });
  });

  test('escapes in data leave clean dimensions alone', () => {
    const event = accepted({ data: { content_id: 'v1', note: 'line\nbreak "quoted" \\' } });
    expect(event.content).toBe('v1');
    expect(JSON.parse(event.dataJson)).toEqual({ content_id: 'v1', note: 'line\nbreak "quoted" \\' });
  });

  test('keys of Object.prototype are data like any other and change nothing', () => {
    const data: unknown = JSON.parse(
      '{"__proto__":{"content_id":"evil"},"constructor":{"a":1},"content_id":"v1"}',
    );
    expect(accepted({ data }).content).toBe('v1');
    expect(accepted({ data: JSON.parse('{"__proto__":{"content_id":"evil"}}') }).content).toBe('');
    expect(Reflect.get({}, 'content_id')).toBeUndefined();
  });

  test('user is the viewer, else the signed-in user', () => {
    expect(accepted({ data: { user_id: 'u' } }).user).toBe('u');
    expect(accepted({ data: { viewer_id: 'v', user_id: 'u' } }).user).toBe('v');
  });

  test('stream is the one named, else that of the type', () => {
    expect(accepted({ type: 'tip', data: {} }).stream).toBe('tips');
    expect(accepted({ type: 'tip', data: { stream: 'live' } }).stream).toBe('live');
    expect(accepted({ type: 'tip', data: { stream: '' } }).stream).toBe('tips');
  });

  test.each([
    ['of a simulated tenant', 'tip', {}, tenantOf({ simulated: true }), eventFlags.simulated],
    ['that says it is simulated', 'tip', { simulated: true }, tenantOf(), eventFlags.simulated],
    ['that corrects a counter', 'post_metrics', { views: 5, likes: -2 }, tenantOf(), eventFlags.correction],
    [
      'that says it corrects',
      'post_metrics',
      { views: 0, correction: true },
      tenantOf(),
      eventFlags.correction,
    ],
    ['that adds to counters', 'post_metrics', { views: 5, likes: 0 }, tenantOf(), 0],
  ])('an event %s is flagged', (_name, type, data, tenant, flags) => {
    expect(accepted({ type, data }, tenant).flags).toBe(flags);
  });
});

describe('money', () => {
  test.each([
    ['minor units', { amount_minor: 1999, currency: 'USD' }, 1999, 'USD', 1999],
    ['major units', { amount: 19.99, currency: 'usd' }, 1999, 'USD', 1999],
    ['decimal text', { amount: '19.99' }, 1999, 'USD', 1999],
    ['both, agreeing', { amount: 19.99, amount_minor: 1999 }, 1999, 'USD', 1999],
    ['a refund', { amount: '-5.00', currency: 'USD' }, -500, 'USD', -500],
    ['yen', { amount: 1000, currency: 'JPY' }, 1000, 'JPY', 650],
    ['euro', { amount_minor: 1000, currency: 'EUR' }, 1000, 'EUR', 1100],
    ['a currency without rate', { amount: '1.234', currency: 'KWD' }, 1234, 'KWD', Number.NaN],
    ['none', {}, 0, '', 0],
  ])('%s', (_name, data, amountMinor, currency, amountBaseMinor) => {
    const event = accepted({ type: 'tip', data });
    expect(event).toMatchObject({ amountMinor, currency, amountBaseMinor });
    expect(event.flags).toBe(Number.isNaN(amountBaseMinor) ? eventFlags.unconverted : 0);
  });

  test.each([
    ['an unknown currency', { amount: 1, currency: 'XTS' }, 'INGEST_CURRENCY_UNKNOWN'],
    ['two different amounts', { amount: 1, amount_minor: 1, currency: 'USD' }, 'INGEST_MONEY_INVALID'],
    ['too much', { amount: 9.1e13, currency: 'USD' }, 'INGEST_MONEY_INVALID'],
    ['half a cent as minor units', { amount_minor: 0.5 }, 'INGEST_DATA_INVALID'],
    ['text that is no number', { amount: 'free' }, 'INGEST_DATA_INVALID'],
    ['a currency that is no text', { amount: 1, currency: 840 }, 'INGEST_DATA_INVALID'],
    ['a currency of the wrong length', { amount: 1, currency: 'US' }, 'INGEST_DATA_INVALID'],
  ])('%s is refused', (_name, data, code) => {
    expect(refused({ type: 'tip', data }).code).toBe(code);
  });

  test('only of types that carry money', () => {
    expect(accepted({ data: { amount: 'whatever', currency: 1 } })).toMatchObject({
      amountMinor: 0,
      currency: '',
    });
  });
});

describe('types nobody registered', () => {
  test('are stored whatever their data', () => {
    const event = accepted({ type: 'my.own_event', data: { content_id: 'v1', country: 'Germany', a: [1] } });
    expect(event).toMatchObject({ type: 'my.own_event', content: 'v1', country: '', metrics: [] });
    expect(accepted({ type: 'own', data: { content_id: 12, country: 'fr' } })).toMatchObject({
      content: '12',
      country: 'FR',
    });
    expect(accepted({ type: 'own', data: { content_id: 'x'.repeat(257) } }).content).toBe('');
    expect(accepted({ type: 'own', data: { content_id: 'a\nb', viewer_id: {} } })).toMatchObject({
      content: '',
      user: '',
    });
  });

  test.each(['text', 7, true, [1, 2]])('keep data that is no object, as %j', (data) => {
    expect(JSON.parse(accepted({ type: 'own', data }).dataJson)).toEqual({ value: data });
  });
});

test('a registered type has its own rules, for its tenant alone', () => {
  const own = testCanonicalize({
    customTypes: {
      get: (tenant, type) =>
        tenant === 'main' && type === 'lesson'
          ? {
              metrics: ['score'],
              hasMoney: true,
              stream: 'courses',
              strict: false,
              fault: (data) => (data['score'] === undefined ? 'data.score is missing' : undefined),
            }
          : undefined,
    },
  });
  const lesson = (data: unknown) => candidateOf({ type: 'lesson', data });
  expect(own(lesson({ score: 3, amount: 5 }), tenantOf(), receivedAtMs)).toMatchObject({
    metrics: [3],
    amountMinor: 500,
    stream: 'courses',
  });
  expect(own(lesson({}), tenantOf(), receivedAtMs)).toMatchObject({
    code: 'INGEST_DATA_INVALID',
    message: 'data.score is missing',
  });
  expect(own(lesson({}), tenantOf({ id: 'other' }), receivedAtMs)).toMatchObject({
    metrics: [],
    tenant: 'other',
  });
});

test('whatever comes, the answer is an event in form or a rejection, and nothing is thrown', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constant(Number.POSITIVE_INFINITY));
  const type = fc.oneof(fc.constantFrom(...eventCatalogue.map((spec) => spec.type)), fc.string(), anything);
  const field = fc.constantFrom(
    'content_id',
    'country',
    'stream',
    'amount',
    'amount_minor',
    'currency',
    'viewer_id',
    'views',
  );
  const data = fc.oneof(anything, fc.dictionary(fc.oneof(field, fc.string()), anything));
  const candidate = fc.record({ type, id: anything, source: anything, time: anything, data });
  fc.assert(
    fc.property(candidate, (over) => {
      const event = canonicalize(candidateOf(over), tenantOf(), receivedAtMs);
      if (isRejection(event)) {
        expect(event.code).toMatch(/^INGEST_/);
        return;
      }
      expect(Number.isSafeInteger(event.amountMinor)).toBe(true);
      expect(Number.isSafeInteger(event.amountBaseMinor) || Number.isNaN(event.amountBaseMinor)).toBe(true);
      expect(event.eventTimeMs).toBeLessThanOrEqual(receivedAtMs + 300_000);
      expect(event.country).toMatch(/^([A-Z]{2})?$/);
      expect(typeof JSON.parse(event.dataJson)).toBe('object');
    }),
    { numRuns: 2_000 },
  );
});
