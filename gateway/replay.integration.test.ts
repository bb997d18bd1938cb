import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestConfig } from '../ingest/config.ts';
import { start as startIngest, type Ingest } from '../ingest/main.ts';
import { resolveConfig } from '../platform/config/config.ts';
import { silentLog } from '../platform/log/log.ts';
import { eventually } from '../platform/testing/servers.ts';
import { systemClock } from '../platform/time/clock.ts';
import { startDeadLetterSink } from '../streams/dead-letters.ts';
import { startRig, type Parsed, type Rig } from './testing/rig.ts';

/** The real door before the gateway and the real copy of dead letters behind it. */
let rig: Rig;
let ingest: Ingest | undefined;
let sink: { stop(): Promise<void> };

beforeAll(async () => {
  rig = await startRig({ before: (request, response) => ingest?.handle(request, response) === true });
  const { access, bus, metrics, store } = rig;
  const config = resolveConfig([ingestConfig], {}, undefined).get(ingestConfig);
  ingest = await startIngest({ bus, access, clock: systemClock, log: silentLog, metrics }, config);
  sink = await startDeadLetterSink({ bus, store, clock: systemClock, log: silentLog });
});

afterAll(async () => {
  await sink.stop();
  await ingest?.stop();
  await rig.stop();
});

async function letters(): Promise<Parsed> {
  return (await rig.call('GET', '/api/v1/deadletter?limit=500', { key: rig.adminKey })).body;
}

test('what can be accepted now is accepted, the rest stays refused, each exactly once', async () => {
  const key = rig.adminKey;
  const type = (minutes: string) => ({
    type: 'lesson',
    title: 'Lesson',
    description: '',
    metrics: [],
    schema: { type: 'object', properties: { minutes: { type: minutes } }, required: ['minutes'] },
  });
  await rig.call('POST', '/api/v1/event-types', { key, body: type('string') });
  const lesson = (i: number) => ({
    type: 'lesson',
    ...(i % 2 === 0 ? { id: `l${i}` } : {}),
    data: { minutes: i },
  });
  const good = Array.from({ length: 70 }, (_, i) => lesson(i));
  const bad = Array.from({ length: 5 }, () => ({ type: 'Not A Type', data: {} }));
  await eventually('the type is known to the door', async () => {
    const { body } = await rig.call('POST', '/v1/events', { key, body: lesson(1_000) });
    return body.rejected.length === 1;
  });
  const before = (await letters()).total;
  const refused = await rig.call('POST', '/v1/events', { key, body: [...good, ...bad] });
  expect(refused.body).toMatchObject({ accepted: 0, rejected: { length: 75 } });
  const segment = { batch: [{ type: 'track', event: 'Lesson', userId: 'u', properties: { minutes: 3 } }] };
  await rig.call('POST', '/v1/batch', { key, body: segment });
  await rig.call('POST', '/api/v1/deadletter', {
    key,
    body: {
      entries: [{ dialect: 'import', source: 'file', index: 1, code: 'ROW', message: 'm', item: 'a,b' }],
    },
  });
  await eventually('the letters are stored', async () => (await letters()).total >= before + 76);

  await rig.call('PUT', '/api/v1/event-types/lesson', { key, body: type('number') });
  await eventually('the change is known to the door', async () => {
    const { body } = await rig.call('POST', '/v1/events', { key, body: { ...lesson(2), id: 'probe' } });
    return body.accepted + body.duplicates === 1;
  });
  const { body: job } = await rig.call('POST', '/api/v1/deadletter/replay', { key, body: {} });
  await eventually('the job is done', async () => {
    const { body } = await rig.call('GET', `/api/v1/jobs/${job.id}`, { key });
    expect(body.state, body.error).not.toBe('failed');
    return body.state === 'done';
  });
  await eventually('what is refused again came back', async () => (await letters()).total === 6);
  const left = (await letters()).entries;
  expect(left.map((entry: { dialect: string }) => entry.dialect).toSorted()).toEqual([
    'import',
    ...Array.from({ length: 5 }, () => 'native'),
  ]);
  // The same items sent by hand are known: they went in under their own ids.
  const again = await rig.call('POST', '/v1/events', { key, body: good.filter((_, i) => i % 2 === 0) });
  expect(again.body).toMatchObject({ duplicates: 35, rejected: [] });
  // The temporary key is gone.
  const keys = (await rig.call('GET', '/api/v1/api-keys', { key })).body.keys;
  expect(
    keys.filter(
      (shown: { name: string; state: string }) => shown.name.startsWith('Replay') && shown.state === 'live',
    ),
  ).toEqual([]);
});

test('a replay of one code leaves the others, and one of nothing ends', async () => {
  const key = rig.adminKey;
  const before = await letters();
  const { body: job } = await rig.call('POST', '/api/v1/deadletter/replay', {
    key,
    body: { code: 'NOTHING_LIKE_IT' },
  });
  await eventually(
    'the job is done',
    async () => (await rig.call('GET', `/api/v1/jobs/${job.id}`, { key })).body.state === 'done',
  );
  expect(await letters()).toEqual(before);
});
