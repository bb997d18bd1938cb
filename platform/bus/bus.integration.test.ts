import { Type } from '@sinclair/typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asWeirError } from '../errors/weir-error.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { SupervisedNats } from '../supervise/nats-server.ts';
import { createTestBus, eventually, startTestNats, type TestServer } from '../testing/servers.ts';
import { systemClock } from '../time/clock.ts';
import { createRandom } from '../time/random.ts';
import { connectBus, createJsonCodec, type Bus } from './bus.ts';

let nats: SupervisedNats & TestServer;
let bus: Bus;
const metrics = createMetrics({ processMetrics: false });
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

beforeEach(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats, { metrics });
  await bus.ensureStream({ name: 'log', subjects: ['log.*'], maxBytes: 64 * 1024 * 1024 });
});

afterEach(async () => {
  nats.signal('SIGCONT');
  await bus.close();
  await nats.stop();
});

async function gauge(name: string): Promise<number> {
  const line = (await metrics.text())
    .split('\n')
    .find((candidate) => candidate.startsWith(`${name}{bus="test"}`));
  return Number(line?.split(' ')[1]);
}

describe('publish', () => {
  test('resolves with the sequence, and tells a duplicate by its first', async () => {
    expect(await bus.publish('log.a', text('1'), { msgId: 'x' })).toEqual({ seq: 1, duplicate: false });
    expect(await bus.publish('log.b', text('2'))).toEqual({ seq: 2, duplicate: false });
    expect(await bus.publish('log.a', text('1'), { msgId: 'x' })).toEqual({ seq: 1, duplicate: true });
    expect(await bus.streamState('log')).toMatchObject({ firstSeq: 1, lastSeq: 2, messages: 2 });
  });

  test('refuses by expected sequence of stream and of subject', async () => {
    await bus.publish('log.a', text('1'));
    await bus.publish('log.b', text('2'));
    const conflict = { code: 'BUS_SEQUENCE_CONFLICT', retry: 'never' };
    await expect(bus.publish('log.a', text('3'), { expectLastSeq: 1 })).rejects.toMatchObject(conflict);
    await expect(bus.publish('log.a', text('3'), { expectLastSubjectSeq: 2 })).rejects.toMatchObject(
      conflict,
    );
    await expect(bus.publish('log.a', text('3'), { expectLastSubjectSeq: 0 })).rejects.toMatchObject(
      conflict,
    );
    expect((await bus.publish('log.a', text('3'), { expectLastSubjectSeq: 1 })).seq).toBe(3);
    expect((await bus.publish('log.a', text('4'), { expectLastSeq: 3 })).seq).toBe(4);
  });

  test('says when no stream takes the subject, after trying until its deadline', async () => {
    await expect(bus.publish('nowhere', text('1'), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'BUS_STREAM_MISSING',
      retry: 'backoff',
    });
  });

  test('waits for a stream that appears before its deadline', async () => {
    const published = bus.publish('soon.a', text('1'), { timeoutMs: 10_000 });
    await bus.ensureStream({ name: 'soon', subjects: ['soon.*'], maxBytes: 1_000_000 });
    expect(await published).toMatchObject({ duplicate: false });
    expect((await bus.streamState('soon')).messages).toBe(1);
  });

  test('says when a message is above the limit of the server', async () => {
    await expect(bus.publish('log.a', new Uint8Array(9 * 1024 * 1024))).rejects.toMatchObject({
      code: 'BUS_MESSAGE_TOO_LARGE',
    });
    expect(await gauge('weir_bus_in_flight_bytes')).toBe(0);
  });

  test('a full log refuses and keeps everything it took', async () => {
    await bus.ensureStream({ name: 'small', subjects: ['small'], maxBytes: 100_000 });
    let stored = 0;
    const fill = async (): Promise<void> => {
      for (;;) {
        await bus.publish('small', new Uint8Array(10_000));
        stored += 1;
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'BUS_STREAM_FULL', retry: 'backoff' });
    expect(stored).toBeGreaterThan(5);
    expect(await bus.streamState('small')).toMatchObject({ firstSeq: 1, lastSeq: stored, messages: stored });
  });

  test.each([1, 2, 3])(
    'a full log of random sizes never deletes what it accepted (seed %d)',
    async (seed) => {
      const random = createRandom(seed);
      await bus.ensureStream({
        name: 'small',
        subjects: ['small.>'],
        maxBytes: 200_000 + random.int(10_000),
      });
      let stored = 0;
      for (let refused = 0; refused < 200;) {
        const subject = `small.${'s'.repeat(1 + random.int(60))}`;
        const options =
          random.next() < 0.5 ? { msgId: `ü${'m'.repeat(random.int(80))}${stored}/${refused}` } : {};
        try {
          await bus.publish(subject, new Uint8Array(random.int(2_000)), options);
          stored += 1;
        } catch (error) {
          expect(error).toMatchObject({ code: 'BUS_STREAM_FULL' });
          refused += 1;
        }
      }
      expect(await bus.streamState('small')).toMatchObject({
        firstSeq: 1,
        lastSeq: stored,
        messages: stored,
      });
    },
  );

  test('with a message id it outlives kill -9 of the server and is stored once', async () => {
    const sending = Array.from({ length: 2_000 }, async (_, i) => {
      // In the middle of the burst, so that some are acknowledged, some on their way, some not yet sent.
      if (i === 1_000) nats.signal('SIGKILL');
      return await bus.publish('log.a', text(String(i)), { msgId: `m${i}`, timeoutMs: 30_000 });
    });
    const acks = await Promise.all(sending);
    expect(new Set(acks.map(({ seq }) => seq)).size).toBe(2_000);
    expect((await bus.streamState('log')).messages).toBe(2_000);
    expect(await gauge('weir_bus_in_flight_messages')).toBe(0);
  });

  test('without a message id a lost connection is an unknown outcome at once, not after the timeout', async () => {
    nats.signal('SIGSTOP');
    const published = bus.publish('log.a', text('1'), { timeoutMs: 60_000 });
    const outcome = expect(published).rejects.toMatchObject({ code: 'BUS_TIMEOUT' });
    nats.signal('SIGKILL');
    await outcome;
  });

  test('while NATS is away it waits, and says "not stored" when nothing was sent by the deadline', async () => {
    nats.signal('SIGKILL');
    await eventually('the outage is noticed', () => !bus.isConnected());
    const late = bus.publish('log.a', text('late'), { msgId: 'late', timeoutMs: 30_000 });
    await expect(bus.publish('log.a', text('early'), { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
    });
    expect(await late).toMatchObject({ duplicate: false });
    expect((await bus.streamState('log')).messages).toBe(1);
  });

  test('a frozen server makes it hold no more than its limit', async () => {
    const small = await createTestBus(nats, {
      name: 'small',
      limits: { maxInFlightMessages: 100, maxInFlightBytes: 1_000_000 },
    });
    nats.signal('SIGSTOP');
    const codes = new Map<string, number>();
    const attempt = async (): Promise<void> => {
      await small.publish('log.a', new Uint8Array(20_000), { timeoutMs: 100 }).catch((error: unknown) => {
        const { code } = asWeirError(error);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      });
    };
    await Promise.all(Array.from({ length: 120 }, attempt));
    expect(codes).toEqual(
      new Map([
        ['BUS_BUSY', 70],
        ['BUS_TIMEOUT', 50],
      ]),
    );
    // What timed out still sits in the socket: nothing more is put there until the server answers.
    const sentBefore = small.nc.stats().outBytes;
    codes.clear();
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 40 }, attempt));
    expect(codes).toEqual(new Map([['BUS_UNAVAILABLE', 120]]));
    expect(small.nc.stats().outBytes).toBe(sentBefore);
    nats.signal('SIGCONT');
    expect(await small.publish('log.a', text('after'), { timeoutMs: 20_000 })).toMatchObject({
      duplicate: false,
    });
    expect((await small.streamState('log')).messages).toBe(51);
    await small.close();
  });
});

describe('streams', () => {
  test('ensureStream is idempotent, changes what can be changed, says what cannot', async () => {
    const config = {
      name: 'log',
      subjects: ['log.*'],
      maxBytes: 32 * 1024 * 1024,
      duplicateWindowMs: 60_000,
    };
    await bus.publish('log.a', text('1'));
    await bus.ensureStream(config);
    await bus.ensureStream(config);
    const { config: found, state } = await bus.jsm.streams.info('log');
    expect(found).toMatchObject({
      max_bytes: config.maxBytes,
      duplicate_window: 60e9,
      discard: 'new',
      max_age: 0,
    });
    expect(state.messages).toBe(1);
    await expect(bus.ensureStream({ ...config, storage: 'memory' })).rejects.toMatchObject({
      code: 'BUS_STREAM_INCOMPATIBLE',
    });
  });

  test('more room than the server may promise is refused with what to do', async () => {
    await expect(
      bus.ensureStream({ name: 'vast', subjects: ['vast'], maxBytes: 2 ** 51 }),
    ).rejects.toMatchObject({
      code: 'BUS_STORAGE_INSUFFICIENT',
    });
  });

  test.each([
    [0, 1, 5],
    [1, 1, 5],
    [Number.NaN, 1, 5],
    [2, 2, 4],
    [5, 5, 1],
    [6, 6, 0],
    [100, 100, 0],
  ])('purgeBelow(%d) leaves from %d on, %d messages', async (seq, firstSeq, messages) => {
    for (let i = 0; i < 5; i += 1) await bus.publish('log.a', text(String(i)));
    await bus.purgeBelow('log', seq);
    expect(await bus.streamState('log')).toMatchObject({ firstSeq, messages });
  });

  test('the state of a stream that is not there', async () => {
    await expect(bus.streamState('nothing')).rejects.toMatchObject({ code: 'BUS_STREAM_MISSING' });
  });
});

describe('core messages', () => {
  test('reach every subscriber in order and are dropped, counted, while NATS is away', async () => {
    const seen: string[] = [];
    const subscription = bus.subscribeCore('live.*', ({ subject, data }) => {
      seen.push(`${subject} ${new TextDecoder().decode(data)}`);
    });
    expect(bus.publishCore('live.a', text('1'))).toBe(true);
    expect(bus.publishCore('live.b', text('2'))).toBe(true);
    await eventually('both', () => seen.length === 2);
    expect(seen).toEqual(['live.a 1', 'live.b 2']);
    nats.signal('SIGKILL');
    await eventually('the outage is noticed', () => !bus.isConnected());
    expect(bus.publishCore('live.a', text('lost'))).toBe(false);
    expect(await gauge('weir_bus_core_dropped_total')).toBe(1);
    expect(await gauge('weir_bus_connected_state')).toBe(0);
    await bus.whenConnected();
    expect(await gauge('weir_bus_connected_state')).toBe(1);
    await eventually(
      'the subscription is back',
      () => bus.publishCore('live.a', text('3')) && seen.includes('live.a 3'),
    );
    expect(seen).not.toContain('live.a lost');
    subscription.stop();
  });
});

describe('request and respond', () => {
  const question = createJsonCodec(Type.Object({ a: Type.Integer(), b: Type.Integer() }));
  const answer = createJsonCodec(Type.Object({ sum: Type.Integer() }));

  test('carry checked JSON both ways', async () => {
    bus.respond('add', question, async ({ a, b }) => ({ sum: a + b }));
    expect(await bus.request('add', { a: 2, b: 3 }, answer)).toEqual({ sum: 5 });
  });

  test.each([
    ['a wrong question', { a: 'x' }, /the request is wrong: \/[ab]/],
    ['a handler that throws', { a: 0, b: 0 }, /division by zero/],
    ['a wrong answer', { a: 1, b: 1 }, /the answer is wrong: \/sum/],
  ])('%s is BUS_REQUEST_FAILED for the asker', async (_name, body, message) => {
    bus.respond('calc', question, ({ a }) => {
      if (a === 0) throw new Error('division by zero');
      return { sum: 'many' };
    });
    await expect(bus.request('calc', body, answer)).rejects.toMatchObject({
      code: 'BUS_REQUEST_FAILED',
      message: expect.stringMatching(message),
    });
  });

  test('nobody there is known at once', async () => {
    await expect(bus.request('nobody', {}, answer, 60_000)).rejects.toMatchObject({
      code: 'BUS_REQUEST_FAILED',
    });
  });

  test('a queue shares the requests among its members', async () => {
    const counts = [0, 0];
    for (const member of [0, 1]) {
      bus.respond(
        'shared',
        question,
        () => {
          counts[member] = (counts[member] ?? 0) + 1;
          return { sum: member };
        },
        'workers',
      );
    }
    await Promise.all(
      Array.from({ length: 60 }, async () => await bus.request('shared', { a: 1, b: 1 }, answer)),
    );
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(60);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });
});

describe('the connection', () => {
  test('that cannot be made is BUS_UNAVAILABLE in the time given', async () => {
    const config = { servers: 'nats://127.0.0.1:1', name: 'x', connectTimeoutMs: 300, clock: systemClock };
    await expect(connectBus({ ...config, log: bus.log, metrics: createMetrics() })).rejects.toMatchObject({
      code: 'BUS_UNAVAILABLE',
    });
  });

  test('takes its credentials from the URL as well', async () => {
    const servers = nats.url.replace('//', `//${nats.token}@`);
    const config = { servers, name: 'url', clock: systemClock, log: bus.log, metrics: createMetrics() };
    const other = await connectBus(config);
    expect(await other.streamState('log')).toMatchObject({ messages: 0 });
    await other.close();
    const wrong = { ...config, servers: nats.url.replace('//', '//user:pass@'), connectTimeoutMs: 200 };
    await expect(connectBus(wrong)).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
  });

  test('drops a core message that is larger than the server takes, and goes on', async () => {
    const received: string[] = [];
    const subscription = bus.subscribeCore('live.a', ({ data }) =>
      received.push(new TextDecoder().decode(data)),
    );
    expect(bus.publishCore('live.a', new Uint8Array(9 * 1024 * 1024))).toBe(false);
    expect(bus.publishCore('live.a', text('small'))).toBe(true);
    await eventually('the small one', () => received.length === 1);
    expect(received).toEqual(['small']);
    subscription.stop();
  });

  test('comes back after many kills, and every listener is told each time', async () => {
    let told = 0;
    const listener = bus.onReconnect(() => (told += 1));
    for (let round = 1; round <= 3; round += 1) {
      nats.signal('SIGKILL');
      await eventually('the news', () => told === round);
      expect(await bus.publish('log.a', text(String(round)), { msgId: String(round) })).toMatchObject({
        seq: round,
      });
    }
    listener.stop();
  });

  test.each(['SIGSTOP', 'SIGKILL'] as const)(
    'closes in bounded time after %s and fails what waits',
    async (signal) => {
      nats.signal(signal);
      const waiting = bus.publish('log.a', text('1'), { msgId: 'a', timeoutMs: 120_000 });
      const failure = expect(waiting).rejects.toMatchObject({
        code: expect.stringMatching(/BUS_UNAVAILABLE|BUS_TIMEOUT/),
      });
      // Stopping the supervisor thaws a frozen server, which would then answer; a killed one it would start again.
      if (signal === 'SIGKILL') await nats.stop();
      await bus.close();
      await failure;
      await bus.close();
      await expect(bus.whenConnected()).rejects.toMatchObject({ code: 'BUS_UNAVAILABLE' });
      await expect(bus.publish('log.a', text('1'), { timeoutMs: 50 })).rejects.toMatchObject({
        code: 'BUS_UNAVAILABLE',
      });
      expect(bus.publishCore('live.a', text('1'))).toBe(false);
    },
  );
});
