import { getHeapStatistics } from 'node:v8';
import { MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Value } from '@sinclair/typebox/value';
import { connectBus } from '../platform/bus/bus.ts';
import { connectCache } from '../platform/cache/cache.ts';
import { isWeirError, messageOf } from '../platform/errors/weir-error.ts';
import { createStops } from '../platform/lifecycle/stops.ts';
import { createLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { openClickHouse, type ClickHouseStore } from '../platform/store/adapters/clickhouse.ts';
import { migrate } from '../platform/store/migrate.ts';
import { serveStore } from '../platform/store/remote.ts';
import { systemClock } from '../platform/time/clock.ts';
import { start } from '../streams/main.ts';
import { StreamsWorkerData, ToWorker } from './streams-worker-data.ts';

/**
 * Thread of the processors. It alone loads the embedded ClickHouse and answers the main thread's statements over a port. An
 * uncaught error ends the thread, and with it the process: a second thread may not load the engine.
 */
async function run(main: MessagePort, onOpen: (store: ClickHouseStore) => void): Promise<void> {
  const given: unknown = workerData;
  if (
    typeof given !== 'object' ||
    given === null ||
    !('port' in given) ||
    !(given.port instanceof MessagePort) ||
    !('data' in given) ||
    !Value.Check(StreamsWorkerData, given.data)
  ) {
    throw new Error('the worker was started without its settings');
  }
  const { data, port } = given;
  const clock = systemClock;
  const log = createLog({ level: data.logLevel, pretty: data.logPretty }).child({ thread: 'streams' });
  const metrics = createMetrics({ processMetrics: false });
  metrics.gaugeOf(
    'weir_streams_heap_used_bytes',
    'JavaScript heap of the processors’ thread',
    () => getHeapStatistics().used_heap_size,
  );
  metrics.gaugeOf(
    'weir_streams_external_bytes',
    'Buffers held by the processors’ thread outside of its heap',
    () => getHeapStatistics().external_memory,
  );
  const store = await openClickHouse({
    ...(data.clickhouseUrl === undefined ? {} : { url: data.clickhouseUrl }),
    database: 'weir',
    path: data.storePath,
  });
  onOpen(store);
  const migrations = await migrate(store);
  // What the other parts ask has to be given up before the processors write their last rows: statements run one at a time.
  const asked = store.branch();
  serveStore(asked.store, port);
  const bus = await connectBus({
    servers: data.natsUrl,
    ...(data.natsToken === undefined ? {} : { token: data.natsToken }),
    name: 'streams',
    log,
    metrics,
    clock,
  });
  const cache = await connectCache({ url: data.redisUrl, log, metrics, clock });
  const streams = await start(
    { bus, store, cache, clock, log, metrics },
    { ...data.settings, owner: data.owner },
  );

  const stops = createStops({ log, clock }, 'processors');
  stops.add('ClickHouse', () => store.close());
  stops.add('bus', () => bus.close());
  stops.add('cache', () => cache.close());
  stops.add('streams', () => streams.stop());
  stops.add('statements of other parts', async () => {
    port.close();
    await asked.giveUp();
  });
  const stop = async (): Promise<void> => {
    await stops.stop();
    main.postMessage({ kind: 'stopped' });
    main.close();
  };
  /** Ends the thread as a crash would, but not in the middle of a statement: that would abort or freeze the whole process. */
  const abandon = (): void => {
    log.warn(
      { waitingFor: streams.waitingFor() ?? stops.waitingFor() },
      'the processors are left as they are',
    );
    void store.close().then(
      () => process.exit(1),
      (error: unknown) => log.error({ err: error }, 'the thread of the processors cannot end'),
    );
  };
  for (const event of ['uncaughtException', 'unhandledRejection'])
    process.on(event, (error: unknown) => {
      log.error({ event, err: error }, 'uncaught error in the thread of the processors: it ends');
      abandon();
    });
  main.on('message', (message: unknown) => {
    if (!Value.Check(ToWorker, message)) return;
    if (message.kind === 'stop') void stop();
    else if (message.kind === 'abandon') abandon();
    else void metrics.text().then((text) => main.postMessage({ kind: 'metrics', id: message.id, text }));
  });
  main.postMessage({ kind: 'ready', migrations });
}

if (parentPort === null) throw new Error('streams-worker.ts runs as a worker thread of weir.ts');
let opened: ClickHouseStore | undefined;
try {
  await run(parentPort, (store) => {
    opened = store;
  });
} catch (error) {
  parentPort.postMessage({
    kind: 'failed',
    ...(isWeirError(error) ? { code: error.code } : {}),
    message: messageOf(error),
  });
  await opened?.close();
  process.exit(1);
}
