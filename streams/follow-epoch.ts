import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { follow } from './follow.ts';
import { LogEpoch } from './log-epoch.ts';
import type { StreamsMetrics } from './metrics.ts';
import type { OwnedPartitions } from './own-partitions.ts';

/** Follows what is known of a log that lost its end; partitions that still store under the old numbers are opened again. */
export async function followLogEpoch({
  bus,
  key,
  metrics,
  owned,
  stopping,
}: {
  readonly bus: Bus;
  /** Of the settings. */
  readonly key: string;
  readonly metrics: StreamsMetrics;
  readonly owned: OwnedPartitions;
  readonly stopping: AbortSignal;
}): Promise<() => LogEpoch | undefined> {
  let epoch: LogEpoch | undefined;
  const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  await follow(settings.watch(stopping, key), (event) => {
    if (event.type !== 'put' || !Value.Check(LogEpoch, event.entry.value)) return;
    epoch = event.entry.value;
    metrics.logLostSeconds.set(epoch.atMs / 1_000);
    owned.reopenBelow(epoch.seqOffset);
  });
  return () => epoch;
}
