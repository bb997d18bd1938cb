import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TopicMessage, TopicPayload } from '../../platform/contracts/live.ts';
import { createRoom, tickIntervalMs, type Feed, type Transport } from './room.ts';

const payload = (n: number): TopicPayload => ({
  kind: 'counters',
  counters: { eventsPerSecond: 0, accepted: n, stored: n, duplicates: 0, rejected: 0, late: 0 },
});

function rig() {
  let current = 0;
  let told = 0;
  const slow = new Set<string>();
  const received = new Map<string, TopicMessage[]>();
  const feed: Feed = {
    snapshot: () => payload(current),
    changes: () => {
      if (told === current) return undefined;
      told = current;
      return payload(current);
    },
    stop: () => {},
  };
  const transport: Transport = {
    isWritable: (client) => !slow.has(client),
    send: (clients, message) => {
      for (const client of clients) received.set(client, [...(received.get(client) ?? []), message]);
    },
  };
  const room = createRoom('counters', feed, transport);
  const join = (client: string): void => void received.set(client, [room.join(client, 0)]);
  return { room, join, slow, received, feed, set: (n: number) => (current = n) };
}

const stored = (message: TopicMessage | undefined): number =>
  message?.payload.kind === 'counters' ? message.payload.counters.stored : Number.NaN;

describe('a room', () => {
  test('gives a snapshot, then updates in sequence', () => {
    const { join, received, room, set } = rig();
    set(1);
    room.tick(0);
    join('a');
    set(2);
    room.tick(10);
    set(3);
    room.tick(20);
    room.tick(30);
    const messages = received.get('a') ?? [];
    expect(messages.map(({ seq, full }) => [seq, full ?? false])).toEqual(
      [
        [0, true],
        [1, false],
        [2, false],
      ].map(([seq, full]) => [Number(seq) + (messages[0]?.seq ?? 0), full]),
    );
    expect(messages.map(stored)).toEqual([1, 2, 3]);
  });

  test('skips who is slow and later gives them all at once, the others unharmed', () => {
    const { join, received, room, set, slow } = rig();
    join('slow');
    join('quick');
    slow.add('slow');
    for (let n = 1; n <= 5; n += 1) {
      set(n);
      expect(room.tick(n)).toEqual({ sent: 1, skipped: 1 });
    }
    slow.clear();
    expect(room.tick(6)).toEqual({ sent: 1, skipped: 0 });
    expect(received.get('slow')?.at(-1)).toMatchObject({ full: true, seq: 5 });
    expect(stored(received.get('slow')?.at(-1))).toBe(5);
    expect(received.get('slow')).toHaveLength(2);
    expect(received.get('quick')?.map((message) => message.seq)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('goes on with another source: everybody gets all of it', () => {
    const { feed, join, received, room } = rig();
    join('a');
    let stops = 0;
    room.replaceFeed({ ...feed, stop: () => (stops += 1) });
    room.replaceFeed({ snapshot: () => payload(99), changes: () => undefined, stop: () => {} });
    room.tick(1);
    expect(stops).toBe(1);
    expect(received.get('a')?.at(-1)).toMatchObject({ full: true });
    expect(stored(received.get('a')?.at(-1))).toBe(99);
  });

  test('whoever listens carefully never misses and never doubles, whatever is slow when', () => {
    const step = fc.record({
      client: fc.constantFrom('a', 'b', 'c'),
      act: fc.constantFrom('join', 'leave', 'slow', 'quick', 'set'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { join, received, room, set, slow } = rig();
        let n = 0;
        for (const { act, client } of steps) {
          if (act === 'join') join(client);
          else if (act === 'leave') {
            room.leave(client);
            received.delete(client);
          } else if (act === 'slow') slow.add(client);
          else if (act === 'quick') slow.delete(client);
          else set((n += 1));
          room.tick(n);
        }
        slow.clear();
        room.tick(n);
        for (const messages of received.values()) {
          expect(stored(messages.at(-1))).toBe(n);
          for (const [i, message] of messages.entries()) {
            const before = messages[i - 1];
            if (before !== undefined && message.full !== true) expect(message.seq).toBe(before.seq + 1);
            if (before !== undefined) expect(stored(message)).toBeGreaterThanOrEqual(stored(before));
          }
        }
      }),
    );
  });
});

test.each([
  [1, 100],
  [800, 100],
  [2_000, 250],
  [8_000, 1_000],
  [50_000, 1_000],
])('%d clients hear every %d ms', (clients, ms) => {
  expect(tickIntervalMs(clients, 100)).toBe(ms);
});
