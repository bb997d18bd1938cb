import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import { decodeRecordBatch } from '../platform/record-batch/record-batch.ts';
import { createFakeClock } from '../platform/time/clock.ts';
import { nextCommit } from './group-commit-policy.ts';
import { createGroupCommit, type EncodedBatch, type GroupCommitConfig } from './group-commit.ts';
import { LANES } from './recent-ids.ts';

const config: GroupCommitConfig = {
  partitions: 2,
  commitIntervalMs: 2,
  flushBytes: 64 * 1024,
  maxInFlightPerPartition: 1,
  maxPendingBytes: 1024 * 1024,
  maxPendingEvents: 1_000,
};

function eventOf(id: string, note = ''): CanonicalEvent {
  return {
    tenant: 'main',
    source: 'test',
    id,
    type: 'tip',
    eventTimeMs: 1,
    receivedAtMs: 2,
    channel: '',
    content: '',
    country: '',
    stream: 'tips',
    user: '',
    amountMinor: 0,
    currency: '',
    amountBaseMinor: 0,
    metrics: [],
    flags: 0,
    dataJson: JSON.stringify({ note }),
  };
}

interface Publish {
  readonly partition: number;
  readonly batch: EncodedBatch;
  readonly ids: readonly string[];
  succeed(): void;
  fail(error: Error): void;
}

/** A group commit whose publishes the test settles by hand. */
function rig(over: Partial<GroupCommitConfig> = {}) {
  const clock = createFakeClock();
  const hasher = createIdentityHasher();
  const publishes: Publish[] = [];
  const commit = createGroupCommit(
    {
      hasher,
      clock,
      publish: async (partition, batch) =>
        await new Promise<void>((resolve, reject) => {
          publishes.push({ partition, batch, ids: idsOf(batch), succeed: resolve, fail: reject });
        }),
    },
    { ...config, ...over },
  );
  const send = (events: readonly CanonicalEvent[]) => {
    const identities = new Uint32Array(events.length * LANES);
    for (const [i, { tenant, source, id }] of events.entries())
      hasher.identity(tenant, source, id, identities, i * LANES);
    const state = { outcome: 'waiting' };
    commit.commit(events, identities).then(
      () => (state.outcome = 'committed'),
      (error: unknown) => (state.outcome = error instanceof WeirError ? error.code : String(error)),
    );
    return state;
  };
  return { clock, commit, publishes, send };
}

function idsOf({ bytes }: EncodedBatch): string[] {
  const batch = decodeRecordBatch(bytes);
  if (typeof batch === 'string') throw new Error(batch);
  const rows = batch.text.toString().trimEnd().split('\n');
  return rows.map((row) => row.split('\t')[2] ?? '');
}

const many = (from: number, to: number, note = '') =>
  Array.from({ length: to - from }, (_, i) => eventOf(`id-${from + i}`, note));

describe('policy', () => {
  const idle = { openEvents: 0, openBytes: 0, isDue: false, sealed: 0, inFlight: 0 };
  test.each([
    ['nothing to do', idle, 'wait'],
    ['young and small', { ...idle, openEvents: 1, openBytes: 100 }, 'wait'],
    ['due', { ...idle, openEvents: 1, openBytes: 100, isDue: true }, 'seal'],
    ['large', { ...idle, openEvents: 9, openBytes: 64 * 1024 }, 'seal'],
    ['a sealed one first', { ...idle, openEvents: 9, openBytes: 1e6, sealed: 1 }, 'publish-sealed'],
    [
      'no place in flight',
      { ...idle, openEvents: 9, openBytes: 1e6, isDue: true, sealed: 2, inFlight: 1 },
      'wait',
    ],
  ] as const)('%s: %s', (_name, state, step) => {
    expect(nextCommit(state, config)).toBe(step);
  });
});

describe('group commit', () => {
  test('publishes the events of many requests together after the interval', async () => {
    const { clock, publishes, send } = rig({ partitions: 1 });
    const states = [send([eventOf('a')]), send([eventOf('b')]), send([eventOf('c')])];
    expect(publishes).toHaveLength(0);
    await clock.advance(2);
    expect(publishes.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
    expect(states.map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting', 'waiting']);
    publishes[0]?.succeed();
    await clock.advance(0);
    expect(states.map(({ outcome }) => outcome)).toEqual(['committed', 'committed', 'committed']);
  });

  test('a request waits for every batch that holds an event of its own', async () => {
    const { clock, publishes, send } = rig();
    const state = send(many(0, 20));
    await clock.advance(2);
    expect(new Set(publishes.map(({ partition }) => partition))).toEqual(new Set([0, 1]));
    publishes[0]?.succeed();
    await clock.advance(0);
    expect(state.outcome).toBe('waiting');
    publishes[1]?.succeed();
    await clock.advance(0);
    expect(state.outcome).toBe('committed');
  });

  test('one failed batch fails the requests that have events in it, and no other', async () => {
    const { clock, publishes, send } = rig({ partitions: 1 });
    const first = send([eventOf('a')]);
    await clock.advance(2);
    const second = send([eventOf('b')]);
    publishes[0]?.fail(new WeirError('INGEST_LOG_FULL', 'full'));
    await clock.advance(2);
    publishes[1]?.succeed();
    await clock.advance(0);
    expect([first.outcome, second.outcome]).toEqual(['INGEST_LOG_FULL', 'committed']);
  });

  test('while a publish is in flight the next batch grows, and goes when it returns', async () => {
    const { clock, publishes, send } = rig({ partitions: 1 });
    send([eventOf('a')]);
    await clock.advance(2);
    for (const id of ['b', 'c', 'd']) {
      send([eventOf(id)]);
      await clock.advance(5);
    }
    expect(publishes).toHaveLength(1);
    publishes[0]?.succeed();
    await clock.advance(0);
    expect(publishes.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c', 'd']]);
  });

  test('a batch of flushBytes does not wait for the interval', async () => {
    const { clock, publishes, send } = rig({ partitions: 1 });
    send(many(0, 100, 'x'.repeat(1_000)));
    expect(publishes).toHaveLength(1);
    await clock.advance(0);
    expect(publishes[0]?.batch.events).toBe(100);
  });

  test('a request larger than a batch becomes several, in order', async () => {
    const { clock, publishes, send } = rig({ partitions: 1, maxInFlightPerPartition: 8 });
    const state = send(many(0, 100, 'x'.repeat(20_000)));
    await clock.advance(2);
    expect(publishes.length).toBeGreaterThan(3);
    expect(publishes.flatMap(({ ids }) => ids)).toEqual(many(0, 100).map(({ id }) => id));
    for (const { batch } of publishes) expect(batch.bytes.length).toBeLessThanOrEqual(512 * 1024);
    for (const publish of publishes) publish.succeed();
    await clock.advance(0);
    expect(state.outcome).toBe('committed');
  });

  test('beyond the bound on events requests are refused, and taken again once there is room', async () => {
    const { clock, publishes, send } = rig({ partitions: 1, maxPendingEvents: 10 });
    const first = send(many(0, 8));
    const second = send(many(8, 12));
    await clock.advance(2);
    expect([first.outcome, second.outcome]).toEqual(['waiting', 'INGEST_BUSY']);
    publishes[0]?.succeed();
    await clock.advance(0);
    expect(send(many(8, 12)).outcome).toBe('waiting');
  });

  test('beyond the bound on bytes requests are refused', async () => {
    const { clock, commit, send } = rig({ partitions: 1, maxPendingBytes: 20_000 });
    send([eventOf('a', 'x'.repeat(30_000))]);
    expect(commit.pendingBytes).toBeGreaterThan(20_000);
    const second = send([eventOf('b')]);
    await clock.advance(0);
    expect(second.outcome).toBe('INGEST_BUSY');
  });

  test('a request above the bound alone still passes when nothing waits', async () => {
    const { clock, publishes, send } = rig({ partitions: 1, maxPendingEvents: 10 });
    const state = send(many(0, 50));
    await clock.advance(2);
    publishes[0]?.succeed();
    await clock.advance(0);
    expect(state.outcome).toBe('committed');
  });

  test('drain publishes at once and ends when all have settled, whether they succeed or fail', async () => {
    const { clock, commit, publishes, send } = rig();
    const states = [send(many(0, 5)), send(many(5, 10))];
    let isDrained = false;
    void commit.drain().then(() => (isDrained = true));
    await clock.advance(0);
    expect(publishes).toHaveLength(2);
    publishes[0]?.succeed();
    await clock.advance(0);
    expect(isDrained).toBe(false);
    publishes[1]?.fail(new Error('gone'));
    await clock.advance(0);
    expect(isDrained).toBe(true);
    expect(states.some(({ outcome }) => outcome === 'waiting')).toBe(false);
    expect([commit.pendingEvents, commit.pendingBytes]).toEqual([0, 0]);
  });

  test('an empty commit is done at once and leaves no timer', async () => {
    const { clock, commit, send } = rig();
    const state = send([]);
    await clock.advance(0);
    expect([state.outcome, clock.pendingTimers()]).toEqual(['committed', 0]);
    await commit.drain();
  });

  test('whatever the order of requests and acknowledgements: committed means all its events were published with success', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('settle' as const), at: fc.nat(), succeeds: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, commit, publishes, send } = rig({ maxPendingEvents: 1e6 });
        const open = new Set<Publish>();
        const durable = new Set<string>();
        const requests: { ids: string[]; state: { outcome: string } }[] = [];
        let next = 0;
        const settle = (publish: Publish, succeeds: boolean): void => {
          open.delete(publish);
          if (succeeds) for (const id of publish.ids) durable.add(id);
          if (succeeds) publish.succeed();
          else publish.fail(new Error('no'));
        };
        const seen = (): void => {
          for (const publish of publishes.splice(0)) open.add(publish);
        };
        for (const step of steps) {
          if (step.kind === 'send') {
            const events = many(next, next + step.count);
            next += step.count;
            requests.push({ ids: events.map(({ id }) => id), state: send(events) });
          } else if (step.kind === 'wait') await clock.advance(step.ms);
          else {
            const publish = [...open][step.at % Math.max(1, open.size)];
            if (publish !== undefined) settle(publish, step.succeeds);
            await clock.advance(0);
          }
          seen();
        }
        void commit.drain();
        for (let i = 0; i < 200 && commit.pendingEvents > 0; i++) {
          seen();
          for (const publish of open) settle(publish, true);
          await clock.advance(3);
        }
        expect(commit.pendingEvents).toBe(0);
        for (const { ids, state } of requests) {
          expect(state.outcome).not.toBe('waiting');
          expect(state.outcome === 'committed').toBe(ids.every((id) => durable.has(id)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
