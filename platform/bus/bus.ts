import { Type, type Static, type TSchema } from '@sinclair/typebox';
import {
  connect,
  Events,
  type JetStreamClient,
  type JetStreamManager,
  type Msg,
  type NatsConnection,
} from 'nats';
import { asWeirError, messageOf, WeirError } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../time/clock.ts';
import { createJsonCodec, encodeJson, type JsonCodec } from './json.ts';
import { createBusMetrics } from './metrics.ts';
import {
  createPublisher,
  type PublishAck,
  type Publisher,
  type PublisherLimits,
  type PublishOptions,
} from './publisher.ts';
import {
  ensureStream,
  isAnswer,
  purgeBelow,
  readStreamState,
  type StreamConfig,
  type StreamState,
} from './stream.ts';

export { createJsonCodec, type JsonCodec } from './json.ts';
export type { PublishAck, PublishOptions } from './publisher.ts';
export type { StreamConfig, StreamState } from './stream.ts';

export interface BusConfig {
  /** One URL or several, separated by commas; a user and password, or a token alone, may stand before the host. */
  readonly servers: string;
  readonly token?: string;
  /** Shows in NATS and as metric label. */
  readonly name: string;
  /** How long the first connection may take before BUS_UNAVAILABLE; later ones are tried for ever. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Beyond these a publish is refused with BUS_BUSY. Default 8,192 messages, 64 MiB. */
  readonly limits?: Partial<PublisherLimits>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export interface CoreMessage {
  readonly subject: string;
  readonly data: Uint8Array;
}

export interface Stop {
  stop(): void;
}

export interface Bus {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly name: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /**
   * Stores a message in JetStream and resolves at its acknowledgement. With a msgId it outlives a server restart: it is sent
   * again until `timeoutMs`. Do not change `data` before it settles. Throws BUS_UNAVAILABLE (not stored), BUS_TIMEOUT
   * (unknown), BUS_STREAM_FULL, BUS_STREAM_MISSING, BUS_SEQUENCE_CONFLICT, BUS_BUSY, BUS_MESSAGE_TOO_LARGE, BUS_PUBLISH_REFUSED.
   */
  publish(subject: string, data: Uint8Array, options?: PublishOptions): Promise<PublishAck>;
  /** Fire and forget over core NATS; false when it was dropped because NATS is away or it is too large. For what a newer message replaces. */
  publishCore(subject: string, data: Uint8Array): boolean;
  /** Calls `handler` for each message, synchronously and in order; it must not throw. `queue` shares the work among holders. */
  subscribeCore(subject: string, handler: (message: CoreMessage) => void, queue?: string): Stop;
  /** Asks whoever responds on `subject` and checks the answer. Throws BUS_REQUEST_FAILED. */
  request<S extends TSchema>(
    subject: string,
    body: unknown,
    reply: JsonCodec<S>,
    timeoutMs?: number,
  ): Promise<Static<S>>;
  /** Answers requests whose body matches; what the handler throws becomes the asker's BUS_REQUEST_FAILED. */
  respond<S extends TSchema>(
    subject: string,
    body: JsonCodec<S>,
    handler: (body: Static<S>) => unknown,
    queue?: string,
  ): Stop;
  /**
   * Asks JetStream something that may be asked twice: waits for the connection, asks again at once when it breaks, and gives up
   * after `timeoutMs` (default 10 s) with BUS_UNAVAILABLE. An answer that says no is thrown as it is.
   */
  ask<T>(question: () => Promise<T>, timeoutMs?: number): Promise<T>;
  ensureStream(config: StreamConfig): Promise<void>;
  streamState(name: string): Promise<StreamState>;
  /** Deletes every message of the stream with a sequence below `seq`; 0 and 1 delete nothing. */
  purgeBelow(name: string, seq: number): Promise<void>;
  isConnected(): boolean;
  /** Resolves when connected; rejects with BUS_UNAVAILABLE once closed or when the signal aborts. */
  whenConnected(signal?: AbortSignal): Promise<void>;
  onReconnect(listener: () => void): Stop;
  /** Sends what is buffered, ends subscriptions, fails what still awaits an acknowledgement. Safe to call twice. */
  close(): Promise<void>;
}

const defaultLimits: PublisherLimits = { maxInFlightMessages: 8_192, maxInFlightBytes: 64 * 1024 * 1024 };
const jetStreamTimeoutMs = 5_000;
const requestTimeoutMs = 5_000;
const askTimeoutMs = 10_000;
const askAgainMs = 50;
const drainTimeoutMs = 5_000;

const envelope = createJsonCodec(
  Type.Union([
    Type.Object({ ok: Type.Literal(true), value: Type.Unknown() }),
    Type.Object({ ok: Type.Literal(false), code: Type.String(), message: Type.String() }),
  ]),
);

export async function connectBus(config: BusConfig): Promise<Bus> {
  const { name, clock } = config;
  const log = config.log.child({ module: 'bus', bus: name });
  const metrics = createBusMetrics(config.metrics);
  const nc = await dial(config);
  const js = nc.jetstream({ timeout: jetStreamTimeoutMs });
  const jsm = await nc.jetstreamManager({ timeout: jetStreamTimeoutMs, checkAPI: false });
  const limits = { ...defaultLimits, ...config.limits };
  const publisher = createPublisher({ nc, clock, metrics, busName: name, limits });
  const reconnectListeners = new Set<() => void>();
  const asking = new Set<() => void>();
  let waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];
  let isUp = true;
  let closing: Promise<void> | undefined;

  const setUp = (up: boolean): void => {
    isUp = up;
    metrics.connected.set({ bus: name }, up ? 1 : 0);
  };
  setUp(true);

  const wake = (error?: Error): void => {
    const woken = waiters;
    waiters = [];
    for (const waiter of woken) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
  };

  const followStatus = async (): Promise<void> => {
    for await (const status of nc.status()) {
      if (status.type === Events.Disconnect && isUp) {
        setUp(false);
        publisher.onDisconnect();
        for (const interrupt of asking) interrupt();
        if (closing === undefined) log.warn({ server: status.data }, 'connection to NATS lost; reconnecting');
      } else if (status.type === Events.Reconnect) {
        setUp(true);
        metrics.reconnects.inc({ bus: name });
        log.info({ server: status.data }, 'connection to NATS is back');
        publisher.onReconnect();
        wake();
        for (const listener of reconnectListeners) listener();
      }
    }
  };
  void followStatus();
  void nc.closed().then((error) => {
    setUp(false);
    publisher.close();
    for (const interrupt of asking) interrupt();
    wake(new WeirError('BUS_UNAVAILABLE', `bus ${name} is closed`));
    if (closing === undefined) log.error({ err: error }, 'connection to NATS closed for good');
  });

  const whenConnected = async (signal?: AbortSignal): Promise<void> => {
    if (nc.isClosed()) throw new WeirError('BUS_UNAVAILABLE', `bus ${name} is closed`);
    if (isUp) return;
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => reject(new WeirError('BUS_UNAVAILABLE', 'gave up waiting for NATS'));
      if (signal?.aborted === true) return giveUp();
      signal?.addEventListener('abort', giveUp, { once: true });
      const settled = (): void => signal?.removeEventListener('abort', giveUp);
      waiters.push({
        resolve: () => {
          settled();
          resolve();
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
    });
  };

  const untilInterrupted = async <T>(question: () => Promise<T>): Promise<T> => {
    let interrupt: () => void = () => {};
    const interrupted = new Promise<never>((_resolve, reject) => {
      interrupt = () => reject(new WeirError('BUS_UNAVAILABLE', 'the connection to NATS broke'));
      asking.add(interrupt);
    });
    try {
      return await Promise.race([question(), interrupted]);
    } finally {
      asking.delete(interrupt);
    }
  };

  const ask = async <T>(question: () => Promise<T>, timeoutMs = askTimeoutMs): Promise<T> => {
    const late = AbortSignal.timeout(timeoutMs);
    for (;;) {
      await whenConnected(late);
      try {
        return await untilInterrupted(question);
      } catch (error) {
        if (isAnswer(error)) throw error;
        if (late.aborted || nc.isClosed()) {
          throw new WeirError('BUS_UNAVAILABLE', `JetStream does not answer: ${messageOf(error)}`, {
            cause: error,
          });
        }
        await clock.sleep(askAgainMs);
      }
    }
  };

  return {
    nc,
    js,
    jsm,
    name,
    log,
    clock,
    metrics: config.metrics,
    publish: async (subject, data, options) => await publisher.publish(subject, data, options),
    publishCore: (subject, data) => {
      // The client throws at a message beyond the server's limit; a core message may be lost, the process may not.
      const isTooLarge = data.byteLength > (nc.info?.max_payload ?? Number.POSITIVE_INFINITY);
      if (!isUp || nc.isClosed() || isTooLarge) {
        metrics.coreDropped.inc({ bus: name });
        return false;
      }
      nc.publish(subject, data);
      return true;
    },
    subscribeCore: (subject, handler, queue) => {
      const subscription = nc.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error === null) handler(message);
        },
      });
      return { stop: () => subscription.unsubscribe() };
    },
    request: async (subject, body, codec, timeoutMs = requestTimeoutMs) => {
      const answer = await nc
        .request(subject, encodeJson(body), { timeout: timeoutMs })
        .catch((error: unknown) => {
          throw new WeirError('BUS_REQUEST_FAILED', `${subject}: ${messageOf(error)}`, { cause: error });
        });
      return unwrap(subject, answer.data, codec);
    },
    respond: (subject, codec, handler, queue) => {
      const subscription = nc.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error === null) void reply(message, codec, handler);
        },
      });
      return { stop: () => subscription.unsubscribe() };
    },
    ask,
    ensureStream: async (stream) => await ensureStream(ask, jsm, stream),
    streamState: async (stream) => await readStreamState(ask, jsm, stream),
    purgeBelow: async (stream, seq) => await purgeBelow(ask, jsm, stream, seq),
    isConnected: () => isUp,
    whenConnected,
    onReconnect: (listener) => {
      reconnectListeners.add(listener);
      return { stop: () => void reconnectListeners.delete(listener) };
    },
    close: async () => {
      closing ??= closeConnection(nc, publisher, clock);
      await closing;
    },
  };
}

async function dial(config: BusConfig): Promise<NatsConnection> {
  const { clock, connectTimeoutMs = 10_000 } = config;
  const giveUpAtMs = clock.monotonicMs() + connectTimeoutMs;
  for (;;) {
    try {
      return await connect({
        ...addresses(config),
        name: config.name,
        timeout: 2_000,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 100,
        // A restarting server may refuse a login for a moment; giving up would need a restart of Weir.
        ignoreAuthErrorAbort: true,
        // A frozen server is noticed after 10 to 15 s; until then the publisher's stall check bounds what is held.
        pingInterval: 5_000,
        maxPingOut: 2,
        noAsyncTraces: true,
      });
    } catch (error) {
      if (clock.monotonicMs() >= giveUpAtMs) {
        throw new WeirError('BUS_UNAVAILABLE', `NATS cannot be reached: ${messageOf(error)}`, {
          cause: error,
        });
      }
      await clock.sleep(100);
    }
  }
}

/** The client takes bare addresses: who we are is given beside them. */
function addresses(config: BusConfig): { servers: string[]; token?: string; user?: string; pass?: string } {
  const urls = config.servers.split(',').map((server) => server.trim());
  const servers = urls.map((url) => url.replace(/^(\w+:\/\/)?[^/@]*@/, '$1'));
  if (config.token !== undefined) return { servers, token: config.token };
  const [, user, password] = /^(?:\w+:\/\/)?([^:/@]*)(?::([^/@]*))?@/.exec(urls[0] ?? '') ?? [];
  if (user === undefined) return { servers };
  if (password === undefined) return { servers, token: decodeURIComponent(user) };
  return { servers, user: decodeURIComponent(user), pass: decodeURIComponent(password) };
}

async function closeConnection(nc: NatsConnection, publisher: Publisher, clock: Clock): Promise<void> {
  if (!nc.isClosed()) {
    const done = new AbortController();
    const late = clock.sleep(drainTimeoutMs, done.signal).catch(() => {});
    await Promise.race([nc.drain().catch(() => {}), late]);
    done.abort();
    await nc.close();
  }
  publisher.close();
}

async function reply<S extends TSchema>(
  message: Msg,
  codec: JsonCodec<S>,
  handler: (body: Static<S>) => unknown,
): Promise<void> {
  const answer = await answerTo(codec, handler, message.data);
  try {
    message.respond(encodeJson(answer));
  } catch {
    // The bus was closed meanwhile; the asker's timeout tells it.
  }
}

async function answerTo<S extends TSchema>(
  codec: JsonCodec<S>,
  handler: (body: Static<S>) => unknown,
  data: Uint8Array,
): Promise<unknown> {
  const decoded = codec.decode(data);
  if (!decoded.ok)
    return { ok: false, code: 'BUS_VALUE_INVALID', message: `the request is wrong: ${decoded.fault}` };
  try {
    return { ok: true, value: (await handler(decoded.value)) ?? null };
  } catch (error) {
    const { code, message } = asWeirError(error);
    return { ok: false, code, message };
  }
}

function unwrap<S extends TSchema>(subject: string, data: Uint8Array, codec: JsonCodec<S>): Static<S> {
  const answer = envelope.decode(data);
  if (!answer.ok) throw new WeirError('BUS_REQUEST_FAILED', `${subject}: the answer is ${answer.fault}`);
  if (!answer.value.ok) {
    const { code, message } = answer.value;
    throw new WeirError('BUS_REQUEST_FAILED', `${subject}: ${message}`, {
      details: { subject, remoteCode: code },
    });
  }
  const decoded = codec.check(answer.value.value);
  if (decoded.ok) return decoded.value;
  throw new WeirError('BUS_REQUEST_FAILED', `${subject}: the answer is wrong: ${decoded.fault}`);
}
