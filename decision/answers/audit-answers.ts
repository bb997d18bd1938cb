import type { KeyObject } from 'node:crypto';
import type { AuditState } from '../../platform/contracts/audit.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { publicKeyOf } from '../audit/checkpoint.ts';
import type { AuditLog } from '../audit/log.ts';
import { verifyChain } from '../audit/verify.ts';
import type { AnswersOf } from './answer.ts';

export interface AuditAnswerDeps {
  readonly log: AuditLog;
  readonly key: KeyObject;
  readonly clock: Clock;
}

/** A verification reads the whole chain; asked again within this time the last answer stands. */
const freshMs = 10_000;

export function auditAnswers({ log, key, clock }: AuditAnswerDeps): AnswersOf<'audit-list' | 'audit-state'> {
  const publicKey = publicKeyOf(key);
  const states = new Map<string, { readonly atMs: number; readonly state: Promise<AuditState> }>();

  const verify = async (tenant: string): Promise<AuditState> => {
    const [entries, checkpoints] = await Promise.all([log.entries(tenant), log.checkpoints(tenant)]);
    const verdict = verifyChain(entries, checkpoints, [publicKey]);
    return {
      tenant,
      isIntact: verdict.findings.length === 0,
      entries: verdict.entries,
      checkpoints: verdict.checkpoints,
      head: verdict.head.hash,
      verifiedAtMs: clock.nowMs(),
      findings: [...verdict.findings],
      publicKey: publicKey.key.export({ type: 'spki', format: 'pem' }).toString(),
      checkpoint: checkpoints.at(-1) ?? null,
    };
  };

  return {
    'audit-list': async ({ tenant, body }) => {
      const found = await log.entries(tenant, { beforeNumber: body.beforeNumber, limit: body.limit });
      return { entries: [...found].reverse(), isCut: (found[0]?.number ?? 1) > 1 };
    },
    'audit-state': async ({ tenant }) => {
      const known = states.get(tenant);
      if (known !== undefined && clock.monotonicMs() - known.atMs < freshMs) return await known.state;
      const state = verify(tenant);
      states.set(tenant, { atMs: clock.monotonicMs(), state });
      state.catch(() => states.delete(tenant));
      return await state;
    },
  };
}
