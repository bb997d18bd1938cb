import { timingSafeEqual } from 'node:crypto';
import type { Bus } from '../bus/bus.ts';
import type { ApiKeyView } from '../contracts/admin.ts';
import { buckets } from '../contracts/subjects.ts';
import {
  ApiKeyRecord,
  scopes,
  Tenant,
  type Access,
  type Principal,
  type Scope,
} from '../contracts/tenant.ts';
import { WeirError } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import { hashSecret, isWellFormedApiKey } from './api-key.ts';
import { issueKey, keyPrincipal, keyState, keyView, type IssuedKey } from './key-rules.ts';
import { openKvMirror } from './kv-mirror.ts';
import { checkTenant } from './tenant-rules.ts';

export interface AccessDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface AccessConfig {
  /** Taken as it is for an admin key of tenant `main`; for machines that are set up by a script. */
  readonly adminKey: string | undefined;
}

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAtMs?: number;
}

/** Access with the operations of those who administer it. Every operation stays inside the tenant it is given. */
export interface AccessDirectory extends Access {
  tenants(): readonly Tenant[];
  /** False when there is one of that id. */
  createTenant(tenant: Tenant): Promise<boolean>;
  /** Throws ACCESS_TENANT_INVALID. */
  changeTenant(id: string, change: (tenant: Tenant) => Tenant): Promise<Tenant>;
  keys(tenant: string): readonly ApiKeyView[];
  /** The answer holds the key; it cannot be read again. Throws ACCESS_KEY_REFUSED above the limit of live keys. */
  createKey(tenant: string, wish: NewKey): Promise<IssuedKey>;
  /** A new key with the same rights; the old one ends after the overlap. Throws ACCESS_KEY_NOT_FOUND, ACCESS_KEY_REFUSED. */
  rotateKey(tenant: string, id: string, overlapMs: number): Promise<IssuedKey>;
  /** Ends a key at once. Throws ACCESS_KEY_NOT_FOUND. */
  revokeKey(tenant: string, id: string): Promise<ApiKeyView>;
  /** Called when a tenant or the rights of a key changed. */
  onChange(listener: () => void): { stop(): void };
  stop(): Promise<void>;
}

/** Live keys of one tenant at most. */
const MAX_LIVE_KEYS = 100;
/** Records of ended keys kept, so that "revoked" can be told from "unknown". */
const MAX_KEYS = 500;
const touchEveryMs = 3_600_000;
const touchFlushMs = 30_000;

/** Opens the directories and resolves once they are in memory; `authenticate` and `tenant` never wait after that. */
export async function createAccess(deps: AccessDeps, config: AccessConfig): Promise<AccessDirectory> {
  const { bus, clock, metrics } = deps;
  const log = deps.log.child({ module: 'access' });
  const keyRecords = await openKvMirror(bus, buckets.apiKeys, { schema: ApiKeyRecord });
  const tenants = await openKvMirror(bus, buckets.tenants, { schema: Tenant });
  const refused = metrics.counter('weir_access_refused_keys_total', 'API keys refused, by reason.', [
    'reason',
  ]);
  metrics.gaugeOf('weir_access_held_keys', 'API keys in memory.', () => keyRecords.size);
  metrics.gaugeOf('weir_access_held_tenants', 'Tenants in memory.', () => tenants.size);
  const adminDigest =
    config.adminKey === undefined ? undefined : Buffer.from(hashSecret(config.adminKey), 'hex');
  const admin: Principal = { tenant: 'main', subject: 'key:environment', kind: 'apikey', scopes };
  /** Keys used since the last flush whose record is an hour behind. */
  const used = new Set<string>();

  const flushUsed = async (): Promise<void> => {
    const hashes = [...used];
    used.clear();
    for (const hash of hashes) {
      try {
        await keyRecords.update(hash, (record) => record && { ...record, lastUsedAtMs: clock.nowMs() });
      } catch (error) {
        log.debug({ err: error }, 'last use of a key was not noted');
      }
    }
  };
  const flusher = clock.every(touchFlushMs, flushUsed);

  const refuse = (reason: 'malformed' | 'unknown' | 'revoked' | 'expired'): typeof reason => {
    refused.inc({ reason });
    return reason;
  };

  const ofTenant = (tenant: string): ApiKeyRecord[] =>
    keyRecords.values().filter((record) => record.tenant === tenant);

  const find = (tenant: string, id: string): ApiKeyRecord => {
    const record = ofTenant(tenant).find((candidate) => candidate.id === id);
    if (record === undefined) throw new WeirError('ACCESS_KEY_NOT_FOUND', 'There is no API key of this id.');
    return record;
  };

  const store = async (issued: IssuedKey): Promise<IssuedKey> => {
    const { record } = issued;
    const nowMs = clock.nowMs();
    const known = ofTenant(record.tenant);
    if (known.filter((other) => keyState(other, nowMs) === 'live').length >= MAX_LIVE_KEYS) {
      throw new WeirError('ACCESS_KEY_REFUSED', `A tenant has at most ${MAX_LIVE_KEYS} live API keys.`);
    }
    const ended = known.filter((other) => keyState(other, nowMs) !== 'live');
    ended.sort((a, b) => a.createdAtMs - b.createdAtMs);
    for (const old of ended.slice(0, Math.max(0, known.length + 1 - MAX_KEYS)))
      await keyRecords.delete(old.hash);
    await keyRecords.create(record.hash, record);
    log.info({ tenant: record.tenant, id: record.id, scopes: record.scopes }, 'API key created');
    return issued;
  };

  const environmentOf = (tenant: string): 'live' | 'test' =>
    tenants.get(tenant)?.simulated === true ? 'test' : 'live';

  return {
    authenticate: (key) => {
      const hash = hashSecret(key);
      // Digests are compared, so neither the length nor a common beginning shows in the time it takes.
      if (adminDigest !== undefined && timingSafeEqual(Buffer.from(hash, 'hex'), adminDigest)) return admin;
      if (!isWellFormedApiKey(key)) return refuse('malformed');
      const record = keyRecords.get(hash);
      if (record === undefined) return refuse('unknown');
      const nowMs = clock.nowMs();
      const state = keyState(record, nowMs);
      if (state !== 'live') return refuse(state);
      if (nowMs - (record.lastUsedAtMs ?? 0) >= touchEveryMs) used.add(hash);
      return keyPrincipal(record);
    },
    tenant: (id) => tenants.get(id),
    tenants: () => tenants.values(),
    createTenant: async (tenant) => await tenants.create(tenant.id, checkTenant(tenant)),
    changeTenant: async (id, change) => {
      const changed = await tenants.update(id, (tenant) => tenant && checkTenant({ ...change(tenant), id }));
      if (changed === undefined) throw new WeirError('PLATFORM_INTERNAL', `tenant ${id} is missing`);
      return changed;
    },
    keys: (tenant) => {
      const nowMs = clock.nowMs();
      return ofTenant(tenant)
        .sort((a, b) => b.createdAtMs - a.createdAtMs)
        .map((record) => keyView(record, nowMs));
    },
    createKey: async (tenant, wish) => {
      const { name, scopes: granted, expiresAtMs } = wish;
      const nowMs = clock.nowMs();
      if (expiresAtMs !== undefined && expiresAtMs <= nowMs) {
        throw new WeirError('ACCESS_KEY_REFUSED', 'A key must end in the future.');
      }
      return await store(
        issueKey({ tenant, name, scopes: granted, environment: environmentOf(tenant), expiresAtMs }, nowMs),
      );
    },
    rotateKey: async (tenant, id, overlapMs) => {
      const old = find(tenant, id);
      const nowMs = clock.nowMs();
      if (keyState(old, nowMs) !== 'live')
        throw new WeirError('ACCESS_KEY_REFUSED', 'Only a live key can be rotated.');
      if (old.replacedById !== undefined) {
        throw new WeirError(
          'ACCESS_KEY_REFUSED',
          'This key was rotated already; rotate the one that took over.',
        );
      }
      const issued = issueKey(
        {
          tenant,
          name: old.name,
          scopes: old.scopes,
          environment: environmentOf(tenant),
          expiresAtMs: old.expiresAtMs,
        },
        nowMs,
      );
      // The old key is claimed first: of two rotations at the same time one finds it taken and creates nothing.
      const endsAtMs = Math.min(old.expiresAtMs ?? Number.POSITIVE_INFINITY, nowMs + overlapMs);
      const claimed = await keyRecords.update(old.hash, (record) =>
        record === undefined || record.replacedById !== undefined || record.revokedAtMs !== undefined
          ? undefined
          : { ...record, replacedById: issued.record.id, expiresAtMs: endsAtMs },
      );
      if (claimed?.replacedById !== issued.record.id) {
        throw new WeirError('ACCESS_KEY_REFUSED', 'This key was changed at the same time; look at it again.');
      }
      return await store(issued);
    },
    revokeKey: async (tenant, id) => {
      const record = find(tenant, id);
      const revoked = await keyRecords.update(record.hash, (current) =>
        current === undefined || current.revokedAtMs !== undefined
          ? undefined
          : { ...current, revokedAtMs: clock.nowMs() },
      );
      log.info({ tenant, id }, 'API key revoked');
      return keyView(revoked ?? record, clock.nowMs());
    },
    onChange: (listener) => {
      const stops = [keyRecords.onChange(() => listener()), tenants.onChange(() => listener())];
      return { stop: () => stops.forEach((stop) => stop.stop()) };
    },
    stop: async () => {
      flusher.stop();
      await flushUsed();
      await Promise.all([keyRecords.stop(), tenants.stop()]);
    },
  };
}
