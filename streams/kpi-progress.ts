import { Type, type Static } from '@sinclair/typebox';
import { rollups, windowSizes } from '../platform/contracts/kpi.ts';
import type { Partition } from './partition.ts';

/**
 * KV `kpiprogress`, key `p<partition>`: how far the rows of `kpi` are complete. Every window of the total and of each channel, country and
 * stream that ended by a tenant's time here has its row, with every event up to `logSeq` in it.
 */
export const KpiProgress = Type.Object({
  partition: Type.Integer({ minimum: 0 }),
  /** Sequence of the log the rows stand for. */
  logSeq: Type.Integer(),
  /** Watermark by tenant. */
  watermarksMs: Type.Record(Type.String(), Type.Number()),
  /**
   * Tenants some of whose ended windows were still to be written: for them `logSeq` says nothing, and their time above, if any, is that
   * of the last write that left nothing. Absent in records of former versions.
   */
  waiting: Type.Optional(Type.Array(Type.String())),
});
export type KpiProgress = Static<typeof KpiProgress>;

/** What a flush writes, and the tenants some of whose closed windows it leaves for the next. */
export interface FlushProgress extends Omit<KpiProgress, 'waiting'> {
  readonly waiting: ReadonlySet<string>;
}

const CONTENT = rollups.indexOf('content');

/** What a flush will have written once its insert is done; call it after its changes were taken from the queue. */
export function progressOf(partition: Partition): FlushProgress {
  const waiting = new Set<string>();
  partition.dirty.some((change) => {
    const size = windowSizes[change.size];
    if (change.rollup === CONTENT || size === undefined) return false;
    const { tenant } = change;
    if (tenant.clock.end(size, change.windowStartMs) <= tenant.watermarkMs) waiting.add(tenant.tenant);
    return false;
  });
  const watermarksMs: Record<string, number> = {};
  for (const tenant of partition.state.tenants.values())
    if (!waiting.has(tenant.tenant) && Number.isFinite(tenant.watermarkMs))
      watermarksMs[tenant.tenant] = tenant.watermarkMs;
  return {
    partition: partition.partition,
    logSeq: partition.state.seq - partition.seqOffset,
    watermarksMs,
    waiting,
  };
}

/** Keeps what was written and saves what changed; a tenant whose rows wait keeps its last mark. */
export function createKpiProgressBoard(save: (progress: KpiProgress) => Promise<void>): {
  written(progress: FlushProgress): void;
  /** Saves what changed since the last call. A failed save is repeated by the next. */
  saveChanged(): Promise<void>;
} {
  const held = new Map<number, KpiProgress>();
  const changed = new Set<number>();
  return {
    written: ({ waiting, ...progress }) => {
      const before = held.get(progress.partition);
      const watermarksMs = { ...progress.watermarksMs };
      for (const tenant of waiting) {
        const mark = before?.watermarksMs[tenant];
        if (mark !== undefined) watermarksMs[tenant] = mark;
      }
      const next = {
        ...progress,
        watermarksMs,
        ...(waiting.size === 0 ? {} : { waiting: [...waiting].toSorted() }),
      };
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(next)) return;
      held.set(progress.partition, next);
      changed.add(progress.partition);
    },
    saveChanged: async () => {
      for (const partition of changed) {
        const progress = held.get(partition);
        changed.delete(partition);
        if (progress === undefined) continue;
        try {
          await save(progress);
        } catch (error) {
          changed.add(partition);
          throw error;
        }
      }
    },
  };
}

/** How far a tenant's windows are written, over all partitions. */
export interface WrittenMark {
  readonly watermarkMs: number;
  /** No accepted event waits to be counted. */
  readonly isDrained: boolean;
}

/**
 * Marks by tenant: the lowest watermark over the partitions that have messages waiting. A partition without any has nothing that could
 * still come into a closed window, so only the newest time counts when all are drained. A partition that is left out because its owner
 * is away is one with messages waiting: it holds the tenants it knows, and nothing is judged on half of the events. So is one whose rows of
 * a tenant wait for the next write: rows of totals are written before those of channels, and a window judged between the two would be
 * judged on half of its parts. And so is one that does not know the tenant yet while it is behind those that do: what waits there may be the
 * tenant's first events in it. `lastSeqOf` has every partition, also those that have told nothing.
 */
export function writtenMarks(
  progress: readonly KpiProgress[],
  lastSeqOf: ReadonlyMap<number, number>,
): Map<string, WrittenMark> {
  const marks = new Map<
    string,
    { newestMs: number; heldMs: number; isDrained: boolean; toSeq: number; readonly knownIn: Set<number> }
  >();
  for (const { partition, logSeq, watermarksMs, waiting = [] } of progress) {
    const isRead = (lastSeqOf.get(partition) ?? 0) <= logSeq;
    for (const tenant of new Set([...Object.keys(watermarksMs), ...waiting])) {
      const watermarkMs = watermarksMs[tenant] ?? Number.NEGATIVE_INFINITY;
      const mark = marks.get(tenant) ?? {
        newestMs: Number.NEGATIVE_INFINITY,
        heldMs: Number.POSITIVE_INFINITY,
        isDrained: true,
        toSeq: 0,
        knownIn: new Set<number>(),
      };
      marks.set(tenant, mark);
      mark.knownIn.add(partition);
      mark.toSeq = Math.max(mark.toSeq, logSeq);
      mark.newestMs = Math.max(mark.newestMs, watermarkMs);
      if (isRead && !waiting.includes(tenant)) continue;
      mark.heldMs = Math.min(mark.heldMs, watermarkMs);
      mark.isDrained = false;
    }
  }
  const readTo = new Map(progress.map(({ logSeq, partition }) => [partition, logSeq]));
  for (const mark of marks.values()) {
    for (const [partition, lastSeq] of lastSeqOf) {
      const logSeq = readTo.get(partition) ?? 0;
      if (mark.knownIn.has(partition) || logSeq >= Math.min(lastSeq, mark.toSeq)) continue;
      mark.heldMs = Number.NEGATIVE_INFINITY;
      mark.isDrained = false;
    }
  }
  return new Map(
    [...marks].map(([tenant, { newestMs, heldMs, isDrained }]) => [
      tenant,
      { watermarkMs: Math.min(newestMs, heldMs), isDrained },
    ]),
  );
}
