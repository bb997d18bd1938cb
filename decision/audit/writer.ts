import type { KeyObject } from 'node:crypto';
import type { AuditEntry, AuditFact } from '../../platform/contracts/audit.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Faults } from '../faults.ts';
import type { DecisionMetrics } from '../metrics.ts';
import type { History } from '../ports.ts';
import { emptyChain, linkFact } from './chain.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { AuditLog } from './log.ts';

export interface WriterDeps {
  readonly log: AuditLog;
  readonly history: History;
  readonly key: KeyObject;
  readonly clock: Clock;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

/** Facts whose ids are remembered beyond NATS's own window: a fact told again after long is not linked twice. */
const rememberedFacts = 20_000;
const checkpointEveryMs = 5_000;

/**
 * Makes chain entries of facts, one at a time, until the signal aborts. The only writer of every chain; a second one is refused by the
 * sequence each append expects.
 *
 * Crash order of a fact: 1. the entry, which carries the intake sequence it was made of, appended only if its subject still ends where we
 * think 2. its row in ClickHouse (absolute) 3. a signed checkpoint of each chain that grew, when the intake is caught up 4. the intake below is purged.
 * Where to go on is the intake sequence of the newest entry of the whole log: no position is kept beside it, so entry and position cannot
 * disagree. Killed between 1 and 2, the rows of the newest entries are written again at the start.
 */
export async function writeChains(deps: WriterDeps, signal: AbortSignal): Promise<void> {
  const { log, history, key, clock, metrics, faults } = deps;
  const tail = await log.tail(rememberedFacts);
  const known = new Set(tail.map(factKey));
  let positionSeq = tail.at(-1)?.intakeSeq ?? 0;
  await history.writeAudit(tail.slice(-1_000));
  const grown = new Set<string>();
  let signedAtMs = Number.NEGATIVE_INFINITY;
  for (const entry of tail.slice(-1_000)) grown.add(entry.tenant);

  const sign = async (): Promise<void> => {
    for (const tenant of grown) {
      const { head } = await log.head(tenant);
      const newest = (await log.newestCheckpoint(tenant))?.number ?? 0;
      if (head.number > newest) await log.putCheckpoint(signCheckpoint(tenant, head, clock.nowMs(), key));
    }
    grown.clear();
    signedAtMs = clock.monotonicMs();
    await log.purgeIntake(positionSeq + 1);
  };

  await sign();
  for await (const batch of log.intake(positionSeq + 1, signal)) {
    const written: AuditEntry[] = [];
    for (const { fact, seq } of batch.facts) {
      if (seq <= positionSeq) continue;
      if (!known.has(factKey(fact))) {
        const entry = await append(log, fact, seq);
        faults('fact linked');
        written.push(entry);
        remember(known, factKey(fact));
        grown.add(fact.tenant);
      }
      positionSeq = seq;
    }
    await history.writeAudit(written);
    metrics.auditEntries.inc(written.length);
    metrics.pendingMessages.set({ part: 'audit' }, batch.pendingMessages);
    const isDue = clock.monotonicMs() - signedAtMs >= checkpointEveryMs;
    if (grown.size > 0 && (batch.pendingMessages === 0 || isDue)) await sign();
  }
}

async function append(log: AuditLog, fact: AuditFact, seq: number): Promise<AuditEntry> {
  const { head, subjectSeq } = await log.head(fact.tenant);
  const entry = linkFact(head.number === 0 ? emptyChain : head, fact, seq);
  await log.append(entry, subjectSeq);
  return entry;
}

function factKey({ tenant, id }: { readonly tenant: string; readonly id: string }): string {
  return `${tenant}.${id}`;
}

function remember(known: Set<string>, key: string): void {
  known.add(key);
  if (known.size <= rememberedFacts) return;
  for (const oldest of known) {
    known.delete(oldest);
    break;
  }
}
