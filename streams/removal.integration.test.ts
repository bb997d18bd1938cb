import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKv } from '../platform/bus/kv.ts';
import { Job } from '../platform/contracts/api.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { Tenant } from '../platform/contracts/tenant.ts';
import { eventually } from '../platform/testing/servers.ts';
import { createSnapshotStore } from './adapters/nats.ts';
import { anyEvent } from './testing/events.ts';
import { countRows, createRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(async () => rig.close());

it('removes everything of a simulated tenant, also what the second stages learned of it', async () => {
  const tenants = await openKv(rig.bus, buckets.tenants, { schema: Tenant });
  await tenants.put('demo', {
    id: 'demo',
    name: 'Demo',
    currency: 'USD',
    timeZone: 'UTC',
    rates: {},
    simulated: true,
    createdAtMs: 0,
    limits: { eventsPerSecond: 1, requestsPerSecond: 1 },
  });
  const jobs = await openKv(rig.bus, buckets.jobs, { schema: Job });
  const streams = await rig.startStreams({
    stagePollIntervalMs: 50,
    stageWorkShare: 1,
    watchMinutesBackMs: Number.MAX_SAFE_INTEGER,
  });
  const events = fc
    .sample(anyEvent(2 * 3_600_000), { numRuns: 400, seed: 11 })
    .sort((a, b) => a.eventTimeMs - b.eventTimeMs)
    .map((event, i) => ({ ...event, id: `r${i}`, tenant: i % 2 === 0 ? 'demo' : 'main' }));
  for (let i = 0; i < events.length; i += 20) await rig.publish(events.slice(i, i + 20));
  const snapshots = await createSnapshotStore(rig.bus);
  await eventually(
    'the watch has learned of the tenant',
    async () => (await snapshots.get('watch-demo')) !== undefined,
  );

  const job: Job = {
    id: 'job_1',
    tenant: 'main',
    kind: 'simulated-removal',
    title: 'Simulated data removed',
    stage: 'waiting',
    percent: 0,
    state: 'queued',
    createdAtMs: 0,
    updatedAtMs: 0,
    params: { tenant: 'demo', feedStopped: true },
  };
  await jobs.put('main.job_1', job);
  await eventually(
    'the job is done',
    async () => (await jobs.get('main.job_1'))?.value.state === 'done',
    60_000,
  );
  expect(await snapshots.get('watch-demo')).toBeUndefined();
  for (const table of ['events', 'kpi', 'expectations', 'anomalies', 'signals'])
    expect([
      table,
      await countRows(rig.store, `SELECT count() AS n FROM ${table} WHERE tenant = 'demo'`),
    ]).toEqual([table, 0]);
  expect(await countRows(rig.store, `SELECT count() AS n FROM events WHERE tenant = 'main'`)).toBe(200);
  await streams.stop();
});
