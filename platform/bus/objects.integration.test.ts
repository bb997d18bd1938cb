import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SupervisedNats } from '../supervise/nats-server.ts';
import { createTestBus, startTestNats, type TestServer } from '../testing/servers.ts';
import { systemClock } from '../time/clock.ts';
import { createRandom } from '../time/random.ts';
import type { Bus } from './bus.ts';
import { openObjects, type Objects } from './objects.ts';

let nats: SupervisedNats & TestServer;
let bus: Bus;
let objects: Objects;

beforeEach(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  objects = await openObjects(bus, 'snapshots', { maxBytes: 256 * 1024 * 1024 });
});

afterEach(async () => {
  await bus.close();
  await nats.stop();
});

function noise(bytes: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const data = new Uint32Array(Math.ceil(bytes / 4)).map(() => random.int(2 ** 32));
  return new Uint8Array(data.buffer, 0, bytes);
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}

test.each([0, 1, 524_287, 524_288, 524_289, 5_000_000])('gives back %d bytes as they were', async (size) => {
  const bytes = noise(size, size);
  await objects.put('state/partition 3: ü', bytes);
  expect(isSame(await objects.get('state/partition 3: ü'), bytes)).toBe(true);
  expect(await objects.list()).toMatchObject([{ name: 'state/partition 3: ü', bytes: size }]);
});

test('knows nothing of what was never stored or was deleted, and frees its room', async () => {
  expect(await objects.get('a')).toBeUndefined();
  await objects.delete('a');
  await objects.put('a', noise(2_000_000, 1));
  await objects.put('b', noise(10, 2));
  await objects.delete('a');
  expect(await objects.get('a')).toBeUndefined();
  expect((await objects.list()).map(({ name }) => name)).toEqual(['b']);
  expect((await bus.streamState('OBJ_snapshots')).bytes).toBeLessThan(10_000);
  await objects.put('a', noise(20, 3));
  expect(isSame(await objects.get('a'), noise(20, 3))).toBe(true);
});

test('replacing an object frees the old one', async () => {
  for (let round = 0; round < 5; round += 1) await objects.put('a', noise(3_000_000, round));
  expect(isSame(await objects.get('a'), noise(3_000_000, 4))).toBe(true);
  expect((await bus.streamState('OBJ_snapshots')).bytes).toBeLessThan(3_100_000);
});

test('who reads while it is replaced gets one version whole', async () => {
  const versions = [noise(3_000_000, 0), noise(2_500_000, 1), noise(2_000_000, 2)];
  await objects.put('a', versions[0] ?? noise(0, 0));
  for (let round = 1; round <= 12; round += 1) {
    const before = versions[(round - 1) % 3] ?? noise(0, 0);
    const after = versions[round % 3] ?? noise(0, 0);
    const [read] = await Promise.all([objects.get('a'), objects.put('a', after)]);
    expect(isSame(read, before) || isSame(read, after)).toBe(true);
  }
});

test('a kill of the server in the middle of a put leaves the new object whole', async () => {
  await objects.put('a', noise(1_000_000, 1));
  const bytes = noise(30_000_000, 2);
  const putting = objects.put('a', bytes);
  await systemClock.sleep(20);
  nats.signal('SIGKILL');
  await putting;
  expect(isSame(await objects.get('a'), bytes)).toBe(true);
});

test('damage is found, not returned', async () => {
  await objects.put('a', noise(2_000_000, 1));
  const { lastSeq } = await bus.streamState('OBJ_snapshots');
  await bus.jsm.streams.deleteMessage('OBJ_snapshots', lastSeq - 2);
  await expect(objects.get('a')).rejects.toMatchObject({ code: 'BUS_VALUE_INVALID' });
});

test('a full store refuses, keeps what it had and no part of what it refused', async () => {
  const small = await openObjects(bus, 'small', { maxBytes: 3_000_000 });
  await small.put('a', noise(1_000_000, 1));
  await expect(small.put('b', noise(4_000_000, 2))).rejects.toMatchObject({ code: 'BUS_STREAM_FULL' });
  expect(isSame(await small.get('a'), noise(1_000_000, 1))).toBe(true);
  expect((await small.list()).map(({ name }) => name)).toEqual(['a']);
  expect((await bus.streamState('OBJ_small')).bytes).toBeLessThan(1_100_000);
});

test('is one any NATS object client reads', async () => {
  await objects.put('a', noise(1_200_000, 1));
  const other = await bus.js.views.os('snapshots');
  expect(isSame((await other.getBlob('a')) ?? undefined, noise(1_200_000, 1))).toBe(true);
});
