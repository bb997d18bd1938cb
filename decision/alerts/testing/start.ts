import type { AccessDirectory } from '../../../platform/access/access.ts';
import type { Bus } from '../../../platform/bus/bus.ts';
import { silentLog } from '../../../platform/log/log.ts';
import type { Metrics } from '../../../platform/metrics/metrics.ts';
import type { Store } from '../../../platform/store/store.ts';
import { systemClock } from '../../../platform/time/clock.ts';
import { createRandom } from '../../../platform/time/random.ts';
import { startAlerts } from '../main.ts';

/** The owner of alerts over a test's own servers; speaks to loopback alone, and to no mail server. */
export async function startTestAlerts(deps: {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: AccessDirectory;
  readonly metrics: Metrics;
  readonly home: string;
}): Promise<{ stop(): Promise<void> }> {
  return await startAlerts(
    {
      ...deps,
      clock: systemClock,
      random: createRandom('alerts'),
      log: silentLog,
      publicUrl: 'http://127.0.0.1',
      owner: 'test',
    },
    {
      mailFrom: 'Weir <weir@example.com>',
      pagerDutyUrl: 'http://127.0.0.1:9/',
      httpPorts: [443],
      allowLoopback: true,
      reportAttachBytes: 1 << 20,
      leaseTtlMs: 15_000,
      tickMs: 20,
    },
  );
}
