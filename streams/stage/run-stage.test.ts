import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createFakeClock, type FakeClock } from '../../platform/time/clock.ts';
import type { Lease } from '../../platform/lease/lease.ts';
import { createStageMetrics } from './metrics.ts';
import { endOf, type StagePosition } from './position.ts';
import { runStage, type OwnedStage, type StageConfig, type StageDeps } from './run-stage.ts';
import type { StageEvent, StageViewing } from './stage.ts';
import type { BatchMark } from './stored-events.ts';
import { createLedgerStage } from './testing/ledger-stage.ts';

const config: StageConfig = {
  owner: 'a',
  leaseTtlMs: 10_000,
  storeRetryMs: 100,
  maxOutOfOrdernessMs: 5_000,
  stagePollIntervalMs: 100,
  stageFlushIntervalMs: 300,
  stageSnapshotIntervalMs: 500,
  stageWorkShare: 1,
};

const START_MS = Date.UTC(2026, 2, 2, 10);

/** Batches of a few events over two partitions, times a little out of order, two tenants, some events of a type nobody reads. */
function eventsOf(seed: number, batches: number): StageEvent[] {
  const events: StageEvent[] = [];
  let mixed = seed;
  const random = (below: number): number => {
    mixed = (Math.imul(mixed, 1_103_515_245) + 12_345) >>> 0;
    return (mixed >>> 8) % below;
  };
  for (let seq = 1; seq <= batches; seq++) {
    for (let idx = 0; idx < 1 + random(4); idx++) {
      events.push({
        tenant: random(5) === 0 ? 'other' : 'main',
        source: 's',
        id: `e${seq}-${idx}`,
        type: random(6) === 0 ? 'search_trend' : random(2) === 0 ? 'tip' : 'video_view',
        eventTimeMs: START_MS + seq * 7_000 - random(90_000),
        receivedAtMs: START_MS + seq * 7_000,
        channel: '',
        content: '',
        country: '',
        stream: '',
        user: '',
        amountMinor: 0,
        currency: '',
        amountBaseMinor: Number.NaN,
        flags: 0,
        data: {},
        partition: seq % 2,
        seq,
        idx,
      });
    }
  }
  return events;
}

function isAfter(event: StageEvent, { seq, partition, idx }: StagePosition): boolean {
  if (event.seq !== seq) return event.seq > seq;
  return event.partition === partition ? event.idx > idx : event.partition > partition;
}

/** What outlives a process: stored events, leases, snapshots, written rows. */
interface World {
  readonly clock: FakeClock;
  events: readonly StageEvent[];
  readonly leases: Map<string, { value: Lease; revision: number }>;
  readonly objects: Map<string, Uint8Array>;
  readonly rows: Map<string, string>;
  /** Of the log. */
  epoch: string;
}

function newWorld(events: readonly StageEvent[]): World {
  return {
    clock: createFakeClock(START_MS),
    events,
    leases: new Map(),
    objects: new Map(),
    rows: new Map(),
    epoch: '',
  };
}

interface Life {
  readonly isOver: () => boolean;
  readonly effects: () => number;
  readonly owned: () => OwnedStage | undefined;
  stop(): Promise<void>;
}

/** A process that dies at its effect number `killAt`: before it happens when `early`, else after it. */
function live(
  world: World,
  options: {
    killAt?: number;
    early?: boolean;
    pageRows?: number;
    frontierStep?: number;
    owner?: string;
  } = {},
): Life {
  const { killAt = Number.POSITIVE_INFINITY, early = true, pageRows = 7, frontierStep = 5 } = options;
  const death = new AbortController();
  let effects = 0;
  let frontier = 0;
  let owned: OwnedStage | undefined;
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
  const last = world.events.at(-1)?.seq ?? 0;
  const deps: StageDeps = {
    clock: world.clock,
    log: silentLog,
    metrics: createStageMetrics(createMetrics({ processMetrics: false })),
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
      put: (name, bytes) => effect(() => void world.objects.set(name, bytes)),
      delete: (name) => effect(() => void world.objects.delete(name)),
    },
    frontier: {
      standing: () =>
        effect(() => {
          frontier = Math.min(last, frontier + frontierStep);
          return { upTo: frontier, epoch: world.epoch, bar: Infinity };
        }),
    },
    stored: {
      read: (after, upTo, types) =>
        effect(() => {
          const fresh = world.events.filter(
            (event) => types.includes(event.type) && isAfter(event, after) && event.seq <= upTo,
          );
          const events = fresh.slice(0, pageRows);
          const cut = events.length === pageRows ? events.at(-1) : undefined;
          const position =
            cut === undefined ? endOf(upTo) : { seq: cut.seq, partition: cut.partition, idx: cut.idx };
          return {
            events,
            marks: marksOf(world.events, after, position),
            position,
            viewings: viewingsOf(world.events, after, position),
          };
        }),
      countTo: (position) =>
        effect(() => {
          const counts = new Map<string, number>();
          for (const event of world.events)
            if (!isAfter(event, position)) counts.set(event.tenant, (counts.get(event.tenant) ?? 0) + 1);
          return counts;
        }),
    },
    onOwned: (stage) => {
      owned = stage;
      return () => (owned = undefined);
    },
  };
  const stage = createLedgerStage((rows) =>
    effect(() => {
      for (const [key, value] of rows) world.rows.set(key, value);
    }),
  );
  const run = runStage(deps, stage, { ...config, owner: options.owner ?? 'a' }, death.signal);
  return {
    isOver: () => death.signal.aborted,
    effects: () => effects,
    owned: () => owned,
    stop: async () => {
      death.abort();
      await run;
    },
  };
}

/** As the store sums them: by batch, of those that are whole now and were not before. */
function viewingsOf(events: readonly StageEvent[], after: StagePosition, to: StagePosition): StageViewing[] {
  const sums = new Map<string, StageViewing>();
  const last = (event: StageEvent): StageEvent => ({ ...event, idx: 4_294_967_295 });
  for (const event of events) {
    const { seq, partition, tenant, eventTimeMs } = event;
    if (event.type !== 'video_view' || !isAfter(last(event), after) || isAfter(last(event), to)) continue;
    const key = `${seq}/${partition}/${tenant}`;
    const views = (sums.get(key)?.views ?? 0) + 1;
    sums.set(key, {
      seq,
      partition,
      tenant,
      content: 'v',
      channel: '',
      hour: Math.floor(eventTimeMs / 3_600_000),
      newestMs: eventTimeMs,
      views,
      reactions: 0,
      watched: 0,
      watchMs: 0,
    });
  }
  return [...sums.values()];
}

function marksOf(events: readonly StageEvent[], after: StagePosition, to: StagePosition): BatchMark[] {
  const marks = new Map<string, BatchMark>();
  for (const event of events) {
    const { seq, partition, tenant, eventTimeMs } = event;
    if (seq < after.seq || (seq === after.seq && partition < after.partition) || seq > to.seq) continue;
    const key = `${seq}/${partition}/${tenant}`;
    const mark = marks.get(key);
    const newestMs = Math.max(mark?.newestMs ?? 0, eventTimeMs);
    const isOnPage = isAfter(event, after) && !isAfter(event, to);
    marks.set(key, { seq, partition, tenant, newestMs, rows: (mark?.rows ?? 0) + (isOnPage ? 1 : 0) });
  }
  return [...marks.values()];
}

async function runTo(world: World, life: Life, deadlineMs = 60_000): Promise<void> {
  const last = world.events.at(-1)?.seq ?? 0;
  for (let waited = 0; waited < deadlineMs && !life.isOver(); waited += 50) {
    await world.clock.advance(50);
    const owned = life.owned();
    if (owned?.position === last && owned.pending === 0) {
      await world.clock.advance(1_000);
      return;
    }
  }
  if (!life.isOver()) throw new Error('the stage did not come to the end');
}

async function uninterrupted(events: readonly StageEvent[]): Promise<Map<string, string>> {
  const world = newWorld(events);
  const life = live(world, { pageRows: 1_000, frontierStep: 1_000 });
  await runTo(world, life);
  await life.stop();
  return world.rows;
}

describe('runStage', () => {
  it('writes the same rows whatever effect a process dies at, before or after it', async () => {
    const events = eventsOf(3, 40);
    const expected = await uninterrupted(events);
    expect(expected.get('main/late')).not.toBe('');
    let kills = 0;
    for (const early of [true, false]) {
      for (let killAt = 1; ; killAt++) {
        const world = newWorld(events);
        const life = live(world, { killAt, early });
        await runTo(world, life);
        await life.stop();
        if (life.effects() < killAt) break;
        kills++;
        const heir = live(world, { pageRows: 5, owner: 'b' });
        await world.clock.advance(config.leaseTtlMs + 5_000);
        await runTo(world, heir);
        await heir.stop();
        expect(world.rows, `killed at effect ${killAt}, ${early ? 'before' : 'after'}`).toEqual(expected);
      }
    }
    expect(kills).toBeGreaterThan(40);
  });

  it('comes to the same result however pages and the frontier cut the events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 60 }),
        async (seed, pageRows, frontierStep, killAt) => {
          const events = eventsOf(seed, 25);
          const world = newWorld(events);
          const first = live(world, { pageRows, frontierStep, killAt });
          await runTo(world, first);
          await first.stop();
          const second = live(world, { pageRows: pageRows + 1, frontierStep });
          await runTo(world, second);
          await second.stop();
          expect(world.rows).toEqual(await uninterrupted(events));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('leaves the stage to its owner, and takes over when that is silent for the time of a lease', async () => {
    const world = newWorld(eventsOf(5, 10));
    const owner = live(world, { owner: 'a' });
    const other = live(world, { owner: 'b' });
    await runTo(world, owner);
    expect(other.owned()).toBeUndefined();
    await owner.stop();
    await world.clock.advance(config.leaseTtlMs);
    expect(other.owned()?.position).toBe(10);
    await other.stop();
  });

  it('forgets a tenant in its snapshot too', async () => {
    const world = newWorld(eventsOf(7, 20));
    const life = live(world);
    await runTo(world, life);
    const forgotten = life.owned()?.forget('main');
    await world.clock.advance(1_000);
    await forgotten;
    await life.stop();
    expect(Buffer.from(world.objects.get('stage-ledger') ?? []).toString('latin1')).not.toContain('"main"');
    expect(Buffer.from(world.objects.get('stage-ledger') ?? []).toString('latin1')).toContain('"other"');
  });

  it.each([
    ['goes on where nothing was missed', false],
    ['is built again where something was stored below its position', true],
  ])('after the log lost its end, %s', async (_, isMissed) => {
    const all = eventsOf(11, 24);
    // What another partition stores under numbers that were promised to be complete.
    const missed = all.filter(({ seq }) => seq === 6);
    const world = newWorld(all.filter(({ seq }) => seq <= 18 && seq !== 6));
    const before = live(world);
    await runTo(world, before);
    await before.stop();
    world.events = isMissed ? all : all.filter((event) => !missed.includes(event));
    world.epoch = '9@1';
    const after = live(world, { frontierStep: 100 });
    await runTo(world, after);
    expect(after.owned()?.repair).toBeUndefined();
    await after.stop();
    expect(world.rows).toEqual(await uninterrupted(world.events));
  });

  it('builds the state again when the snapshot is damaged', async () => {
    const events = eventsOf(9, 20);
    const world = newWorld(events);
    const life = live(world);
    await runTo(world, life);
    await life.stop();
    const expected = new Map(world.rows);
    world.rows.clear();
    const object = world.objects.get('stage-ledger');
    object?.set([255], object.length - 1);
    const next = live(world);
    await runTo(world, next);
    await next.stop();
    expect(world.rows).toEqual(expected);
  });
});
