import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { WatchSettings } from '../../platform/contracts/anomaly.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { KpiProgress } from '../kpi-progress.ts';

/** What the watch reads from NATS KV. */
export interface WatchRecords {
  /** How far the rows of each partition are complete. */
  progress(): Promise<readonly KpiProgress[]>;
  /** Settings of a tenant as the bucket has them; undefined while it follows the defaults. */
  settingsOf(tenant: string): WatchSettings | undefined;
}

/** Opens the records and follows the settings until `signal` aborts. */
export async function openWatchRecords(
  bus: Bus,
  partitions: number,
  signal: AbortSignal,
): Promise<WatchRecords> {
  const progress = await openKv(bus, buckets.progress, { schema: KpiProgress });
  const records = await openKv(bus, buckets.watch, { schema: WatchSettings });
  const settings = new Map<string, WatchSettings>();
  const { promise: isFilled, resolve: filled } = Promise.withResolvers<void>();
  const follow = async (): Promise<void> => {
    for await (const event of records.watch(signal)) {
      if (event.type === 'put') settings.set(event.entry.key, event.entry.value);
      else if (event.type === 'delete') settings.delete(event.key);
      else filled();
    }
  };
  const following = follow();
  await Promise.race([isFilled, following]);
  // Later it ends with the signal; the reader itself outlives outages.
  following.catch(() => undefined);
  return {
    progress: async () => {
      const found: KpiProgress[] = [];
      for (let partition = 0; partition < partitions; partition++) {
        const record = await progress.get(`p${partition}`);
        if (record !== undefined) found.push(record.value);
      }
      return found;
    },
    settingsOf: (tenant) => settings.get(tenant),
  };
}
