import type { StoredCounts } from '../../platform/contracts/audience.ts';
import type { PrivacyLedger } from '../../platform/contracts/privacy.ts';

/** Ledgers with compare-and-set. */
export interface LedgerStore {
  load(
    tenant: string,
    period: string,
  ): Promise<{ readonly value: PrivacyLedger; readonly revision: number } | undefined>;
  /** False when somebody else wrote since `revision` (0 = must not exist). */
  save(ledger: PrivacyLedger, revision: number): Promise<boolean>;
}

/** Answers by the id of their charge; written once. */
export interface AnswerStore {
  get(tenant: string, id: string): Promise<StoredCounts | undefined>;
  /** False when there is one already: that one stands. */
  create(tenant: string, id: string, answer: StoredCounts): Promise<boolean>;
}
