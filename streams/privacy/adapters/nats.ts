import type { Bus } from '../../../platform/bus/bus.ts';
import { openKv } from '../../../platform/bus/kv.ts';
import { StoredCounts } from '../../../platform/contracts/audience.ts';
import { PrivacyLedger } from '../../../platform/contracts/privacy.ts';
import { buckets } from '../../../platform/contracts/subjects.ts';
import type { AnswerStore, LedgerStore } from '../ports.ts';

/** Longer than the longest period: an answer that went while its question can still be repeated would be paid for twice. */
const ANSWER_TTL_MS = 62 * 86_400_000;
const ANSWER_BYTES = 128 * 1024 * 1024;

/** Ledgers are kept for good: what was spent on what is part of the record. */
export async function createLedgerStore(bus: Bus): Promise<LedgerStore> {
  const kv = await openKv(bus, buckets.privacyLedger, { schema: PrivacyLedger });
  return {
    load: async (tenant, period) => await kv.get(`${tenant}.${period}`),
    save: async (ledger, revision) => {
      const key = `${ledger.tenant}.${ledger.period}`;
      const result = revision === 0 ? await kv.create(key, ledger) : await kv.update(key, ledger, revision);
      return result.ok;
    },
  };
}

export async function createAnswerStore(bus: Bus): Promise<AnswerStore> {
  const kv = await openKv(bus, buckets.privacyAnswers, {
    schema: StoredCounts,
    ttlMs: ANSWER_TTL_MS,
    maxBytes: ANSWER_BYTES,
  });
  return {
    get: async (tenant, id) => (await kv.get(`${tenant}.${id}`))?.value,
    create: async (tenant, id, answer) => (await kv.create(`${tenant}.${id}`, answer)).ok,
  };
}
