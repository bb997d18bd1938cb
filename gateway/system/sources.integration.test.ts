import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKv } from '../../platform/bus/kv.ts';
import { StoredSourceStatus } from '../../platform/contracts/source.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { startRig, type Rig } from '../testing/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.stop());

test('a tenant sees how its own sources stand, and nothing else of what they remember', async () => {
  const kv = await openKv(rig.bus, buckets.sources, { schema: StoredSourceStatus });
  const status = {
    kind: 'news',
    host: 'news.example',
    events: 3,
    failures: 1,
    lastOkMs: 5,
    nextMs: 9,
    problem: 'SOURCE_UNREACHABLE: no',
  };
  const whole = { ...status, cursor: 'private', seen: ['private'] };
  await kv.put('main.wire', whole);
  await kv.put('other.theirs', status);
  const key = await rig.key('main', 'query:read');
  const { status: code, body } = await rig.call('GET', '/api/v1/sources', { key });
  expect([code, body]).toEqual([200, { sources: [{ name: 'wire', ...status }] }]);
  const writer = await rig.key('main', 'ingest:write');
  expect((await rig.call('GET', '/api/v1/sources', { key: writer })).status).toBe(403);
});
