import { describe, expect, test } from 'vitest';
import type { AlertThread, Delivery } from '../../platform/contracts/alert-thread.ts';
import { createRandom } from '../../platform/time/random.ts';
import { openOwner, type Owner, type OwnerPorts, type Taken } from './owner.ts';
import { alert, contextOf, resolved, START_MS, subscription } from './testing/alerts.ts';

const MINUTE_MS = 60_000;

/** What outlives a kill: the snapshot, deliveries on record, rows; and the stream that is read again. */
function createWorld() {
  const stream: Taken[] = [];
  const deliveries = new Map<string, Delivery>();
  const rows = new Map<string, AlertThread>();
  let snapshot: Uint8Array | undefined;
  let effectsLeft = Number.POSITIVE_INFINITY;
  let effects = 0;
  /** A kill before or within an effect; what the effect had done by then stays done. */
  const effect = (): void => {
    effects += 1;
    effectsLeft -= 1;
    if (effectsLeft < 0) throw new Error('killed');
  };
  const ports: OwnerPorts = {
    loadSnapshot: async () => await Promise.resolve(snapshot),
    saveSnapshot: async (bytes) => {
      effect();
      snapshot = await Promise.resolve(bytes);
    },
    queue: async (wanted) => {
      for (const delivery of wanted) {
        effect();
        if (!deliveries.has(delivery.id)) deliveries.set(delivery.id, delivery);
      }
      await Promise.resolve();
    },
    writeThreads: async (threads) => {
      for (const thread of threads) {
        const known = rows.get(thread.id);
        if (known === undefined || known.version <= thread.version) rows.set(thread.id, thread);
      }
      await Promise.resolve();
    },
    confirmLease: async () => {
      effect();
      await Promise.resolve();
    },
  };
  const context = contextOf([
    subscription('a', { where: ['mail', 'slack'] }),
    subscription('b', { when: { mode: 'hourly', hour: 0, weekday: 1 } }),
  ]);
  const open = async (): Promise<Owner> =>
    await openOwner({
      ports,
      contextOf: () => context,
      onMessage: () => {},
      onRowsFailed: (error) => {
        throw error;
      },
      onDamaged: (fault) => {
        throw new Error(fault);
      },
    });
  return {
    stream,
    deliveries,
    rows,
    open,
    killAfter: (count: number) => void (effectsLeft = count),
    effects: () => effects,
  };
}

/** Signals of two hours: fires, more of the same, changes, ends. */
const story: readonly { atMs: number; taken: readonly ReturnType<typeof alert>[] }[] = [
  { atMs: 0, taken: [alert('1'), alert('c1', { dims: { channel: 'c1' } })] },
  { atMs: 3, taken: [alert('r', { kpi: 'total_revenue', severity: 'critical' })] },
  {
    atMs: 20,
    taken: [alert('1', { revision: 2, severity: 'critical' }), alert('t', { kind: 'trend', kpi: 'cats' })],
  },
  { atMs: 40, taken: [resolved('r', 2, { kpi: 'total_revenue' })] },
  { atMs: 70, taken: [resolved('1', 3), resolved('c1', 2, { dims: { channel: 'c1' } })] },
  { atMs: 71, taken: [alert('2')] },
  { atMs: 100, taken: [resolved('2', 2), resolved('t', 2, { kind: 'trend', kpi: 'cats' })] },
];

/** Lives through the story; each kill ends the owner, and another one goes on from what is stored. */
async function live(killAt: readonly number[]) {
  const world = createWorld();
  const kills = [...killAt];
  world.killAfter(kills.shift() ?? Number.POSITIVE_INFINITY);
  let owner = await world.open();
  let died = 0;
  const again = async (): Promise<void> => {
    for (;;) {
      died += 1;
      world.killAfter(kills.shift() ?? Number.POSITIVE_INFINITY);
      try {
        owner = await world.open();
        return;
      } catch (error) {
        if (!(error instanceof Error && error.message === 'killed')) throw error;
      }
    }
  };
  const catchUp = (): void => {
    const { seq } = owner.state.signals;
    const fresh = world.stream.slice(seq);
    if (fresh.length > 0) owner.take('signals', fresh, { seq: world.stream.length, timestampMs: null });
  };
  for (let minute = 0; minute <= 240; minute += 1) {
    const nowMs = START_MS + minute * MINUTE_MS;
    for (const { atMs, taken } of story)
      if (atMs === minute)
        world.stream.push(...taken.map((one) => ({ tenant: 'main', alert: one, atMs: nowMs })));
    for (;;) {
      try {
        catchUp();
        await owner.tick(nowMs);
        break;
      } catch (error) {
        if (!(error instanceof Error && error.message === 'killed')) throw error;
        await again();
      }
    }
  }
  return { ...world, died };
}

/** What each subscriber heard, by delivery, without what time a late restart said it at. */
function heard(deliveries: ReadonlyMap<string, Delivery>) {
  return [...deliveries.values()]
    .map(({ contactId, id, message }) => ({ id, contactId, counts: message.counts, kind: message.kind }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe('the owner of alerts', () => {
  test('killed between any two effects it loses nothing and doubles nothing', async () => {
    const plain = await live([]);
    expect(plain.deliveries.size).toBeGreaterThan(8);
    for (let at = 0; at < plain.effects(); at += 1) {
      const killed = await live([at]);
      expect(killed.died).toBe(1);
      expect(heard(killed.deliveries), `killed at effect ${at}`).toEqual(heard(plain.deliveries));
      const states = (rows: ReadonlyMap<string, AlertThread>) =>
        [...rows].map(([id, { state, alertCount }]) => [id, state, alertCount]);
      expect(states(killed.rows)).toEqual(states(plain.rows));
    }
  });

  test('killed again and again, at effects drawn by chance, it still tells the same', async () => {
    const plain = await live([]);
    const random = createRandom('kills of the owner');
    for (let run = 0; run < 30; run += 1) {
      const kills = Array.from({ length: 12 }, () => random.int(9));
      const killed = await live(kills);
      expect(killed.died).toBeGreaterThan(3);
      expect(heard(killed.deliveries), `kills ${kills.join()}`).toEqual(heard(plain.deliveries));
    }
  });

  test('a restart that comes later decides on more: what was added since is told as well', async () => {
    const minutes = 64;
    const run = async (killAt: number): Promise<{ fired: number; effects: number }> => {
      const world = createWorld();
      world.killAfter(killAt);
      let owner = await world.open();
      for (let minute = 0; minute < minutes; minute += 1) {
        const nowMs = START_MS + minute * MINUTE_MS;
        if (minute < 40) {
          const one = alert(`m${minute}`, { dims: { channel: `c${minute}` } });
          world.stream.push({ tenant: 'main', alert: one, atMs: nowMs });
        }
        try {
          const fresh = world.stream.slice(owner.state.signals.seq);
          if (fresh.length > 0) owner.take('signals', fresh, { seq: world.stream.length, timestampMs: null });
          await owner.tick(nowMs);
        } catch (error) {
          if (!(error instanceof Error && error.message === 'killed')) throw error;
          world.killAfter(Number.POSITIVE_INFINITY);
          owner = await world.open();
        }
      }
      const messages = new Map([...world.deliveries.values()].map(({ message }) => [message.id, message]));
      const ofA = [...messages.values()].filter(({ subscriptionId }) => subscriptionId === 'a');
      return { fired: ofA.reduce((sum, { counts }) => sum + counts.fired, 0), effects: world.effects() };
    };
    const { effects } = await run(Number.POSITIVE_INFINITY);
    for (let at = 0; at < effects; at += 1) expect((await run(at)).fired, `killed at effect ${at}`).toBe(40);
  });

  test('a store that is away does not hold back what is told; its rows are written later', async () => {
    let isAway = true;
    const written: AlertThread[] = [];
    const delivered: Delivery[] = [];
    let failures = 0;
    const owner = await openOwner({
      ports: {
        loadSnapshot: async () => await Promise.resolve(undefined),
        saveSnapshot: async () => {},
        confirmLease: async () => {},
        queue: async (wanted) => void (await Promise.resolve(delivered.push(...wanted))),
        writeThreads: async (threads) => {
          if (isAway) throw new Error('away');
          await Promise.resolve(written.push(...threads));
        },
      },
      contextOf: () => contextOf([subscription('a')]),
      onMessage: () => {},
      onRowsFailed: () => void (failures += 1),
      onDamaged: () => {},
    });
    owner.take('signals', [{ tenant: 'main', alert: alert('1'), atMs: START_MS }], {
      seq: 1,
      timestampMs: START_MS,
    });
    await owner.tick(START_MS + MINUTE_MS);
    expect(delivered).toHaveLength(1);
    expect(failures).toBe(1);
    isAway = false;
    await owner.tick(START_MS + MINUTE_MS + 1_000);
    expect(written.map(({ state }) => state)).toEqual(['firing']);
  });
});
