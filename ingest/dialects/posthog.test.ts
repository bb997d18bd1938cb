import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { posthogKey, readPosthog } from './posthog.ts';

const event = {
  event: 'Video View',
  distinct_id: 'u1',
  uuid: '0198f0c0-0000-7000-8000-000000000001',
  timestamp: '2026-01-31T11:59:58.000Z',
  properties: { $lib: 'posthog-node', content_id: 'v1' },
};
const sent_at = '2026-01-31T12:00:00.000Z';

function one(item: unknown) {
  const { candidates, rejections } = readPosthog({ api_key: 'k', batch: [item], sent_at });
  return candidates[0] ?? rejections[0];
}

describe('events', () => {
  test('become candidates', () => {
    expect(one(event)).toMatchObject({
      index: 0,
      id: event.uuid,
      source: 'posthog:posthog-node',
      type: 'video_view',
      time: event.timestamp,
      sentAtMs: Date.parse(sent_at),
      data: { content_id: 'v1', user_id: 'u1', event_name: 'Video View' },
    });
  });

  test.each<[string, object, string, object]>([
    ['$identify', { $set: { plan: 'pro' } }, 'identify', { traits: { plan: 'pro' }, user_id: 'u1' }],
    [
      '$identify',
      { $anon_distinct_id: 'dev' },
      'identify',
      { traits: {}, user_id: 'u1', anonymous_id: 'dev' },
    ],
    ['$create_alias', { alias: 'old' }, 'alias', { previous_id: 'old' }],
    [
      '$groupidentify',
      { $group_type: 'team', $group_key: 'g', $group_set: { n: 1 } },
      'group',
      { group_id: 'g', group_type: 'team', traits: { n: 1 } },
    ],
    ['$pageview', { $current_url: 'https://x.example/' }, 'page_view', { url: 'https://x.example/' }],
    ['$screen', { $screen_name: 'Main' }, 'screen_view', { name: 'Main' }],
    ['$feature_flag_called', {}, 'feature_flag_called', { event_name: '$feature_flag_called' }],
    ['Order Completed', { revenue: 5 }, 'product_sale', { amount: 5 }],
  ])('%s', (name, properties, type, data) => {
    expect(one({ ...event, event: name, properties })).toMatchObject({ type, data });
  });

  test.each([
    [{ ...event, event: undefined }, 'INGEST_EVENT_INVALID'],
    [{ ...event, event: '' }, 'INGEST_EVENT_INVALID'],
    [{ ...event, distinct_id: undefined }, 'INGEST_IDENTITY_MISSING'],
    [{ ...event, distinct_id: {} }, 'INGEST_IDENTITY_MISSING'],
    [7, 'INGEST_EVENT_INVALID'],
  ])('%# is refused', (item, code) => {
    expect(one(item)).toMatchObject({ code, raw: item });
  });

  test('the distinct id may be a property, and the project key is not kept', () => {
    const { distinct_id: _id, ...rest } = event;
    const read = one({ ...rest, properties: { distinct_id: 9, token: 'secret' } });
    expect(read).toMatchObject({ data: { user_id: '9' } });
    expect(JSON.stringify(read !== undefined && 'data' in read ? read.data : '')).not.toContain('secret');
  });
});

describe('envelopes', () => {
  test('one event may be the body', () => {
    expect(readPosthog({ api_key: 'k', ...event }).candidates).toMatchObject([
      { type: 'video_view', index: 0 },
    ]);
  });

  test('history is not corrected for skew', () => {
    const body = { batch: [event], sent_at, historical_migration: true };
    expect(readPosthog(body).candidates[0]?.sentAtMs).toBeNaN();
  });

  test.each([null, 7, [], {}, { batch: {} }])('%j is none', (body) => {
    expect(() => readPosthog(body)).toThrow(expect.objectContaining({ code: 'INGEST_ENVELOPE_INVALID' }));
  });

  test('the key is api_key, or token', () => {
    expect([
      posthogKey({ api_key: 'a' }),
      posthogKey({ token: 't' }),
      posthogKey({ properties: { token: 'p' } }),
      posthogKey({ api_key: 7 }),
      posthogKey([]),
    ]).toEqual(['a', 't', 'p', undefined, undefined]);
  });
});

test('every event ends in exactly one list, whatever it is', () => {
  const field = fc.constantFrom('event', 'distinct_id', 'uuid', 'timestamp', 'properties');
  const value = fc.oneof(fc.constantFrom('$identify', '$pageview', 'x'), fc.jsonValue());
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.dictionary(field, value))), (batch) => {
      const { candidates, rejections } = readPosthog({ batch });
      expect(candidates.length + rejections.length).toBe(batch.length);
    }),
  );
});
