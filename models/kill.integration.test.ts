import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv, type Kv } from '../platform/bus/kv.ts';
import { openObjects } from '../platform/bus/objects.ts';
import { Job } from '../platform/contracts/api.ts';
import { ForecastRegistry, forecastRegistryKey, modelObject } from '../platform/contracts/forecast.ts';
import { buckets, modelsBucket } from '../platform/contracts/subjects.ts';
import { createTestBus, eventually, startTestNats } from '../platform/testing/servers.ts';
import { unpackModel } from './tenant-forecast/learned-model.ts';

let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let jobs: Kv<Job>;
let home: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-models-kill-'));
  nats = await startTestNats();
  bus = await createTestBus(nats);
  jobs = await openKv(bus, buckets.jobs, { schema: Job });
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await bus.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

function startService(): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('testing/service-process.fixture.ts', import.meta.url)),
      nats.url,
      nats.token,
      join(home, 'clickhouse'),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

const job = async (): Promise<Job | undefined> => (await jobs.get('main.job_1'))?.value;

it('killed in the middle of a training, the job is done again and no half version counts', async () => {
  await jobs.create('main.job_1', {
    id: 'job_1',
    tenant: 'main',
    kind: 'models',
    title: 'Training the daily forecast models',
    stage: 'waiting',
    percent: 0,
    state: 'queued',
    createdAtMs: 1,
    updatedAtMs: 1,
    params: { task: 'forecast', grain: 'daily', train: 'a test' },
  });
  const first = startService();
  await eventually(
    'the training is in the middle',
    async () => {
      const now = await job();
      return now?.state === 'running' && now.percent >= 5;
    },
    180_000,
  );
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect((await job())?.state).toBe('running');
  const registry = await openKv(bus, buckets.models, { schema: ForecastRegistry });
  const key = forecastRegistryKey('main', 'daily');
  expect(await registry.get(key)).toBeUndefined();

  const second = startService();
  await eventually('the job has ended', async () => (await job())?.state === 'done', 180_000);
  const ended = await job();
  expect(ended).toMatchObject({ state: 'done', percent: 100, params: { attempt: 2 } });
  const held = (await registry.get(key))?.value;
  expect(held).toMatchObject({ current: 1, next: 2 });
  const objects = await openObjects(bus, modelsBucket);
  expect((await objects.list()).map(({ name }) => name)).toEqual([modelObject('main', 'daily', 1)]);
  const bytes = await objects.get(modelObject('main', 'daily', 1));
  expect(bytes === undefined ? undefined : unpackModel(bytes)?.neural?.weights.length).toBeGreaterThan(0);
  second.kill('SIGKILL');
  await once(second, 'exit');
}, 600_000);
