import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { openKv } from '../bus/kv.ts';
import { buckets } from '../contracts/subjects.ts';
import { ApiKeyRecord } from '../contracts/tenant.ts';
import { silentLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createTestBus, eventually, startTestNats } from '../testing/servers.ts';
import { createFakeClock, type FakeClock } from '../time/clock.ts';
import { createAccess, type AccessDirectory } from './access.ts';
import { generateApiKey } from './api-key.ts';
import { prepareAccess } from './first-start.ts';
import { newTenant } from './tenant-rules.ts';

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 1);
let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let clock: FakeClock;
let access: AccessDirectory;
let count = 0;
/** A tenant of its own for each test, as the buckets are shared. */
let tenant: string;

beforeAll(async () => {
  nats = await startTestNats();
  bus = await createTestBus(nats);
  clock = createFakeClock(startMs);
  access = await open();
});

afterAll(async () => {
  await access.stop();
  await bus.close();
  await nats.stop();
});

beforeEach(async () => {
  count += 1;
  tenant = `t${count}`;
  await access.createTenant(newTenant(tenant, 'Test', false, clock.nowMs()));
});

async function open(adminKey?: string): Promise<AccessDirectory> {
  const metrics = createMetrics({ processMetrics: false });
  return await createAccess({ bus, clock, log: silentLog, metrics }, { adminKey });
}

describe('an API key', () => {
  test('works at once, and only its hash is stored', async () => {
    const { record, secret } = await access.createKey(tenant, { name: 'one', scopes: ['ingest:write'] });
    expect(access.authenticate(secret)).toEqual({
      tenant,
      subject: `key:${record.id}`,
      kind: 'apikey',
      scopes: ['ingest:write'],
    });
    const stored = await (await openKv(bus, buckets.apiKeys, { schema: ApiKeyRecord })).get(record.hash);
    expect(JSON.stringify(stored)).not.toContain(secret.slice(20, -4));
    expect(JSON.stringify(access.keys(tenant))).not.toContain(record.hash);
  });

  test('works in another process without a restart, and stops there when revoked', async () => {
    const other = await open();
    const { record, secret } = await access.createKey(tenant, { name: 'one', scopes: ['query:read'] });
    await eventually('the other process knows the key', () => typeof other.authenticate(secret) === 'object');
    await access.revokeKey(tenant, record.id);
    expect(access.authenticate(secret)).toBe('revoked');
    await eventually('the other process knows it is revoked', () => other.authenticate(secret) === 'revoked');
    await other.stop();
  });

  test('ends at its end', async () => {
    const { secret } = await access.createKey(tenant, {
      name: 'short',
      scopes: ['query:read'],
      expiresAtMs: clock.nowMs() + 1_000,
    });
    expect(access.authenticate(secret)).toMatchObject({ tenant });
    await clock.advance(1_000);
    expect(access.authenticate(secret)).toBe('expired');
    const past = { name: 'past', scopes: ['query:read'], expiresAtMs: clock.nowMs() } as const;
    await expect(access.createKey(tenant, past)).rejects.toMatchObject({ code: 'ACCESS_KEY_REFUSED' });
  });

  test('that is none of ours is told from one we do not know', () => {
    expect(access.authenticate('hello')).toBe('malformed');
    expect(access.authenticate('')).toBe('malformed');
    expect(access.authenticate(generateApiKey('live', ['admin']))).toBe('unknown');
  });

  test('of a simulated tenant is a test key', async () => {
    await access.createTenant(newTenant(`${tenant}-sim`, 'Sim', true, 0));
    const { secret } = await access.createKey(`${tenant}-sim`, { name: 'x', scopes: ['ingest:write'] });
    expect(secret).toMatch(/^weir_test_ingest_/);
  });

  test('notes its last use within the hour, in the background', async () => {
    const { secret } = await access.createKey(tenant, { name: 'used', scopes: ['query:read'] });
    access.authenticate(secret);
    await clock.advance(30_000);
    await eventually('the use is noted', () => access.keys(tenant)[0]?.lastUsedAtMs !== undefined);
    const first = access.keys(tenant)[0]?.lastUsedAtMs;
    access.authenticate(secret);
    await clock.advance(30_000);
    expect(access.keys(tenant)[0]?.lastUsedAtMs).toBe(first);
  });

  test('beyond the limit is refused until one is revoked', async () => {
    const made = [];
    for (let i = 0; i < 100; i += 1)
      made.push(await access.createKey(tenant, { name: `${i}`, scopes: ['query:read'] }));
    const more = { name: 'more', scopes: ['query:read'] } as const;
    await expect(access.createKey(tenant, more)).rejects.toMatchObject({ code: 'ACCESS_KEY_REFUSED' });
    await access.revokeKey(tenant, made[0]?.record.id ?? '');
    await expect(access.createKey(tenant, more)).resolves.toMatchObject({ record: { name: 'more' } });
  });
});

describe('rotation', () => {
  test('keeps the old key alive for the overlap', async () => {
    const old = await access.createKey(tenant, { name: 'rotated', scopes: ['ingest:write', 'query:read'] });
    const next = await access.rotateKey(tenant, old.record.id, dayMs);
    expect(access.authenticate(old.secret)).toMatchObject({ scopes: old.record.scopes });
    expect(access.authenticate(next.secret)).toMatchObject({ scopes: old.record.scopes });
    expect(access.keys(tenant).find((key) => key.id === old.record.id)).toMatchObject({
      replacedById: next.record.id,
      expiresAtMs: clock.nowMs() + dayMs,
    });
    await clock.advance(dayMs);
    expect(access.authenticate(old.secret)).toBe('expired');
    expect(access.authenticate(next.secret)).toMatchObject({ tenant });
  });

  test('never leaves more than two: an old key is not rotated again', async () => {
    const old = await access.createKey(tenant, { name: 'rotated', scopes: ['query:read'] });
    const outcomes = await Promise.allSettled([
      access.rotateKey(tenant, old.record.id, dayMs),
      access.rotateKey(tenant, old.record.id, dayMs),
      access.rotateKey(tenant, old.record.id, dayMs),
    ]);
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(access.keys(tenant).filter((key) => key.state === 'live')).toHaveLength(2);
    await expect(access.rotateKey(tenant, old.record.id, 0)).rejects.toMatchObject({
      code: 'ACCESS_KEY_REFUSED',
    });
  });

  test('of another tenant’s key finds nothing', async () => {
    const { record } = await access.createKey(tenant, { name: 'mine', scopes: ['query:read'] });
    await expect(access.rotateKey('main', record.id, 0)).rejects.toMatchObject({
      code: 'ACCESS_KEY_NOT_FOUND',
    });
    await expect(access.revokeKey('main', record.id)).rejects.toMatchObject({ code: 'ACCESS_KEY_NOT_FOUND' });
    expect(access.keys('main').some((key) => key.id === record.id)).toBe(false);
  });
});

describe('the admin key of the environment', () => {
  test.each(['x', 'any string at all', 'weir_live_admin_not_a_real_one', 'ключ'])(
    '%j is taken as it is',
    async (adminKey) => {
      const own = await open(adminKey);
      expect(own.authenticate(adminKey)).toMatchObject({
        tenant: 'main',
        scopes: expect.arrayContaining(['admin']),
      });
      expect(own.authenticate(`${adminKey} `)).toBe('malformed');
      await own.stop();
    },
  );
});

describe('the first start', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'weir-access-'));
  });

  test('makes tenants and keys, the next one changes nothing', async () => {
    const first = await prepareAccess(access, clock, { home, demo: true });
    expect(access.tenant('main')).toMatchObject({ currency: 'USD', timeZone: 'UTC', simulated: false });
    expect(access.tenant('demo')).toMatchObject({ simulated: true });
    expect(access.authenticate(first.adminKey)).toMatchObject({ tenant: 'main' });
    expect(access.authenticate(first.demoKey ?? '')).toMatchObject({
      tenant: 'demo',
      scopes: ['ingest:write'],
    });
    expect(readFileSync(join(home, 'admin.key'), 'utf8')).toBe(`${first.adminKey}\n`);
    expect(statSync(join(home, 'admin.key')).mode & 0o777).toBe(0o600);

    await access.changeTenant('main', (main) => ({ ...main, currency: 'EUR' }));
    expect(await prepareAccess(access, clock, { home, demo: true })).toEqual(first);
    expect(access.tenant('main')).toMatchObject({ currency: 'EUR' });
    rmSync(home, { recursive: true });
  });

  test('replaces a key file that no longer works and ends the key it had', async () => {
    const first = await prepareAccess(access, clock, { home, demo: false });
    expect(first.demoKey).toBeUndefined();
    writeFileSync(join(home, 'admin.key'), 'garbage');
    const second = await prepareAccess(access, clock, { home, demo: false });
    expect(second.adminKey).not.toBe(first.adminKey);
    expect(access.authenticate(second.adminKey)).toMatchObject({ tenant: 'main' });
    expect(access.authenticate(first.adminKey)).toBe('revoked');
    rmSync(home, { recursive: true });
  });
});

test('a tenant that would not work is refused and changes nothing', async () => {
  const wrong = access.changeTenant(tenant, (current) => ({ ...current, timeZone: 'Nowhere' }));
  await expect(wrong).rejects.toMatchObject({ code: 'ACCESS_TENANT_INVALID' });
  expect(access.tenant(tenant)?.timeZone).toBe('UTC');
});

test('listeners hear of changed keys and tenants', async () => {
  let heard = 0;
  const listener = access.onChange(() => (heard += 1));
  await access.changeTenant(tenant, (current) => ({ ...current, name: 'Renamed' }));
  await access.createKey(tenant, { name: 'k', scopes: ['query:read'] });
  expect(heard).toBeGreaterThanOrEqual(2);
  listener.stop();
});

test('after kill −9 of NATS everything is known and new keys work', async () => {
  const { secret } = await access.createKey(tenant, { name: 'before', scopes: ['query:read'] });
  nats.signal('SIGKILL');
  expect(access.authenticate(secret)).toMatchObject({ tenant });
  const next = await access.createKey(tenant, { name: 'after', scopes: ['query:read'] });
  const other = await open();
  expect(other.authenticate(secret)).toMatchObject({ tenant });
  expect(other.authenticate(next.secret)).toMatchObject({ tenant });
  await other.stop();
});
