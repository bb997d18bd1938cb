import { randomUUID } from 'node:crypto';
import type { Static, TSchema } from '@sinclair/typebox';
import type { MsgHdrs } from 'nats';
import { isWeirError, messageOf, WeirError } from '../errors/weir-error.ts';
import type { Bus } from './bus.ts';
import { createJsonCodec } from './json.ts';
import type { PublishOptions } from './publisher.ts';
import { readFrom, type ReaderMessage } from './reader.ts';
import { isNotFound } from './stream.ts';

export interface KvOptions<S extends TSchema> {
  /** Every value is checked against it on the way in and out. */
  readonly schema: S;
  /** Values kept for a key, the newest included. Default 1. */
  readonly history?: number;
  /** Entries vanish this long after their last write; no delete event tells of it. */
  readonly ttlMs?: number;
  /** Default 64 MiB; a full bucket refuses writes with BUS_STREAM_FULL. */
  readonly maxBytes?: number;
}

export interface KvEntry<T> {
  readonly key: string;
  readonly value: T;
  readonly revision: number;
  /** When the server stored this revision. */
  readonly storedAtMs: number;
}

/** Losing a race is an outcome, not an exception. */
export type KvWrite =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly reason: 'conflict' };

export type KvEvent<T> =
  | { readonly type: 'put'; readonly entry: KvEntry<T> }
  | { readonly type: 'delete'; readonly key: string; readonly revision: number }
  /** Once: everything that was stored when the watch began has been told. */
  | { readonly type: 'ready' };

export interface Kv<T> {
  /** Undefined when there is none. Throws BUS_VALUE_INVALID when the stored value does not match the schema. */
  get(key: string): Promise<KvEntry<T> | undefined>;
  put(key: string, value: T): Promise<number>;
  /** Writes only if the key has no value. */
  create(key: string, value: T): Promise<KvWrite>;
  /** Writes only if `revision` is still the key's last. */
  update(key: string, value: T, revision: number): Promise<KvWrite>;
  /** Deletes; with `revision` only if that is still the key's last. */
  delete(key: string, revision?: number): Promise<KvWrite>;
  /** Live keys; `filter` in NATS form, such as `main.*` or `main.>`. */
  keys(filter?: string): Promise<readonly string[]>;
  /** Live entries; one that does not match the schema is logged and left out, so that it does not stop the others. */
  entries(filter?: string): Promise<readonly KvEntry<T>[]>;
  /** What is stored and then every change, in order, across restarts of the server. A bad value is logged and left out. */
  watch(signal: AbortSignal, filter?: string): AsyncGenerator<KvEvent<T>, void, void>;
}

const defaultMaxBytes = 64 * 1024 * 1024;
const keyPattern = /^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$/;
const operationHeader = 'KV-Operation';

/**
 * Opens a NATS KV bucket, creating it if need be; readable by any NATS KV client. Writes are repeatable: each carries an
 * id of its own, so one that was stored just before the server died is recognised when it is sent again.
 */
export async function openKv<S extends TSchema>(
  bus: Bus,
  bucket: string,
  options: KvOptions<S>,
): Promise<Kv<Static<S>>> {
  type Value = Static<S>;
  const { schema, history = 1, ttlMs, maxBytes = defaultMaxBytes } = options;
  const codec = createJsonCodec(schema);
  const stream = `KV_${bucket}`;
  const prefix = `$KV.${bucket}.`;
  const log = bus.log.child({ module: 'kv', bucket });

  await bus.ensureStream({
    name: stream,
    subjects: [`${prefix}>`],
    maxBytes,
    maxMessagesPerSubject: history,
    ...(ttlMs === undefined ? {} : { maxAgeMs: ttlMs }),
    allowRollup: true,
    denyDelete: true,
  });

  const subjectOf = (key: string): string => {
    if (keyPattern.test(key)) return prefix + key;
    throw new WeirError('BUS_KEY_INVALID', `${JSON.stringify(key)} is no key`, { details: { bucket, key } });
  };

  const invalid = (key: string, fault: string): WeirError =>
    new WeirError('BUS_VALUE_INVALID', `${bucket}/${key}: ${fault}`, { details: { bucket, key, fault } });

  const encode = (key: string, value: Value): Uint8Array => {
    const checked = codec.check(value);
    if (!checked.ok) throw invalid(key, checked.fault);
    return codec.encode(value);
  };

  const write = async (key: string, data: Uint8Array, options: PublishOptions): Promise<KvWrite> => {
    try {
      const { seq } = await bus.publish(subjectOf(key), data, { msgId: randomUUID(), ...options });
      return { ok: true, revision: seq };
    } catch (error) {
      if (isWeirError(error) && error.code === 'BUS_SEQUENCE_CONFLICT')
        return { ok: false, reason: 'conflict' };
      throw error;
    }
  };

  const readLast = async (key: string): Promise<StoredValue | undefined> => {
    const subject = subjectOf(key);
    try {
      const { data, header, seq, time } = await bus.ask(async () => {
        return await bus.jsm.streams.getMessage(stream, { last_by_subj: subject });
      });
      return { data, isDeleted: isDeletion(header), revision: seq, storedAtMs: time.getTime() };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new WeirError('BUS_UNAVAILABLE', `${bucket}/${key} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };

  const toEvent = (message: ReaderMessage): KvEvent<Value> | undefined => {
    const key = message.subject.slice(prefix.length);
    if (isDeletion(message.headers)) return { type: 'delete', key, revision: message.seq };
    const decoded = codec.decode(message.data);
    if (decoded.ok) {
      const entry = { key, value: decoded.value, revision: message.seq, storedAtMs: message.timestampMs };
      return { type: 'put', entry };
    }
    log.error({ err: invalid(key, decoded.fault) }, 'a stored value is left out');
    return undefined;
  };

  const readAll = async (filter: string): Promise<Map<string, KvEntry<Value>>> => {
    const live = new Map<string, KvEntry<Value>>();
    const { signal } = new AbortController();
    const subject = prefix + filter;
    for await (const batch of readFrom({ bus, stream, subject, fromSeq: 1, signal, untilCaughtUp: true })) {
      for (const message of batch) {
        const event = toEvent(message);
        if (event?.type === 'put') live.set(event.entry.key, event.entry);
        else live.delete(message.subject.slice(prefix.length));
      }
    }
    return live;
  };

  return {
    get: async (key) => {
      const stored = await readLast(key);
      if (stored === undefined || stored.isDeleted) return undefined;
      const decoded = codec.decode(stored.data);
      if (!decoded.ok) throw invalid(key, decoded.fault);
      return { key, value: decoded.value, revision: stored.revision, storedAtMs: stored.storedAtMs };
    },
    put: async (key, value) => {
      const { seq } = await bus.publish(subjectOf(key), encode(key, value), { msgId: randomUUID() });
      return seq;
    },
    create: async (key, value) => {
      const data = encode(key, value);
      const first = await write(key, data, { expectLastSubjectSeq: 0 });
      if (first.ok) return first;
      // A deleted key still has a last message: the marker of its deletion.
      const stored = await readLast(key);
      if (stored === undefined || !stored.isDeleted) return first;
      return await write(key, data, { expectLastSubjectSeq: stored.revision });
    },
    update: async (key, value, revision) =>
      await write(key, encode(key, value), { expectLastSubjectSeq: revision }),
    delete: async (key, revision) =>
      await write(key, new Uint8Array(0), {
        headers: { [operationHeader]: 'DEL' },
        ...(revision === undefined ? {} : { expectLastSubjectSeq: revision }),
      }),
    keys: async (filter = '>') => [...(await readAll(filter)).keys()],
    entries: async (filter = '>') => [...(await readAll(filter)).values()],
    watch: async function* watch(signal, filter = '>') {
      const subject = prefix + filter;
      for await (const batch of readFrom({ bus, stream, subject, fromSeq: 1, signal, tellCaughtUp: true })) {
        if (batch.length === 0) yield { type: 'ready' };
        for (const message of batch) {
          const event = toEvent(message);
          if (event !== undefined) yield event;
        }
      }
    },
  };
}

interface StoredValue {
  readonly data: Uint8Array;
  readonly isDeleted: boolean;
  readonly revision: number;
  readonly storedAtMs: number;
}

function isDeletion(headers: MsgHdrs | undefined): boolean {
  const operation = headers?.get(operationHeader);
  return operation === 'DEL' || operation === 'PURGE';
}
