import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../platform/testing/servers.ts';
import { silentLog } from '../platform/log/log.ts';
import { ensureEventStream } from './adapters/event-stream.ts';
import { createRig, keys, type Rig } from './testing/rig.ts';

let rig: Rig;
afterEach(async () => {
  await rig.close();
});

async function post(events: unknown): Promise<{ status: number; code?: string; retryAfter: string | null }> {
  const response = await fetch(`${rig.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys.main}` },
    body: JSON.stringify(events),
  });
  const { code } = Value.Parse(Type.Object({ code: Type.Optional(Type.String()) }), await response.json());
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ...(code === undefined ? {} : { code }),
  };
}

const numbered = (from: number, to: number, note = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `e${from + i}`,
    source: 's',
    type: 'tip',
    data: { note },
  }));

test('a full log refuses with 503 and keeps what it accepted', async () => {
  rig = await createRig({ logMaxBytes: 1024 * 1024 });
  const accepted: string[] = [];
  let refusal: Awaited<ReturnType<typeof post>> | undefined;
  for (let i = 0; i < 100 && refusal === undefined; i++) {
    const events = numbered(i * 50, i * 50 + 50, 'x'.repeat(1_000));
    const reply = await post(events);
    if (reply.status === 202) accepted.push(...events.map(({ id }) => id));
    else refusal = reply;
  }
  expect(refusal).toEqual({ status: 503, code: 'INGEST_LOG_FULL', retryAfter: '10' });
  expect(accepted.length).toBeGreaterThan(100);
  const stored = new Set((await rig.rows()).map(({ id }) => id));
  expect(accepted.filter((id) => !stored.has(id))).toEqual([]);
});

test('a restart of nats-server under load loses nothing that was acknowledged', async () => {
  rig = await createRig();
  const accepted: string[] = [];
  let next = 0;
  let isDone = false;
  const client = async (): Promise<void> => {
    while (!isDone) {
      const events = numbered(next, next + 20);
      next += 20;
      const { status } = await post(events);
      if (status === 202) accepted.push(...events.map(({ id }) => id));
    }
  };
  const clients = Promise.all([client(), client(), client()]);
  await eventually('some events are in', () => accepted.length > 200);
  rig.nats.signal('SIGKILL');
  const before = accepted.length;
  await eventually('events are accepted again', () => accepted.length > before + 500);
  isDone = true;
  await clients;
  const stored = new Set((await rig.rows()).map(({ id }) => id));
  expect(accepted.filter((id) => !stored.has(id))).toEqual([]);
});

test('a frozen log makes requests fail in bounded time, and events are taken again when it thaws', async () => {
  rig = await createRig({ publishTimeoutMs: 300, publishDeadlineMs: 900 });
  expect(await post(numbered(0, 1))).toMatchObject({ status: 202 });
  rig.nats.signal('SIGSTOP');
  const refused = await post(numbered(1, 2));
  rig.nats.signal('SIGCONT');
  expect(refused).toEqual({ status: 503, code: 'INGEST_LOG_UNAVAILABLE', retryAfter: '2' });
  await eventually('events are taken again', async () => (await post(numbered(1, 2))).status === 202);
});

test('too much pending is refused at once', async () => {
  rig = await createRig({ maxPendingEvents: 10, publishTimeoutMs: 500, publishDeadlineMs: 1_000 });
  rig.nats.signal('SIGSTOP');
  const waiting = post(numbered(0, 8));
  await eventually('the first request is pending', async () => {
    const text = await rig.metrics.text();
    return /^weir_ingest_pending_events 8$/m.test(text);
  });
  expect(await post(numbered(8, 16))).toEqual({ status: 503, code: 'INGEST_BUSY', retryAfter: '1' });
  rig.nats.signal('SIGCONT');
  await waiting;
});

test('draining finishes what was taken and refuses the rest', async () => {
  rig = await createRig({ commitIntervalMs: 200 });
  const taken = post(numbered(0, 5));
  await eventually('the request is pending', async () =>
    /^weir_ingest_pending_events 5$/m.test(await rig.metrics.text()),
  );
  await rig.ingest.drain();
  expect(await taken).toMatchObject({ status: 202 });
  expect(await post(numbered(5, 6))).toMatchObject({ status: 503, code: 'INGEST_STOPPING' });
  expect(await rig.rows()).toHaveLength(5);
});

test('on a small disk the log is smaller, and leaves room for others', async () => {
  const GiB = 1024 ** 3;
  rig = await createRig({}, { maxFileStoreBytes: GiB });
  const { config } = await rig.bus.jsm.streams.info('events');
  expect(config.max_bytes).toBeGreaterThanOrEqual(64 * 1024 * 1024);
  expect(config.max_bytes).toBeLessThanOrEqual(GiB / 4);
  expect(await post(numbered(0, 5))).toMatchObject({ status: 202 });
});

test('the log is at most half of what the disk has free, and never nothing', async () => {
  rig = await createRig();
  const GiB = 1024 ** 3;
  const limitWith = async (freeBytes: number): Promise<number> => {
    await ensureEventStream(
      rig.bus,
      { logMaxBytes: 8 * GiB, duplicateWindowMs: 120_000, freeBytes },
      silentLog,
    );
    return (await rig.bus.jsm.streams.info('events')).config.max_bytes / GiB;
  };
  expect(await limitWith(100 * GiB)).toBe(8);
  expect(await limitWith(4 * GiB)).toBe(2);
  expect(await limitWith(0)).toBe(1 / 16);
});

test('a lower limit than what the log holds deletes nothing', async () => {
  rig = await createRig();
  const events = numbered(0, 100, 'x'.repeat(20_000));
  expect(await post(events)).toMatchObject({ status: 202 });
  await ensureEventStream(rig.bus, { logMaxBytes: 1024 * 1024, duplicateWindowMs: 120_000 }, silentLog);
  expect(await rig.rows()).toHaveLength(100);
  expect(await post(numbered(100, 101))).toMatchObject({ status: 503, code: 'INGEST_LOG_FULL' });
});
