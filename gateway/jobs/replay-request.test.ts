import { describe, expect, test } from 'vitest';
import { doorRequest, replayItem } from './replay-request.ts';

const letter = { seq: 7, dialect: 'native', receivedAtMs: Date.UTC(2026, 0, 2), item: '{"type":"tip"}' };
const time = '2026-01-02T00:00:00.000Z';

describe('an item sent again', () => {
  test.each([
    ['native', { type: 'tip' }, { id: 'replay-7', time, type: 'tip' }],
    ['native', { id: 'a', time: 'b', type: 'tip' }, { id: 'a', time: 'b', type: 'tip' }],
    ['cloudevents', { specversion: '1.0' }, { specversion: '1.0' }],
    ['segment', { type: 'track' }, { messageId: 'replay-7', timestamp: time, type: 'track' }],
    ['posthog', { event: 'x', uuid: 'u' }, { uuid: 'u', timestamp: time, event: 'x' }],
    ['import', { type: 'tip' }, undefined],
    ['streams', { type: 'tip' }, undefined],
  ])('%s %j', (dialect, item, expected) => {
    expect(replayItem({ ...letter, dialect, item: JSON.stringify(item) })).toEqual(expected);
  });

  test.each(['', 'text', '[1]', 'null', '5', '{"cut":"at 64 K'])('%j cannot be', (item) => {
    expect(replayItem({ ...letter, item })).toBeUndefined();
  });
});

test('goes the way its dialect goes', () => {
  expect(doorRequest('native', [{ a: 1 }], 'k')).toEqual({
    path: '/v1/events',
    contentType: 'application/json',
    body: '[{"a":1}]',
  });
  expect(doorRequest('cloudevents', [], 'k').contentType).toBe('application/cloudevents-batch+json');
  expect(doorRequest('segment', [{ a: 1 }], 'k')).toMatchObject({
    path: '/v1/batch',
    body: '{"batch":[{"a":1}]}',
  });
  expect(doorRequest('posthog', [], 'k')).toMatchObject({
    path: '/batch/',
    body: '{"api_key":"k","batch":[]}',
  });
});
