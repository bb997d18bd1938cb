import type { Clock } from '../platform/time/clock.ts';
import { isFilling, purgeBelowSeq } from './log-retention.ts';
import type { Partition } from './partition.ts';
import type { EventLog } from './ports.ts';

const PURGE_INTERVAL_MS = 2_000;

/** Lets the log go of what no partition needs any more, for as long as this process owns them all. */
export function purgeLog(
  deps: { readonly clock: Clock; readonly events: EventLog; readonly partitions: () => Partition[] },
  partitionCount: number,
): { stop(): void } {
  const { clock, events, partitions } = deps;
  const purge = async (): Promise<void> => {
    const all = partitions();
    if (all.length < partitionCount) return;
    const usage = await events.inventory();
    if (isFilling(usage)) for (const partition of all) partition.snapshotSoon();
    // A partition needs what follows its snapshot; one that the snapshot covers whole needs nothing that is there now.
    const needed = await Promise.all(
      all.map(async ({ partition, snapshotSeq, seqOffset }) => {
        const coveredSeq = snapshotSeq - seqOffset;
        return (await events.lastSeqOf(partition)) <= coveredSeq ? usage.lastSeq + 1 : coveredSeq + 1;
      }),
    );
    await events.purgeBelow(purgeBelowSeq(usage, Math.min(...needed)));
  };
  // NATS away: the next round does it.
  return clock.every(PURGE_INTERVAL_MS, () => purge().catch(() => undefined));
}
