import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Kv } from '../../platform/bus/kv.ts';
import { removalsIn, type Removal } from '../../platform/contracts/removal.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Records } from '../records.ts';

const CountRow = Type.Object({ count: Type.Number() });

/**
 * Forgets what a removed tenant had decided (platform/contracts/removal.ts): policies with their versions and dry runs, decisions and their
 * rows, actions and what they left as tickets and changes, schedules, endpoints. Deleting twice is deleting once; what was made after the
 * removal stays. The audit trail and the bus's streams are not touched: the first never is, the others age.
 *
 * What is in memory is looked at each time; the rest once a process and whenever memory held something, so that a kill in between only
 * makes the next process look again.
 */
export function createForgetter(
  records: Records,
  store: Pick<Store, 'command' | 'query'>,
): () => Promise<void> {
  const done = new Set<string>();
  return async () => {
    for (const removal of removalsIn(records.jobs.values())) {
      const dropped = await forgetRecords(records, removal);
      if (dropped === 0 && done.has(removal.id)) continue;
      for (const kv of [records.policyVersions, records.dryRuns, records.tickets, records.changes])
        await forgetEntries(kv, removal);
      await forgetRows(store, removal);
      done.add(removal.id);
    }
  };
}

async function forgetRecords(records: Records, { tenant, untilMs }: Removal): Promise<number> {
  const isGone = (record: { readonly tenant: string }, atMs: number): boolean =>
    record.tenant === tenant && atMs <= untilMs;
  let dropped = 0;
  dropped += await drop(records.policies, (policy) => isGone(policy, policy.changedAtMs));
  dropped += await drop(records.schedules, (schedule) => isGone(schedule, schedule.changedAtMs));
  dropped += await drop(records.webhooks, (webhook) => isGone(webhook, webhook.createdAtMs));
  dropped += await drop(records.decisions, (decision) => isGone(decision, decision.createdAtMs));
  dropped += await drop(records.outbox, (item) => isGone(item, item.createdAtMs));
  const owners = new Set([...records.policies.keys(), ...records.schedules.keys()]);
  for (const progress of [records.policyProgress, records.scheduleProgress])
    for (const key of progress.keys())
      if (key.startsWith(`${tenant}.`) && !owners.has(key)) await progress.delete(key);
  return dropped;
}

async function drop<T>(mirror: KvMirror<T>, isGone: (value: T) => boolean): Promise<number> {
  let dropped = 0;
  for (const key of mirror.keys()) {
    const value = mirror.get(key);
    if (value === undefined || !isGone(value)) continue;
    await mirror.delete(key);
    dropped += 1;
  }
  return dropped;
}

async function forgetEntries(
  kv: Pick<Kv<unknown>, 'entries' | 'delete'>,
  { tenant, untilMs }: Removal,
): Promise<void> {
  for (const { key, revision, storedAtMs } of await kv.entries(`${tenant}.>`))
    if (storedAtMs <= untilMs) await kv.delete(key, revision);
}

async function forgetRows(
  store: Pick<Store, 'command' | 'query'>,
  { tenant, untilMs }: Removal,
): Promise<void> {
  const where = 'tenant = {tenant:String} AND created_at <= fromUnixTimestamp64Milli({until:Int64})';
  const params = { tenant, until: untilMs };
  const [found] = await store.query(
    `SELECT count() AS count FROM decisions WHERE ${where}`,
    params,
    CountRow,
  );
  if ((found?.count ?? 0) === 0) return;
  await store.command(`ALTER TABLE decisions DELETE WHERE ${where} SETTINGS mutations_sync = 1`, params);
}
