import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LiveKpiPoint, TopicMessage } from '../../platform/contracts/live.ts';
import { mergePoints, pointsCell } from './live-cells.ts';
import { createLiveStore, type LiveStore, type LiveTransport } from './live-store.ts';
import { seqStep } from './seq.ts';

const point = (value: number, windowStartMs = 0, dims: Record<string, string> = {}): LiveKpiPoint => ({
  key: 'views',
  window: '1d',
  windowStartMs,
  value,
  revision: 1,
  dims,
});
const message = (seq: number, value: number, more: Partial<TopicMessage> = {}): TopicMessage => ({
  topic: 'kpis',
  seq,
  sentAtMs: 1_000 + seq,
  payload: { kind: 'kpis', watermarkMs: seq, values: [point(value)] },
  ...more,
});

/** A socket whose other end is played by the test. */
function fakeTransport() {
  let take: (message: TopicMessage) => void = () => {};
  let change: (isConnected: boolean) => void = () => {};
  const asked: string[] = [];
  const left: string[] = [];
  let answers: TopicMessage[] = [];
  const transport: LiveTransport = {
    subscribe: async (topic) => {
      asked.push(topic);
      return answers.shift();
    },
    unsubscribe: (topic) => void left.push(topic),
    onUpdate: (callback) => {
      take = callback;
    },
    onConnection: (callback) => {
      change = callback;
    },
    close: () => {},
  };
  return {
    transport,
    asked,
    left,
    answer: (...snapshots: TopicMessage[]) => {
      answers = snapshots;
    },
    send: (sent: TopicMessage) => take(sent),
    connect: (isConnected: boolean) => change(isConnected),
  };
}

/** Lets everything that waits for a promise go on. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

describe('the live store', () => {
  let wire: ReturnType<typeof fakeTransport>;
  let store: LiveStore;
  let now = 0;
  const value = () => store.cells.points('kpis', 'views', '1d')[0]?.value;

  beforeEach(() => {
    wire = fakeTransport();
    now = 5_000;
    store = createLiveStore({ transport: wire.transport, nowMs: () => now, onServerTime: () => {} });
  });

  test('takes the snapshot, then updates in order, and no double', async () => {
    wire.answer(message(7, 70));
    store.want('kpis');
    wire.connect(true);
    await settle();
    expect(value()).toBe(70);
    wire.send(message(8, 80));
    expect(value()).toBe(80);
    wire.send(message(8, 999));
    wire.send(message(3, 999));
    expect(value()).toBe(80);
    expect(wire.asked).toEqual(['kpis']);
  });

  test('a gap means asking again, and nothing is shown until the answer is there', async () => {
    wire.answer(message(1, 10), message(5, 50));
    store.want('kpis');
    wire.connect(true);
    await settle();
    wire.send(message(4, 999));
    expect(value()).toBe(10);
    wire.send(message(5, 999));
    expect(value()).toBe(10);
    await settle();
    expect(wire.asked).toEqual(['kpis', 'kpis']);
    expect(value()).toBe(50);
    wire.send(message(6, 60));
    expect(value()).toBe(60);
  });

  test('a full message replaces, whatever was seen last', async () => {
    wire.answer(message(1, 10));
    store.want('kpis');
    wire.connect(true);
    await settle();
    wire.send(message(9, 90, { full: true }));
    expect(value()).toBe(90);
    wire.send(message(10, 100));
    expect(value()).toBe(100);
  });

  test('a reconnect asks again and says since when numbers are old', async () => {
    wire.answer(message(9, 90), message(0, 95));
    store.want('kpis');
    expect(store.status()).toBe('waiting');
    wire.connect(true);
    await settle();
    expect(store.status()).toBe('live');
    now = 8_000;
    wire.connect(false);
    expect([store.status(), store.statusSinceMs(), value()]).toEqual(['lost', 8_000, 90]);
    wire.connect(true);
    await settle();
    expect([store.status(), value()]).toEqual(['live', 95]);
    wire.send(message(1, 96));
    expect(value()).toBe(96);
  });

  test('what is wanted twice is subscribed once and left with the last', async () => {
    wire.connect(true);
    const first = store.want('counters');
    const second = store.want('counters');
    await settle();
    expect(wire.asked).toEqual(['counters']);
    first();
    first();
    expect(wire.left).toEqual([]);
    second();
    expect(wire.left).toEqual(['counters']);
  });

  test('hidden or paused, nothing is subscribed; after that everything is asked for anew', async () => {
    wire.answer(message(1, 10), message(2, 20), message(3, 30));
    store.want('kpis');
    wire.connect(true);
    await settle();
    store.setHidden(true);
    expect(wire.left).toEqual(['kpis']);
    wire.send(message(2, 999));
    expect(value()).toBe(10);
    store.setHidden(false);
    await settle();
    expect(value()).toBe(20);
    store.pause(true);
    expect(store.status()).toBe('paused');
    wire.send(message(3, 999));
    expect(value()).toBe(20);
    store.pause(false);
    await settle();
    expect([store.status(), value()]).toEqual(['live', 30]);
  });

  test('only readers of the cell that changed are told', async () => {
    wire.answer(message(1, 10));
    store.want('kpis');
    wire.connect(true);
    await settle();
    const told: string[] = [];
    store.cells.watch(pointsCell('kpis', 'views', '1d'), () => told.push('views'));
    store.cells.watch(pointsCell('kpis', 'rpm', '1d'), () => told.push('rpm'));
    wire.send(message(2, 20));
    expect(told).toEqual(['views']);
  });

  test('a snapshot clears what is no longer there', async () => {
    wire.answer(message(1, 10));
    store.want('kpis');
    wire.connect(true);
    await settle();
    wire.send({ ...message(2, 0, { full: true }), payload: { kind: 'kpis', watermarkMs: 2, values: [] } });
    expect(store.cells.points('kpis', 'views', '1d')).toEqual([]);
  });
});

describe('sequence numbers', () => {
  test('whatever is lost, doubled or out of order, the value shown is that of the newest message in an unbroken run', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 }), (received) => {
        let last: number | undefined = 0;
        let shown = 0;
        for (const seq of received) {
          const step = seqStep(last, { seq });
          if (step === 'resubscribe') {
            last = undefined;
            // The server answers with its present state, which is at least what it last sent.
            last = seq;
            shown = seq;
          } else if (step === 'apply') {
            last = seq;
            shown = seq;
          }
        }
        expect(shown).toBe(Math.max(0, ...received));
      }),
    );
  });
});

test('kept windows are bounded for every cut', () => {
  const points = Array.from({ length: 40 }, (_, i) =>
    point(i, i * 10, { stream: i % 2 === 0 ? 'ads' : 'tips' }),
  );
  const kept = points.reduce((held, each) => mergePoints(held, [each]), mergePoints([], []));
  expect(kept.length).toBe(6);
  expect(kept.at(-1)?.value).toBe(39);
});
