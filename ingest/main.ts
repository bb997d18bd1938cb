import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bus } from '../platform/bus/bus.ts';
import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import type { Access } from '../platform/contracts/tenant.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import type { Clock } from '../platform/time/clock.ts';
import { createDeadLetterLog, ensureDeadLetterLog } from './adapters/dead-letter-log.ts';
import { createEventLog, type AcknowledgedPublish } from './adapters/event-log.ts';
import { ensureEventStream, watchLogSize } from './adapters/event-stream.ts';
import { watchEventTypes } from './adapters/event-types.ts';
import { createBodyReader } from './body-reader.ts';
import { createByteBudget } from './byte-budget.ts';
import { createCanonicalize } from './canonical-event.ts';
import type { IngestConfig } from './config.ts';
import { createDecompress } from './decompress.ts';
import { compileCatalogue } from './event-rules.ts';
import { createGroupCommit } from './group-commit.ts';
import { createHandler } from './handler.ts';
import { createIngestMetrics, exposeIngestLevels } from './metrics.ts';
import { tellOutages } from './publish-outage.ts';
import { createRecentIds, createRequestIds } from './recent-ids.ts';
import { createTenantLimits } from './tenant-limits.ts';

export interface IngestDeps {
  readonly bus: Bus;
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Free bytes of the disk the event log lies on; absent where that is another machine's. */
  readonly freeBytes?: number;
  /** Hears of every record batch the log has acknowledged, before its senders do; must not throw. */
  readonly onAcknowledged?: (publish: AcknowledgedPublish) => void;
}

export interface Ingest {
  /** Serves the request when its path is one of ingest's; else answers false and leaves it to the next handler. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Refuses new requests and resolves when everything taken so far is in the log or has failed. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes sure of its streams, learns the custom types, and is then ready to take requests. */
export async function start(deps: IngestDeps, config: IngestConfig): Promise<Ingest> {
  const { bus, access, clock } = deps;
  const log = deps.log.child({ module: 'ingest' });
  const metrics = createIngestMetrics(deps.metrics);
  await ensureDeadLetterLog(bus, config);
  await ensureEventStream(
    bus,
    { ...config, ...(deps.freeBytes === undefined ? {} : { freeBytes: deps.freeBytes }) },
    log,
  );
  const customTypes = await watchEventTypes(bus, log);

  const hasher = createIdentityHasher();
  const budget = createByteBudget(config.maxInFlightBodyBytes);
  const bodies = createBodyReader({ clock, budget }, config.bodyTimeoutMs);
  const publish = tellOutages(createEventLog(bus, config, metrics, deps.onAcknowledged), log);
  const commit = createGroupCommit({ publish, hasher, clock }, config);
  const logSize = watchLogSize(bus);
  exposeIngestLevels(deps.metrics, {
    logBytes: () => logSize.bytes,
    logMessages: () => logSize.messages,
    inFlightBodyBytes: () => budget.used,
    pendingEvents: () => commit.pendingEvents,
    pendingBytes: () => commit.pendingBytes,
  });

  const handler = createHandler(
    {
      access,
      limits: createTenantLimits(config.rateWindowSeconds),
      bodies,
      budget,
      decompress: createDecompress({
        maxOutputBytes: config.maxBodyBytes,
        maxConcurrent: config.maxConcurrentDecompressions,
      }),
      canonicalize: createCanonicalize({
        catalogue: compileCatalogue(eventCatalogue),
        customTypes,
        newId: randomUUID,
        limits: config,
      }),
      commit,
      storeDeadLetters: createDeadLetterLog(bus, config),
      hasher,
      recentIds: createRecentIds(config.recentIds),
      requestIds: createRequestIds(config.maxItems),
      clock,
      log,
      metrics,
    },
    config,
  );

  const drain = async (): Promise<void> => {
    handler.refuse();
    await commit.drain();
  };

  return {
    handle: (request, response) => handler.handle(request, response),
    drain,
    stop: async () => {
      await drain();
      bodies.stop();
      logSize.stop();
      await customTypes.stop();
    },
  };
}
