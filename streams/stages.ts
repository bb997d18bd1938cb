import type { Bus } from '../platform/bus/bus.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { Directory } from './directory.ts';
import type { StreamsConfig } from './config.ts';
import { createIdentitiesStage } from './identities/stage.ts';
import { createPostEvents, createPostRows } from './post-tracking/adapters/clickhouse.ts';
import { createPostTrackingStage } from './post-tracking/stage.ts';
import type { EventLog } from './ports.ts';
import { createRecurringMetrics } from './recurring/metrics.ts';
import { createRecurringStage } from './recurring/recurring-stage.ts';
import { createSignalPublisher } from '../platform/signals/publisher.ts';
import type { Frontier } from './stage/frontier.ts';
import { runnable, type RunnableStage } from './stage/start-stages.ts';
import { createTrendStage } from './trends/stage.ts';
import { openWatchRecords } from './watch/watch-records.ts';
import { createWatch } from './watch/watch.ts';

export interface SecondStageDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly directory: Directory;
  readonly events: EventLog;
  /** The one the stages are run by: what a stage counts by itself must not lag behind the events it was given. */
  readonly frontier: Pick<Frontier, 'read'>;
}

/** The second stages this product has, one line each: `runnable(createXStage(deps))`. */
export function secondStages(deps: SecondStageDeps, config: StreamsConfig): readonly RunnableStage[] {
  const signals = createSignalPublisher(deps.bus, deps.store);
  const { bus, directory, metrics, store } = deps;
  return [
    createWatch(
      { ...deps, signals, openRecords: (signal) => openWatchRecords(bus, config.partitions, signal) },
      config,
    ),
    runnable(createTrendStage({ ...deps, signals })),
    runnable(createIdentitiesStage({ store, metrics })),
    runnable(
      createRecurringStage({
        store,
        metrics: createRecurringMetrics(metrics),
        tenantOf: (tenant) => directory.tenantOf(tenant),
        policyOf: (tenant) => directory.mrrPolicyOf(tenant),
      }),
    ),
    runnable(
      createPostTrackingStage({
        ...deps,
        signals,
        counts: createPostEvents(store),
        rows: createPostRows(store),
      }),
    ),
  ];
}
