import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { StageEvent } from '../stage/stage.ts';
import { createRecurringMetrics } from './metrics.ts';
import { createRecurringStage, cutColumns, movementColumns } from './recurring-stage.ts';
import type { RecurringState } from './recurring-state.ts';
import { DAY_MS, event, policyWith, START_MS } from './testing/facts.ts';

const tenant: Tenant = {
  id: 'main',
  name: 'Main',
  currency: 'USD',
  timeZone: 'UTC',
  rates: { EUR: 1.1 },
  simulated: false,
  createdAtMs: 0,
  limits: { eventsPerSecond: 1, requestsPerSecond: 1 },
};

/** What ClickHouse would hold: the newest version of each row. Knows how to fail. */
function createWorld() {
  const rows = new Map<string, string[]>();
  const cuts = new Map<string, string[]>();
  let status: string[] | undefined;
  let isDown = false;
  const store: Store = {
    insertRows: (table, columns, tsv) => {
      if (isDown) return Promise.reject(new Error('store is down'));
      for (const line of String(tsv).split('\n')) {
        if (line === '') continue;
        const cells = line.split('\t');
        if (table === 'mrr_status') status = cells;
        else {
          const isCut = table === 'mrr_cuts';
          expect(columns).toEqual(isCut ? cutColumns : movementColumns);
          const held = isCut ? cuts : rows;
          const key = cells.slice(0, isCut ? 8 : 7).join('|');
          if (Number(cells.at(-1)) >= Number(held.get(key)?.at(-1) ?? 0)) held.set(key, cells);
        }
      }
      return Promise.resolve();
    },
    command: (sql, params) => {
      const kept = String(params?.['version']);
      const [held, column] = sql.includes('mrr_cuts') ? ([cuts, 2] as const) : ([rows, 1] as const);
      for (const [key, cells] of held) if (cells[column] !== kept) held.delete(key);
      return Promise.resolve();
    },
    query: () => Promise.resolve([]),
    ping: () => Promise.resolve(true),
  };
  return {
    store,
    down: (value: boolean) => (isDown = value),
    status: () => status,
    count: () => rows.size,
    /** Rows that say something, without their version. */
    told: () =>
      [...rows]
        .filter(([, cells]) => cells.slice(7, -1).some((cell) => cell !== '0'))
        .map(([key, cells]) => `${key} ${cells.slice(7, -1).join(' ')}`)
        .toSorted(),
    /** Months by plan, channel and country that say something. */
    toldCuts: () =>
      [...cuts.values()]
        .filter((cells) => cells.slice(8, -1).some((cell) => cell !== '0'))
        .map((cells) => cells.slice(0, -1).join(' '))
        .toSorted(),
  };
}

type World = ReturnType<typeof createWorld>;

function stageOn(
  world: World,
  policy: { current: MrrPolicy | undefined } = { current: undefined },
  record = { current: tenant },
) {
  return createRecurringStage({
    store: world.store,
    metrics: createRecurringMetrics(createMetrics({ processMetrics: false })),
    tenantOf: () => record.current,
    policyOf: () => policy.current,
  });
}

let seq = 0;
const stored = (
  user: string,
  type: string,
  at: string | number,
  data: object,
  more: object = {},
): StageEvent => ({
  ...event(type, at, data),
  tenant: 'main',
  receivedAtMs: 0,
  content: '',
  user,
  amountBaseMinor: Number.NaN,
  flags: 0,
  partition: 0,
  seq: ++seq,
  idx: 0,
  ...more,
});
const start = (user: string, at: string, unit = 1_000, data: object = {}): StageEvent =>
  stored(user, 'subscription_started', at, { plan: 'pro', unit_amount_minor: unit, ...data });
const upTo = (at: string) => ({ watermarkMs: () => Date.parse(at) });
const never = { watermarkMs: () => Number.NEGATIVE_INFINITY };

/** Events of a few customers over two years, some joined, some late. */
const anyEvents = fc.array(
  fc
    .record({
      user: fc.constantFrom('a', 'b', 'c', 'd', ''),
      other: fc.constantFrom('a', 'b', 'c', 'x'),
      type: fc.constantFrom(
        'subscription_started',
        'subscription_changed',
        'subscription_cancelled',
        'subscription_payment',
        'alias',
      ),
      day: fc.integer({ min: 0, max: 700 }),
      unit: fc.integer({ min: 1, max: 9_000 }),
      plan: fc.constantFrom('basic', 'pro'),
      currency: fc.constantFrom('USD', 'EUR', undefined),
      status: fc.constantFrom('active', 'paused', undefined),
    })
    .map((e) =>
      stored(
        e.user,
        e.type,
        START_MS + e.day * DAY_MS,
        e.type === 'alias'
          ? { previous_id: e.other }
          : { plan: e.plan, unit_amount_minor: e.unit, currency: e.currency, status: e.status },
        { amountMinor: e.unit, currency: e.currency ?? 'USD' },
      ),
    ),
  { minLength: 1, maxLength: 25 },
);
const end = { watermarkMs: () => START_MS + 800 * DAY_MS };

async function play(events: readonly StageEvent[], cuts: readonly number[]): Promise<World> {
  const world = createWorld();
  const stage = stageOn(world);
  let state = stage.create();
  let nowMs = 1_000;
  let at = 0;
  for (const cut of [...cuts, events.length]) {
    const to = Math.min(events.length, Math.max(at, cut));
    stage.apply(state, events.slice(at, to), never);
    at = to;
    await stage.flush(state, ++nowMs);
    // Every round ends with a restart from a snapshot.
    state = stage.decode(stage.encode(state)) ?? expect.fail('the snapshot is not read');
  }
  stage.apply(state, [], end);
  await stage.flush(state, ++nowMs);
  return world;
}

describe('the stage of recurring revenue', () => {
  it('writes the same rows however events are ordered and cut, restarted in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyEvents.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        fc.array(fc.nat(25), { maxLength: 4 }),
        async ([events, shuffled], cuts) => {
          const once = await play(events, []);
          const pieces = await play(
            shuffled,
            cuts.toSorted((a, b) => a - b),
          );
          expect(pieces.told()).toEqual(once.told());
          expect(pieces.toldCuts()).toEqual(once.toldCuts());
          expect(pieces.status()?.slice(0, 7)).toEqual(once.status()?.slice(0, 7));
        },
      ),
      { numRuns: 60 },
    );
  });

  const flushed = async (
    world: World,
    events: readonly StageEvent[],
    context: { watermarkMs(tenant: string): number },
    stage = stageOn(world),
    state: RecurringState = stage.create(),
    nowMs = 1_000,
  ) => {
    stage.apply(state, events, context);
    await stage.flush(state, nowMs);
    return { stage, state };
  };
  const months = (world: World) =>
    world
      .told()
      .filter((line) => line.includes('|1mo|'))
      .map((line) => {
        const [key = '', amounts = ''] = line.split(' ', 1).concat(line.slice(line.indexOf(' ') + 1));
        const parts = key.split('|');
        return `${new Date(Number(parts[3])).toISOString().slice(0, 7)} ${parts[4]} ${amounts.split(' ').slice(0, 9).join(' ')}`;
      });

  it('counts a late event where it belongs', async () => {
    const world = createWorld();
    const { stage, state } = await flushed(
      world,
      [start('a', '2025-03-10T00:00:00Z')],
      upTo('2025-04-10T00:00:00Z'),
    );
    expect(months(world)).toEqual(['2025-03 a 0 1000 0 0 0 0 0 0 1000', '2025-04 a 1000 0 0 0 0 0 0 0 1000']);
    const late = stored('a', 'subscription_started', '2025-02-01T00:00:00Z', {
      plan: 'pro',
      unit_amount_minor: 400,
    });
    await flushed(world, [late], upTo('2025-04-10T00:00:00Z'), stage, state, 2_000);
    expect(months(world)).toEqual([
      '2025-02 a 0 400 0 0 0 0 0 0 400',
      '2025-03 a 400 0 0 600 0 0 0 0 1000',
      '2025-04 a 1000 0 0 0 0 0 0 0 1000',
    ]);
  });

  it('lets time pass: a new month, the end of a trial', async () => {
    const world = createWorld();
    const { stage, state } = await flushed(
      world,
      [
        start('a', '2025-03-10T00:00:00Z'),
        start('b', '2025-03-20T00:00:00Z', 500, { status: 'trialing', trial_end: '2025-04-02T12:00:00Z' }),
      ],
      upTo('2025-03-25T00:00:00Z'),
    );
    expect(months(world)).toEqual(['2025-03 a 0 1000 0 0 0 0 0 0 1000']);
    await flushed(world, [], upTo('2025-04-02T11:00:00Z'), stage, state, 2_000);
    expect(months(world)).toHaveLength(2);
    await flushed(world, [], upTo('2025-04-02T12:00:00Z'), stage, state, 3_000);
    expect(months(world)).toContain('2025-04 b 0 500 0 0 0 0 0 0 500');
  });

  it('tells how far time has come though nothing happens', async () => {
    const world = createWorld();
    const { stage, state } = await flushed(
      world,
      [start('a', '2025-03-10T00:00:00Z')],
      upTo('2025-03-25T00:00:00Z'),
    );
    await flushed(world, [], upTo('2025-03-25T00:02:00Z'), stage, state, 2_000);
    expect(Number(world.status()?.[2])).toBe(Date.parse('2025-03-25T00:02:00Z'));
  });

  it('takes joined identities as one customer, whichever came first', async () => {
    const world = createWorld();
    const events = [
      start('z', '2025-03-10T00:00:00Z', 1_000, { subscription_id: 's1' }),
      start('a', '2025-03-12T00:00:00Z', 300, { subscription_id: 's2' }),
    ];
    const { stage, state } = await flushed(world, events, upTo('2025-03-20T00:00:00Z'));
    expect(months(world)).toHaveLength(2);
    await flushed(
      world,
      [stored('a', 'alias', '2025-03-21T00:00:00Z', { previous_id: 'z' })],
      never,
      stage,
      state,
      2_000,
    );
    expect(months(world)).toEqual(['2025-03 a 0 1300 0 0 0 0 0 0 1300']);
  });

  it('counts what names no customer, and refunds as nothing', async () => {
    const world = createWorld();
    await flushed(
      world,
      [
        start('', '2025-03-10T00:00:00Z'),
        start('a', '2025-03-10T00:00:00Z'),
        stored(
          'a',
          'subscription_payment',
          '2025-03-11T00:00:00Z',
          {},
          { amountMinor: -1_000, currency: 'USD' },
        ),
      ],
      upTo('2025-03-20T00:00:00Z'),
    );
    expect(months(world)).toEqual(['2025-03 a 0 1000 0 0 0 0 0 0 1000']);
    expect(world.status()?.slice(3, 6)).toEqual(['1', '1', '0']);
  });

  it('writes a new policy beside the old one, asks to be flushed for it, and deletes the old', async () => {
    const world = createWorld();
    const policy: { current: MrrPolicy | undefined } = { current: undefined };
    const stage = stageOn(world, policy);
    const events = [
      start('a', '2025-03-10T00:00:00Z', 1_000, { discount_percent: 50, discount_duration: 'repeating' }),
      stored('a', 'subscription_cancelled', '2025-03-20T00:00:00Z', { ends_at: '2025-04-10T00:00:00Z' }),
    ];
    const { state } = await flushed(world, events, upTo('2025-04-20T00:00:00Z'), stage);
    expect(stage.isFlushDue?.(state)).toBe(false);
    expect(months(world)).toEqual(['2025-03 a 0 500 0 0 0 0 0 0 500', '2025-04 a 500 0 0 0 0 -500 0 0 0']);
    policy.current = policyWith({
      version: 1,
      discounts: 'none',
      churnAt: 'cancellation',
      sameMonth: 'each',
    });
    expect(stage.isFlushDue?.(state)).toBe(true);
    await stage.flush(state, 2_000);
    expect(stage.isFlushDue?.(state)).toBe(false);
    expect(months(world)).toEqual(['2025-03 a 0 1000 0 0 0 -1000 0 0 0']);
    expect(world.told().every((line) => line.startsWith('main|1|'))).toBe(true);
    expect(world.status()?.[1]).toBe('1');
  });

  it('follows new rates of the settings', async () => {
    const world = createWorld();
    const record = { current: tenant };
    const stage = stageOn(world, { current: undefined }, record);
    const { state } = await flushed(
      world,
      [start('a', '2025-03-10T00:00:00Z', 1_000, { currency: 'EUR' })],
      upTo('2025-03-20T00:00:00Z'),
      stage,
    );
    const base = () =>
      world
        .told()
        .find((line) => line.includes('|1mo|'))
        ?.split(' ')
        .slice(11);
    expect(base()?.[1]).toBe('1100');
    record.current = { ...tenant, rates: { EUR: 1.2 } };
    expect(stage.isFlushDue?.(state)).toBe(true);
    await stage.flush(state, 2_000);
    expect(base()?.[1]).toBe('1200');
    record.current = { ...tenant, rates: {} };
    await stage.flush(state, 3_000);
    expect(world.status()?.[6]).toBe(`['EUR']`);
  });

  it('writes again what could not be written', async () => {
    const world = createWorld();
    const stage = stageOn(world);
    const state = stage.create();
    stage.apply(state, [start('a', '2025-03-10T00:00:00Z')], upTo('2025-03-20T00:00:00Z'));
    world.down(true);
    await expect(stage.flush(state, 1_000)).rejects.toThrow('down');
    world.down(false);
    await stage.flush(state, 2_000);
    expect(months(world)).toHaveLength(1);
    const count = world.count();
    await stage.flush(state, 3_000);
    expect(world.count()).toBe(count);
  });

  it('forgets a tenant, and reads no snapshot of another version', async () => {
    const world = createWorld();
    const { stage, state } = await flushed(
      world,
      [start('a', '2025-03-10T00:00:00Z')],
      upTo('2025-03-20T00:00:00Z'),
    );
    stage.forget(state, 'main');
    expect(state.books.size).toBe(0);
    expect(stage.decode(Buffer.from([255, 15, 48]))).toBeUndefined();
  });
});
