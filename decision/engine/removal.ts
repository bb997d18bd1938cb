import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Records } from '../records.ts';

/**
 * Forgets what a simulated tenant had decided before it was removed (jobs `simulated-removal`): policies, decisions, actions, schedules,
 * endpoints and their states. Deleting twice is deleting once; what was made after the removal stays. The audit trail and the bus's streams
 * are not touched: the first never is, the others age.
 */
export async function forgetRemoved(records: Records): Promise<void> {
  for (const job of records.jobs.values()) {
    const { tenant } = job.params;
    if (job.kind !== 'simulated-removal' || job.state !== 'done' || typeof tenant !== 'string') continue;
    const untilMs = job.updatedAtMs;
    const isGone = (policy: { readonly tenant: string }, atMs: number): boolean =>
      policy.tenant === tenant && atMs <= untilMs;
    await drop(records.policies, (policy) => isGone(policy, policy.changedAtMs));
    await drop(records.schedules, (schedule) => isGone(schedule, schedule.changedAtMs));
    await drop(records.webhooks, (webhook) => isGone(webhook, webhook.createdAtMs));
    await drop(records.decisions, (decision) => isGone(decision, decision.createdAtMs));
    await drop(records.outbox, (item) => isGone(item, item.createdAtMs));
    for (const progress of [records.policyProgress, records.scheduleProgress]) {
      const owners = new Set([...records.policies.keys(), ...records.schedules.keys()]);
      for (const key of progress.keys())
        if (key.startsWith(`${tenant}.`) && !owners.has(key)) await progress.delete(key);
    }
  }
}

async function drop<T>(mirror: KvMirror<T>, isGone: (value: T) => boolean): Promise<void> {
  for (const key of mirror.keys()) {
    const value = mirror.get(key);
    if (value !== undefined && isGone(value)) await mirror.delete(key);
  }
}
