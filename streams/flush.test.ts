import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { silentLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import { StreamsSettings, type StreamsConfig } from './config.ts';
import { createDirtyQueue } from './dirty-queue.ts';
import { flushPartitions } from './flush.ts';
import { createStreamsMetrics } from './metrics.ts';
import type { Partition } from './partition.ts';
import { foldTenant, stepBatch } from './step.ts';
import { newState, START_MS, toBatch } from './testing/events.ts';

const config: StreamsConfig = { ...Value.Create(StreamsSettings), owner: 'test' };
const MINUTE_MS = 60_000;

function view(id: string, eventTimeMs: number): CanonicalEvent {
  return {
    tenant: 'main',
    source: 'test',
    id,
    type: 'video_view',
    eventTimeMs,
    receivedAtMs: START_MS,
    channel: 'c1',
    content: 'v1',
    country: 'US',
    stream: '',
    user: 'u1',
    amountMinor: 0,
    currency: '',
    amountBaseMinor: Number.NaN,
    metrics: [],
    flags: 0,
    dataJson: '{}',
  };
}

/** A partition that is only its state, and a store that keeps the KPI rows; `during` runs inside each KPI insert. */
function rig(during: () => void, change: Partial<StreamsConfig> = {}) {
  const { state, tenantState } = newState('UTC');
  const dirty = createDirtyQueue();
  let stored = Number.POSITIVE_INFINITY;
  const waiting: { seq: number; resolve: () => void }[] = [];
  const apply = (...events: CanonicalEvent[]): void => {
    stepBatch(state, toBatch(events), state.seq + 1, tenantState, config, undefined);
  };
  const partition: Partition = {
    partition: 0,
    state,
    dirty,
    position: 0,
    snapshotSeq: 0,
    seqOffset: 0,
    pendingBytes: 0,
    pendingMessages: 0,
    run: () => Promise.resolve(),
    tick: () => {},
    whenStored: (seq) =>
      seq <= stored ? Promise.resolve() : new Promise((resolve) => waiting.push({ seq, resolve })),
    snapshotSoon: () => {},
    forget: () => Promise.resolve(),
    fold: () => {
      for (const tenant of state.tenants.values()) foldTenant(tenant, (change) => dirty.mark(change));
    },
    hold: () => () => {},
    finish: () => Promise.resolve(),
  };
  const rows = new Map<string, { version: number; sums: string }>();
  let inserts = 0;
  const store: Store = {
    query: () => Promise.reject(new Error('not asked')),
    command: () => Promise.resolve(),
    ping: () => Promise.resolve(true),
    insertRows: (table, _columns, tsv) => {
      if (table !== 'kpi') return Promise.resolve();
      inserts++;
      for (const line of tsv.toString().trimEnd().split('\n')) {
        const [tenant, window, rollup, start, dim, , sums, , , , , version] = line.split('\t');
        const key = `${tenant} ${window} ${rollup} ${start} ${dim}`;
        if (Number(version) >= (rows.get(key)?.version ?? 0))
          rows.set(key, { version: Number(version), sums: sums ?? '' });
      }
      during();
      return Promise.resolve();
    },
  };
  const deps = {
    store,
    log: silentLog,
    metrics: createStreamsMetrics(createMetrics({ processMetrics: false })),
  };
  return {
    apply,
    rows,
    inserts: () => inserts,
    overdue: () => dirty.overdue,
    flush: () => flushPartitions(deps, { ...config, ...change }, [partition]),
    storedUpTo: (seq: number) => {
      stored = seq;
      for (const { seq: wanted, resolve } of waiting) if (wanted <= stored) resolve();
    },
  };
}

describe('writing KPI rows', () => {
  it('keeps a window whose last events and whose end come during one write', async () => {
    let during = (): void => {};
    const { apply, rows, flush } = rig(() => during());
    apply(view('a', START_MS), view('b', START_MS + 1));
    during = () => {
      during = () => {};
      // Still in time for the window, and then the event that ends its lateness, before anything is merged.
      apply(view('c', START_MS + 2));
      apply(view('d', START_MS + config.allowedLatenessMs + 5 * MINUTE_MS));
    };
    await flush();
    await flush();
    expect(rows.get(`main 1m total ${START_MS} `)?.sums).toBe(`{'view_events':3}`);
  });

  it('writes finished windows a bounded number at a time, and says how many it leaves', async () => {
    const { apply, rows, flush, overdue } = rig(() => {}, { kpiRowsPerFlush: 1, maxKpiRowsPerFlush: 40 });
    const minutes = 30;
    for (let minute = 0; minute < minutes; minute++) apply(view(`e${minute}`, START_MS + minute * MINUTE_MS));
    apply(view('end', START_MS + 26 * 60 * MINUTE_MS));
    let written = await flush();
    expect(written).toBe(40);
    expect(overdue()).toBeGreaterThan(50);
    while (overdue() > 0) {
      const more = await flush();
      expect(more).toBeLessThanOrEqual(40);
      written += more;
    }
    // 10 s and 1 min of four rollups, nothing of them twice.
    expect([...rows.keys()].filter((key) => key.includes(' 1m total ')).length).toBeGreaterThanOrEqual(
      minutes,
    );
    expect(written).toBe(rows.size);
  });

  it('writes no window before the events it counts are stored', async () => {
    const { apply, rows, flush, inserts, storedUpTo } = rig(() => {});
    storedUpTo(0);
    apply(view('a', START_MS));
    const flushing = flush();
    apply(view('b', START_MS));
    await new Promise((resolve) => setImmediate(resolve));
    expect(inserts()).toBe(0);
    storedUpTo(1);
    await flushing;
    expect(rows.get(`main 1m total ${START_MS} `)).toEqual({ version: 1, sums: `{'view_events':1}` });
    storedUpTo(2);
    await flush();
    expect(rows.get(`main 1m total ${START_MS} `)).toEqual({ version: 2, sums: `{'view_events':2}` });
  });
});
