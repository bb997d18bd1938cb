import { randomUUID } from 'node:crypto';
import { eventsSubject } from '../../platform/contracts/subjects.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { EncodedBatch, PublishBatch } from '../group-commit.ts';
import type { IngestMetrics } from '../metrics.ts';

export interface EventLogConfig {
  readonly publishTimeoutMs: number;
  readonly publishDeadlineMs: number;
}

/** One record batch that the log has acknowledged. */
export interface AcknowledgedPublish {
  readonly seq: number;
  readonly partition: number;
  readonly events: number;
  /** The log had it already: the acknowledgement of the first try was lost. */
  readonly isRepeat: boolean;
}

/**
 * Publishes record batches. One message id a batch, so that a second try after a lost acknowledgement is recognised by
 * JetStream; both tries end long before its duplicate window does. Throws INGEST_LOG_FULL or INGEST_LOG_UNAVAILABLE.
 * `onAcknowledged` hears of every stored batch before its senders do.
 */
export function createEventLog(
  bus: Bus,
  config: EventLogConfig,
  metrics: IngestMetrics,
  onAcknowledged: (publish: AcknowledgedPublish) => void = () => {},
): PublishBatch {
  const attempt = async (partition: number, batch: EncodedBatch, msgId: string, timeoutMs: number) =>
    await bus.publish(eventsSubject(partition), batch.bytes, { msgId, timeoutMs });

  return async (partition, batch) => {
    const startedMs = bus.clock.monotonicMs();
    const msgId = randomUUID();
    try {
      const { seq, duplicate } = await attempt(partition, batch, msgId, config.publishTimeoutMs).catch(
        async (error: unknown) => {
          const leftMs = config.publishDeadlineMs - (bus.clock.monotonicMs() - startedMs);
          if (!isUnanswered(error) || leftMs <= 0) throw error;
          return await attempt(partition, batch, msgId, leftMs);
        },
      );
      onAcknowledged({ seq, partition, events: batch.events, isRepeat: duplicate });
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
  if (isWeirError(error) && error.code === 'BUS_BUSY')
    return new WeirError('INGEST_BUSY', 'too many publishes await their acknowledgement', { cause: error });
  return new WeirError('INGEST_LOG_UNAVAILABLE', 'the event log did not confirm', { cause: error });
}
