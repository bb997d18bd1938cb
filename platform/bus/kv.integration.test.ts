import { Type } from '@sinclair/typebox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../log/log.ts';
import type { SupervisedNats } from '../supervise/nats-server.ts';
import { createTestBus, eventually, startTestNats, type TestServer } from '../testing/servers.ts';
import { systemClock } from '../time/clock.ts';
import { createRandom } from '../time/random.ts';
import type { Bus } from './bus.ts';
import { openKv, type Kv, type KvEvent } from './kv.ts';

const schema = Type.Object({ n: Type.Integer(), by: Type.Optional(Type.String()) });
type Value = { n: number; by?: string };

let nats: SupervisedNats & TestServer;
let bus: Bus;
let kv: Kv<Value>;
let lines: string[];

beforeEach(async () => {
  lines = [];
  nats = await startTestNats();
  bus = await createTestBus(nats, {
    log: createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } }),
  });
  kv = await openKv(bus, 'counters', { schema });
});

afterEach(async () => {
  await bus.close();
  await nats.stop();
});

describe('a key', () => {
  test('lives through create, update and delete by revision', async () => {
    expect(await kv.get('a')).toBeUndefined();
    expect(await kv.create('a', { n: 1 })).toEqual({ ok: true, revision: 1 });
    expect(await kv.create('a', { n: 9 })).toEqual({ ok: false, reason: 'conflict' });
    expect(await kv.update('a', { n: 2 }, 1)).toEqual({ ok: true, revision: 2 });
    expect(await kv.update('a', { n: 9 }, 1)).toEqual({ ok: false, reason: 'conflict' });
    expect(await kv.get('a')).toMatchObject({ key: 'a', value: { n: 2 }, revision: 2 });
    expect(await kv.delete('a', 1)).toEqual({ ok: false, reason: 'conflict' });
    expect(await kv.delete('a', 2)).toEqual({ ok: true, revision: 3 });
    expect(await kv.get('a')).toBeUndefined();
    expect(await kv.update('a', { n: 9 }, 2)).toEqual({ ok: false, reason: 'conflict' });
    expect(await kv.create('a', { n: 4 })).toEqual({ ok: true, revision: 4 });
    expect(await kv.put('a', { n: 5 })).toBe(5);
    expect(await kv.delete('never')).toMatchObject({ ok: true });
  });

  test('knows when it was stored', async () => {
    const before = Date.now();
    await kv.put('a', { n: 1 });
    const entry = await kv.get('a');
    expect(entry?.storedAtMs).toBeGreaterThanOrEqual(before - 1);
    expect(entry?.storedAtMs).toBeLessThanOrEqual(Date.now() + 1);
  });

  test.each(['', 'a b', '.a', 'a.', 'a..b', 'a.*', '>', 'ä', 'a\nb'])('named %j is refused', async (key) => {
    await expect(kv.get(key)).rejects.toMatchObject({ code: 'BUS_KEY_INVALID' });
    await expect(kv.put(key, { n: 1 })).rejects.toMatchObject({ code: 'BUS_KEY_INVALID' });
  });

  test('of a bucket with a time to live vanishes', async () => {
    const leases = await openKv(bus, 'leases', { schema, ttlMs: 300 });
    await leases.put('a', { n: 1 });
    expect(await leases.get('a')).toBeDefined();
    await eventually('the entry is gone', async () => (await leases.get('a')) === undefined);
    expect(await leases.create('a', { n: 2 })).toMatchObject({ ok: true });
  });
});

describe('a bucket', () => {
  test('lists live keys and entries, all or filtered', async () => {
    expect(await kv.keys()).toEqual([]);
    for (const key of ['main.a', 'main.b', 'other.a', 'main.gone']) await kv.put(key, { n: key.length });
    await kv.put('main.a', { n: 100 });
    await kv.delete('main.gone');
    expect((await kv.keys()).toSorted()).toEqual(['main.a', 'main.b', 'other.a']);
    expect((await kv.keys('main.*')).toSorted()).toEqual(['main.a', 'main.b']);
    expect((await kv.entries('main.*')).find(({ key }) => key === 'main.a')?.value).toEqual({ n: 100 });
    expect(await kv.entries('nothing.>')).toEqual([]);
  });

  test('keeps history when asked and still reads the newest', async () => {
    const deep = await openKv(bus, 'deep', { schema, history: 5 });
    for (let n = 0; n < 8; n += 1) await deep.put('a', { n });
    expect((await bus.streamState('KV_deep')).messages).toBe(5);
    expect((await deep.get('a'))?.value).toEqual({ n: 7 });
    expect(await deep.entries()).toHaveLength(1);
  });

  test.each([700, 1_000, 1_001, 1_050])(
    'that is full of values of %d bytes refuses and forgets nothing',
    async (bytes) => {
      const small = await openKv(bus, 'small', { schema: Type.String(), maxBytes: 20_000 });
      let stored = 0;
      const fill = async (): Promise<void> => {
        for (; stored < 1_000; stored += 1) await small.put(`k${stored}`, 'x'.repeat(bytes));
      };
      await expect(fill()).rejects.toMatchObject({ code: 'BUS_STREAM_FULL' });
      expect(await small.keys()).toHaveLength(stored);
      for (let i = 0; i < stored; i += 1) await small.put(`k${i}`, 'y'.repeat(bytes));
      expect(new Set((await small.entries()).map(({ value }) => value))).toEqual(
        new Set(['y'.repeat(bytes)]),
      );
      expect(await small.keys()).toHaveLength(stored);
      await small.delete('k0');
      await small.delete('k1');
      await small.put('new', 'z');
      expect(await small.keys()).toHaveLength(stored - 1);
    },
  );

  test('is one any NATS KV client reads', async () => {
    await kv.put('a', { n: 1 });
    const other = await bus.js.views.kv('counters', { bindOnly: true });
    expect((await other.get('a'))?.json()).toEqual({ n: 1 });
    await other.put('b', JSON.stringify({ n: 2 }));
    await other.delete('a');
    expect(await kv.keys()).toEqual(['b']);
  });

  test('opens again with what it held', async () => {
    await kv.put('a', { n: 1 });
    const again = await openKv(bus, 'counters', { schema, history: 3 });
    expect((await again.get('a'))?.value).toEqual({ n: 1 });
  });
});

describe('a value that does not match its schema', () => {
  test('is not written', async () => {
    const wrong: unknown = { n: 'many' };
    await expect(kv.put('a', wrong as Value)).rejects.toMatchObject({
      code: 'BUS_VALUE_INVALID',
      message: expect.stringContaining('counters/a: /n'),
    });
    expect(await kv.get('a')).toBeUndefined();
  });

  test('is an error for who asks for it, and logged and left out elsewhere', async () => {
    await kv.put('good', { n: 1 });
    await bus.publish('$KV.counters.bad', new TextEncoder().encode('{"n":"many"}'));
    await bus.publish('$KV.counters.worse', new Uint8Array([0xff, 0x00]));
    await expect(kv.get('bad')).rejects.toMatchObject({ code: 'BUS_VALUE_INVALID' });
    await expect(kv.get('worse')).rejects.toMatchObject({ code: 'BUS_VALUE_INVALID' });
    expect(await kv.keys()).toEqual(['good']);
    expect(lines.filter((line) => line.includes('left out'))).toHaveLength(2);
    expect(lines.join('')).not.toContain('many');
  });
});

describe('a watch', () => {
  function follow(filter?: string) {
    const abort = new AbortController();
    const events: KvEvent<Value>[] = [];
    const done = (async () => {
      for await (const event of kv.watch(abort.signal, filter)) events.push(event);
    })();
    return {
      events,
      stop: async (): Promise<void> => {
        abort.abort();
        await done;
      },
    };
  }

  test('tells what is there, that it is ready, and then every change', async () => {
    await kv.put('a', { n: 1 });
    const { events, stop } = follow();
    await eventually('ready', () => events.length === 2);
    await kv.put('b', { n: 2 });
    await kv.delete('a');
    await eventually('the changes', () => events.length === 4);
    await stop();
    expect(events).toMatchObject([
      { type: 'put', entry: { key: 'a', value: { n: 1 }, revision: 1 } },
      { type: 'ready' },
      { type: 'put', entry: { key: 'b', value: { n: 2 }, revision: 2 } },
      { type: 'delete', key: 'a', revision: 3 },
    ]);
  });

  test('of an empty bucket is ready at once', async () => {
    const { events, stop } = follow('nothing.*');
    await eventually('ready', () => events.length === 1);
    await stop();
    expect(events).toEqual([{ type: 'ready' }]);
  });

  test('misses nothing while nats-server is killed', async () => {
    const { events, stop } = follow();
    await eventually('ready', () => events.length === 1);
    for (let n = 1; n <= 60; n += 1) {
      if (n % 20 === 0) nats.signal('SIGKILL');
      await kv.put('a', { n });
      await kv.put(`k${n}`, { n });
    }
    await eventually('the last change', () => {
      const last = events.at(-1);
      return last?.type === 'put' && last.entry.key === 'k60';
    });
    await stop();
    const revisions = events.flatMap((event) => (event.type === 'put' ? [event.entry.revision] : []));
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    const keys = new Set(events.flatMap((event) => (event.type === 'put' ? [event.entry.key] : [])));
    expect(keys.size).toBe(61);
    const lastOfA = events.findLast((event) => event.type === 'put' && event.entry.key === 'a');
    expect(lastOfA).toMatchObject({ entry: { value: { n: 60 } } });
    expect(events.filter((event) => event.type === 'ready')).toHaveLength(1);
  });
});

describe('compare-and-set', () => {
  async function increment(store: Kv<Value>, by: string): Promise<void> {
    for (;;) {
      const entry = await store.get('total');
      const next = { n: (entry?.value.n ?? 0) + 1, by };
      const outcome =
        entry === undefined
          ? await store.create('total', next)
          : await store.update('total', next, entry.revision);
      if (outcome.ok) return;
    }
  }

  test('has one winner: many who count together lose no count', async () => {
    const other = await createTestBus(nats, { name: 'other' });
    const stores = [kv, await openKv(other, 'counters', { schema })];
    const workers = Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; i < 25; i += 1) await increment(stores[worker % 2] ?? kv, `w${worker}`);
    });
    await Promise.all(workers);
    expect((await kv.get('total'))?.value.n).toBe(200);
    await other.close();
  });

  test.each([1, 2, 3])(
    'a write that was stored just before a kill is not taken for a lost race (seed %d)',
    async (seed) => {
      const random = createRandom(seed);
      let isDone = false;
      const counting = (async () => {
        let revision = 0;
        for (let n = 1; n <= 300; n += 1) {
          // The only writer: a conflict could only be with itself.
          const outcome =
            n === 1 ? await kv.create('total', { n }) : await kv.update('total', { n }, revision);
          expect(outcome).toMatchObject({ ok: true });
          if (outcome.ok) revision = outcome.revision;
        }
        isDone = true;
      })();
      while (!isDone) {
        await systemClock.sleep(20 + random.int(150));
        nats.signal('SIGKILL');
        await eventually('the server is back', async () => {
          await Promise.race([bus.whenConnected(), counting]);
          return bus.isConnected();
        });
      }
      await counting;
      expect((await kv.get('total'))?.value.n).toBe(300);
      expect((await bus.streamState('KV_counters')).lastSeq).toBe(300);
    },
  );
});
