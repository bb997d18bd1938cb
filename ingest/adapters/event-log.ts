import { randomUUID } from 'node:crypto';
import { eventsStream, eventsSubject } from '../../platform/contracts/subjects.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { EncodedBatch, PublishBatch } from '../group-commit.ts';
import type { IngestMetrics } from '../metrics.ts';

export interface EventLogConfig {
  readonly logMaxBytes: number;
  readonly publishTimeoutMs: number;
  readonly publishDeadlineMs: number;
}

const DUPLICATE_WINDOW_MS = 120_000;

/**
 * Makes sure of the stream `events`: full means refuse, never forget; no age limit, because age would delete what is not yet
 * processed. Streams purges behind its lowest checkpoint.
 */
export async function ensureEventLog(bus: Bus, config: EventLogConfig): Promise<void> {
  await bus.ensureStream({
    name: eventsStream,
    subjects: [`${eventsStream}.*`],
    discard: 'new',
    maxBytes: config.logMaxBytes,
    duplicateWindowMs: DUPLICATE_WINDOW_MS,
  });
}

/**
 * Publishes record batches. One message id a batch, so that a second try after a lost acknowledgement is recognised by
 * JetStream; both tries end long before its duplicate window does. Throws INGEST_LOG_FULL or INGEST_LOG_UNAVAILABLE.
 */
export function createEventLog(bus: Bus, config: EventLogConfig, metrics: IngestMetrics): PublishBatch {
  const attempt = async (partition: number, batch: EncodedBatch, msgId: string, timeoutMs: number) =>
    await bus.publish(eventsSubject(partition), batch.bytes, { msgId, timeoutMs });

  return async (partition, batch) => {
    const startedMs = bus.clock.monotonicMs();
    const msgId = randomUUID();
    try {
      await attempt(partition, batch, msgId, config.publishTimeoutMs).catch(async (error: unknown) => {
        const leftMs = config.publishDeadlineMs - (bus.clock.monotonicMs() - startedMs);
        if (!isUnanswered(error) || leftMs <= 0) throw error;
        return await attempt(partition, batch, msgId, leftMs);
      });
    } catch (error) {
      throw asIngestError(error);
    }
    metrics.commitSeconds.observe((bus.clock.monotonicMs() - startedMs) / 1_000);
    metrics.batchEvents.observe(batch.events);
  };
}

function isUnanswered(error: unknown): boolean {
  return isWeirError(error) && (error.code === 'BUS_TIMEOUT' || error.code === 'BUS_UNAVAILABLE');
}

function asIngestError(error: unknown): WeirError {
  if (isWeirError(error) && error.code === 'BUS_STREAM_FULL')
    return new WeirError('INGEST_LOG_FULL', 'the event log is full', { cause: error });
  return new WeirError('INGEST_LOG_UNAVAILABLE', 'the event log did not confirm', { cause: error });
}
