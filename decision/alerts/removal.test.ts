import { expect, test } from 'vitest';
import type { Job } from '../../platform/contracts/api.ts';
import { emptyOwner, tenantState } from './owner-state.ts';
import { stepAlerts } from './core/step.ts';
import { forgetRemoved } from './removal.ts';
import { alert, contextOf, START_MS } from './testing/alerts.ts';

const job: Job = {
  id: 'j',
  tenant: 'main',
  kind: 'simulated-removal',
  title: 'Simulated data removed',
  stage: 'removed',
  percent: 100,
  state: 'done',
  createdAtMs: START_MS,
  updatedAtMs: START_MS + 1_000,
  params: { tenant: 'demo' },
};

test('a removed simulated tenant is forgotten once, and what comes after stays', async () => {
  const state = emptyOwner();
  const statements: string[] = [];
  const deps = {
    jobs: { values: () => [job] },
    deliveries: { values: () => [], delete: async () => {} },
    store: { command: async (sql: string) => void (await Promise.resolve(statements.push(sql))) },
  };
  const fire = (tenant: string, id: string, atMs: number): void => {
    stepAlerts(tenantState(state, tenant), { type: 'alert', alert: alert(id), atMs }, contextOf([]));
  };
  fire('demo', '1', START_MS);
  fire('main', '2', START_MS);
  expect(await forgetRemoved(deps, state)).toBe(true);
  expect([...state.tenants.keys()]).toEqual(['main']);
  expect(statements.map((sql) => sql.split(' ')[2])).toEqual(['alerts', 'deliveries']);
  expect(await forgetRemoved(deps, state)).toBe(false);
  fire('demo', '3', START_MS + 2_000);
  expect(await forgetRemoved(deps, state)).toBe(false);
  expect(state.tenants.has('demo')).toBe(true);
  expect(statements).toHaveLength(2);
});
