import { Type } from '@sinclair/typebox';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { WeirError } from '../platform/errors/weir-error.ts';

/**
 * The number of partitions belongs to the data: with another one, copies of an event would meet another owner and count twice. Throws
 * PLATFORM_CONFIG_INVALID when it differs from the first start's.
 */
export async function keepPartitionCount(bus: Bus, partitions: number): Promise<void> {
  const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  const created = await settings.create('partitions', partitions);
  if (created.ok) return;
  const kept = (await settings.get('partitions'))?.value;
  if (kept !== undefined && kept !== partitions)
    throw new WeirError(
      'PLATFORM_CONFIG_INVALID',
      `WEIR_PARTITIONS is ${partitions}, but the stored events were partitioned by ${JSON.stringify(kept)}; set it back.`,
    );
}
