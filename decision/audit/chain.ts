import { createHash } from 'node:crypto';
import { genesisHash, type AuditEntry, type AuditFact } from '../../platform/contracts/audit.ts';
import { canonicalJson } from '../lifecycle/hash.ts';

/** Where a chain ends. */
export interface ChainHead {
  readonly number: number;
  readonly hash: string;
}

export const emptyChain: ChainHead = { number: 0, hash: genesisHash };

/** The next entry of a chain. */
export function linkFact(head: ChainHead, fact: AuditFact, intakeSeq: number): AuditEntry {
  const unsealed = { ...fact, number: head.number + 1, intakeSeq, prev: head.hash };
  return { ...unsealed, hash: entryHash(unsealed) };
}

/** SHA-256 over the hash before it, in hex, and the canonical JSON (RFC 8785) of the entry without its own hash. */
export function entryHash(entry: Omit<AuditEntry, 'hash'>): string {
  const { number, intakeSeq, prev, id, tenant, atMs, actor, action, object, result, requestId, details } =
    entry;
  const sealed = {
    number,
    intakeSeq,
    prev,
    id,
    tenant,
    atMs,
    actor,
    action,
    object,
    result,
    requestId,
    details,
  };
  return createHash('sha256').update(prev).update(canonicalJson(sealed)).digest('hex');
}
