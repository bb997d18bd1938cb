import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSegment, segmentKey } from './segment.ts';

const sentAt = '2026-01-31T12:00:00.000Z';
const library = { name: '@segment/analytics-node', version: '3.1.0' };
const track = {
  type: 'track',
  messageId: 'm1',
  event: 'Order Completed',
  userId: 'u1',
  timestamp: '2026-01-31T11:59:58.000Z',
  properties: { order_id: 'o1', revenue: 19.99, currency: 'USD' },
  context: { library, ip: '192.0.2.1' },
};

function one(item: unknown) {
  const { candidates, rejections } = readSegment({ batch: [item], sentAt }, 'batch');
  expect(candidates.length + rejections.length).toBe(1);
  return candidates[0] ?? rejections[0];
}

function data(item: unknown): unknown {
  const read = one(item);
  return read !== undefined && 'data' in read ? read.data : read;
}

describe('calls', () => {
  test('an order becomes a sale', () => {
    expect(one(track)).toMatchObject({
      index: 0,
      id: 'm1',
      source: 'segment:@segment/analytics-node',
      type: 'product_sale',
      time: '2026-01-31T11:59:58.000Z',
      sentAtMs: Date.parse(sentAt),
      zoneless: 'utc',
      data: {
        amount: 19.99,
        currency: 'USD',
        order_id: 'o1',
        user_id: 'u1',
        event_name: 'Order Completed',
        context: { ip: '192.0.2.1' },
      },
    });
  });

  test.each<[string, object, object]>([
    ['revenue before total and value', { revenue: 1, total: 2, value: 3 }, { amount: 1 }],
    ['total without revenue', { total: 2, value: 3 }, { amount: 2 }],
    ['value alone', { value: '3.00' }, { amount: '3.00' }],
    ['numeric ids', { revenue: 1, order_id: 7, product_id: 8 }, { order_id: '7', product_id: '8' }],
    [
      'units of the products',
      { revenue: 1, products: [{ quantity: 2 }, {}, { quantity: '3' }] },
      { quantity: 6 },
    ],
    [
      'the one product',
      { revenue: 1, products: [{ product_id: 'p', quantity: 2 }] },
      { product_id: 'p', quantity: 2 },
    ],
    ['a country spelt out', { revenue: 1, country: 'Germany' }, { country_name: 'Germany' }],
  ])('an order with %s', (_name, properties, expected) => {
    expect(data({ ...track, properties })).toMatchObject(expected);
  });

  test('a country spelt out is no country', () => {
    expect(data({ ...track, properties: { country: 'Germany' } })).not.toHaveProperty('country');
    expect(data({ ...track, properties: { country: 'DE' } })).toHaveProperty('country', 'DE');
  });

  test.each([
    [{ revenue: 5 }, -5],
    [{ revenue: -5 }, -5],
    [{ total: '5.00' }, '-5.00'],
    [{ total: ' -5.00 ' }, '-5.00'],
  ])('a refund of %j takes away', (properties, amount) => {
    const item = {
      ...track,
      event: 'Order Refunded',
      properties: { ...properties, products: [{ quantity: 2 }] },
    };
    expect(one(item)).toMatchObject({ type: 'product_sale', data: { amount, quantity: -2 } });
  });

  test.each([
    ['Checkout Started', 'checkout_started'],
    ['Signed Up', 'signup'],
    ['video_view', 'video_view'],
    ['Video View', 'video_view'],
    ['注文完了', expect.stringMatching(/^event_[0-9a-f]{8}$/)],
  ])('track of %s is %s', (event, type) => {
    expect(one({ ...track, event })).toMatchObject({ type, data: { event_name: event } });
  });

  test.each<[string, object, string, object]>([
    ['identify', { traits: { plan: 'pro' } }, 'identify', { traits: { plan: 'pro' }, user_id: 'u1' }],
    [
      'page',
      { name: 'Home', category: 'c', properties: { url: '/x' } },
      'page_view',
      { name: 'Home', url: '/x', category: 'c' },
    ],
    ['screen', { name: 'Main' }, 'screen_view', { name: 'Main' }],
    ['group', { groupId: 'g1', traits: { n: 1 } }, 'group', { group_id: 'g1', traits: { n: 1 } }],
    ['alias', { previousId: 'old' }, 'alias', { previous_id: 'old', user_id: 'u1' }],
  ])('%s', (kind, fields, type, expected) => {
    const { event: _event, properties: _properties, ...rest } = track;
    expect(one({ ...rest, type: kind, ...fields })).toMatchObject({ type, data: expected });
  });

  test('without a user the device is the viewer', () => {
    const { userId: _userId, ...anonymous } = track;
    expect(data({ ...anonymous, anonymousId: 'a1' })).toMatchObject({ viewer_id: 'a1', anonymous_id: 'a1' });
    expect(data({ ...track, anonymousId: 'a1' })).toMatchObject({ user_id: 'u1', anonymous_id: 'a1' });
    expect(data({ ...track, anonymousId: 'a1' })).not.toHaveProperty('viewer_id');
  });

  test('the original timestamp wins over the corrected one, sentAt of the envelope over that of the call', () => {
    expect(
      one({ ...track, originalTimestamp: '2026-01-31T11:00:00Z', sentAt: '2026-01-31T11:30:00Z' }),
    ).toMatchObject({
      time: '2026-01-31T11:00:00Z',
      sentAtMs: Date.parse(sentAt),
    });
    const { candidates } = readSegment({ batch: [{ ...track, sentAt }] }, 'batch');
    expect(candidates[0]?.sentAtMs).toBe(Date.parse(sentAt));
  });

  test.each([
    [{ ...track, userId: undefined }, 'INGEST_IDENTITY_MISSING'],
    [{ ...track, userId: '', anonymousId: '' }, 'INGEST_IDENTITY_MISSING'],
    [{ ...track, event: undefined }, 'INGEST_EVENT_INVALID'],
    [{ ...track, event: [] }, 'INGEST_EVENT_INVALID'],
    [{ ...track, type: 'group' }, 'INGEST_EVENT_INVALID'],
    [{ ...track, type: 'alias' }, 'INGEST_EVENT_INVALID'],
    [{ ...track, type: 'delete' }, 'INGEST_EVENT_INVALID'],
    [{ ...track, type: undefined }, 'INGEST_EVENT_INVALID'],
    [null, 'INGEST_EVENT_INVALID'],
    ['track', 'INGEST_EVENT_INVALID'],
    [[track], 'INGEST_EVENT_INVALID'],
  ])('%# is refused', (item, code) => {
    expect(one(item)).toMatchObject({ code, raw: item });
  });

  test.each([
    [undefined, 'segment'],
    [{ name: 'x'.repeat(65) }, 'segment'],
    [{ name: 'a b' }, 'segment'],
    [{ name: 'analytics.js' }, 'segment:analytics.js'],
  ])('the source of library %j is %s', (named, source) => {
    expect(one({ ...track, context: { library: named } })).toMatchObject({ source });
  });
});

describe('envelopes', () => {
  test('a single route takes its kind from the path', () => {
    const { candidates } = readSegment({ userId: 'u1', event: 'Tip', writeKey: 'k' }, 'track');
    expect(candidates).toMatchObject([{ type: 'tip', id: undefined, data: { user_id: 'u1' } }]);
    expect(readSegment({ ...track, type: 'identify' }, 'track').candidates[0]?.type).toBe('product_sale');
  });

  test.each([null, 7, 'x', [], {}, { batch: {} }, { batch: 'x' }])('%j is no batch', (body) => {
    expect(() => readSegment(body, 'batch')).toThrow(
      expect.objectContaining({ code: 'INGEST_ENVELOPE_INVALID' }),
    );
  });

  test('the write key may be in the body', () => {
    expect([segmentKey({ writeKey: 'k' }), segmentKey({ writeKey: 7 }), segmentKey(null)]).toEqual([
      'k',
      undefined,
      undefined,
    ]);
  });
});

test('every call ends in exactly one list, whatever it is', () => {
  const field = fc.constantFrom(
    'type',
    'event',
    'userId',
    'anonymousId',
    'properties',
    'traits',
    'context',
    'groupId',
    'previousId',
    'name',
  );
  const value = fc.oneof(
    fc.constantFrom('track', 'identify', 'page', 'alias', 'Order Completed'),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.dictionary(field, value))), (batch) => {
      const { candidates, rejections } = readSegment({ batch }, 'batch');
      expect([...candidates, ...rejections].map(({ index }) => index).sort((a, b) => a - b)).toEqual(
        batch.map((_, i) => i),
      );
    }),
  );
});
