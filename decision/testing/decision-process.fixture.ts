import { connectBus } from '../../platform/bus/bus.ts';
import { resolveConfig } from '../../platform/config/config.ts';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { decisionConfig } from '../config.ts';
import { start } from '../main.ts';

/** A process with the decision engine alone, for the test that kills it. History is left out: nothing it executes reads it. */
const [, , url = '', token = '', home = ''] = process.argv;
const metrics = createMetrics({ processMetrics: false });
const bus = await connectBus({
  servers: url,
  token,
  name: 'decision',
  log: silentLog,
  metrics,
  clock: systemClock,
});
const store: Store = {
  query: async () => [],
  command: async () => {},
  insertRows: async () => {},
  ping: async () => true,
};
const tenant = newTenant('main', 'Main', false, systemClock.nowMs());
await start(
  {
    bus,
    store,
    access: { tenant: () => tenant, tenants: () => [tenant], keys: () => [] },
    clock: systemClock,
    random: createRandom(process.pid),
    log: silentLog,
    metrics,
    home,
    owner: 'fixture',
  },
  resolveConfig([decisionConfig], { WEIR_DECISION_HTTP_OUT_ALLOW_LOOPBACK: 'true' }, undefined).get(
    decisionConfig,
  ),
);
process.stdout.write('ready\n');
