import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKvMirror, type KvMirror } from '../platform/access/kv-mirror.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { encodeJson } from '../platform/bus/json.ts';
import { openObjects, type Objects } from '../platform/bus/objects.ts';
import { RenderJob, type RenderRequest } from '../platform/contracts/render.ts';
import { artefactsBucket, buckets, renderSubject, rendersStream } from '../platform/contracts/subjects.ts';
import { createTestBus, eventually, startTestNats } from '../platform/testing/servers.ts';

const script = fileURLToPath(new URL('./testing/crash-process.ts', import.meta.url));
let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let jobs: KvMirror<RenderJob>;
let objects: Objects;
let home: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-render-crash-'));
  nats = await startTestNats();
  bus = await createTestBus(nats);
  await bus.ensureStream({
    name: rendersStream,
    subjects: [`${rendersStream}.*`],
    retention: 'workqueue',
    maxBytes: 1 << 24,
  });
  jobs = await openKvMirror(bus, buckets.renders, { schema: RenderJob });
  objects = await openObjects(bus, artefactsBucket, { maxBytes: 1 << 26 });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await jobs.stop();
  await bus.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

function renderer(): ChildProcess {
  const child = spawn(process.execPath, [script, nats.url, nats.token, home], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  return child;
}

test('killed with −9 in the middle, a render is finished by the next one: once, with one set of artefacts', async () => {
  const request: RenderRequest = {
    id: 'r1',
    tenant: 'main',
    kind: 'report',
    title: 'October',
    params: {},
    askedBy: { type: 'decision', id: 'd1', name: 'Decision' },
    priority: 0,
    createdAtMs: 1,
  };
  await bus.publish(renderSubject('report'), encodeJson(request), { msgId: 'main.r1' });
  const first = renderer();
  // In the process that draws: it has told how far it is.
  await eventually('it is being drawn', () => (jobs.get('main.r1')?.percent ?? 0) >= 5, 40_000);
  first.kill('SIGKILL');
  await eventually('it has ended', () => first.exitCode !== null || first.signalCode !== null);
  expect(jobs.get('main.r1')?.state).toBe('running');
  renderer();
  await eventually('it is done', () => jobs.get('main.r1')?.state === 'done', 40_000);
  const job = jobs.get('main.r1');
  expect(job?.attempts).toBe(2);
  expect(job?.askedBy).toEqual(request.askedBy);
  const names = job?.artefacts.map(({ object }) => object) ?? [];
  expect(names).toHaveLength(2);
  expect((await objects.list()).map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  for (const artefact of job?.artefacts ?? []) {
    const bytes = await objects.get(artefact.object);
    expect(
      createHash('sha256')
        .update(bytes ?? '')
        .digest('hex'),
    ).toBe(artefact.sha256);
  }
  await eventually('the queue is empty', async () => (await bus.streamState(rendersStream)).messages === 0);
  expect(readdirSync(join(home, 'render', 'work'))).toEqual([]);
});
