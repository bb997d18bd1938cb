import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { AlertRecord } from '../../platform/contracts/alert.ts';
import { severities, type Severity } from '../../platform/contracts/signal.ts';
import { alertsStream, alertsSubject } from '../../platform/contracts/subjects.ts';
import { refused, type Executor } from './executor.ts';

const codec = createJsonCodec(AlertRecord);
const maxBytes = 64 * 1024 * 1024;
const maxAgeMs = 30 * 86_400_000;
const duplicateWindowMs = 24 * 3_600_000;

/**
 * Puts a record on the stream `alerts`, 64 MiB and 30 days, the oldest go first. The message id makes a repeat within a day one message; later
 * ones carry the same alert id, by which whoever delivers knows them.
 */
export async function createAlertExecutor(bus: Bus): Promise<Executor> {
  await bus.ensureStream({
    name: alertsStream,
    subjects: [`${alertsStream}.*`],
    maxBytes,
    maxAgeMs,
    discard: 'old',
    duplicateWindowMs,
  });
  return {
    kind: 'alert',
    execute: async ({ item, params, decision }) => {
      const alert: AlertRecord = {
        id: item.id,
        tenant: item.tenant,
        severity: severityOf(params['severity'], decision?.trigger.severity),
        title: String(params['title']).slice(0, 300),
        body: String(params['body']),
        link: decision === undefined ? '/decisions' : `/decisions/${decision.id}`,
        evidence: Object.fromEntries((decision?.facts ?? []).map(({ name, value }) => [name, value])),
        decisionId: item.cause.id,
        groupKey: String(params['group'] ?? decision?.key ?? item.cause.id).slice(0, 600),
        createdAtMs: item.createdAtMs,
      };
      const checked = codec.check(alert);
      if (!checked.ok) return refused(`the alert is wrong: ${checked.fault}`);
      await bus.publish(alertsSubject(item.tenant), codec.encode(alert), {
        msgId: `${item.tenant}.${item.id}`,
      });
      return { ok: true, note: 'handed to the subscribers' };
    },
  };
}

function severityOf(wanted: unknown, found: Severity | undefined): Severity {
  return severities.find((severity) => severity === wanted) ?? found ?? 'info';
}
