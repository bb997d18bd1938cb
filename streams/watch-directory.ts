import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { KpiDefinition } from '../platform/contracts/kpi.ts';
import { MrrPolicy } from '../platform/contracts/recurring.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { Tenant } from '../platform/contracts/tenant.ts';
import type { Directory } from './directory.ts';
import { follow } from './follow.ts';

/** Fills the directory from the KV buckets and keeps it so until `signal` aborts; resolves once the first fill is done. */
export async function watchDirectory(bus: Bus, directory: Directory, signal: AbortSignal): Promise<void> {
  const tenants = await openKv(bus, buckets.tenants, { schema: Tenant });
  const kpis = await openKv(bus, buckets.kpis, { schema: KpiDefinition });
  const own = new Map<string, Map<string, KpiDefinition>>();
  const followTenants = follow(tenants.watch(signal), (event) => {
    if (event.type === 'put') directory.setTenant(event.entry.value);
  });
  const followKpis = follow(kpis.watch(signal), (event) => {
    const [tenant, key] = splitKey(event.type === 'put' ? event.entry.key : event.key);
    const held = own.get(tenant) ?? new Map<string, KpiDefinition>();
    own.set(tenant, held);
    if (event.type === 'put') held.set(key, event.entry.value);
    else held.delete(key);
    directory.setKpis(tenant, [...held.values()]);
  });
  const policies = await openKv(bus, buckets.mrrPolicies, { schema: MrrPolicy });
  const followPolicies = follow(policies.watch(signal), (event) => {
    if (event.type !== 'put') return;
    const [tenant] = splitKey(event.entry.key);
    directory.setMrrPolicy(tenant, event.entry.value);
  });
  await Promise.all([followTenants, followKpis, followPolicies]);
}

function splitKey(key: string): [string, string] {
  const dot = key.indexOf('.');
  return [key.slice(0, dot), key.slice(dot + 1)];
}
