import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKvMirror, type KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { encodeJson } from '../../platform/bus/json.ts';
import { openObjects, type Objects } from '../../platform/bus/objects.ts';
import { RenderJob, type RenderRequest } from '../../platform/contracts/render.ts';
import { liveSubject, renderSubject, rendersStream } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createTestBus, eventually, startTestNats } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createArtefactStore } from '../artefacts/artefact-store.ts';
import { sweepArtefacts } from '../artefacts/retention.ts';
import { createRenderMetrics } from '../metrics.ts';
import type { HistoryLine, Produce } from '../ports.ts';
import { startQueue, type QueueConfig, type RenderQueue } from './queue.ts';

let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let jobs: KvMirror<RenderJob>;
let objects: Objects;
let queue: RenderQueue | undefined;
let history: HistoryLine[];

beforeAll(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  await bus.ensureStream({
    name: rendersStream,
    subjects: [`${rendersStream}.*`],
    retention: 'workqueue',
    maxBytes: 1 << 24,
  });
  jobs = await openKvMirror(bus, 'renders', { schema: RenderJob });
  objects = await openObjects(bus, 'artefacts', { maxBytes: 1 << 26 });
});
afterAll(async () => {
  await jobs.stop();
  await bus.close();
  await nats.stop();
});
beforeEach(async () => {
  history = [];
  await bus.jsm.streams.purge(rendersStream);
  return async () => {
    await queue?.stop();
    queue = undefined;
    for (const key of jobs.keys()) await jobs.delete(key);
  };
});

async function run(produce: Produce, config: Partial<QueueConfig> = {}): Promise<void> {
  const metrics = createMetrics({ processMetrics: false });
  queue = await startQueue(
    {
      bus,
      jobs,
      artefacts: await createArtefactStore(objects, metrics, 1 << 20),
      history: { note: async (line) => void history.push(line) },
      produce,
      metrics: createRenderMetrics(metrics),
      clock: systemClock,
      random: createRandom(1),
    },
    { atOnce: 1, timeoutMs: 20_000, maxAttempts: 3, retentionMs: 60_000, ackWaitMs: 1_500, ...config },
  );
}

async function ask(id: string, change: Partial<RenderRequest> = {}): Promise<void> {
  const request: RenderRequest = {
    id,
    tenant: 'main',
    kind: 'report',
    title: id,
    params: {},
    askedBy: { type: 'person', id: 'u1', name: 'Lin' },
    priority: 3,
    createdAtMs: 1,
    ...change,
  };
  await bus.publish(renderSubject(request.kind), encodeJson(request), { msgId: `${id}-${Math.random()}` });
}

const file = (name: string, text: string) => ({ name, contentType: 'text/plain', bytes: Buffer.from(text) });
const made = (text: string) => ({ files: [file('a.txt', text)], notes: [], costUsd: 0 });
const state = (id: string): string | undefined => jobs.get(`main.${id}`)?.state;
const waiting = async (): Promise<number> => (await bus.streamState(rendersStream)).messages;

describe('the queue of renders', () => {
  test('makes what is asked for, tells how far it is, and names who asked', async () => {
    const told: number[] = [];
    const listening = bus.subscribeCore(liveSubject('main', 'renders'), ({ data }) => {
      told.push(JSON.parse(Buffer.from(data).toString()).percent);
    });
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await run(async (_request, { progress }) => {
      progress('half', 50);
      await held;
      return made('hello');
    });
    await ask('one');
    await eventually('half is told', () => told.includes(50));
    expect(jobs.get('main.one')).toMatchObject({ state: 'running', stage: 'half', percent: 50, attempts: 1 });
    finish();
    await eventually('it is done', () => state('one') === 'done');
    const job = jobs.get('main.one');
    expect(job?.artefacts).toMatchObject([
      // SHA-256 of "hello", as in many a manual.
      { name: 'a.txt', bytes: 5, sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' },
    ]);
    expect(job?.askedBy).toEqual({ type: 'person', id: 'u1', name: 'Lin' });
    await eventually('the queue is empty', async () => (await waiting()) === 0);
    expect(told.at(-1)).toBe(100);
    expect(history).toMatchObject([{ id: 'one', state: 'done', askedById: 'u1' }]);
    listening.stop();
  });

  test('takes the lowest priority number first and never more at once than set', async () => {
    const order: string[] = [];
    let atOnce = 0;
    let most = 0;
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await run(async ({ id }) => {
      order.push(id);
      most = Math.max(most, (atOnce += 1));
      if (id === 'first') await gate;
      atOnce -= 1;
      return made(id);
    });
    await ask('first');
    await eventually('the first runs', () => order.length === 1);
    await ask('late', { priority: 9 });
    await ask('middle', { priority: 5 });
    await ask('urgent', { priority: 0 });
    await eventually('all are noted', () => jobs.size === 4);
    open();
    await eventually('all are done', () =>
      ['first', 'late', 'middle', 'urgent'].every((id) => state(id) === 'done'),
    );
    expect(order).toEqual(['first', 'urgent', 'middle', 'late']);
    expect(most).toBe(1);
  });

  test('the same wish twice is one job', async () => {
    let count = 0;
    await run(async () => {
      count += 1;
      return made('x');
    });
    await ask('twice');
    await eventually('it is done', () => state('twice') === 'done');
    await ask('twice');
    await eventually('the queue is empty', async () => (await waiting()) === 0);
    expect(count).toBe(1);
  });

  test('tries again after a fault that may pass, not after one of the wish', async () => {
    let tries = 0;
    await run(async ({ id }) => {
      if (id === 'wrong') throw new WeirError('RENDER_PARAMS_INVALID', 'No.');
      tries += 1;
      throw new WeirError('STORE_UNAVAILABLE', 'Away.');
    });
    await ask('wrong');
    await eventually('it has failed', () => state('wrong') === 'failed');
    expect(jobs.get('main.wrong')).toMatchObject({ attempts: 1, error: { code: 'RENDER_PARAMS_INVALID' } });
    await ask('again');
    await eventually(
      'it waits for its second try',
      () => jobs.get('main.again')?.stage === 'waiting to try again',
    );
    expect(tries).toBe(1);
    expect(jobs.get('main.again')).toMatchObject({ state: 'queued', error: { code: 'STORE_UNAVAILABLE' } });
  });

  test('gives up after so many tries', async () => {
    await run(
      async () => {
        throw new WeirError('STORE_UNAVAILABLE', 'Away.');
      },
      { maxAttempts: 1 },
    );
    await ask('never');
    await eventually('it has failed', () => state('never') === 'failed');
    await eventually('the queue is empty', async () => (await waiting()) === 0);
  });

  test('cancels what waits and what runs', async () => {
    let isAborted = false;
    await run(
      (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            isAborted = true;
            reject(new Error('aborted'));
          });
        }),
    );
    await ask('runs');
    await ask('waits');
    await eventually('one runs', () => state('runs') === 'running' && state('waits') === 'queued');
    await queue?.cancel('main', 'waits');
    await queue?.cancel('main', 'runs');
    await eventually('the queue is empty', async () => (await waiting()) === 0);
    expect([state('runs'), state('waits'), isAborted]).toEqual(['cancelled', 'cancelled', true]);
    await expect(queue?.cancel('main', 'runs')).rejects.toMatchObject({ code: 'RENDER_ENDED' });
    await expect(queue?.cancel('other', 'runs')).rejects.toMatchObject({ code: 'RENDER_NOT_FOUND' });
  });

  test('a stop gives back what it was at; whoever starts next makes it', async () => {
    await run(
      (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
    );
    await ask('handed');
    await eventually('it runs', () => state('handed') === 'running');
    await queue?.stop();
    expect(jobs.get('main.handed')).toMatchObject({ state: 'queued', attempts: 0 });
    await run(async () => made('done'));
    await eventually('it is done', () => state('handed') === 'done');
  });

  test('heartbeats keep a long render from being given to another', async () => {
    let count = 0;
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await run(
      async () => {
        count += 1;
        await gate;
        return made('x');
      },
      { ackWaitMs: 400, atOnce: 2 },
    );
    const redelivered = async (): Promise<number> =>
      (await bus.jsm.consumers.info(rendersStream, 'render')).num_redelivered;
    const before = await redelivered();
    await ask('long');
    await eventually('it runs', () => state('long') === 'running');
    const { config } = await bus.jsm.consumers.info(rendersStream, 'render');
    expect(config.ack_wait).toBe(400_000_000);
    // Four times as long as it may be silent.
    const until = systemClock.monotonicMs() + 1_600;
    await eventually('time has passed', () => systemClock.monotonicMs() > until);
    const after = await redelivered();
    release();
    await eventually('it is done', () => state('long') === 'done');
    expect(after).toBe(before);
    expect(count).toBe(1);
  });

  test('artefacts have a bound, and are deleted when they expire', async () => {
    await run(
      async ({ id }) => ({
        ...made('x'),
        files: [file('big.bin', 'x'.repeat(id === 'big' ? (1 << 20) + 1 : 1_000))],
      }),
      {
        retentionMs: 5_000,
      },
    );
    await ask('big');
    await ask('small');
    await eventually('both have ended', () => state('big') === 'failed' && state('small') === 'done');
    expect(jobs.get('main.big')?.error?.code).toBe('RENDER_STORE_FULL');
    const object = jobs.get('main.small')?.artefacts[0]?.object ?? '';
    expect(await objects.get(object)).toHaveLength(1_000);
    const artefacts = await createArtefactStore(objects, createMetrics({ processMetrics: false }), 1 << 20);
    await sweepArtefacts({ jobs, artefacts, log: bus.log }, 5_000, systemClock.nowMs() + 6_000);
    expect(await objects.get(object)).toBeUndefined();
    expect(jobs.get('main.small')).toMatchObject({ state: 'done', artefacts: [] });
  });
});
