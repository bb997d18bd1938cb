import { Type } from '@sinclair/typebox';
import { createInbox, headers as createHeaders, type Msg, type MsgHdrs, type NatsConnection } from 'nats';
import { messageOf, WeirError, type ErrorCode } from '../errors/weir-error.ts';
import type { Clock } from '../time/clock.ts';
import { createJsonCodec } from './json.ts';
import type { BusMetrics } from './metrics.ts';
import { padFor, padHeader } from './padding.ts';

export interface PublishOptions {
  /** Deduplicates inside the stream's duplicate window, and so allows the message to be sent again after an outage. */
  readonly msgId?: string;
  /** Refuse unless the last sequence of the whole stream is this. */
  readonly expectLastSeq?: number;
  /** Refuse unless the last sequence on this subject is this; 0 means no message yet. */
  readonly expectLastSubjectSeq?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** From the call to the acknowledgement, outages included. Default 5 s. */
  readonly timeoutMs?: number;
}

export interface PublishAck {
  readonly seq: number;
  /** The stream already had this msgId; `seq` is the first one's. */
  readonly duplicate: boolean;
}

export interface Publisher {
  publish(subject: string, data: Uint8Array, options?: PublishOptions): Promise<PublishAck>;
  /** The connection broke: what may be repeated waits, the rest fails as unknown. */
  onDisconnect(): void;
  /** The connection is back: what waits is sent, in its first order. */
  onReconnect(): void;
  close(): void;
}

export interface PublisherLimits {
  readonly maxInFlightMessages: number;
  readonly maxInFlightBytes: number;
}

export interface PublisherDeps {
  readonly nc: NatsConnection;
  readonly clock: Clock;
  readonly metrics: BusMetrics;
  readonly busName: string;
  readonly limits: PublisherLimits;
}

interface Pending {
  readonly token: string;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: MsgHdrs;
  readonly isRepeatable: boolean;
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly resolve: (ack: PublishAck) => void;
  readonly reject: (error: WeirError) => void;
  /** Whether a server may have it, so that a failure means "unknown" and not "not stored". */
  wasSent: boolean;
  /** Waits for a connection or for the next sweep; not on the wire now. */
  isWaiting: boolean;
  lastFault: ErrorCode;
}

const defaultTimeoutMs = 5_000;
const sweepIntervalMs = 50;

const ackCodec = createJsonCodec(
  Type.Object({
    stream: Type.Optional(Type.String()),
    seq: Type.Optional(Type.Integer()),
    duplicate: Type.Optional(Type.Boolean()),
    error: Type.Optional(
      Type.Object({
        code: Type.Integer(),
        err_code: Type.Optional(Type.Integer()),
        description: Type.Optional(Type.String()),
      }),
    ),
  }),
);

/**
 * Publishes to JetStream and awaits acknowledgements on one inbox. Written here rather than taken from the client,
 * whose requests wait out their whole timeout when the connection breaks and buffer without bound while it is away.
 */
export function createPublisher(deps: PublisherDeps): Publisher {
  const { nc, clock, metrics, busName, limits } = deps;
  const labels = { bus: busName };
  const inbox = createInbox();
  const pending = new Map<string, Pending>();
  let bytesInFlight = 0;
  let nextToken = 0;
  let isUp = true;
  /** The server takes our bytes but has let a deadline pass: nothing more is put on the wire until it answers. */
  let isStalled = false;
  let isClosed = false;

  const settle = (entry: Pending): void => {
    if (!pending.delete(entry.token)) return;
    bytesInFlight -= entry.data.byteLength;
    showInFlight();
  };

  const showInFlight = (): void => {
    metrics.inFlightMessages.set(labels, pending.size);
    metrics.inFlightBytes.set(labels, bytesInFlight);
  };

  const fail = (
    entry: Pending,
    code: ErrorCode,
    message: string,
    details: Record<string, unknown> = {},
  ): void => {
    settle(entry);
    metrics.publishFailures.inc({ bus: busName, code });
    entry.reject(new WeirError(code, message, { details: { subject: entry.subject, ...details } }));
  };

  const send = (entry: Pending): void => {
    if (entry.wasSent) metrics.resent.inc(labels);
    entry.isWaiting = false;
    entry.wasSent = true;
    const reply = `${inbox}.${entry.token}`;
    try {
      nc.publish(entry.subject, entry.data, { reply, headers: entry.headers });
    } catch (error) {
      const isTooLarge = messageOf(error).includes('MAX_PAYLOAD');
      fail(
        entry,
        isTooLarge ? 'BUS_MESSAGE_TOO_LARGE' : 'BUS_UNAVAILABLE',
        `${entry.subject}: ${messageOf(error)}`,
        {
          bytes: entry.data.byteLength,
        },
      );
    }
  };

  const sendWaiting = (): void => {
    for (const entry of pending.values()) if (entry.isWaiting) send(entry);
  };

  const onAck = (message: Msg): void => {
    isStalled = false;
    const entry = pending.get(message.subject.slice(inbox.length + 1));
    if (entry === undefined) return;
    if (message.data.byteLength === 0 && message.headers?.code === 503) {
      // Nobody takes this subject: the stream may still be recovering, so it is tried again until the deadline.
      entry.isWaiting = true;
      entry.lastFault = 'BUS_STREAM_MISSING';
      return;
    }
    const decoded = ackCodec.decode(message.data);
    if (!decoded.ok)
      return fail(entry, 'BUS_PUBLISH_REFUSED', `${entry.subject}: the acknowledgement is ${decoded.fault}`);
    const { seq, duplicate, error } = decoded.value;
    if (error !== undefined)
      return onRefusal(entry, error.code, error.err_code ?? 0, error.description ?? 'no reason');
    if (seq === undefined)
      return fail(entry, 'BUS_PUBLISH_REFUSED', `${entry.subject}: acknowledged without sequence`);
    settle(entry);
    metrics.published.inc(labels);
    metrics.publishSeconds.observe(labels, (clock.monotonicMs() - entry.startedMs) / 1_000);
    entry.resolve({ seq, duplicate: duplicate === true });
  };

  const onRefusal = (entry: Pending, code: number, jsCode: number, reason: string): void => {
    const errorCode = refusalCode(code, jsCode);
    if (errorCode === 'BUS_UNAVAILABLE') {
      entry.isWaiting = true;
      entry.lastFault = errorCode;
      return;
    }
    fail(entry, errorCode, `${entry.subject}: ${reason}`, { reason, jetStreamCode: jsCode });
  };

  const sweep = (): void => {
    const nowMs = clock.monotonicMs();
    for (const entry of pending.values()) {
      if (nowMs >= entry.deadlineMs) expire(entry);
      else if (entry.isWaiting && isUp && !isStalled) send(entry);
    }
  };

  const expire = (entry: Pending): void => {
    if (isUp && !entry.isWaiting && !isStalled) probe();
    const isUnknown = entry.wasSent && entry.lastFault === 'BUS_TIMEOUT';
    const message = isUnknown
      ? 'no acknowledgement in time; the outcome is unknown'
      : 'not sent: NATS is away';
    const code = entry.lastFault === 'BUS_TIMEOUT' && !isUnknown ? 'BUS_UNAVAILABLE' : entry.lastFault;
    fail(
      entry,
      code,
      code === 'BUS_STREAM_MISSING' ? `no stream takes ${entry.subject}` : `${entry.subject}: ${message}`,
    );
  };

  /** Bounds what a frozen server makes us hold: its socket keeps what timed out, so nothing follows until it answers. */
  const probe = (): void => {
    isStalled = true;
    nc.flush().then(
      () => {
        isStalled = false;
        sendWaiting();
      },
      // The connection broke instead; its return sends what waits.
      () => {},
    );
  };

  const subscription = nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error === null) onAck(message);
    },
  });
  const sweeper = clock.every(sweepIntervalMs, sweep);

  return {
    publish: async (subject, data, options = {}) => {
      if (isClosed) throw new WeirError('BUS_UNAVAILABLE', `${subject}: the bus is closed`);
      if (
        pending.size >= limits.maxInFlightMessages ||
        bytesInFlight + data.byteLength > limits.maxInFlightBytes
      ) {
        metrics.publishFailures.inc({ bus: busName, code: 'BUS_BUSY' });
        throw new WeirError(
          'BUS_BUSY',
          `${pending.size} messages, ${bytesInFlight} bytes await acknowledgement`,
          {
            details: { subject, ...limits },
          },
        );
      }
      return await new Promise<PublishAck>((resolve, reject) => {
        const startedMs = clock.monotonicMs();
        const entry: Pending = {
          token: String((nextToken += 1)),
          subject,
          data,
          headers: headersOf(subject, data.byteLength, options),
          isRepeatable: options.msgId !== undefined,
          startedMs,
          deadlineMs: startedMs + (options.timeoutMs ?? defaultTimeoutMs),
          resolve,
          reject,
          wasSent: false,
          isWaiting: true,
          lastFault: 'BUS_TIMEOUT',
        };
        pending.set(entry.token, entry);
        bytesInFlight += data.byteLength;
        showInFlight();
        if (isUp && !isStalled) send(entry);
      });
    },
    onDisconnect: () => {
      isUp = false;
      for (const entry of pending.values()) {
        if (entry.isWaiting) continue;
        if (entry.isRepeatable) entry.isWaiting = true;
        else
          fail(entry, 'BUS_TIMEOUT', `${entry.subject}: the connection broke first; the outcome is unknown`);
      }
    },
    onReconnect: () => {
      isUp = true;
      isStalled = false;
      sendWaiting();
    },
    close: () => {
      isClosed = true;
      sweeper.stop();
      subscription.unsubscribe();
      for (const entry of pending.values())
        fail(entry, 'BUS_UNAVAILABLE', `${entry.subject}: the bus was closed`);
    },
  };
}

function headersOf(subject: string, dataBytes: number, options: PublishOptions): MsgHdrs {
  const { msgId, expectLastSeq, expectLastSubjectSeq, headers = {} } = options;
  const fields: [string, string][] = Object.entries(headers);
  if (msgId !== undefined) fields.push(['Nats-Msg-Id', msgId]);
  if (expectLastSeq !== undefined) fields.push(['Nats-Expected-Last-Sequence', String(expectLastSeq)]);
  if (expectLastSubjectSeq !== undefined) {
    fields.push(['Nats-Expected-Last-Subject-Sequence', String(expectLastSubjectSeq)]);
  }
  fields.push([padHeader, padFor(subject, fields, dataBytes)]);
  const built = createHeaders();
  for (const [name, value] of fields) built.set(name, value);
  return built;
}

/** JetStream's numbers, server/errors.json in nats-server. */
function refusalCode(code: number, jsCode: number): ErrorCode {
  switch (jsCode) {
    case 10071: // wrong last sequence
    case 10070: // wrong last message id
      return 'BUS_SEQUENCE_CONFLICT';
    case 10077: // store failed: maximum messages or bytes exceeded
    case 10047: // storage resources exceeded
    case 10028: // memory resources exceeded
    case 10023: // insufficient resources
      return 'BUS_STREAM_FULL';
    case 10054: // message size exceeds maximum allowed
    case 10097: // header size exceeds maximum allowed
      return 'BUS_MESSAGE_TOO_LARGE';
    case 10008: // JetStream system temporarily unavailable
      return 'BUS_UNAVAILABLE';
    default:
      return code === 503 || code === 429 ? 'BUS_UNAVAILABLE' : 'BUS_PUBLISH_REFUSED';
  }
}
