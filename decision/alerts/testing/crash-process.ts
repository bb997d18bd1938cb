import { createAccess } from '../../../platform/access/access.ts';
import { connectBus } from '../../../platform/bus/bus.ts';
import { silentLog } from '../../../platform/log/log.ts';
import { createMetrics } from '../../../platform/metrics/metrics.ts';
import { systemClock } from '../../../platform/time/clock.ts';
import { createRandom } from '../../../platform/time/random.ts';
import { startAlerts } from '../main.ts';

/** Whoever sends mail, in a process of its own, to be killed; without ClickHouse, which no mail hangs on. It waits long after a refusal. */
const [, , servers = '', token = '', home = '', smtpUrl = ''] = process.argv;
const metrics = createMetrics({ processMetrics: false });
const bus = await connectBus({ servers, token, name: 'crash', log: silentLog, metrics, clock: systemClock });
await startAlerts(
  {
    bus,
    store: {
      query: async () => await Promise.resolve([]),
      command: async () => {},
      insertRows: async () => {},
      ping: async () => await Promise.resolve(false),
    },
    access: await createAccess({ bus, clock: systemClock, log: silentLog, metrics }, { adminKey: undefined }),
    clock: systemClock,
    random: { ...createRandom('crash'), next: () => 0.99 },
    log: silentLog,
    metrics,
    home,
    publicUrl: 'https://weir.example.com/',
    owner: 'test',
  },
  {
    smtpUrl,
    mailFrom: 'Weir <weir@example.com>',
    pagerDutyUrl: 'http://127.0.0.1:9/',
    httpPorts: [443],
    allowLoopback: true,
    reportAttachBytes: 100_000,
    leaseTtlMs: 1_000,
    tickMs: 20,
  },
);
