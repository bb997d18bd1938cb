import { describe, expect, test } from 'vitest';
import type { Signal } from '../../platform/contracts/signal.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Stage } from '../stage/stage.ts';
import type { TrendEvent } from './observe.ts';
import { createTrendStage } from './stage.ts';
import type { TrendState } from './state.ts';
import { worldEvents } from './testing/events.ts';

const NOW = Date.UTC(2026, 5, 1);

function rig() {
  const calls: string[] = [];
  const rows: string[] = [];
  const signals: Signal[] = [];
  let isAway = false;
  const store: Store = {
    query: async () => [],
    command: async () => {},
    ping: async () => true,
    insertRows: async (table, _columns, tsv) => {
      if (isAway) throw new Error('away');
      calls.push(table);
      rows.push(...String(tsv).trimEnd().split('\n'));
    },
  };
  const stage = createTrendStage({
    store,
    metrics: createMetrics({ processMetrics: false }),
    signals: {
      publish: async (all) => {
        if (all.length > 0) calls.push('signals');
        signals.push(...all);
      },
    },
  });
  return { stage, calls, rows, signals, away: (is: boolean) => (isAway = is) };
}

/** Applies as the runner does, event by event. */
function apply(stage: Stage<TrendState>, state: TrendState, events: readonly TrendEvent[]): void {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const stored = {
      ...event,
      country: '',
      stream: '',
      user: '',
      amountMinor: 0,
      currency: '',
      amountBaseMinor: Number.NaN,
      flags: 0,
      partition: 0,
      seq: 1,
      idx: 0,
    };
    stage.apply(state, [stored], { watermarkMs: () => newestMs - 5_000 });
    newestMs = Math.max(newestMs, event.eventTimeMs);
  }
}

describe('the stage of trends', () => {
  const world = worldEvents(1, 3, 1);
  const cut = world.length - 200;

  test('writes rows, then signals, and keeps both while the store is away', async () => {
    const { stage, calls, rows, signals, away } = rig();
    const state = stage.create();
    apply(stage, state, world);
    away(true);
    await expect(stage.flush(state, NOW)).rejects.toThrow('away');
    expect(signals).toEqual([]);
    away(false);
    await stage.flush(state, NOW + 100);
    expect(calls.slice(0, 2)).toEqual(['trends', 'signals']);
    expect(rows.length).toBeGreaterThan(500);
    expect(rows.every((row) => row.split('\t').length === 13)).toBe(true);
    expect(signals.some(({ kpi }) => kpi === 'topic:solar sail')).toBe(true);
    const told = signals.length;
    await stage.flush(state, NOW + 200);
    expect(signals).toHaveLength(told);
  });

  test('a preview waits while events keep coming, asks to be called again, and comes once they do not', async () => {
    const { stage, rows } = rig();
    const state = stage.create();
    apply(stage, state, world.slice(0, cut));
    await stage.flush(state, NOW);
    const [event] = world.slice(cut);
    if (event === undefined) throw new Error('no event');
    apply(stage, state, [event]);
    rows.length = 0;
    await stage.flush(state, NOW + 500);
    expect(stage.isFlushDue?.(state)).toBe(true);
    expect(rows).toEqual([]);
    await stage.flush(state, NOW + 1_000);
    expect(stage.isFlushDue?.(state)).toBe(false);
    expect(rows.length).toBeGreaterThan(5);
    rows.length = 0;
    await stage.flush(state, NOW + 60_000);
    expect(rows).toEqual([]);
  });

  test('a tenant that is forgotten leaves nothing', () => {
    const { stage } = rig();
    const state = stage.create();
    apply(stage, state, world.slice(0, 50));
    stage.forget(state, 'main');
    expect(stage.decode(stage.encode(state))?.tenants.size).toBe(0);
  });
});
