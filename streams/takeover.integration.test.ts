import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import type { Store } from '../platform/store/store.ts';
import { eventually } from '../platform/testing/servers.ts';
import { systemClock, type Clock } from '../platform/time/clock.ts';
import { anyEvent } from './testing/events.ts';
import { countRows, createRig, type Rig } from './testing/rig.ts';

const LEASE_TTL_MS = 600;

function events(count: number, prefix: string, seed: number): CanonicalEvent[] {
  return fc.sample(anyEvent(3_600_000), { numRuns: count, seed }).map((event, i) => ({
    ...event,
    id: `${prefix}${i}`,
    type: 'video_view',
  }));
}

/** A processor that can be frozen as SIGSTOP does it: no timer fires, nothing reaches the store, until it is thawed. */
function freezable(store: Store): { store: Store; clock: Clock; freeze(): void; thaw(): void } {
  let gate: { readonly promise: Promise<void>; open(): void } | undefined;
  const passed = async (): Promise<void> => {
    while (gate !== undefined) await gate.promise;
  };
  return {
    store: {
      ...store,
      query: async (sql, params, row) => {
        await passed();
        return store.query(sql, params, row);
      },
      insertRows: async (table, columns, tsv, token) => {
        await passed();
        return store.insertRows(table, columns, tsv, token);
      },
    },
    clock: {
      ...systemClock,
      every: (intervalMs, tick) =>
        systemClock.every(intervalMs, () => (gate === undefined ? tick() : undefined)),
    },
    freeze: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = { promise, open: resolve };
    },
    thaw: () => {
      const open = gate;
      gate = undefined;
      open?.open();
    },
  };
}

describe('two processors on one log', () => {
  let rig: Rig;
  let expected = 0;
  const publish = async (count: number, prefix: string, seed: number): Promise<void> => {
    expected += count;
    const made = events(count, prefix, seed);
    for (let i = 0; i < made.length; i += 50) await rig.publish(made.slice(i, i + 50));
  };
  const allStored = (): Promise<void> =>
    eventually(
      'everything is stored',
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) >= expected,
    );
  /** Stored once each, and counted once each: months of all partitions add up to the rows. */
  const exact = async (): Promise<void> => {
    await eventually(
      'windows are written',
      async () =>
        (await countRows(
          rig.store,
          `SELECT toUInt64(sum(s['view_events'])) AS n FROM (SELECT sumMap(sums) AS s FROM kpi FINAL WHERE window = '1mo' AND rollup = 'total')`,
        )) === expected,
    );
    expect(await countRows(rig.store, 'SELECT count() AS n FROM events')).toBe(expected);
    expect(await countRows(rig.store, 'SELECT uniqExact(source, id) AS n FROM events')).toBe(expected);
  };

  beforeAll(async () => {
    rig = await createRig();
  });
  afterAll(async () => rig.close());

  it('take over from each other when one ends, and count each event once', async () => {
    const a = await rig.startStreams({ owner: 'a', leaseTtlMs: LEASE_TTL_MS });
    const b = await rig.startStreams({ owner: 'b', leaseTtlMs: LEASE_TTL_MS });
    await publish(300, 'both', 1);
    await allStored();
    await a.stop();
    await publish(300, 'b-alone', 2);
    await allStored();
    const c = await rig.startStreams({ owner: 'c', leaseTtlMs: LEASE_TTL_MS });
    await b.stop();
    await publish(300, 'c-alone', 3);
    await allStored();
    await exact();
    await c.stop();
  });

  it('keep a frozen owner that wakes up after its leases have run out from storing or counting anything twice', async () => {
    const sleeper = freezable(rig.store);
    const a = await rig.startStreams({ owner: 'a', leaseTtlMs: LEASE_TTL_MS }, sleeper.store, sleeper.clock);
    await publish(200, 'awake', 4);
    await allStored();
    sleeper.freeze();
    await publish(200, 'frozen', 5);
    const b = await rig.startStreams({ owner: 'b', leaseTtlMs: LEASE_TTL_MS });
    await allStored();
    sleeper.thaw();
    await publish(200, 'woken', 6);
    await allStored();
    await exact();
    await a.stop();
    await b.stop();
    await exact();
  });
});
