import type { AuditCheckpoint, AuditEntry, AuditFact } from '../../platform/contracts/audit.ts';
import type { ChainHead } from './chain.ts';

export interface IntakeBatch {
  readonly facts: readonly { readonly fact: AuditFact; readonly seq: number }[];
  readonly pendingMessages: number;
}

/** The chains, their checkpoints and the intake, as they are kept in JetStream. */
export interface AuditLog {
  /** The newest entries of all chains together, oldest first. */
  tail(count: number): Promise<readonly AuditEntry[]>;
  /** End of a tenant's chain and the sequence of its last message; 0 where there is none. */
  head(tenant: string): Promise<{ readonly head: ChainHead; readonly subjectSeq: number }>;
  /** Throws BUS_SEQUENCE_CONFLICT when the subject does not end at `subjectSeq`: somebody else writes this chain. */
  append(entry: AuditEntry, subjectSeq: number): Promise<void>;
  /** Entries of a tenant in order; `beforeNumber` not included, the newest `limit`. Everything when neither is given. */
  entries(
    tenant: string,
    newest?: { readonly beforeNumber: number | undefined; readonly limit: number },
  ): Promise<readonly AuditEntry[]>;
  checkpoints(tenant: string): Promise<readonly AuditCheckpoint[]>;
  newestCheckpoint(tenant: string): Promise<AuditCheckpoint | undefined>;
  putCheckpoint(checkpoint: AuditCheckpoint): Promise<void>;
  /** Tenants that have a chain or a checkpoint. */
  tenants(): Promise<readonly string[]>;
  intake(fromSeq: number, signal: AbortSignal): AsyncIterable<IntakeBatch>;
  purgeIntake(belowSeq: number): Promise<void>;
}
