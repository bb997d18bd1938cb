import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { connectBus, type Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { MrrPolicy } from '../../platform/contracts/recurring.ts';
import { Tenant } from '../../platform/contracts/tenant.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { openClickHouse } from '../../platform/store/adapters/clickhouse.ts';
import { startNatsServer } from '../../platform/supervise/nats-server.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createDirectory } from '../../streams/directory.ts';
import { auditPosts } from './audit/posts.ts';
import { auditRecurring } from './audit/recurring.ts';
import { auditSignals } from './audit/signals.ts';
import { auditTrends } from './audit/trends.ts';
import { auditWatch } from './audit/watch.ts';
import type { SecondStageAudit } from './second-stages.ts';

/** `node second-stages-reader.ts HOME FILE`: audits the second stages of the stopped Weir of HOME and writes what it found into FILE. */
const [home = '', file = ''] = process.argv.slice(2);
const store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
const nats = await startNatsServer({ home, log: silentLog, clock: systemClock });
const bus = await connectBus({
  servers: nats.url,
  token: nats.token,
  name: 'audit',
  log: silentLog,
  metrics: createMetrics({ processMetrics: false }),
  clock: systemClock,
});
try {
  const tenants = await recordsOf(bus, buckets.tenants, Tenant);
  const directory = createDirectory();
  for (const tenant of tenants.values()) directory.setTenant(tenant);
  for (const [key, policy] of await recordsOf(bus, buckets.mrrPolicies, MrrPolicy))
    directory.setMrrPolicy(key.slice(0, key.indexOf('.')), policy);
  const [last] = await store.query(
    'SELECT max(seq) AS seq FROM events',
    {},
    Type.Object({ seq: Type.Number() }),
  );
  const frontier = last?.seq ?? 0;
  const recurring = await auditRecurring(store, directory, frontier);
  const posts = await auditPosts(store, frontier);
  const trends = await auditTrends(store, frontier);
  const signals = await auditSignals(bus, store, { trends: trends.told, viral: posts.viral });
  const findings = [recurring, posts, trends, signals];
  // The other tenants' events come out of order by days, as a test of the windows: their series are revised all the time.
  for (const tenant of tenants.values())
    if (tenant.simulated) findings.push(await auditWatch(store, directory, tenant));
  const audit: SecondStageAudit = {
    compared: Object.fromEntries(findings.flatMap(({ compared }) => Object.entries(compared))),
    problems: findings.flatMap(({ problems }) => problems),
  };
  writeFileSync(file, JSON.stringify(audit));
} finally {
  await bus.close();
  await nats.stop();
  await store.close();
}

async function recordsOf<T extends typeof Tenant | typeof MrrPolicy>(over: Bus, bucket: string, schema: T) {
  const kv = await openKv(over, bucket, { schema });
  const records = new Map<string, NonNullable<Awaited<ReturnType<typeof kv.get>>>['value']>();
  const watching = new AbortController();
  for await (const event of kv.watch(watching.signal)) {
    if (event.type === 'put') records.set(event.entry.key, event.entry.value);
    else if (event.type !== 'delete') break;
  }
  watching.abort();
  return records;
}
