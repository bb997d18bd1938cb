import type { Subscription } from 'rxjs';
import type { Bus } from '../platform/bus/bus.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { rollups } from '../platform/contracts/kpi.ts';
import { liveSubject } from '../platform/contracts/subjects.ts';
import type { Clock } from '../platform/time/clock.ts';
import { ticks } from '../platform/time/ticks.ts';
import { interestsOf } from './interests.ts';
import { liveOutputs } from './live-shell.ts';
import { countersOf, createLiveBoard, currentPart, encodeLivePart } from './live.ts';
import type { StreamsMetrics } from './metrics.ts';
import type { Partition } from './partition.ts';

const COUNTERS_INTERVAL_MS = 500;
const READ_MODEL_INTERVAL_MS = 1_000;
const READ_MODEL_TTL_MS = 7 * 86_400_000;
/** This processor's number among several; parts of live updates are told apart by it. */
const PART = 0;
const encoder = new TextEncoder();

/** Publishes what changed in the partitions, counters, and the read model that a page begins with, until unsubscribed. */
export function publishLive(
  deps: {
    readonly bus: Bus;
    readonly cache: Cache;
    readonly clock: Clock;
    readonly metrics: StreamsMetrics;
    readonly partitions: () => Partition[];
  },
  liveIntervalMs: number,
): Subscription {
  const { bus, cache, clock, metrics, partitions } = deps;
  const board = createLiveBoard();
  return liveOutputs(
    {
      updates: ticks(clock, liveIntervalMs),
      counters: ticks(clock, COUNTERS_INTERVAL_MS),
      readModel: ticks(clock, READ_MODEL_INTERVAL_MS),
      interests: interestsOf(bus),
    },
    {
      changes: (nowMs) => {
        const wanted = rollups.map((_, rollup) => board.wants(rollup));
        for (const partition of partitions())
          partition.fold(
            (change) => board.seen(change),
            (rollup) => wanted[rollup] === true,
          );
        return board.take(partitions(), PART, nowMs);
      },
      counters: () => countersOf(partitions(), PART),
      current: () =>
        [...new Set(partitions().flatMap((partition) => [...partition.state.tenants.keys()]))].map((tenant) =>
          currentPart(partitions(), tenant, PART),
        ),
      watch: (interest) => board.interest(interest, clock.nowMs()),
    },
  ).subscribe((update) => {
    const { to, message } = update;
    if (to === 'kpi') {
      for (const bytes of encodeLivePart(message)) {
        bus.publishCore(liveSubject(message.tenant, to), bytes);
        metrics.livePublished.inc();
      }
      return;
    }
    const text = JSON.stringify(message);
    if (to === 'read-model')
      void cache.hset(`weir:rm:${message.tenant}`, { [PART]: text }, READ_MODEL_TTL_MS);
    else bus.publishCore(liveSubject(message.tenant, to), encoder.encode(text));
  });
}
