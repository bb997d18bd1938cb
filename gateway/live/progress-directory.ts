import type { Bus } from '../../platform/bus/bus.ts';
import { liveSubject } from '../../platform/contracts/subjects.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { readLiveCounters } from './live-messages.ts';
import { createTenantProgress, type TenantProgress } from './tenant-progress.ts';

/** Progress of every tenant, from the counters the processors publish twice a second. */
export interface ProgressDirectory {
  of(tenant: string): TenantProgress | undefined;
  /** Newest received time applied over all tenants; −Infinity before the first event. */
  newestAppliedMs(): number;
  /** When any processor last spoke; −Infinity before. */
  heardAtMs(): number;
  readonly size: number;
  stop(): void;
}

/** Tenants come from our own subjects, so their number is that of the tenants; the bound guards against a faulty publisher. */
const maxTenants = 10_000;

export function createProgressDirectory(bus: Bus, clock: Clock, onUnreadable: () => void): ProgressDirectory {
  const tenants = new Map<string, TenantProgress>();
  const subscription = bus.subscribeCore(liveSubject('*', 'counters'), ({ data }) => {
    const counters = readLiveCounters(data);
    if (counters === undefined) return onUnreadable();
    let progress = tenants.get(counters.tenant);
    if (progress === undefined) {
      if (tenants.size >= maxTenants) return;
      progress = createTenantProgress();
      tenants.set(counters.tenant, progress);
    }
    progress.apply(counters, clock.nowMs());
  });
  const newest = (read: (progress: TenantProgress) => number): number => {
    let found = Number.NEGATIVE_INFINITY;
    for (const progress of tenants.values()) found = Math.max(found, read(progress));
    return found;
  };
  return {
    of: (tenant) => tenants.get(tenant),
    newestAppliedMs: () =>
      newest((progress) => progress.read()?.appliedReceivedAtMs ?? Number.NEGATIVE_INFINITY),
    heardAtMs: () => newest((progress) => progress.heardAtMs),
    get size() {
      return tenants.size;
    },
    stop: () => subscription.stop(),
  };
}
