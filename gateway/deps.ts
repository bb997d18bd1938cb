import type { AccessDirectory } from '../platform/access/access.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Cache } from '../platform/cache/cache.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';

/** What the gateway is started with. */
export interface GatewayDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly cache: Cache;
  readonly access: AccessDirectory;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Prometheus text of the whole process, for /metrics. */
  readonly metricsText: () => Promise<string>;
  /** Folder of the built dashboards. */
  readonly staticDir: string;
  /** WEIR_HOME, whose disk is watched. */
  readonly home: string;
  /** What stored secrets are sealed with; by the key file of the home when absent. */
  readonly sealer?: Sealer;
  readonly version: string;
  /** Bytes the object store of artefacts may take, as whoever renders has it. */
  readonly artefactBytes?: number;
}
