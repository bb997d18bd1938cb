import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { AuditCheckpoint } from '../../platform/contracts/audit.ts';
import { canonicalJson } from '../lifecycle/hash.ts';
import type { ChainHead } from './chain.ts';

export interface PublicKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The public half of an Ed25519 key, given itself, its private half or a PEM of either. */
export function publicKeyOf(key: KeyObject | string): PublicKey {
  const half = typeof key === 'object' && key.type === 'public' ? key : createPublicKey(key);
  const der = half.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(der).digest('hex').slice(0, 16), key: half };
}

/** Ed25519 (RFC 8032) over the canonical JSON of tenant, number, hash, time and key. */
export function signCheckpoint(
  tenant: string,
  head: ChainHead,
  atMs: number,
  privateKey: KeyObject,
): AuditCheckpoint {
  const body = { tenant, number: head.number, hash: head.hash, atMs, keyId: publicKeyOf(privateKey).id };
  return { ...body, signature: sign(null, Buffer.from(canonicalJson(body)), privateKey).toString('base64') };
}

export function isSigned({ signature, ...body }: AuditCheckpoint, { key }: PublicKey): boolean {
  try {
    return verify(null, Buffer.from(canonicalJson(body)), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
