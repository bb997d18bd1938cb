import { expect, it } from 'vitest';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import type { Lease } from '../lease.ts';
import { createStageMetrics } from './metrics.ts';
import { endOf } from './position.ts';
import { runStage } from './run-stage.ts';
import type { Stage } from './stage.ts';

it('a stage that asks for it is flushed again although nothing new came, until it does so no more', async () => {
  const clock = createFakeClock(Date.UTC(2026, 2, 2));
  const flushed: number[] = [];
  const stage: Stage<{ calls: number }> = {
    name: 'patient',
    types: ['tip'],
    tables: [],
    create: () => ({ calls: 0 }),
    encode: () => new Uint8Array(),
    decode: () => undefined,
    apply: (state) => void state.calls++,
    flush: async (state, nowMs) => {
      flushed.push(nowMs);
      return flushed.length < 3 ? 'later' : undefined;
    },
    forget: () => {},
  };
  let lease: { value: Lease; revision: number } | undefined;
  const stopping = new AbortController();
  const running = runStage(
    {
      clock,
      log: silentLog,
      metrics: createStageMetrics(createMetrics({ processMetrics: false })),
      leases: {
        load: async () => lease,
        save: async (_key, value, revision) => {
          lease = { value, revision: revision + 1 };
          return revision + 1;
        },
      },
      snapshots: { get: async () => undefined, put: async () => {}, delete: async () => {} },
      frontier: { read: async () => 1 },
      stored: {
        read: async () => ({
          events: [],
          marks: [{ seq: 1, partition: 0, tenant: 'main', newestMs: clock.nowMs() }],
          position: endOf(1),
        }),
      },
      onOwned: () => () => {},
    },
    stage,
    {
      owner: 'a',
      leaseTtlMs: 10_000,
      storeRetryMs: 100,
      maxOutOfOrdernessMs: 5_000,
      stagePollIntervalMs: 100,
      stageFlushIntervalMs: 300,
      stageSnapshotIntervalMs: 60_000,
      stageWorkShare: 1,
    },
    stopping.signal,
  );
  for (let i = 0; i < 20; i++) await clock.advance(100);
  expect(flushed).toHaveLength(3);
  stopping.abort();
  await running;
});
