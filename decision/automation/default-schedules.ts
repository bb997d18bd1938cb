import type { Schedule } from '../../platform/contracts/outbox.ts';

const minuteMs = 60_000;
const routines = [
  { id: 'health', title: 'Health of Weir', cron: '0 * * * *', routine: 'health' },
  { id: 'tasks', title: 'Undecided proposals and given-up actions', cron: '10 * * * *', routine: 'tasks' },
  { id: 'budgets', title: 'Budgets of policies', cron: '0 6 * * *', routine: 'budgets' },
  { id: 'keys', title: 'API keys that end soon', cron: '30 6 * * *', routine: 'keys' },
] as const;

/** What every tenant runs from the start; each may be changed, switched off or deleted, and does not come back. */
export function defaultSchedules(tenant: string, zone: string, atMs: number): Schedule[] {
  return routines.map(({ id, title, cron, routine }) => ({
    id,
    tenant,
    version: 1,
    title,
    cron,
    zone,
    jitterMs: 5 * minuteMs,
    missed: 'run_once',
    action: { kind: 'routine', params: { routine } },
    enabled: true,
    changedAtMs: atMs,
    changedBy: 'weir',
  }));
}
