import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { RenderRequest, RenderSchedule } from '../../platform/contracts/render.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { buckets, rendersStream } from '../../platform/contracts/subjects.ts';
import { createTestBus, eventually, startTestNats } from '../../platform/testing/servers.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { startScheduler } from './scheduler.ts';

let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
beforeAll(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  await bus.ensureStream({
    name: rendersStream,
    subjects: [`${rendersStream}.*`],
    retention: 'workqueue',
    maxBytes: 1 << 24,
  });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

test('a due report is asked for once, over restarts and by several, and the next one at its time', async () => {
  const created = Date.UTC(2026, 10, 20, 12);
  const kv = await openKv(bus, buckets.renderSchedules, {
    schema: RenderSchedule,
    maxBytes: 8 * 1024 * 1024,
  });
  await kv.put('main.s1', {
    id: 's1',
    tenant: 'main',
    title: 'Mornings',
    cron: '0 7 * * *',
    timeZone: 'Europe/Berlin',
    missed: 'latest',
    report: { period: 'day', formats: ['pdf'] },
    isOn: true,
    createdAtMs: created,
    createdBy: 'u1',
  });
  const count = async (): Promise<number> => (await bus.streamState(rendersStream)).messages;
  // Three mornings were missed: the newest alone is made up for.
  const clock = createFakeClock(Date.UTC(2026, 10, 23, 12));
  const [first, second] = [await startScheduler(bus, clock), await startScheduler(bus, clock)];
  expect(await count()).toBe(1);
  const codec = createJsonCodec(RenderRequest);
  const { data } = await bus.jsm.streams.getMessage(rendersStream, { seq: 1 });
  const dueMs = Date.UTC(2026, 10, 23, 6);
  expect(codec.decode(data)).toEqual({
    ok: true,
    value: {
      id: `s1-${dueMs}`,
      tenant: 'main',
      kind: 'report',
      title: 'Mornings',
      params: { period: 'day', formats: ['pdf'], atMs: dueMs },
      askedBy: { type: 'schedule', id: 's1', name: 'Mornings' },
      priority: 5,
      createdAtMs: dueMs,
    },
  });
  await first.stop();
  await second.stop();
  const third = await startScheduler(bus, clock);
  expect(await count()).toBe(1);
  await clock.advance(18 * 3_600_000 + 15_000);
  await eventually('the next morning is asked for', async () => {
    await clock.advance(15_000);
    return (await count()) === 2;
  });
  await third.stop();
});
