import type { Store } from '../../../platform/store/store.ts';
import { silentLog } from '../../../platform/log/log.ts';
import { createMetrics } from '../../../platform/metrics/metrics.ts';
import { systemClock } from '../../../platform/time/clock.ts';
import type { LeaseStore } from '../../../platform/lease/lease-store.ts';
import type { SnapshotStore } from '../../../streams/ports.ts';
import { createStageMetrics } from '../../../streams/stage/metrics.ts';
import { runStage, type OwnedStage } from '../../../streams/stage/run-stage.ts';
import type { Stage } from '../../../streams/stage/stage.ts';
import { createStoredEvents } from '../../../streams/stage/stored-events.ts';
import { streamsSettings } from '../../../streams/testing/settings.ts';

/** Cells of written rows by column, as text. */
export type WrittenRow = Readonly<Record<string, string>>;

/** A store whose questions go to `store` and whose rows are kept by table instead of written. */
export interface CapturingStore extends Store {
  readonly written: Map<string, WrittenRow[]>;
}

export function createCapturingStore(store: Store): CapturingStore {
  const written = new Map<string, WrittenRow[]>();
  return {
    written,
    query: async (sql, params, row) => await store.query(sql, params, row),
    command: async () => {},
    ping: async () => await store.ping(),
    insertRows: async (table, columns, tsv) => {
      const text = typeof tsv === 'string' ? tsv : new TextDecoder().decode(tsv);
      const rows = written.get(table) ?? [];
      written.set(table, rows);
      for (const line of text.split('\n')) {
        if (line === '') continue;
        const cells = line.split('\t');
        rows.push(Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? ''])));
      }
    },
  };
}

/**
 * Runs a stage from its beginning over everything stored up to `frontier`, in one life, and answers when all of it is flushed. Leases and
 * snapshots are this process's own: what the engine under test has left of them takes no part. With `flushAtEnd` nothing is written of what
 * was so on the way.
 */
export async function rerunStage<State>(
  store: Store,
  stage: Stage<State>,
  frontier: number,
  flushAtEnd = false,
): Promise<void> {
  const stopping = new AbortController();
  let owned: OwnedStage | undefined;
  const running = runStage(
    {
      clock: systemClock,
      log: silentLog,
      leases: heldByNobody(),
      snapshots: keptNowhere,
      stored: createStoredEvents(store, 10_000),
      frontier: { standing: async () => ({ upTo: frontier, epoch: '', bar: Infinity }) },
      metrics: createStageMetrics(createMetrics({ processMetrics: false })),
      onOwned: (it) => {
        owned = it;
        return () => undefined;
      },
    },
    {
      ...stage,
      flush: async (state, nowMs) => {
        if (!flushAtEnd || (owned?.position ?? 0) >= frontier) await stage.flush(state, nowMs);
      },
    },
    {
      ...streamsSettings({ owner: 'audit' }),
      stagePollIntervalMs: 10,
      stageWorkShare: 1,
      stageSnapshotIntervalMs: 1e9,
    },
    stopping.signal,
  );
  try {
    while (owned === undefined || owned.position < frontier || owned.flushedAtMs === undefined) {
      if (owned?.failure !== undefined) throw new Error(`${stage.name} failed: ${owned.failure}`);
      await Promise.race([systemClock.sleep(20), running]);
    }
    // One more round: what it owes after its last page is flushed.
    const flushedAtMs = owned.flushedAtMs;
    const giveUpAtMs = systemClock.monotonicMs() + 200;
    while (owned.flushedAtMs === flushedAtMs && systemClock.monotonicMs() < giveUpAtMs)
      await systemClock.sleep(10);
  } finally {
    stopping.abort();
    await running;
  }
}

function heldByNobody(): LeaseStore {
  let revision = 0;
  let held: Awaited<ReturnType<LeaseStore['load']>>;
  return {
    load: async () => held,
    save: async (_, value) => {
      held = { value, revision: ++revision };
      return revision;
    },
  };
}

const keptNowhere: SnapshotStore = {
  put: async () => {},
  get: async () => undefined,
  delete: async () => {},
};
