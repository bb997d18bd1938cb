import { openKv } from '../../platform/bus/kv.ts';
import { ChurnBands, defaultChurnBands } from '../../platform/contracts/churn-bands.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from '../../platform/bus/bus.ts';
import { CustomerRun, CustomerScore, CustomerValue } from '../../platform/contracts/customers.ts';
import { Value } from '@sinclair/typebox/value';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { silentLog } from '../../platform/log/log.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import { createTestBus, startTestNats } from '../../platform/testing/servers.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { runOnThread } from '../tasks/run-on-thread.ts';
import type { TaskDeps } from '../tasks/task.ts';
import { readCustomers } from './read-history.ts';
import { createCustomersTask } from './task.ts';
import { WEEK_MS } from './history.ts';
import { simulatedTenant } from './testing/simulated-tenant.ts';

const asOfMs = Date.UTC(2026, 5, 1, 10);
const tenant = newTenant('shop', 'Shop', false, 0);
const home = mkdtempSync(join(tmpdir(), 'weir-customers-'));
const simulated = simulatedTenant('integration', 360, asOfMs);
const task = createCustomersTask();
let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let store: ClickHouseStore;
let deps: TaskDeps;

interface Event {
  readonly type: string;
  readonly atMs: number;
  readonly user: string;
  readonly minor?: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

async function insert(id: string, events: readonly Event[], token: string): Promise<void> {
  const columns = [
    'tenant',
    'source',
    'id',
    'type',
    'time',
    'received_at',
    'country',
    'user',
    'amount_minor',
    'currency',
    'amount_base_minor',
    'data',
  ];
  const rows = events.map(({ atMs, data, minor = 0, type, user }, i) =>
    [
      id,
      'test',
      `${token}-${i}`,
      type,
      (atMs / 1_000).toFixed(3),
      (atMs / 1_000).toFixed(3),
      'DE',
      escapeTsv(user),
      minor,
      'USD',
      minor,
      escapeTsv(JSON.stringify(data ?? {})),
    ].join('\t'),
  );
  for (let at = 0; at < rows.length; at += 20_000)
    await store.insertRows('events', columns, `${rows.slice(at, at + 20_000).join('\n')}\n`);
}

/** The simulated tenant's past as events, with buyers of no contract beside it. */
function eventsOfTenant(): Event[] {
  const random = createRandom('events');
  const events: Event[] = [];
  for (const { facts, user } of simulated.customers)
    for (const { atMs, kind, plan, unitMinor } of facts)
      events.push(
        kind === 'cancel'
          ? { type: 'subscription_cancelled', atMs, user, data: { subscription_id: 's' } }
          : {
              type: 'subscription_started',
              atMs,
              user,
              data: { subscription_id: 's', plan, unit_amount_minor: unitMinor, interval: 'month' },
            },
      );
  for (const row of simulated.rows) {
    const user = `customer-${row.user}`;
    const fromMs = asOfMs - (row.week + 1) * WEEK_MS;
    for (let i = 0; i < row.sessions; i += 1)
      events.push({
        type: 'session',
        atMs: fromMs + Math.floor(((i + 0.5) / row.sessions) * WEEK_MS),
        user,
        data: { duration_ms: 600_000 },
      });
    for (let i = 0; i < row.failedPayments; i += 1)
      // Told a day later, with the time it happened.
      events.push({
        type: 'payment_failed',
        atMs: fromMs + WEEK_MS + 86_400_000,
        user,
        data: { effective_at: new Date(fromMs + 3_600_000).toISOString() },
      });
  }
  for (let b = 0; b < 200; b += 1) {
    let atMs = asOfMs - Math.floor((10 + 60 * random.next()) * WEEK_MS);
    for (let n = 0; atMs < asOfMs && n < 40; n += 1) {
      events.push({ type: 'product_sale', atMs, user: `buyer-${b}`, minor: 500 + random.int(4_000) });
      if (random.next() < 0.25) break;
      atMs += Math.floor(random.exponential(0.2) * WEEK_MS);
    }
  }
  return events;
}

beforeAll(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  deps = { bus, store, clock: createFakeClock(asOfMs + 60_000), log: silentLog };
  await insert(tenant.id, eventsOfTenant(), 'a');
});

afterAll(async () => {
  await store.close();
  await bus.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

/** Gathers, computes on a thread, stores: as the service does. */
async function run(params: unknown): Promise<string> {
  const prepared = task.prepare(params);
  const input = await prepared.gather(deps, tenant);
  if (input === undefined) return 'nothing to do';
  const result = await runOnThread(
    { name: 'customers', input, backend: 'auto', seed: 'customers/shop' },
    { maxHeapBytes: 1 << 30 },
  );
  return await prepared.store(deps, tenant, result);
}

const Detail = Type.Object({ detail: Type.String() });

test('what is read of the events is what was simulated, week by week', async () => {
  const { activity, buyers, customers, leftOut } = await readCustomers(store, tenant.id, asOfMs);
  expect(customers).toHaveLength(360);
  expect(buyers.length).toBe(200);
  expect(leftOut).toBe(0);
  const place = new Map(customers.map(({ user }, i) => [user, i]));
  for (const [i, { facts, user }] of simulated.customers.entries()) {
    const read = customers[place.get(user) ?? -1];
    expect(read?.facts.map(({ atMs, kind }) => [atMs, kind])).toEqual(
      facts.map(({ atMs, kind }) => [atMs, kind]),
    );
    expect(read?.facts[0]).toMatchObject({
      plan: facts[0]?.plan,
      unitMinor: facts[0]?.unitMinor,
      intervalMonths: 1,
    });
    const at = place.get(user) ?? 0;
    const weeks = new Map<number, number[]>();
    for (let k = activity.offsets[at] ?? 0; k < (activity.offsets[at + 1] ?? 0); k += 1)
      weeks.set(activity.week[k] ?? 0, [activity.sessions[k] ?? 0, activity.failedPayments[k] ?? 0]);
    for (const { failedPayments, sessions, user: owner, week } of simulated.rows)
      // A failure told after now is not known yet.
      if (owner === i && week > 0 && week < 60)
        expect(weeks.get(week) ?? [0, 0]).toEqual([sessions, failedPayments]);
  }
});

test('learns, scores, values and segments; says so in tables that fit the contract', async () => {
  expect(await run({ train: 'a test' })).toContain('scored by version 1');
  const [row] = await store.query('SELECT detail FROM churn_runs FINAL', {}, Detail);
  const found: unknown = JSON.parse(row?.detail ?? '{}');
  if (!Value.Check(CustomerRun, found)) throw new Error('the run does not fit its contract');
  expect(found.scoredBy).toBe('model');
  expect(found.backtest?.method).toBe('time');
  expect(found.backtest?.metrics.logLoss).toBeLessThan(found.backtest?.baseLogLoss ?? 0);
  expect(found.bands.reduce((sum, { customers }) => sum + customers, 0)).toBe(found.customers);
  expect(found.values.purchases?.buyers).toBe(200);
  expect(found.survival[0]?.points[0]?.share).toBe(1);
  const scores = await store.query('SELECT detail FROM churn_scores FINAL', {}, Detail);
  const still = simulated.leftAtMs.filter((each) => each === undefined).length;
  expect(scores).toHaveLength(still);
  for (const { detail } of scores) expect(Value.Check(CustomerScore, JSON.parse(detail)), detail).toBe(true);
  const values = await store.query('SELECT detail FROM customer_values FINAL', {}, Detail);
  expect(values).toHaveLength(still + 200);
  for (const { detail } of values) {
    const value: unknown = JSON.parse(detail);
    if (!Value.Check(CustomerValue, value)) throw new Error(detail);
    expect(value.low <= value.value && value.value <= value.high).toBe(true);
  }
});

test('run again it writes the same rows, and a day later segments keep their ids', async () => {
  const ids = async (): Promise<string[]> => {
    const [row] = await store.query(
      'SELECT detail FROM churn_runs FINAL ORDER BY as_of DESC LIMIT 1',
      {},
      Detail,
    );
    const found: unknown = JSON.parse(row?.detail ?? '{}');
    return Value.Check(CustomerRun, found) ? found.segments.map(({ id }) => id).toSorted() : [];
  };
  const before = await ids();
  // The tenant's own bands count from the next run on.
  const kv = await openKv(bus, buckets.churnBands, { schema: ChurnBands });
  await kv.put(tenant.id, {
    bands: defaultChurnBands.bands.map((band) =>
      band.band === 'medium' ? { ...band, from: 0.01, campaign: ['a letter'], discount: 0.05 } : band,
    ),
  });
  expect(await run({})).toContain('scored by version 1');
  const Count = Type.Object({ n: Type.Number() });
  expect(await store.query('SELECT count() AS n FROM churn_runs FINAL', {}, Count)).toEqual([{ n: 1 }]);
  const scores = await store.query('SELECT detail FROM churn_scores FINAL', {}, Detail);
  for (const { detail } of scores) {
    const score: unknown = JSON.parse(detail);
    if (!Value.Check(CustomerScore, score)) throw new Error(detail);
    if (score.band === 'low') expect(score.probability).toBeLessThan(0.01);
    if (score.band === 'medium') expect([score.campaign, score.discount]).toEqual([['a letter'], 0.05]);
  }
  deps = { ...deps, clock: createFakeClock(asOfMs + 86_400_000) };
  await run({});
  expect(await store.query('SELECT count() AS n FROM churn_runs FINAL', {}, Count)).toEqual([{ n: 2 }]);
  expect(await ids()).toEqual(before);
  expect(await task.due(deps, [tenant])).toEqual([]);
});

test('odd events do no harm: no figure that is none, nobody lost', async () => {
  const odd = newTenant('odd', 'Odd', false, 0);
  const users = ['tab\there', "it's", '多', 'quote"back\\slash'];
  await insert(
    odd.id,
    users.flatMap((user, i): Event[] => [
      {
        type: 'subscription_started',
        atMs: asOfMs - 30 * 86_400_000,
        user,
        data: {
          plan: i === 0 ? '' : 'p'.repeat(200),
          unit_amount_minor: i === 1 ? 9e15 : i === 2 ? null : 0,
          interval: 'fortnight',
          interval_count: i,
          trial_end: 'soon',
          effective_at: i === 3 ? 'never' : 1e300,
        },
      },
      { type: 'subscription_started', atMs: asOfMs - 20 * 86_400_000, user, data: {} },
      { type: 'subscription_cancelled', atMs: asOfMs + 86_400_000, user },
      { type: 'session', atMs: asOfMs - 3_600_000, user, data: { duration_ms: -5e12, effective_at: null } },
      { type: 'session', atMs: asOfMs - 3_600_000, user, data: { duration_ms: 1e12 } },
      {
        type: 'usage',
        atMs: asOfMs - 3_600_000,
        user,
        data: { feature: 7, effective_at: '2999-01-01T00:00:00Z' },
      },
      { type: 'product_sale', atMs: asOfMs - 3_600_000, user: `${user} buys`, minor: -500 },
    ]),
    'odd',
  );
  const prepared = task.prepare({});
  const result = await runOnThread(
    { name: 'customers', input: await prepared.gather(deps, odd), backend: 'auto', seed: 'odd' },
    { maxHeapBytes: 1 << 30 },
  );
  await prepared.store(deps, odd, result);
  const [row] = await store.query("SELECT detail FROM churn_runs FINAL WHERE tenant = 'odd'", {}, Detail);
  expect(Value.Check(CustomerRun, JSON.parse(row?.detail ?? '{}'))).toBe(true);
  const scores = await store.query("SELECT detail FROM churn_scores FINAL WHERE tenant = 'odd'", {}, Detail);
  const named = scores.map(({ detail }) => {
    const score: unknown = JSON.parse(detail);
    if (!Value.Check(CustomerScore, score)) throw new Error(detail);
    return score.customer;
  });
  expect(named.toSorted()).toEqual(users.toSorted());
});

test('a tenant with little history gets the rule, says why, and one without customers nothing', async () => {
  const small = newTenant('small', 'Small', false, 0);
  await insert(
    small.id,
    Array.from({ length: 30 }, (_, i): Event => ({
      type: 'subscription_started',
      atMs: asOfMs - (i + 1) * 86_400_000,
      user: `u${i}`,
      data: { plan: 'basic', unit_amount_minor: 900 },
    })),
    'small',
  );
  const prepared = task.prepare({ train: 'a test' });
  const input = await prepared.gather(deps, small);
  const result = await runOnThread(
    { name: 'customers', input, backend: 'auto', seed: 'small' },
    { maxHeapBytes: 1 << 30 },
  );
  expect(await prepared.store(deps, small, result)).toContain('by the rule');
  const [row] = await store.query("SELECT detail FROM churn_runs FINAL WHERE tenant = 'small'", {}, Detail);
  expect(row?.detail).toContain('Too little history');
  expect(await prepared.gather(deps, newTenant('none', 'None', false, 0))).toBeUndefined();
});
