import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDelivery } from './delivery.ts';

test('reads the form of nats-server 2.9 and the one with domain and account', () => {
  const expected = { streamSeq: 42, consumerSeq: 7, timestampMs: 1_795_184_739_757, pendingMessages: 3 };
  expect(parseDelivery('$JS.ACK.events.c1.1.42.7.1795184739757123456.3')).toEqual(expected);
  expect(parseDelivery('$JS.ACK.hub.ABCDEF.events.c1.1.42.7.1795184739757123456.3')).toEqual(expected);
  expect(parseDelivery('$JS.ACK._.ABCDEF.events.c1.1.42.7.1795184739757123456.3.token')).toEqual(expected);
});

test.each([
  '',
  '_INBOX.abc',
  '$JS.ACK.events.c1.1.42.7',
  '$JS.ACK.events.c1.1.x.7.1795184739757123456.3',
  '$JS.FC.events.c1.1.42.7.1795184739757123456.3',
])('refuses %j', (reply) => {
  expect(parseDelivery(reply)).toBeUndefined();
});

test('never throws', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseDelivery(`$JS.ACK.${text}`)));
});
