import type { AuditIntake } from '../../platform/audit/intake.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec, encodeJson } from '../../platform/bus/json.ts';
import { readFrom } from '../../platform/bus/reader.ts';
import type { AuditFact } from '../../platform/contracts/audit.ts';
import { Decision } from '../../platform/contracts/decision.ts';
import {
  buckets,
  decisionsStream,
  decisionsSubject,
  liveSubject,
} from '../../platform/contracts/subjects.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Faults } from '../faults.ts';
import type { DecisionMetrics } from '../metrics.ts';
import type { History } from '../ports.ts';
import { firstPositions } from '../progress.ts';
import type { Records } from '../records.ts';
import { savePosition } from './evaluator.ts';

export interface TellerDeps {
  readonly bus: Bus;
  readonly records: Records;
  readonly history: History;
  readonly intake: AuditIntake;
  readonly log: Log;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

const maxBytes = 64 * 1024 * 1024;
const maxAgeMs = 30 * 86_400_000;
const duplicateWindowMs = 24 * 3_600_000;
const bucketStream = `KV_${buckets.decisions}`;

export async function openDecisionsStream(bus: Bus): Promise<void> {
  await bus.ensureStream({
    name: decisionsStream,
    subjects: [`${decisionsStream}.*`],
    maxBytes,
    maxAgeMs,
    discard: 'old',
    duplicateWindowMs,
  });
}

/**
 * Follows the log of the bucket `decisions` and tells every change, in order: audit fact, table row, stream, live. The bucket keeps as many values
 * of a key as a decision can have, so whoever was killed tells later what it did not tell in time.
 *
 * Crash order of a batch: 1. facts (message ids) 2. rows (absolute) 3. messages (message ids) 4. the position. Killed anywhere, the batch is
 * told again and nothing is counted twice.
 */
export async function followDecisions(deps: TellerDeps, signal: AbortSignal): Promise<void> {
  const { bus, records, history, intake, log, metrics, faults } = deps;
  const codec = createJsonCodec(Decision);
  const start = (await records.positions.get('all'))?.value ?? firstPositions;
  const { firstSeq } = await bus.streamState(bucketStream);
  const reading = readFrom({
    bus,
    stream: bucketStream,
    subject: `$KV.${buckets.decisions}.>`,
    fromSeq: Math.max(start.teller + 1, firstSeq),
    signal,
  });
  for await (const batch of reading) {
    const decisions = batch.flatMap(({ data, seq, headers }) => {
      if (data.byteLength === 0 || headers?.get('KV-Operation')) return [];
      const decoded = codec.decode(data);
      if (decoded.ok) return [decoded.value];
      log.error({ seq, fault: decoded.fault }, 'a decision that does not fit was not told');
      return [];
    });
    for (const decision of decisions) await intake.tell(factOf(decision));
    await history.writeDecisions(decisions);
    for (const decision of decisions) {
      const { tenant, id, revision } = decision;
      await bus.publish(decisionsSubject(tenant), encodeJson({ decision }), {
        msgId: `${tenant}.${id}.${revision}`,
      });
      bus.publishCore(liveSubject(tenant, 'decisions'), encodeJson({ id, revision, state: decision.state }));
      faults('decision told');
    }
    const last = batch.at(-1);
    if (last === undefined) continue;
    metrics.pendingMessages.set({ part: 'teller' }, last.pendingMessages);
    await savePosition(records, 'teller', last.seq);
  }
}

/** The newest change of a decision as a fact of the audit trail. */
export function factOf(decision: Decision): AuditFact {
  const { id, tenant, state, revision, money, currency, inputsHash, policy, undo, outcome } = decision;
  const last = decision.history.at(-1);
  const isUndone = undo === 'done' || undo === 'failed';
  return {
    id: `${id}.${revision}`,
    tenant,
    atMs: last?.atMs ?? decision.createdAtMs,
    actor: isUndone ? 'weir' : (last?.by ?? 'weir'),
    action: isUndone ? `decision.undo_${undo}` : `decision.${last?.name ?? 'propose'}`,
    object: id,
    result: 'done',
    requestId: '',
    details: {
      state,
      revision,
      policy: policy.id,
      policyVersion: policy.version,
      inputsHash,
      money,
      currency,
      reason: last?.reason ?? '',
      ...(revision === 1
        ? { actions: decision.actions, trigger: decision.trigger.id, mode: decision.mode }
        : {}),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
}
