import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../platform/access/tenant-rules.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { createJsonCodec } from '../platform/bus/json.ts';
import { openKv, type Kv } from '../platform/bus/kv.ts';
import { Job } from '../platform/contracts/api.ts';
import { TenantCalendar } from '../platform/contracts/calendar.ts';
import { ForecastRegistry, forecastRegistryKey } from '../platform/contracts/forecast.ts';
import { ModelsStatus, modelsStatusSubject } from '../platform/contracts/models.ts';
import { buckets, signalsStream } from '../platform/contracts/subjects.ts';
import { silentLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { openClickHouse, type ClickHouseStore } from '../platform/store/adapters/clickhouse.ts';
import { migrate } from '../platform/store/migrate.ts';
import { createTestBus, eventually, startTestNats } from '../platform/testing/servers.ts';
import { systemClock } from '../platform/time/clock.ts';
import { start, type Models } from './main.ts';
import { testSettings } from './testing/settings.ts';
import { storeWindows } from './testing/stored-windows.ts';

const DAY_MS = 86_400_000;
const HISTORY = 36;
const tenant = newTenant('main', 'Main', false, 0);
const Count = Type.Object({ n: Type.Number() });

let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let store: ClickHouseStore;
let jobs: Kv<Job>;
let registry: Kv<ForecastRegistry>;
let models: Models | undefined;
let home: string;
const today = Math.floor(systemClock.nowMs() / DAY_MS) * DAY_MS;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-models-'));
  nats = await startTestNats();
  bus = await createTestBus(nats);
  store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  jobs = await openKv(bus, buckets.jobs, { schema: Job });
  registry = await openKv(bus, buckets.models, { schema: ForecastRegistry });
  await storeWindows(store, {
    tenant: 'main',
    window: '1d',
    fromMs: today - (HISTORY + 1) * DAY_MS,
    steps: HISTORY + 2,
    channels: 3,
  });
});

afterAll(async () => {
  await models?.stop();
  await store.close();
  await bus.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

/** The service, its wall clock set ahead by some days. */
async function startModels(daysAhead = 0, change: Partial<typeof testSettings> = {}): Promise<Models> {
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() + daysAhead * DAY_MS };
  models = await start(
    {
      bus,
      store,
      clock,
      log: silentLog,
      metrics: createMetrics({ processMetrics: false }),
      access: { tenants: () => [tenant] },
    },
    { ...testSettings, ...change },
  );
  return models;
}

const held = async (): Promise<ForecastRegistry | undefined> =>
  (await registry.get(forecastRegistryKey('main', 'daily')))?.value;
const count = async (sql: string): Promise<number> => (await store.query(sql, {}, Count))[0]?.n ?? 0;
const jobOf = async (id: string): Promise<Job | undefined> => (await jobs.get(`main.${id}`))?.value;

async function queue(id: string, params: Job['params']): Promise<void> {
  await jobs.create(`main.${id}`, {
    id,
    tenant: 'main',
    kind: 'models',
    title: id,
    stage: 'waiting',
    percent: 0,
    state: 'queued',
    createdAtMs: systemClock.nowMs(),
    updatedAtMs: systemClock.nowMs(),
    params,
  });
}

describe('the models service', () => {
  it('forecasts a tenant by itself, says what it computes on, and trains again when asked', async () => {
    await startModels();
    await eventually('the first forecasts', async () => (await held())?.current === 1, 180_000);
    expect(await held()).toMatchObject({ originMs: today, versions: [{ version: 1, state: 'current' }] });
    // total revenue, two streams, three channels, views with three channels, profit.
    expect(await count('SELECT count() AS n FROM forecast_details FINAL')).toBe(11);
    const adds = `SELECT max(gap) AS n FROM (SELECT target, abs(sumIf(point, rollup = 'total') - sumIf(point, rollup = 'stream'))
 / sumIf(point, rollup = 'total') AS gap FROM forecasts FINAL WHERE kpi = 'total_revenue' GROUP BY target)`;
    expect(await count(adds)).toBeLessThan(1e-6);
    const status = await bus.request(modelsStatusSubject, {}, createJsonCodec(ModelsStatus));
    expect(status.backend).toMatchObject({ name: 'wasm' });
    expect(status.runs[0]).toMatchObject({ task: 'forecast', outcome: 'done' });

    await queue('again', { task: 'forecast', grain: 'daily', train: 'a test' });
    await eventually('the training', async () => (await jobOf('again'))?.state === 'done', 180_000);
    expect((await held())?.versions).toHaveLength(2);
    await queue('back', { task: 'forecast', grain: 'daily', rollbackTo: 1 });
    await eventually('the way back', async () => (await jobOf('back'))?.state === 'done', 180_000);
    expect((await held())?.current).toBe(1);

    // What is planned is in the next forecasts, not in those of the next day.
    const calendars = await openKv(bus, buckets.calendars, { schema: TenantCalendar });
    const revision = await calendars.put('main', { country: 'US', events: [] });
    await eventually(
      'forecasts that know the calendar',
      async () => (await held())?.calendarRevision === revision,
      180_000,
    );
  }, 600_000);

  it('a job that is cancelled ends, what cannot run says why, and nothing of either is kept', async () => {
    const before = await held();
    await queue('cancelled', { task: 'forecast', grain: 'daily', train: 'a test' });
    await eventually('it runs', async () => ((await jobOf('cancelled'))?.percent ?? 0) > 0, 120_000);
    const running = await jobs.get('main.cancelled');
    if (running === undefined) throw new Error('the job is gone');
    await eventually('the wish is written', async () => {
      const now = await jobs.get('main.cancelled');
      if (now === undefined) return false;
      return (await jobs.update('main.cancelled', { ...now.value, cancelAskedAtMs: 1 }, now.revision)).ok;
    });
    await eventually(
      'it is cancelled',
      async () => (await jobOf('cancelled'))?.state === 'cancelled',
      30_000,
    );
    await queue('unknown', { task: 'dance' });
    await queue('wrong', { task: 'forecast', grain: 'yearly' });
    await queue('worn', { task: 'forecast', grain: 'daily', attempt: 3 });
    await queue('gone', { task: 'forecast', grain: 'daily', rollbackTo: 99 });
    for (const id of ['unknown', 'wrong', 'worn', 'gone'])
      await eventually(`${id} has failed`, async () => (await jobOf(id))?.state === 'failed', 120_000);
    expect((await jobOf('wrong'))?.error).toContain('/grain');
    expect((await jobOf('gone'))?.error).toContain('no version 99');
    expect((await held())?.versions).toEqual(before?.versions);
    await models?.stop();
    models = undefined;
  }, 600_000);

  it('history that comes in later makes them learn anew', async () => {
    const steps = (await held())?.historySteps ?? 0;
    await storeWindows(store, {
      tenant: 'main',
      window: '1d',
      fromMs: today - (HISTORY + 11) * DAY_MS,
      steps: 10,
      channels: 3,
    });
    await startModels();
    await eventually(
      'more history is learned',
      async () => ((await held())?.historySteps ?? 0) > steps,
      180_000,
    );
    expect((await held())?.versions[0]?.reason).toBe('10 more steps of history have come in');
    await models?.stop();
    models = undefined;
  }, 600_000);

  it('days far from what was said are told once, count as drift, and make the models learn anew', async () => {
    await storeWindows(store, {
      tenant: 'main',
      window: '1d',
      fromMs: today,
      steps: 6,
      channels: 3,
      factor: 5,
    });
    const told = "SELECT count() AS n FROM signals FINAL WHERE kind = 'forecast' AND state = 'firing'";
    // Without training: what was said stands beside what came.
    await startModels(5, { checkSeconds: 86_400 });
    await eventually('the deviations are told', async () => (await count(told)) > 0, 180_000);
    await eventually(
      'the origin has moved',
      async () => (await held())?.originMs === today + 5 * DAY_MS,
      30_000,
    );
    const after = await held();
    expect(after?.drift['views.total.']?.evidence).toBeGreaterThan(5);
    expect(after?.retrain).toContain('.95 interval');
    expect(Object.keys(after?.firing ?? {})).toContain('views.total.');
    const messages = (await bus.streamState(signalsStream)).messages;
    const signals = await count(told);
    // Killed before the registry was written, the same is done again: same ids, same message ids.
    await models?.stop();
    const entry = await registry.get(forecastRegistryKey('main', 'daily'));
    if (after === undefined || entry === undefined) throw new Error('no registry');
    const earlier = { ...after, originMs: today, drift: {}, firing: {}, retrain: null };
    await registry.update(forecastRegistryKey('main', 'daily'), earlier, entry.revision);
    await startModels(5, { checkSeconds: 86_400 });
    await eventually('done again', async () => (await held())?.originMs === today + 5 * DAY_MS, 180_000);
    expect((await bus.streamState(signalsStream)).messages).toBe(messages);
    expect(await count(told)).toBe(signals);
    expect(await held()).toMatchObject({ retrain: after.retrain, firing: after.firing });
    await models?.stop();
    await startModels(5);
    await eventually(
      'they have learned anew',
      async () => ((await held())?.versions[0]?.reason ?? '').includes('.95'),
      90_000,
    );
    expect((await held())?.retrain).toBeNull();
    expect((await held())?.drift).toEqual({});
  }, 600_000);
});
