import {
  DiscardPolicy,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig as NatsStreamConfig,
} from 'nats';
import { messageOf, WeirError, type ErrorCode } from '../errors/weir-error.ts';
import { limitOnGrid } from './padding.ts';

export interface StreamConfig {
  readonly name: string;
  readonly subjects: readonly string[];
  /** `limits` keeps until purged; `workqueue` deletes what is acknowledged. Default `limits`. */
  readonly retention?: 'limits' | 'workqueue';
  /** A full stream refuses (`new`) or forgets its oldest (`old`). Default `new`. */
  readonly discard?: 'new' | 'old';
  /** Every stream has a bound on disk. */
  readonly maxBytes: number;
  readonly maxAgeMs?: number;
  readonly maxMessagesPerSubject?: number;
  readonly maxMessageBytes?: number;
  /** How long a msgId is remembered. Default 2 min; NATS holds the ids in memory. */
  readonly duplicateWindowMs?: number;
  readonly storage?: 'file' | 'memory';
  readonly replicas?: number;
  readonly allowRollup?: boolean;
  readonly denyDelete?: boolean;
}

export interface StreamState {
  /** The subjects the stream takes. */
  readonly subjects: readonly string[];
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Bus.ask: repeats the question across outages. */
type Ask = <T>(question: () => Promise<T>) => Promise<T>;

const defaultDuplicateWindowMs = 120_000;
const nameInUse = 10058;

/**
 * Creates the stream or changes an existing one to this configuration; the same again changes nothing. What JetStream
 * cannot change in place (storage, retention) throws BUS_STREAM_INCOMPATIBLE.
 */
export async function ensureStream(ask: Ask, jsm: JetStreamManager, config: StreamConfig): Promise<void> {
  const wanted = toNats(config);
  try {
    await ask(async () => await jsm.streams.add(wanted));
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== nameInUse)
      throw streamError(config, error);
    await ask(async () => await jsm.streams.update(config.name, wanted)).catch((cause: unknown) => {
      throw streamError(config, cause);
    });
  }
}

export async function readStreamState(ask: Ask, jsm: JetStreamManager, name: string): Promise<StreamState> {
  try {
    const { config, state } = await ask(async () => await jsm.streams.info(name));
    return {
      subjects: config.subjects,
      firstSeq: state.first_seq,
      lastSeq: state.last_seq,
      messages: state.messages,
      bytes: state.bytes,
    };
  } catch (error) {
    throw new WeirError(
      isNotFound(error) ? 'BUS_STREAM_MISSING' : 'BUS_UNAVAILABLE',
      `stream ${name}: ${messageOf(error)}`,
      {
        cause: error,
        details: { stream: name },
      },
    );
  }
}

/**
 * The guard is the point of this function: nats-server takes a purge up to sequence 0 or 1 as "no bound given" and
 * deletes the whole stream.
 */
export async function purgeBelow(ask: Ask, jsm: JetStreamManager, name: string, seq: number): Promise<void> {
  if (!Number.isSafeInteger(seq) || seq <= 1) return;
  await ask(async () => await jsm.streams.purge(name, { seq }));
}

/** Whether JetStream itself said no, rather than nobody saying anything. */
export function isAnswer(error: unknown): boolean {
  return error instanceof NatsError && (error.api_error !== undefined || error.code === '404');
}

/** A stream, consumer or message that JetStream says is not there. */
export function isNotFound(error: unknown): boolean {
  return error instanceof NatsError && (error.api_error?.code === 404 || error.code === '404');
}

function toNats(config: StreamConfig): Partial<NatsStreamConfig> & { name: string } {
  const maxAgeMs = config.maxAgeMs ?? 0;
  const wantedWindowMs = config.duplicateWindowMs ?? defaultDuplicateWindowMs;
  // JetStream refuses a duplicate window longer than the age limit.
  const duplicateWindowMs = maxAgeMs > 0 ? Math.min(wantedWindowMs, maxAgeMs) : wantedWindowMs;
  return {
    name: config.name,
    subjects: [...config.subjects],
    retention: config.retention === 'workqueue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    discard: config.discard === 'old' ? DiscardPolicy.Old : DiscardPolicy.New,
    storage: config.storage === 'memory' ? StorageType.Memory : StorageType.File,
    num_replicas: config.replicas ?? 1,
    max_bytes: limitOnGrid(config.maxBytes),
    max_age: nanos(maxAgeMs),
    max_msgs_per_subject: config.maxMessagesPerSubject ?? -1,
    max_msg_size: config.maxMessageBytes ?? -1,
    duplicate_window: nanos(duplicateWindowMs),
    allow_rollup_hdrs: config.allowRollup ?? false,
    deny_delete: config.denyDelete ?? false,
  };
}

function streamError(config: StreamConfig, cause: unknown): WeirError {
  const code = streamErrorCode(cause instanceof NatsError ? cause.api_error?.err_code : undefined);
  const what =
    code === 'BUS_STORAGE_INSUFFICIENT'
      ? `nats-server may not promise it ${Math.ceil(config.maxBytes / 1024 ** 2)} MiB more; raise its max_file_store`
      : messageOf(cause);
  return new WeirError(code, `stream ${config.name}: ${what}`, {
    cause,
    details: { stream: config.name },
  });
}

function streamErrorCode(jsCode: number | undefined): ErrorCode {
  switch (jsCode) {
    case undefined:
      return 'BUS_UNAVAILABLE';
    case 10047: // insufficient storage resources available
    case 10028: // insufficient memory resources available
    case 10023: // insufficient resources
      return 'BUS_STORAGE_INSUFFICIENT';
    default:
      return 'BUS_STREAM_INCOMPATIBLE';
  }
}
