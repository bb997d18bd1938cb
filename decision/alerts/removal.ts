import type { Delivery } from '../../platform/contracts/alert-thread.ts';
import type { Job } from '../../platform/contracts/api.ts';
import { removalsIn } from '../../platform/contracts/removal.ts';
import type { Store } from '../../platform/store/store.ts';
import type { OwnerState } from './owner-state.ts';

export interface RemovalDeps {
  readonly jobs: { values(): readonly Job[] };
  readonly deliveries: { values(): readonly Delivery[]; delete(key: string): Promise<void> };
  readonly store: Pick<Store, 'command'>;
}

const tables = [
  ['alerts', 'changed_at'],
  ['deliveries', 'created_at'],
] as const;

/**
 * Forgets the alerts of a simulated tenant that was removed (platform/contracts/removal.ts): rows first, then deliveries, then what is held in
 * `state`, so that a kill in between leaves what makes it begin again. What came after the removal stays. Answers whether `state` changed.
 */
export async function forgetRemoved(
  { deliveries, jobs, store }: RemovalDeps,
  state: OwnerState,
): Promise<boolean> {
  let hasChanged = false;
  for (const { tenant, untilMs } of removalsIn(jobs.values())) {
    const alerts = state.tenants.get(tenant);
    const threads = [...(alerts?.threads.values() ?? [])];
    const isOld = threads.length > 0 && threads.every(({ changedAtMs }) => changedAtMs <= untilMs);
    const old = deliveries.values().filter((each) => each.tenant === tenant && each.createdAtMs <= untilMs);
    if (!isOld && old.length === 0) continue;
    for (const [table, column] of tables) {
      await store.command(
        `ALTER TABLE ${table} DELETE WHERE tenant = {tenant:String} AND ${column} <= fromUnixTimestamp64Milli({until:Int64}) SETTINGS mutations_sync = 1`,
        { tenant, until: untilMs },
      );
    }
    for (const { id } of old) await deliveries.delete(`${tenant}.${id}`);
    if (isOld) hasChanged = state.tenants.delete(tenant) || hasChanged;
  }
  return hasChanged;
}
