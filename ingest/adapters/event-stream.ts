import type { Bus } from '../../platform/bus/bus.ts';
import { eventsStream } from '../../platform/contracts/subjects.ts';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';

export interface EventStreamConfig {
  readonly logMaxBytes: number;
  readonly duplicateWindowMs: number;
  /** Free bytes of the disk the log lies on, where that is known. */
  readonly freeBytes?: number;
}

/** Part of what is free and of what it holds already that the log may take: rows, snapshots and artefacts lie on the same disk. */
const SHARE_OF_DISK = 0.5;
/** Below this a log is of no use; a disk that cannot spare it is an error of whoever set it up. */
const LEAST_LOG_BYTES = 64 * 1024 * 1024;

/**
 * Makes sure of the stream `events`: full means refuse, never forget; no age limit, because age would delete what is not yet
 * processed. Streams purges behind its lowest checkpoint.
 *
 * The limit is never set below what the log holds, because JetStream would delete the oldest to get there. On a small disk it is half of
 * what is free. A server that cannot reserve the wanted size gives the log half of what fits, so that the other streams find room too.
 */
export async function ensureEventStream(bus: Bus, config: EventStreamConfig, log: Log): Promise<void> {
  const heldBytes = await bytesHeld(bus);
  const roomBytes = config.freeBytes === undefined ? Number.POSITIVE_INFINITY : config.freeBytes + heldBytes;
  const allowedBytes = Math.min(
    config.logMaxBytes,
    Math.max(LEAST_LOG_BYTES, Math.floor(roomBytes * SHARE_OF_DISK)),
  );
  const wantedBytes = Math.max(allowedBytes, heldBytes);
  if (heldBytes > config.logMaxBytes)
    log.warn(
      { heldBytes, logMaxBytes: config.logMaxBytes },
      'the event log holds more than its limit; nothing is deleted',
    );
  if (await fits(bus, config, wantedBytes)) {
    if (wantedBytes < config.logMaxBytes)
      log.warn(
        { maxBytes: wantedBytes, logMaxBytes: config.logMaxBytes },
        'the disk has no room for the whole event log; it is smaller',
      );
    return;
  }
  let maxBytes = wantedBytes;
  do {
    maxBytes = Math.floor(maxBytes / 2);
    if (maxBytes < Math.max(LEAST_LOG_BYTES, heldBytes)) await ensureWithLimit(bus, config, wantedBytes);
  } while (!(await fits(bus, config, maxBytes)));
  maxBytes = Math.max(Math.floor(maxBytes / 2), LEAST_LOG_BYTES, heldBytes);
  await ensureWithLimit(bus, config, maxBytes);
  log.warn(
    { maxBytes, logMaxBytes: config.logMaxBytes },
    'the disk has no room for the whole event log; it is smaller',
  );
}

async function fits(bus: Bus, config: EventStreamConfig, maxBytes: number): Promise<boolean> {
  try {
    await ensureWithLimit(bus, config, maxBytes);
    return true;
  } catch (error) {
    if (isWeirError(error) && error.code === 'BUS_STORAGE_INSUFFICIENT') return false;
    throw error;
  }
}

async function ensureWithLimit(bus: Bus, config: EventStreamConfig, maxBytes: number): Promise<void> {
  await bus.ensureStream({
    name: eventsStream,
    subjects: [`${eventsStream}.*`],
    discard: 'new',
    maxBytes,
    duplicateWindowMs: config.duplicateWindowMs,
  });
}

async function bytesHeld(bus: Bus): Promise<number> {
  try {
    return (await bus.streamState(eventsStream)).bytes;
  } catch (error) {
    if (isWeirError(error) && error.code === 'BUS_STREAM_MISSING') return 0;
    throw error;
  }
}

/** Size of the log, asked for now and then: its growth is the first sign that processing does not keep up. */
export interface LogSize {
  readonly bytes: number;
  readonly messages: number;
  stop(): void;
}

const SIZE_INTERVAL_MS = 10_000;

export function watchLogSize(bus: Bus): LogSize {
  let bytes = 0;
  let messages = 0;
  const ticker = bus.clock.every(SIZE_INTERVAL_MS, async () => {
    try {
      ({ bytes, messages } = await bus.streamState(eventsStream));
    } catch {
      // NATS is away, which the bus tells; the last known size stands.
    }
  });
  return {
    get bytes() {
      return bytes;
    },
    get messages() {
      return messages;
    },
    stop: () => ticker.stop(),
  };
}
