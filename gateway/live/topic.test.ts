import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTopic } from './topic.ts';

test.each([
  ['kpis', { kind: 'kpis', filter: undefined }],
  ['kpis?channel=a%20b', { kind: 'kpis', filter: { dimension: 'channel', value: 'a b' } }],
  ['kpis?stream=ads', { kind: 'kpis', filter: { dimension: 'stream', value: 'ads' } }],
  ['counters', { kind: 'counters' }],
  ['top', { kind: 'top' }],
  ['system', { kind: 'system' }],
  ['anomalies', { kind: 'anomalies' }],
  ['kpis?', undefined],
  ['kpis?channel', undefined],
  ['kpis?planet=x', undefined],
  ['kpis?channel=a&channel=b', undefined],
  ['counters?channel=a', undefined],
  ['', undefined],
])('%s', (name, topic) => {
  expect(parseTopic(name)).toEqual(topic);
});

test('any text gets an answer', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseTopic(`kpis?${text}`)));
});
