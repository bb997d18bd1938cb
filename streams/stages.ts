import type { Bus } from '../platform/bus/bus.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { StreamsConfig } from './config.ts';
import type { Directory } from './directory.ts';
import { createPostEvents, createPostRows } from './post-tracking/adapters/clickhouse.ts';
import { createPostTrackingStage } from './post-tracking/stage.ts';
import type { CheckpointStore, EventLog } from './ports.ts';
import { createSignalPublisher, type SignalPublisher } from './signals/publisher.ts';
import { createFrontier } from './stage/frontier.ts';
import { runnable, type RunnableStage } from './stage/start-stages.ts';

export interface SecondStageDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly directory: Directory;
  readonly events: EventLog;
  readonly checkpoints: CheckpointStore;
}

/** The second stages this product has, one line each: `runnable(createXStage(deps))`. */
export function secondStages(deps: SecondStageDeps, config: StreamsConfig): readonly RunnableStage[] {
  const signals = openedWhenNeeded(() => createSignalPublisher(deps.bus, deps.store));
  return [
    runnable(
      createPostTrackingStage({
        ...deps,
        signals,
        counts: createPostEvents(deps.store),
        rows: createPostRows(deps.store),
        frontier: createFrontier(deps, config.partitions),
      }),
    ),
  ];
}

function openedWhenNeeded(open: () => Promise<SignalPublisher>): SignalPublisher {
  let opened: Promise<SignalPublisher> | undefined;
  return {
    publish: async (signals) => {
      opened ??= open();
      await (await opened).publish(signals);
    },
  };
}
