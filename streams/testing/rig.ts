import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { connectCache, type Cache } from '../../platform/cache/cache.ts';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { deadLetterStream, eventsStream, eventsSubject } from '../../platform/contracts/subjects.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createRecordBatchBuilder } from '../../platform/record-batch/builder.ts';
import { createIdentityHasher, partitionOf } from '../../platform/record-batch/identity.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import type { Store } from '../../platform/store/store.ts';
import { startNatsServer } from '../../platform/supervise/nats-server.ts';
import { createTestBus, startTestRedis } from '../../platform/testing/servers.ts';
import { systemClock, type Clock } from '../../platform/time/clock.ts';
import type { StreamsConfig } from '../config.ts';
import { start, type Streams } from '../main.ts';
import { PARTITIONS, streamsSettings } from './settings.ts';

/** The processors on a real nats-server, redis-server and the embedded ClickHouse, fed with record batches directly. */
export interface Rig {
  /** Another one after `restore`. */
  readonly bus: Bus;
  readonly store: ClickHouseStore;
  readonly cache: Cache;
  /** Publishes events as ingest would: by partition of their identity, one batch a partition. */
  publish(events: readonly CanonicalEvent[]): Promise<void>;
  startStreams(change?: Partial<StreamsConfig>, store?: Store, clock?: Clock): Promise<Streams>;
  /** Copies what NATS has on its disk; call it while nobody writes. */
  copyNats(): string;
  /** Brings NATS back with a copy, as after a lost disk: all of it, or one stream of it. No processor may run. */
  restoreNats(copy: string, stream?: string): Promise<void>;
  close(): Promise<void>;
}

export async function createRig(): Promise<Rig> {
  const home = mkdtempSync(join(tmpdir(), 'weir-streams-'));
  const startNats = () => startNatsServer({ home, log: silentLog, clock: systemClock });
  const [firstNats, redis] = await Promise.all([startNats(), startTestRedis()]);
  let nats = firstNats;
  let bus = await createTestBus(nats);
  const data = join(home, 'nats');
  const cache = await connectCache({
    url: redis.url,
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    clock: systemClock,
  });
  const store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  await bus.ensureStream({ name: eventsStream, subjects: ['events.*'], maxBytes: 256 * 1024 * 1024 });
  await bus.ensureStream({
    name: deadLetterStream,
    subjects: ['deadletter.*'],
    maxBytes: 16 * 1024 * 1024,
    discard: 'old',
  });
  const hasher = createIdentityHasher();

  return {
    get bus() {
      return bus;
    },
    store,
    cache,
    publish: async (events) => {
      const builders = Array.from({ length: PARTITIONS }, () => createRecordBatchBuilder(hasher));
      const lanes = new Uint32Array(4);
      for (const event of events) {
        hasher.identity(event.tenant, event.source, event.id, lanes, 0);
        builders[partitionOf(lanes, PARTITIONS)]?.add(event, lanes);
      }
      for (const [partition, builder] of builders.entries())
        if (builder.count > 0) await bus.publish(eventsSubject(partition), builder.finish());
    },
    startStreams: async (change = {}, over = store, clock = systemClock) => {
      const config = streamsSettings(change);
      return start(
        {
          bus,
          store: over,
          cache,
          clock,
          log: silentLog,
          metrics: createMetrics({ processMetrics: false }),
        },
        config,
      );
    },
    copyNats: () => {
      const copy = mkdtempSync(join(home, 'copy-'));
      cpSync(data, copy, { recursive: true });
      return copy;
    },
    restoreNats: async (copy, stream) => {
      await bus.close();
      await nats.stop();
      const part = stream === undefined ? '' : join('jetstream', '$G', 'streams', stream);
      rmSync(join(data, part), { recursive: true, force: true });
      cpSync(join(copy, part), join(data, part), { recursive: true });
      nats = await startNats();
      bus = await createTestBus(nats);
    },
    close: async () => {
      await cache.close();
      await bus.close();
      await store.close();
      await Promise.all([nats.stop(), redis.stop()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const Count = Type.Object({ n: Type.Number() });

export async function countRows(
  store: Store,
  sql: string,
  params: Record<string, string | number> = {},
): Promise<number> {
  return (await store.query(sql, params, Count))[0]?.n ?? 0;
}
