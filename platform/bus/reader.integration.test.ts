import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SupervisedNats } from '../supervise/nats-server.ts';
import { createTestBus, eventually, startTestNats, type TestServer } from '../testing/servers.ts';
import { systemClock } from '../time/clock.ts';
import { createRandom } from '../time/random.ts';
import type { Bus } from './bus.ts';
import { readFrom, type ReaderMessage, type ReadOptions } from './reader.ts';

let nats: SupervisedNats & TestServer;
let bus: Bus;
let abort: AbortController;

beforeEach(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  abort = new AbortController();
  await bus.ensureStream({ name: 'log', subjects: ['log.*'], maxBytes: 512 * 1024 * 1024 });
});

afterEach(async () => {
  abort.abort();
  nats.signal('SIGCONT');
  await bus.close();
  await nats.stop();
});

const options = (more: Partial<ReadOptions> = {}): ReadOptions => ({
  bus,
  stream: 'log',
  subject: 'log.0',
  fromSeq: 1,
  signal: abort.signal,
  ...more,
});

async function publishAll(subject: string, count: number, bytes = 16): Promise<void> {
  const sending: Promise<unknown>[] = [];
  for (let i = 0; i < count; i += 1) {
    sending.push(bus.publish(subject, numbered(i, bytes), { msgId: `${subject}/${i}`, timeoutMs: 30_000 }));
    if (sending.length >= 200) await Promise.all(sending.splice(0));
  }
  await Promise.all(sending);
}

function numbered(i: number, bytes = 16): Uint8Array {
  const data = new Uint8Array(Math.max(4, bytes));
  new DataView(data.buffer).setUint32(0, i);
  return data;
}

function numberIn({ data }: ReaderMessage): number {
  return new DataView(data.buffer, data.byteOffset).getUint32(0);
}

async function readAll(more: Partial<ReadOptions> = {}): Promise<ReaderMessage[]> {
  const messages: ReaderMessage[] = [];
  for await (const batch of readFrom(options({ untilCaughtUp: true, ...more }))) messages.push(...batch);
  return messages;
}

/** Reads until `count` messages came; the numbers in them. */
async function readNumbers(count: number, more: Partial<ReadOptions> = {}): Promise<number[]> {
  const numbers: number[] = [];
  let lastSeq = 0;
  for await (const batch of readFrom(options(more))) {
    for (const message of batch) {
      if (message.seq <= lastSeq) throw new Error(`sequence ${message.seq} after ${lastSeq}`);
      lastSeq = message.seq;
      numbers.push(numberIn(message));
    }
    if (numbers.length >= count) break;
  }
  return numbers;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('reading', () => {
  test('gives one subject in sequence with position, time and what is behind', async () => {
    const before = Date.now();
    for (const subject of ['log.0', 'log.1', 'log.0', 'log.1', 'log.0'])
      await bus.publish(subject, numbered(0));
    const messages = await readAll();
    expect(messages.map(({ seq, subject, pendingMessages }) => [seq, subject, pendingMessages])).toEqual([
      [1, 'log.0', 2],
      [3, 'log.0', 1],
      [5, 'log.0', 0],
    ]);
    expect(messages[0]?.timestampMs).toBeGreaterThanOrEqual(before);
    expect(messages[0]?.timestampMs).toBeLessThanOrEqual(Date.now());
    expect((await readAll({ fromSeq: 2 })).map(({ seq }) => seq)).toEqual([3, 5]);
    expect((await readAll({ subject: 'log.*', fromSeq: 2 })).map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
    expect(await readAll({ fromSeq: 6 })).toEqual([]);
    expect(await readAll({ subject: 'log.9' })).toEqual([]);
  });

  test('waits for what comes later and gives it at once', async () => {
    const reading = readNumbers(3);
    for (let i = 0; i < 3; i += 1) await bus.publish('log.0', numbered(i));
    expect(await reading).toEqual([0, 1, 2]);
  });

  test('tells once that it has caught up, also when nothing is there', async () => {
    await publishAll('log.0', 700);
    for (const [subject, expected] of [
      ['log.0', 700],
      ['log.5', 0],
    ] as const) {
      let read = 0;
      for await (const batch of readFrom(options({ subject, tellCaughtUp: true }))) {
        read += batch.length;
        if (batch.length === 0) break;
      }
      expect(read).toBe(expected);
    }
  });

  test('keeps to the batch limits', async () => {
    await publishAll('log.0', 500, 1_000);
    const sizes: number[] = [];
    for await (const batch of readFrom(options({ maxBatchMessages: 7, untilCaughtUp: true })))
      sizes.push(batch.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(500);
  });

  test('gives a message above its byte limit too', async () => {
    await bus.publish('log.0', numbered(0, 100));
    await bus.publish('log.0', numbered(1, 3 * 1024 * 1024));
    await bus.publish('log.0', numbered(2, 100));
    expect(await readNumbers(3, { maxBytes: 10_000 })).toEqual([0, 1, 2]);
  });

  test('takes no more than two batches from the server while one is being worked on', async () => {
    await publishAll('log.0', 2_000, 10_000);
    const reader = await createTestBus(nats, { name: 'reader' });
    const received = (): number => reader.nc.stats().inMsgs;
    const batches = readFrom(options({ bus: reader, maxBatchMessages: 50 }));
    const first = await batches.next();
    await eventually('the batch behind it has come', () => received() >= 50);
    // Answers to the reader's own questions come on the same connection, a handful.
    await systemClock.sleep(300);
    expect(received()).toBeLessThan(120);
    expect(first.done).toBe(false);
    const rest = await readNumbers(2_000);
    expect(rest).toEqual(upTo(2_000));
    await batches.return();
    await reader.close();
  });

  test('bounds bytes as well: a slow reader is not drowned in large messages', async () => {
    await publishAll('log.0', 100, 500_000);
    const reader = await createTestBus(nats, { name: 'reader' });
    const batches = readFrom(options({ bus: reader, maxBytes: 2_000_000 }));
    await batches.next();
    await systemClock.sleep(500);
    expect(reader.nc.stats().inBytes).toBeLessThan(5_000_000);
    await batches.return();
    await reader.close();
  });

  test('ends promptly when aborted, and leaves no consumer behind', async () => {
    const reading = readNumbers(1);
    await eventually('the consumer is there', async () => (await consumers()) === 1);
    abort.abort();
    expect(await reading).toEqual([]);
    await eventually('the consumer is gone', async () => (await consumers()) === 0);
    expect(await readNumbers(1)).toEqual([]);
  });

  test('leaves no consumer behind when its user breaks off', async () => {
    await publishAll('log.0', 10);
    await readNumbers(1);
    await eventually('the consumer is gone', async () => (await consumers()) === 0);
  });
});

async function consumers(): Promise<number> {
  return (await bus.jsm.streams.info('log')).state.consumer_count;
}

describe('trouble', () => {
  test('a stream that is not there is said at once', async () => {
    await expect(readAll({ stream: 'nothing' })).rejects.toMatchObject({ code: 'BUS_STREAM_MISSING' });
  });

  test('a consumer that vanishes is made anew without loss or repetition', async () => {
    await publishAll('log.0', 2_000);
    const numbers: number[] = [];
    let vanished = 0;
    for await (const batch of readFrom(options({ maxBatchMessages: 50 }))) {
      numbers.push(...batch.map(numberIn));
      if (numbers.length >= 2_000) break;
      if (vanished === 1 || numbers.length < 500) continue;
      vanished += 1;
      for (const { name } of await bus.jsm.consumers.list('log').next())
        await bus.jsm.consumers.delete('log', name);
    }
    expect(numbers).toEqual(upTo(2_000));
    expect(vanished).toBe(1);
  });

  test('purging below what was read disturbs nothing', async () => {
    await publishAll('log.0', 1_000);
    const numbers: number[] = [];
    for await (const batch of readFrom(options({ maxBatchMessages: 50 }))) {
      numbers.push(...batch.map(numberIn));
      await bus.purgeBelow('log', batch[0]?.seq ?? 1);
      if (numbers.length >= 1_000) break;
    }
    expect(numbers).toEqual(upTo(1_000));
  });

  test('a purge of everything while catching up does not make it wait for what is gone', async () => {
    await publishAll('log.0', 400);
    let read = 0;
    for await (const batch of readFrom(options({ maxBatchMessages: 50, untilCaughtUp: true }))) {
      if (read === 0) await bus.jsm.streams.purge('log');
      read += batch.length;
    }
    expect(read).toBeLessThan(400);
  });

  test('a log that ends before the position is an error, not an endless wait', async () => {
    await publishAll('log.0', 10);
    await expect(readAll({ fromSeq: 12 })).rejects.toMatchObject({
      code: 'BUS_LOG_TRUNCATED',
      details: { stream: 'log', position: 11 },
    });
  });

  test('a log that lost its end while the reader was cut off is an error when it is back', async () => {
    await publishAll('log.0', 10);
    const batches = readFrom(options());
    for (let read = 0; read < 10;) read += (await batches.next()).value?.length ?? 0;
    await bus.jsm.streams.delete('log');
    await bus.ensureStream({ name: 'log', subjects: ['log.*'], maxBytes: 1_000_000 });
    await bus.publish('log.0', numbered(0));
    nats.signal('SIGKILL');
    await expect(batches.next()).rejects.toMatchObject({ code: 'BUS_LOG_TRUNCATED' });
  });

  test('a log that grew again past the position after losing its end is found by the time of the last message', async () => {
    await publishAll('log.0', 10);
    const last = (await readAll()).at(-1);
    const position = { fromSeq: 11, previousTimestampMs: last?.timestampMs ?? 0 };
    expect(await readAll(position)).toEqual([]);
    await bus.jsm.streams.delete('log');
    await bus.ensureStream({ name: 'log', subjects: ['log.*'], maxBytes: 1_000_000 });
    await systemClock.sleep(5);
    for (let i = 0; i < 20; i += 1) await bus.publish('log.0', numbered(i));
    await expect(readAll(position)).rejects.toMatchObject({ code: 'BUS_LOG_TRUNCATED' });
    await bus.jsm.streams.purge('log', { seq: 11 });
    expect(await readAll(position)).toHaveLength(10);
  });
});

describe('exactness', () => {
  test.each([1, 2, 3])(
    'each message once and in order while nats-server is killed and frozen (seed %d)',
    async (seed) => {
      const random = createRandom(seed);
      const count = 3_000;
      const partitions = ['log.0', 'log.1', 'log.2'];
      const reading = partitions.map(
        async (subject) => await readNumbers(count, { subject, maxBatchMessages: 64 }),
      );
      let isDone = false;
      const publishing = Promise.all(
        partitions.map(async (subject) => {
          for (let i = 0; i < count; i += 100) {
            const chunk = Array.from({ length: 100 }, async (_, j) => {
              await publishUntilAcknowledged(subject, i + j);
            });
            await Promise.all(chunk);
          }
        }),
      ).then(() => (isDone = true));
      let kills = 0;
      while (!isDone || kills < 3) {
        await systemClock.sleep(50 + random.int(250));
        if (random.next() < 0.6) {
          nats.signal('SIGKILL');
          kills += 1;
          // Mostly until work goes on; now and then the next blow falls while the server is still getting up.
          if (random.next() < 0.8) await bus.whenConnected();
        } else {
          nats.signal('SIGSTOP');
          await systemClock.sleep(random.int(400));
          nats.signal('SIGCONT');
        }
      }
      await publishing;
      const read = await Promise.all(reading);
      for (const numbers of read) expect(sorted(numbers)).toEqual(upTo(count));
      expect((await bus.streamState('log')).messages).toBe(count * partitions.length);
    },
  );

  test('a server frozen for longer than every heartbeat is read on when it thaws', async () => {
    await publishAll('log.0', 100);
    const reading = readNumbers(200);
    await systemClock.sleep(100);
    nats.signal('SIGSTOP');
    await systemClock.sleep(12_000);
    nats.signal('SIGCONT');
    for (let i = 100; i < 200; i += 1) await publishUntilAcknowledged('log.0', i);
    expect(await reading).toEqual(upTo(200));
  });
});

/** As a careful client does: the same message with the same id, again and again, until it is acknowledged. */
async function publishUntilAcknowledged(subject: string, i: number): Promise<void> {
  for (;;) {
    try {
      await bus.publish(subject, numbered(i), { msgId: `${subject}/${i}`, timeoutMs: 2_000 });
      return;
    } catch {
      await systemClock.sleep(20);
    }
  }
}

/**
 * Chunks of a hundred are sent at once, and what is sent again after an outage may be stored after its neighbours. That
 * the reader keeps the log's order is checked as it reads; sorted, a loss or a repetition shows here.
 */
function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}
