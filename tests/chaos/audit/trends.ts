import { Type } from '@sinclair/typebox';
import type { Signal } from '../../../platform/contracts/signal.ts';
import { createMetrics } from '../../../platform/metrics/metrics.ts';
import type { Store } from '../../../platform/store/store.ts';
import { createTrendStage } from '../../../streams/trends/stage.ts';
import type { StageFindings } from './finding.ts';
import { createCapturingStore, rerunStage } from './rerun.ts';

/**
 * Trends of every evaluation against one undisturbed life. What is looked at before its mark (a preview) depends on when somebody
 * looked, and may have replaced an evaluation of its hour: it has a higher version or a later moment and is left out.
 */
export async function auditTrends(
  store: Store,
  frontier: number,
): Promise<StageFindings & { readonly told: ReadonlyMap<string, Signal> }> {
  const told = new Map<string, Signal>();
  const capture = createCapturingStore(store);
  const stage = createTrendStage({
    store: capture,
    metrics: createMetrics({ processMetrics: false }),
    signals: {
      publish: async (signals: readonly Signal[]) => {
        for (const signal of signals) told.set(`${signal.tenant}/trend/${signal.id}`, signal);
      },
    },
  });
  await rerunStage(
    capture,
    {
      ...stage,
      apply: (state, events, context) => {
        stage.apply(state, events, context);
        for (const { pending } of state.tenants.values()) pending.isChanged = false;
      },
    },
    frontier,
  );
  const again = new Map<string, { version: number; atMs: number; text: string }>();
  for (const row of capture.written.get('trends') ?? []) {
    const key = `${row['tenant']}/${row['hour']}/${row['key']}`;
    const version = Number(row['version']);
    if (version >= (again.get(key)?.version ?? 0))
      again.set(key, {
        version,
        atMs: Number(row['evaluated_at']),
        text: [row['rank'], row['stage'], row['score'], row['attention'], row['health']].join(' '),
      });
  }
  const rows = await store.query(
    `SELECT concat(tenant, '/', toString(toUnixTimestamp(hour)), '/', key) AS k, toUnixTimestamp64Milli(evaluated_at) AS atMs, version,
       rank, stage, score, attention, health FROM trends FINAL`,
    {},
    Type.Object({
      k: Type.String(),
      atMs: Type.Number(),
      version: Type.Number(),
      rank: Type.Number(),
      stage: Type.String(),
      score: Type.Number(),
      attention: Type.Number(),
      health: Type.Number(),
    }),
  );
  const killed = new Map(rows.map((row) => [row.k, row]));
  const problems: string[] = [];
  let compared = 0;
  for (const [key, wanted] of again) {
    const row = killed.get(key);
    if (row === undefined) problems.push(`trend ${key} was evaluated and is not stored`);
    else if (row.version === wanted.version && row.atMs === wanted.atMs) {
      compared++;
      const text = [row.rank, row.stage, row.score, row.attention, row.health].join(' ');
      if (text !== wanted.text) problems.push(`trend ${key}: ${text} instead of ${wanted.text}`);
    } else if (row.version < wanted.version)
      problems.push(`trend ${key} is stored as of version ${row.version}, not ${wanted.version}`);
  }
  return { compared: { trendRows: compared, previewedTrendRows: again.size - compared }, problems, told };
}
