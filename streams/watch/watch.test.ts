import { describe, expect, it } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import { defaultWatchSettings, type WatchSettings } from '../../platform/contracts/anomaly.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import { createFakeClock, type FakeClock } from '../../platform/time/clock.ts';
import { distinctMeasures } from '../directory.ts';
import type { Lease } from '../../platform/lease/lease.ts';
import { createStageMetrics } from '../stage/metrics.ts';
import type { StageDeps } from '../stage/run-stage.ts';
import { streamsSettings } from '../testing/settings.ts';
import { createWatch } from './watch.ts';

const MINUTE = 60_000;
const START_MS = Date.UTC(2026, 4, 4, 6);
const MINUTES = 420;
/** What happens to the two channels for twelve minutes: all lose most of their views, or `b` alone goes dark. */
type Story = 'outage' | 'dark';
const EVENT = [350, 362] as const;

/** Views of a channel in a minute: a level with a little deterministic noise. */
function viewsOf(channel: 'a' | 'b', minute: number, story: Story): number {
  const noise = ((minute * 7919 + (channel === 'a' ? 0 : 3331)) % 17) - 8;
  const level = channel === 'a' ? 300 : 200;
  const isHit = minute >= EVENT[0] && minute < EVENT[1];
  if (isHit && story === 'dark' && channel === 'b') return 0;
  return Math.round((level + noise) * (isHit && story === 'outage' ? 0.2 : 1));
}

/** The table `kpi` of the minutes: what the questions of the watch are answered from. */
function createKpiStore({ story, tables: written }: World, effect: <T>(work: () => T) => Promise<T>): Store {
  const row = (rollup: string, dim: string, minute: number) => ({
    rollup,
    dim,
    start_ms: START_MS + minute * MINUTE,
    s: {
      view_events:
        rollup === 'total'
          ? viewsOf('a', minute, story) + viewsOf('b', minute, story)
          : viewsOf(dim === 'a' ? 'a' : 'b', minute, story),
    },
    lo: {},
    hi: {},
    u: [],
    q: [],
    revision: 0,
  });
  const answer = (sql: string, params: Readonly<Record<string, unknown>>): unknown[] => {
    if (sql.includes('FROM events')) return [];
    if (sql.includes('row_number')) return ['a', 'b'].map((dim) => ({ rollup: 'channel', dim, others: 2 }));
    if (params['window'] !== '1m') return sql.includes('count() AS n') ? [{ start_ms: 0, n: 0 }] : [];
    if (sql.includes('count() AS n')) return [{ start_ms: START_MS, n: MINUTES }];
    const rows: unknown[] = [];
    for (let minute = 0; minute < MINUTES; minute++) {
      const startMs = START_MS + minute * MINUTE;
      if (startMs < Number(params['from']) || startMs >= Number(params['to'])) continue;
      rows.push(row('total', '', minute), row('channel', 'a', minute));
      if (viewsOf('b', minute, story) > 0) rows.push(row('channel', 'b', minute));
    }
    return rows;
  };
  return {
    query: (sql, params, schema) =>
      effect(() => answer(sql, params).map((found) => Value.Decode(schema, found))),
    command: async () => {},
    insertRows: (table, _columns, tsv) =>
      effect(() => {
        const rows = String(tsv).split('\n').filter(Boolean);
        written.set(table, [...(written.get(table) ?? []), ...rows]);
      }),
    ping: async () => true,
  };
}

interface World {
  readonly story: Story;
  readonly clock: FakeClock;
  readonly leases: Map<string, { value: Lease; revision: number }>;
  readonly objects: Map<string, Uint8Array>;
  readonly tables: Map<string, string[]>;
  /** By message id, as the stream keeps them. */
  readonly signals: Map<string, Signal>;
}

const newWorld = (story: Story = 'outage'): World => ({
  story,
  clock: createFakeClock(START_MS + (MINUTES + 10) * MINUTE),
  leases: new Map(),
  objects: new Map(),
  tables: new Map(),
  signals: new Map(),
});

/** A process that dies at its effect number `killAt`, before or after it has happened. */
function live(world: World, killAt = Number.POSITIVE_INFINITY, early = true, settings?: WatchSettings) {
  const death = new AbortController();
  let effects = 0;
  const effect = async <T>(work: () => T): Promise<T> => {
    const mine = ++effects;
    if (death.signal.aborted) throw new Error('dead');
    if (mine === killAt && early) death.abort();
    if (mine === killAt && early) throw new Error('killed before');
    const result = work();
    if (mine === killAt) death.abort();
    if (mine === killAt) throw new Error('killed after');
    return result;
  };
  const metrics = createMetrics({ processMetrics: false });
  const views = kpiCatalogue.filter(({ key }) => key === 'views');
  const watch = createWatch(
    {
      store: createKpiStore(world, effect),
      metrics,
      directory: {
        tenantOf: (id) => ({
          id,
          name: id,
          currency: 'USD',
          timeZone: 'UTC',
          rates: {},
          simulated: false,
          createdAtMs: 0,
          limits: { eventsPerSecond: 1, requestsPerSecond: 1 },
        }),
        kpisOf: () => views,
        measuresOf: () => distinctMeasures(views),
        mrrPolicyOf: () => undefined,
      },
      openRecords: async () => ({
        progress: async () => [
          { partition: 0, logSeq: 9, watermarksMs: { main: START_MS + MINUTES * MINUTE + 20_000 } },
        ],
        settingsOf: () => settings,
      }),
      signals: {
        publish: (signals) =>
          effect(() => {
            for (const signal of signals) {
              expect([...Value.Errors(Signal, signal)]).toEqual([]);
              const id = `${signal.id}/${signal.revision}`;
              // The stream drops a repeated id, so a repeat with other words would be lost: it must be the same.
              expect(world.signals.get(id) ?? signal).toEqual(signal);
              world.signals.set(id, signal);
            }
          }),
        forget: async () => {},
      },
      events: { lastSeqOf: async () => 9 },
    },
    {
      partitions: 1,
      watchSettleMs: 15_000,
      watchDimensionValues: 20,
      watchSignalMaxAgeMs: Number.MAX_SAFE_INTEGER,
      watchMinutesBackMs: Number.MAX_SAFE_INTEGER,
    },
  );
  let isOwned = false;
  const deps: StageDeps = {
    clock: world.clock,
    log: silentLog,
    metrics: createStageMetrics(metrics),
    leases: {
      load: (key) => effect(() => world.leases.get(key)),
      save: (key, value, revision) =>
        effect(() => {
          if ((world.leases.get(key)?.revision ?? 0) !== revision) return 'conflict' as const;
          world.leases.set(key, { value, revision: revision + 1 });
          return revision + 1;
        }),
    },
    snapshots: {
      get: (name) => effect(() => world.objects.get(name)),
      put: (name, bytes) => effect(() => void world.objects.set(name, Uint8Array.from(bytes))),
      delete: (name) => effect(() => void world.objects.delete(name)),
    },
    frontier: { standing: async () => ({ upTo: 0, epoch: '', bar: Infinity }) },
    stored: {
      read: () => Promise.reject(new Error('the watch reads no events')),
      countTo: () => Promise.reject(new Error('the watch reads no events')),
    },
    onOwned: () => {
      isOwned = true;
      return () => (isOwned = false);
    },
  };
  const run = watch.run(deps, { ...streamsSettings({ owner: 'test' }), stageWorkShare: 1 }, death.signal);
  return {
    effects: () => effects,
    isOver: () => death.signal.aborted,
    isOwned: () => isOwned,
    /** Lets it work until nothing is left to be judged. */
    settle: async (): Promise<void> => {
      let before = -1;
      for (let rounds = 0, still = 0; still < 40 && rounds < 2_000 && !death.signal.aborted; rounds++) {
        await world.clock.advance(250);
        const now = world.tables.get('expectations')?.length ?? 0;
        still = now === before && now > 0 ? still + 1 : 0;
        before = now;
      }
    },
    stop: async (): Promise<void> => {
      death.abort();
      await run;
    },
  };
}

/** The newest version of each episode: its columns, by id. */
function episodes(world: World): Map<string, string[]> {
  const newest = new Map<string, string[]>();
  for (const row of world.tables.get('anomalies') ?? []) {
    const cells = row.split('\t');
    const id = cells[2] ?? '';
    if (Number(cells.at(-1)) >= Number(newest.get(id)?.at(-1) ?? 0)) newest.set(id, cells);
  }
  return newest;
}

const loud: WatchSettings = { ...defaultWatchSettings, falseAlarmsPerWeek: 20 };

describe('the watch', () => {
  const during = (world: World): string[][] =>
    [...episodes(world).values()].filter((cells) => {
      const minute = (Number(cells[1]) - START_MS) / MINUTE;
      return minute >= EVENT[0] && minute < EVENT[1];
    });

  it('tells an outage once and once that it is over; the total stands for its parts and is explained by them', async () => {
    const world = newWorld('outage');
    const process = live(world, undefined, true, loud);
    await process.settle();
    await process.stop();
    const total = during(world).find((cells) => cells[5] === 'total');
    expect(total?.[7]).toBe('resolved');
    for (const part of during(world).filter((cells) => cells[5] === 'channel'))
      expect(part[18]).toBe(total?.[2]);
    const { dimensions } = JSON.parse(total?.[19] ?? '{}');
    const values = dimensions[0].contributions.slice(0, 2).map(({ value }: { value: string }) => value);
    expect(values).toEqual(['a', 'b']);
    const told = [...world.signals.values()].filter(({ id }) => id === total?.[2]);
    expect(told.filter(({ state }) => state === 'resolved')).toHaveLength(1);
    expect(told[0]).toMatchObject({
      kind: 'anomaly',
      kpi: 'views',
      dims: {},
      state: 'firing',
      isGood: false,
    });
  });

  it('explains the total by the channel that went dark', async () => {
    const world = newWorld('dark');
    const process = live(world, undefined, true, loud);
    await process.settle();
    await process.stop();
    const total = during(world).find((cells) => cells[5] === 'total');
    const { dimensions } = JSON.parse(total?.[19] ?? '{}');
    expect(dimensions[0].contributions[0]).toMatchObject({ value: 'b', observed: 0 });
    expect(dimensions[0].contributions[0].share).toBeGreaterThan(0.9);
    const parts = during(world).filter((cells) => cells[5] === 'channel');
    expect(parts.map((cells) => cells[6])).toEqual(['b']);
  });

  it('comes to the same episodes and signals whatever effect a process dies at', async () => {
    const whole = newWorld();
    const uninterrupted = live(whole, undefined, true, loud);
    await uninterrupted.settle();
    const total = uninterrupted.effects();
    await uninterrupted.stop();
    const expected = episodes(whole);
    expect(expected.size).toBeGreaterThan(0);
    for (const early of [true, false]) {
      for (let killAt = 1; killAt <= Math.min(total, 60); killAt += 3) {
        const world = newWorld();
        const first = live(world, killAt, early, loud);
        await first.settle();
        await first.stop();
        const second = live(world, undefined, true, loud);
        await second.settle();
        await second.stop();
        const what = `killed at effect ${killAt}, ${early ? 'before' : 'after'}`;
        expect(episodes(world), what).toEqual(expected);
        expect(world.signals, what).toEqual(whole.signals);
      }
    }
  }, 60_000);

  it('tells nothing where the detector is switched off', async () => {
    const world = newWorld();
    const process = live(world, undefined, true, { ...defaultWatchSettings, falseAlarmsPerWeek: 0 });
    await process.settle();
    await process.stop();
    expect(world.tables.get('anomalies') ?? []).toEqual([]);
    expect(world.signals.size).toBe(0);
  });
});
