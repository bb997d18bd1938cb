import { newTenant } from '../../platform/access/tenant-rules.ts';
import { connectBus } from '../../platform/bus/bus.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { openClickHouse } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { start } from '../main.ts';
import { testSettings } from './settings.ts';
import { storeWindows } from './stored-windows.ts';

/** The process that kill.integration.test.ts kills in the middle of a training: the models service with a store of its own. */
const [, , servers = '', token = '', path = ''] = process.argv;
const DAY_MS = 86_400_000;
const clock = systemClock;
const metrics = createMetrics({ processMetrics: false });
const store = await openClickHouse({ database: 'weir', path });
await migrate(store);
// Absolute rows: written again after a kill they are the same.
const today = Math.floor(clock.nowMs() / DAY_MS) * DAY_MS;
await storeWindows(store, {
  tenant: 'main',
  window: '1d',
  fromMs: today - 90 * DAY_MS,
  steps: 91,
  channels: 4,
});
const bus = await connectBus({ servers, token, name: 'models', log: silentLog, metrics, clock });
// Nothing is wished by itself here: the job is all there is to do.
await start(
  {
    bus,
    store,
    clock,
    metrics,
    log: silentLog,
    access: { tenants: () => [newTenant('main', 'Main', false, 0)] },
  },
  { ...testSettings, firstCheckSeconds: 86_400 },
);
process.stdout.write('started\n');
