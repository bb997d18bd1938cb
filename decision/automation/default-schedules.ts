import type { Schedule } from '../../platform/contracts/outbox.ts';

const minuteMs = 60_000;
const routines = [
  { id: 'health', title: 'Health of Weir', cron: '0 * * * *', routine: 'health' },
  { id: 'tasks', title: 'Undecided proposals and given-up actions', cron: '10 * * * *', routine: 'tasks' },
  { id: 'budgets', title: 'Budgets of policies', cron: '0 6 * * *', routine: 'budgets' },
  { id: 'keys', title: 'API keys that end soon', cron: '30 6 * * *', routine: 'keys' },
  // What proposes decisions is off until somebody wants it.
  { id: 'churn', title: 'Churn campaigns', cron: '0 */12 * * *', routine: 'churn' },
  {
    id: 'channel-optimizer',
    title: 'Channel optimizer: the five best actions',
    cron: '0 5 * * 1',
    routine: 'channel-optimizer',
  },
  {
    id: 'revenue-optimizer',
    title: 'Revenue optimizer: five hypotheses of 90 days',
    cron: '30 5 * * 1',
    routine: 'revenue-optimizer',
  },
  {
    id: 'content-optimizer',
    title: 'Content optimizer: variants to test for 48 hours',
    cron: '0 6 * * *',
    routine: 'content-optimizer',
  },
] as const;
const onFromTheStart: readonly string[] = ['health', 'tasks', 'budgets', 'keys'];

/** What every tenant runs from the start; each may be changed, switched on or off or deleted, and does not come back. */
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
    enabled: onFromTheStart.includes(id),
    changedAtMs: atMs,
    changedBy: 'weir',
  }));
}
