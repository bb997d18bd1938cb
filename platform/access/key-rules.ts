import type { ApiKeyView } from '../contracts/admin.ts';
import type { ApiKeyRecord, Principal, Scope } from '../contracts/tenant.ts';
import { generateApiKey, hashSecret, previewOf, randomBase62, type KeyEnvironment } from './api-key.ts';

/** A key and its record; the key itself exists only here, for the one answer that shows it. */
export interface IssuedKey {
  readonly record: ApiKeyRecord;
  readonly secret: string;
}

export interface KeyWish {
  readonly tenant: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly environment: KeyEnvironment;
  readonly expiresAtMs: number | undefined;
}

export function issueKey(wish: KeyWish, nowMs: number): IssuedKey {
  const secret = generateApiKey(wish.environment, wish.scopes);
  return {
    secret,
    record: {
      id: `key_${randomBase62(16)}`,
      hash: hashSecret(secret),
      tenant: wish.tenant,
      name: wish.name,
      preview: previewOf(secret),
      scopes: [...wish.scopes],
      createdAtMs: nowMs,
      ...(wish.expiresAtMs === undefined ? {} : { expiresAtMs: wish.expiresAtMs }),
    },
  };
}

export function keyState(record: ApiKeyRecord, nowMs: number): ApiKeyView['state'] {
  if (record.revokedAtMs !== undefined) return 'revoked';
  return record.expiresAtMs !== undefined && record.expiresAtMs <= nowMs ? 'expired' : 'live';
}

export function keyPrincipal(record: ApiKeyRecord): Principal {
  return { tenant: record.tenant, subject: `key:${record.id}`, kind: 'apikey', scopes: record.scopes };
}

/** A record as people see it: without the hash. */
export function keyView(record: ApiKeyRecord, nowMs: number): ApiKeyView {
  const { hash: _hash, tenant: _tenant, ...shown } = record;
  return { ...shown, state: keyState(record, nowMs) };
}
