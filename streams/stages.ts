import type { Bus } from '../platform/bus/bus.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { Directory } from './directory.ts';
import type { RunnableStage } from './stage/start-stages.ts';

export interface SecondStageDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly directory: Directory;
}

/** The second stages this product has, one line each: `runnable(createXStage(deps))`. */
export function secondStages(_deps: SecondStageDeps): readonly RunnableStage[] {
  return [];
}
