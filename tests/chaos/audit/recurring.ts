import { Type } from '@sinclair/typebox';
import { createMetrics } from '../../../platform/metrics/metrics.ts';
import type { Store } from '../../../platform/store/store.ts';
import type { Directory } from '../../../streams/directory.ts';
import { createRecurringMetrics } from '../../../streams/recurring/metrics.ts';
import { createRecurringStage, movementColumns } from '../../../streams/recurring/recurring-stage.ts';
import { differences, type StageFindings } from './finding.ts';
import { createCapturingStore, rerunStage } from './rerun.ts';

const keys = ['tenant', 'policy_version', 'window', 'window_start', 'customer', 'segment', 'currency'];
const movements = ['new', 'reactivation', 'expansion', 'contraction', 'churn', 'transfer', 'fx'];
const amounts = movementColumns.filter((column) => !keys.includes(column) && column !== 'version');

/**
 * Recurring revenue after any number of kills: every row equals what one undisturbed life makes of the stored events, and for each row
 * opening + movements = closing, in the customer's currency and in the tenant's.
 */
export async function auditRecurring(
  store: Store,
  directory: Directory,
  frontier: number,
): Promise<StageFindings> {
  const capture = createCapturingStore(store);
  await rerunStage(
    capture,
    createRecurringStage({
      store: capture,
      metrics: createRecurringMetrics(createMetrics({ processMetrics: false })),
      tenantOf: (tenant) => directory.tenantOf(tenant),
      policyOf: (tenant) => directory.mrrPolicyOf(tenant),
    }),
    frontier,
  );
  const again = new Map<string, string>();
  for (const row of capture.written.get('mrr_movements') ?? [])
    put(
      again,
      keys.map((key) => row[key] ?? ''),
      amounts.map((amount) => row[amount] ?? ''),
    );
  const killed = new Map<string, string>();
  const problems: string[] = [];
  const rows = await store.query(
    `SELECT [tenant, toString(policy_version), window, toString(toUnixTimestamp64Milli(window_start)), customer, segment, currency] AS k,
       [${amounts.map((amount) => `toInt64(${amount})`).join(', ')}] AS v FROM mrr_movements FINAL`,
    {},
    Type.Object({ k: Type.Array(Type.String()), v: Type.Array(Type.Number()) }),
  );
  for (const { k, v } of rows) {
    put(killed, k, v.map(String));
    const cell = (name: string): number => v[amounts.indexOf(name)] ?? Number.NaN;
    for (const suffix of ['', '_base']) {
      const reached =
        cell(`opening${suffix}`) + movements.reduce((sum, name) => sum + cell(`${name}${suffix}`), 0);
      if (reached !== cell(`closing${suffix}`))
        problems.push(
          `MRR of ${k.join('/')} opens and moves to ${reached} and closes with ${cell(`closing${suffix}`)}`,
        );
    }
  }
  return {
    compared: { mrrRows: killed.size },
    problems: [...problems, ...differences('MRR', killed, again)],
  };
}

/** A row of zeros stands for none. */
function put(rows: Map<string, string>, key: readonly string[], values: readonly string[]): void {
  const address = key.join('/');
  if (values.every((value) => Number(value) === 0)) rows.delete(address);
  else rows.set(address, values.join(' '));
}
