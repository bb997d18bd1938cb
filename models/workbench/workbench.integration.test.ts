import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelBooks, bookProducts } from '../../ingest/simulate/books.ts';
import { createSimulator } from '../../ingest/simulate/simulator.ts';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { openKv } from '../../platform/bus/kv.ts';
import {
  AllocationAnswer,
  allocateSubject,
  AllocationBasis,
  AllocationPlanRecord,
} from '../../platform/contracts/allocation-plan.ts';
import {
  PriceAnswer,
  PriceOffer,
  PriceTestList,
  priceTestSubject,
  PriceTestView,
  PricingBasis,
  quoteSubject,
  SubscriptionAnswer,
  subscriptionSubject,
  VideoAnswer,
  videoSubject,
} from '../../platform/contracts/pricing.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createLog } from '../../platform/log/log.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createTestBus, startTestNats } from '../../platform/testing/servers.ts';
import { createFakeClock, systemClock } from '../../platform/time/clock.ts';
import { runTask } from '../service/run-task.ts';
import type { TaskDeps } from '../tasks/task.ts';
import { createBasesTask } from './bases-task.ts';
import { createPlanTask } from './plan-task.ts';
import { startWorkbenches } from './responders.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 1, 12, 12);
const simulated = { seed: 'bench', ratePerSecond: 100, startMs: NOW_MS };

let home = '';
let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let store: ClickHouseStore;
let workbenches: { stop(): Promise<void> };
const tenant = newTenant('main', 'Main', false, NOW_MS);
const other = newTenant('other', 'Other', false, NOW_MS);

const taskDeps = (): TaskDeps => ({
  bus,
  store,
  clock: createFakeClock(NOW_MS),
  log: createLog({ level: 'error' }),
});

async function run(task: ReturnType<typeof createPlanTask>, of: typeof tenant, params: unknown) {
  return await runTask(taskDeps(), task, of, params, {
    backend: 'cpu',
    maxHeapBytes: 512 * 1024 * 1024,
    signal: new AbortController().signal,
    progress: () => undefined,
    confirm: async () => undefined,
  });
}

const ask = async <T extends Parameters<typeof createJsonCodec>[0]>(
  subject: string,
  body: unknown,
  schema: T,
) => await bus.request(subject, body, createJsonCodec(schema), 15_000);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-workbench-'));
  nats = await startTestNats();
  const log = createLog({ level: 'error' });
  const metrics = createMetrics({ processMetrics: false });
  bus = await createTestBus(nats, { log, metrics });
  store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  await fillEvents();
  await fillWindows();
  workbenches = await startWorkbenches({ bus, clock: systemClock, metrics });
}, 60_000);
afterAll(async () => {
  await workbenches.stop();
  await store.close();
  await bus.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

/** The books of the demo, and two days of views, ads and publications, as the processors would have written them. */
async function fillEvents(): Promise<void> {
  const columns = [
    'partition',
    'seq',
    'idx',
    'tenant',
    'source',
    'id',
    'type',
    'time',
    'received_at',
    'channel',
    'content',
  ].concat(['country', 'stream', 'user', 'amount_minor', 'currency', 'amount_base_minor', 'flags', 'data']);
  const simulator = createSimulator(simulated);
  const book = simulator
    .book(NOW_MS - 3 * DAY_MS)
    .filter(({ type }) => type.endsWith('_report') || type === 'competitor_price');
  const past = [...simulator.history(NOW_MS - 3 * DAY_MS, NOW_MS - DAY_MS)].flat();
  const rows = [...book, ...past].map(({ data, id, source, time, type }, i) => {
    const text = (name: string): string => {
      const value = data[name];
      return typeof value === 'string' ? value : '';
    };
    const at = new Date(time).toISOString().slice(0, 23).replace('T', ' ');
    const minor = Number(data['amount_minor'] ?? 0);
    return [
      0,
      1,
      i,
      'main',
      source,
      id,
      type,
      at,
      at,
      text('channel_id'),
      text('content_id'),
      text('country'),
      // As ingest does it.
      text('stream') || (eventCatalogue.find((each) => each.type === type)?.stream ?? ''),
    ]
      .concat(['', minor, minor === 0 ? '' : 'USD', minor, 0, JSON.stringify(data)])
      .join('\t');
  });
  await store.insertRows('events', columns, `${rows.join('\n')}\n`);
}

/** Twenty whole days of three streams and an hour-of-day rhythm of views. */
async function fillWindows(): Promise<void> {
  const columns = [
    'tenant',
    'window',
    'rollup',
    'window_start',
    'dim',
    'part',
    'sums',
    'mins',
    'maxs',
    'uniques',
    'revision',
    'version',
  ];
  const at = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const rows: string[] = [];
  const add = (window: string, rollup: string, startMs: number, dim: string, sums: string): void =>
    void rows.push(['main', window, rollup, at(startMs), dim, 0, sums, '{}', '{}', '{}', 0, 1].join('\t'));
  const today = Math.floor(NOW_MS / DAY_MS) * DAY_MS;
  for (let day = 1; day <= 20; day++) {
    const startMs = today - day * DAY_MS;
    add('1d', 'total', startMs, '', "{'revenue':100000}");
    add('1d', 'stream', startMs, 'ads', "{'revenue':900000}");
    add('1d', 'stream', startMs, 'product_sales', "{'revenue':80000}");
    add('1d', 'stream', startMs, 'tips', `{'revenue':${60_000 - 1_500 * day}}`);
    add('1d', 'stream', startMs, 'memberships', `{'revenue':${90_000 + 500 * (day % 3)}}`);
    for (let hour = 0; hour < 24; hour++)
      add('1h', 'total', startMs + hour * 3_600_000, '', `{'view_events':${hour === 19 ? 900 : 100}}`);
  }
  await store.insertRows('kpi', columns, `${rows.join('\n')}\n`);
}

describe('the workbenches', () => {
  test('a tenant whose history was not read yet is told so', async () => {
    await expect(
      ask(allocateSubject, { tenant: 'main', kind: 'content', question: {} }, AllocationAnswer),
    ).rejects.toThrow(/has not been read/);
    await expect(
      ask(quoteSubject, { tenant: 'main', question: { product: 'x' } }, PriceAnswer),
    ).rejects.toThrow(/has not been read/);
  });

  test('a tenant with nothing gets empty bases and an error in words, not a number', async () => {
    expect(await run(createBasesTask(), other, {})).toMatchObject({ outcome: 'done' });
    await expect(
      ask(allocateSubject, { tenant: 'other', kind: 'content', question: {} }, AllocationAnswer),
    ).rejects.toThrow(/no channel with revenue/);
  });

  test('what is due: a tenant with events and without a basis, once', async () => {
    const task = createBasesTask();
    const wishes = await task.due(taskDeps(), [tenant, other]);
    expect(wishes.map((each) => each.tenant)).toEqual(['main']);
    // The other has no events, or none any more: what was read of it is forgotten.
    const read = await openKv(bus, buckets.allocationBases, { schema: AllocationBasis });
    expect(await read.keys('other.*')).toEqual([]);
    expect((await run(task, tenant, {})).detail).toMatch(/12 channels, 4 products, 12 channels with views/);
    expect(await task.due(taskDeps(), [tenant])).toEqual([]);
  });

  test('responses are read from the books near their truth, and forecast better than no resource', async () => {
    const bases = await openKv(bus, buckets.allocationBases, { schema: AllocationBasis });
    const basis = (await bases.get('main.marketing'))?.value;
    expect(basis?.reportedWeeks).toBe(104);
    expect(basis?.channels.every(({ responses }) => responses['promotion']?.origin === 'history')).toBe(true);
    expect(basis?.backtest?.wape ?? 1).toBeLessThan(basis?.backtest?.wapeWithout ?? 0);
    // For its size finance answers to promotion more than twice as strongly as gaming: that is the truth of the books.
    const truth = (channel: string): number =>
      channelBooks('bench', 80)
        .find((each) => each.channel === channel)
        ?.responses.find(({ resource }) => resource === 'promotion')?.scaleMinor ?? 0;
    expect(truth('ledger-lane') / truth('save-point')).toBeGreaterThan(0.4);
    const answer = await ask(
      allocateSubject,
      { tenant: 'main', kind: 'marketing', question: { riskTolerance: 10 } },
      AllocationAnswer,
    );
    const row = (channel: string) => answer.rows.find((each) => each.channel === channel);
    const more = (channel: string): number => (row(channel)?.proposed ?? 0) / (row(channel)?.current ?? 1);
    expect(more('ledger-lane')).toBeGreaterThan(more('save-point'));
  });

  test('an allocation is certified, beats today and the rule, keeps what is fixed, and is the same each time', async () => {
    const question = { fixed: { 'patch-day': { promotion: 12_345 } }, riskTolerance: 10 };
    const body = { tenant: 'main', kind: 'content', question };
    const answer = await ask(allocateSubject, body, AllocationAnswer);
    expect(answer.certificate.gap ?? 1).toBeLessThanOrEqual(1e-4);
    const named = (name: string) => answer.candidates.find((each) => each.name === name)?.expected ?? NaN;
    expect(named('best expected return')).toBeGreaterThan(named('proportional rule'));
    expect(named('best expected return')).toBeGreaterThan(named('current'));
    const fixed = answer.rows.find((each) => each.channel === 'patch-day' && each.resource === 'promotion');
    expect(fixed?.proposed).toBeCloseTo(12_345, 6);
    expect(fixed?.isFixed).toBe(true);
    const again = await ask(allocateSubject, body, AllocationAnswer);
    expect({ ...again, computedAtMs: 0 }).toEqual({ ...answer, computedAtMs: 0 });
    for (const { total, used } of answer.resources) expect(used).toBeLessThanOrEqual(total * (1 + 1e-9));
  });

  test('contradictory limits and unknown names are said by name', async () => {
    const bad = async (question: object) =>
      await ask(allocateSubject, { tenant: 'main', kind: 'marketing', question }, AllocationAnswer);
    await expect(bad({ minShare: 0.1 })).rejects.toThrow(/floors of all channels sum to/);
    await expect(bad({ bounds: { 'patch-day': { promotion: [500, 100] } } })).rejects.toThrow(
      /patch-day, promotion: floor .* above ceiling 100/,
    );
    await expect(bad({ fixed: { nobody: { promotion: 1 } } })).rejects.toThrow(
      /fixed.nobody: there is no such channel/,
    );
    await expect(bad({ totals: { gold: 1 } })).rejects.toThrow(/totals.gold/);
  });

  test('a revenue plan: channels, money, mix and prices at once, certified; nobody above 60%, or it is said that it cannot be', async () => {
    const body = { tenant: 'main', kind: 'revenue', question: {} };
    await expect(
      ask(allocateSubject, { ...body, question: { maxStreamShare: 0.6 } }, AllocationAnswer),
    ).rejects.toThrow(/ads brings .*% of the revenue even when the others get all they may/);
    const answer = await ask(allocateSubject, body, AllocationAnswer);
    expect(answer.notes.join()).toMatch(/ads brings .* is out of reach in this period/);
    expect(answer.certificate.gap ?? 1).toBeLessThanOrEqual(1e-3);
    expect(answer.largest.share ?? 1).toBeLessThanOrEqual((answer.largest.currentShare ?? 0) + 1e-6);
    expect(new Set(answer.rows.map(({ resource }) => resource))).toEqual(
      new Set(['content_budget', 'production_hours', 'promotion', 'mix']),
    );
    const named = (name: string) => answer.candidates.find((each) => each.name === name)?.expected ?? NaN;
    expect(named('best expected return')).toBeGreaterThan(named('current'));
    expect(answer.growthTarget).toBe(0.15);
    // An elasticity below −1: revenue grows with a lower price, as far as the margin allows.
    const workbook = answer.moves?.find(({ product }) => product === 'workbook');
    expect(workbook?.multiplier).toBeLessThanOrEqual(1);
    expect(workbook?.stream).toBe('product_sales');
    expect(answer.moves?.every(({ gain }) => gain >= 0)).toBe(true);
    // Of the feed's two days, revenue by channel and stream.
    const bases = await openKv(bus, buckets.allocationBases, { schema: AllocationBasis });
    const earned = (await bases.get('main.revenue'))?.value.revenue?.earned ?? [];
    expect(earned.filter(({ channel, stream }) => stream === 'ads' && channel !== '').length).toBe(12);
    const held = await ask(
      allocateSubject,
      { ...body, question: { maxStreamShare: 0.78, prices: { workbook: 1.05 } } },
      AllocationAnswer,
    );
    expect(held.largest.share ?? 1).toBeLessThanOrEqual(0.78 + 1e-6);
    expect(held.moves?.find(({ product }) => product === 'workbook')?.setBy).toBe('held');
  });

  test('a plan is kept once however often its job is repeated, with 100,000 scenarios', async () => {
    const params = {
      id: 'plan_abcdefgh12345678',
      name: 'Spring',
      kind: 'marketing',
      question: {},
      scenarios: 100_000,
      createdBy: 'u1',
    };
    expect(await run(createPlanTask(), tenant, params)).toMatchObject({ outcome: 'done' });
    expect(await run(createPlanTask(), tenant, params)).toMatchObject({ outcome: 'done' });
    const plans = await openKv(bus, buckets.plans, { schema: AllocationPlanRecord });
    const kept = await plans.entries('main.*');
    expect(kept.length).toBe(1);
    expect(kept[0]?.value.answer.scenarios).toBe(100_000);
    expect(kept[0]?.value.answer.histogram.proposed.reduce((a, b) => a + b, 0)).toBe(100_000);
    expect((await run(createPlanTask(), tenant, { ...params, scenarios: -1 })).outcome).toBe('failed');
    const revenue = {
      ...params,
      id: 'plan_revenue123456789',
      kind: 'revenue',
      question: { riskTolerance: 10 },
      scenarios: 10_000,
    };
    expect(await run(createPlanTask(), tenant, revenue)).toMatchObject({ outcome: 'done' });
    const answer = (await plans.get('main.plan_revenue123456789'))?.value.answer;
    expect(answer?.scenarios).toBe(10_000);
    const chosen = answer?.candidates.find(({ isChosen }) => isChosen);
    expect((chosen?.risk.mean ?? 0) / (chosen?.expected ?? 1)).toBeCloseTo(1, 2);
  });

  test('a kept plan is watched: what is read anew outside of what it allowed for is told once, and resolved when the plan is gone', async () => {
    const plans = await openKv(bus, buckets.plans, { schema: AllocationPlanRecord });
    const kept = (await plans.get('main.plan_abcdefgh12345678'))?.value;
    if (kept === undefined) throw new Error('the plan of the test before is not there');
    const [first, ...others] = kept.answer.triggers;
    if (first === undefined) throw new Error('the plan has no trigger');
    const signals = async () =>
      await store.query(
        'SELECT id, toString(state) AS state, link FROM signals WHERE kind = {kind:String} ORDER BY revision',
        { kind: 'forecast' },
        Type.Object({ id: Type.String(), state: Type.String(), link: Type.String() }),
      );
    // The history reads as it did: nothing is told.
    expect(await run(createBasesTask(), tenant, {})).toMatchObject({ outcome: 'done' });
    expect(await signals()).toEqual([]);
    const strict = { ...first, above: first.below, below: 0 };
    await plans.put('main.plan_abcdefgh12345678', {
      ...kept,
      answer: { ...kept.answer, triggers: [strict, ...others] },
    });
    for (let again = 0; again < 2; again++) await run(createBasesTask(), tenant, {});
    expect(await signals()).toMatchObject([
      { state: 'firing', link: '/allocation/plans/plan_abcdefgh12345678' },
    ]);
    await plans.delete('main.plan_abcdefgh12345678');
    await run(createBasesTask(), tenant, {});
    expect((await signals()).map(({ state }) => state)).toEqual(['firing', 'resolved']);
  });

  test('elasticities hold the truth of the books; the price they lead to is inside what was seen', async () => {
    const prices = await openKv(bus, buckets.pricingBases, { schema: PricingBasis });
    const products = (await prices.get('main'))?.value.products ?? [];
    for (const { elasticity, product } of bookProducts) {
      const found = products.find((each) => each.product === product)?.elasticity;
      expect(Math.abs((found?.value ?? 0) - elasticity)).toBeLessThan(
        Math.max(0.25, 3 * (found?.error ?? 0)),
      );
    }
    for (const { cross, product } of bookProducts) {
      const found = products.find((each) => each.product === product)?.competition;
      expect(found?.competitors.map(({ weeks }) => weeks)).toEqual([104, 104]);
      expect(Math.abs((found?.cross?.value ?? NaN) - cross)).toBeLessThan(
        Math.max(0.15, 3.5 * (found?.cross?.error ?? 0)),
      );
    }
    const moved = await ask(
      quoteSubject,
      { tenant: 'main', question: { product: 'preset-bundle', competitorMove: -0.2 } },
      PriceAnswer,
    );
    const still = await ask(
      quoteSubject,
      { tenant: 'main', question: { product: 'preset-bundle' } },
      PriceAnswer,
    );
    // Cross elasticity .9: competitors 20% cheaper leave .8^.9 = 82% of the volume.
    expect(moved.current.volume.expected / still.current.volume.expected).toBeCloseTo(0.8 ** 0.9, 1);
    const quote = await ask(
      quoteSubject,
      { tenant: 'main', question: { product: 'field-guide', price: 13 } },
      PriceAnswer,
    );
    expect(quote.objective).toBe('margin');
    expect(quote.best.price).toBeLessThanOrEqual(quote.bounds[1]);
    expect(quote.best.margin.expected).toBeGreaterThanOrEqual(quote.current.margin.expected);
    expect(quote.asked?.price).toBe(13);
    await expect(
      ask(quoteSubject, { tenant: 'main', question: { product: 'nothing' } }, PriceAnswer),
    ).rejects.toThrow(/no product nothing/);
    await expect(
      ask(
        quoteSubject,
        { tenant: 'main', question: { product: 'field-guide', bounds: [90, 100] } },
        PriceAnswer,
      ),
    ).rejects.toThrow(/no price is both allowed/);
  });

  test('a video: RPM learned, breaks at least 150 s apart, published before the busy hour', async () => {
    const answer = await ask(
      videoSubject,
      { tenant: 'main', question: { channel: 'ledger-lane', lengthS: 900, breakLoss: 0.02 } },
      VideoAnswer,
    );
    expect(answer.category).toBe('finance');
    expect(answer.isPrior).toBe(false);
    expect(answer.blendedRpm).toBeGreaterThan(0);
    for (const [i, s] of answer.adBreaks.atS.entries())
      expect(s - (answer.adBreaks.atS[i - 1] ?? 0)).toBeGreaterThanOrEqual(150);
    expect(answer.adBreaks.value).toBeGreaterThanOrEqual(answer.adBreaks.valueWithout);
    expect(answer.publish.days).toBeGreaterThanOrEqual(14);
    expect(answer.publish.best[0]?.hour).toBe(19);
    const short = await ask(
      videoSubject,
      { tenant: 'main', question: { channel: 'ledger-lane', lengthS: 200 } },
      VideoAnswer,
    );
    expect(short.adBreaks.atS).toEqual([]);
    expect(short.adBreaks.note).toMatch(/shorter than 480 s/);
  });

  test('a price test: offers are counted before they are told, an outcome counts once, a stopped one is over', async () => {
    const act = async <T extends Parameters<typeof createJsonCodec>[0]>(act: object, schema: T) =>
      await ask(priceTestSubject, { tenant: 'main', act }, schema);
    const wish = { product: 'workbook', name: 'Workbook', prices: [59, 49], baseRate: 0.04, unitCost: 23 };
    const created = await act({ kind: 'create', wish }, PriceTestView);
    // Two shares .04 and .044 at level .05 and power .8: (1.959964 + .841621)²·(.0384 + .042064)/.004² = 39 472.4.
    expect(created.offersAnArm).toBe(39_473);
    expect(created.arms.map(({ price }) => price)).toEqual([49, 59]);
    const offers = await Promise.all(
      Array.from({ length: 6 }, async () => await act({ kind: 'offer', id: created.id }, PriceOffer)),
    );
    expect(new Set(offers.map(({ offer }) => offer)).size).toBe(6);
    const offer = offers[0]?.offer ?? 0;
    const sold = await act({ kind: 'outcome', id: created.id, offer, bought: true }, PriceTestView);
    expect(sold.arms.reduce((sum, { bought }) => sum + bought, 0)).toBe(1);
    expect(sold.arms.reduce((sum, { offered }) => sum + offered, 0)).toBe(6);
    await expect(
      act({ kind: 'outcome', id: created.id, offer, bought: true }, PriceTestView),
    ).rejects.toThrow(/told already/);
    expect((await act({ kind: 'stop', id: created.id }, PriceTestView)).state).toBe('stopped');
    await expect(act({ kind: 'offer', id: created.id }, PriceOffer)).rejects.toThrow(/has been stopped/);
    await expect(act({ kind: 'offer', id: 'nothing' }, PriceOffer)).rejects.toThrow(/no such price test/);
    expect((await act({ kind: 'list' }, PriceTestList)).tests.length).toBe(1);
    expect(
      (await ask(priceTestSubject, { tenant: 'other', act: { kind: 'list' } }, PriceTestList)).tests,
    ).toEqual([]);
  });

  test('subscriptions by the formula of the seeds', async () => {
    const answer = await ask(
      subscriptionSubject,
      {
        tenant: 'main',
        question: { apiCalls: 9_000, storageGib: 1, seats: 1, enterprise: 1.2, engagementDiscount: 0.1 },
      },
      SubscriptionAnswer,
    );
    expect(answer.recommended).toBe('Starter');
    expect(answer.upsellTo).toBe('Professional');
    expect(answer.offers[0]?.price).toBeCloseTo(29 * 1 * 1.2 * 0.9, 9);
  });
});
