import { createHash, randomUUID } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { messageOf, WeirError } from '../errors/weir-error.ts';
import type { Bus } from './bus.ts';
import { createJsonCodec } from './json.ts';
import { readFrom } from './reader.ts';
import { isNotFound } from './stream.ts';

export interface ObjectsOptions {
  /** A full store refuses with BUS_STREAM_FULL. Default 1 GiB. */
  readonly maxBytes?: number;
}

export interface ObjectInfo {
  readonly name: string;
  readonly bytes: number;
  readonly storedAtMs: number;
}

/** Named byte strings of any size up to memory: snapshots, artefacts. */
export interface Objects {
  /** Stores under the name; a reader sees the old object or the new one, never a mixture. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Undefined when there is none. Throws BUS_VALUE_INVALID when its checksum is wrong. */
  get(name: string): Promise<Uint8Array | undefined>;
  delete(name: string): Promise<void>;
  list(): Promise<readonly ObjectInfo[]>;
}

const defaultMaxBytes = 1024 * 1024 * 1024;
const chunkBytes = 512 * 1024;
const chunksInFlight = 8;
const chunkTimeoutMs = 30_000;
const readTimeoutMs = 60_000;

const metaSchema = Type.Object({
  name: Type.String(),
  bucket: Type.String(),
  nuid: Type.String(),
  size: Type.Integer(),
  chunks: Type.Integer(),
  digest: Type.Optional(Type.String()),
  mtime: Type.Optional(Type.String()),
  deleted: Type.Optional(Type.Boolean()),
});
type Meta = Static<typeof metaSchema>;
const metaCodec = createJsonCodec(metaSchema);

/**
 * An object store in the layout of the NATS one, so `nats object` reads it. Written here because the client's own hashes in
 * JavaScript, sends all chunks at once, and waits for ever when an object is replaced while it is read.
 */
export async function openObjects(bus: Bus, bucket: string, options: ObjectsOptions = {}): Promise<Objects> {
  const { clock } = bus;
  const stream = `OBJ_${bucket}`;
  const metaPrefix = `$O.${bucket}.M.`;
  const chunkSubject = (id: string): string => `$O.${bucket}.C.${id}`;
  const metaSubject = (name: string): string => metaPrefix + base64Url(Buffer.from(name));
  const log = bus.log.child({ module: 'objects', bucket });

  await bus.ensureStream({
    name: stream,
    subjects: [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
    maxBytes: options.maxBytes ?? defaultMaxBytes,
    allowRollup: true,
  });

  const readMeta = async (name: string): Promise<Meta | undefined> => {
    try {
      const { data } = await bus.ask(async () => {
        return await bus.jsm.streams.getMessage(stream, { last_by_subj: metaSubject(name) });
      });
      const decoded = metaCodec.decode(data);
      if (!decoded.ok) throw new WeirError('BUS_VALUE_INVALID', `${bucket}/${name}: ${decoded.fault}`);
      return decoded.value.deleted === true ? undefined : decoded.value;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (error instanceof WeirError) throw error;
      throw new WeirError('BUS_UNAVAILABLE', `${bucket}/${name}: ${messageOf(error)}`, { cause: error });
    }
  };

  /** Rollup removes the earlier meta message of this name in the same step that stores the new one. */
  const writeMeta = async (meta: Meta): Promise<void> => {
    const headers = { 'Nats-Rollup': 'sub' };
    const settings = { msgId: randomUUID(), headers, timeoutMs: chunkTimeoutMs };
    await bus.publish(metaSubject(meta.name), metaCodec.encode(meta), settings);
  };

  const purgeChunks = async (id: string): Promise<void> => {
    // Left-over chunks take room but no harm: nothing points to them any more.
    await bus
      .ask(async () => await bus.jsm.streams.purge(stream, { filter: chunkSubject(id) }))
      .catch((error: unknown) => {
        log.warn({ err: error, id }, 'chunks of a replaced object remain');
      });
  };

  const readChunks = async (meta: Meta): Promise<Uint8Array | undefined> => {
    const bytes = new Uint8Array(meta.size);
    const late = AbortSignal.timeout(readTimeoutMs);
    let filled = 0;
    const chunks = readFrom({
      bus,
      stream,
      subject: chunkSubject(meta.nuid),
      fromSeq: 1,
      signal: late,
      untilCaughtUp: true,
    });
    for await (const batch of chunks) {
      for (const { data } of batch) {
        if (filled + data.byteLength > meta.size) return undefined;
        bytes.set(data, filled);
        filled += data.byteLength;
      }
    }
    return filled === meta.size ? bytes : undefined;
  };

  return {
    put: async (name, bytes) => {
      const previous = await readMeta(name);
      const id = randomUUID();
      const waiting = new Set<Promise<unknown>>();
      try {
        for (let at = 0, index = 0; at < bytes.byteLength; at += chunkBytes, index += 1) {
          const sent = bus.publish(chunkSubject(id), bytes.subarray(at, at + chunkBytes), {
            msgId: `${id}/${index}`,
            timeoutMs: chunkTimeoutMs,
          });
          waiting.add(sent);
          void sent.then(
            () => waiting.delete(sent),
            () => {},
          );
          if (waiting.size >= chunksInFlight) await Promise.race(waiting);
        }
        await Promise.all(waiting);
        await writeMeta({
          name,
          bucket,
          nuid: id,
          size: bytes.byteLength,
          chunks: Math.ceil(bytes.byteLength / chunkBytes),
          digest: digestOf(bytes),
          mtime: new Date(clock.nowMs()).toISOString(),
        });
      } catch (error) {
        await Promise.allSettled(waiting);
        await purgeChunks(id);
        throw error;
      }
      if (previous !== undefined) await purgeChunks(previous.nuid);
    },
    get: async (name) => {
      for (;;) {
        const meta = await readMeta(name);
        if (meta === undefined) return undefined;
        const bytes = await readChunks(meta);
        if (bytes !== undefined && digestOf(bytes) === meta.digest) return bytes;
        // Replaced or deleted while it was read: the new meta tells. Otherwise the object is damaged.
        const now = await readMeta(name);
        if (now?.nuid === meta.nuid) {
          throw new WeirError('BUS_VALUE_INVALID', `${bucket}/${name}: the stored object is damaged`, {
            details: { bucket, name, bytes: meta.size },
          });
        }
      }
    },
    delete: async (name) => {
      const previous = await readMeta(name);
      if (previous === undefined) return;
      await writeMeta({ ...previous, size: 0, chunks: 0, deleted: true });
      await purgeChunks(previous.nuid);
    },
    list: async () => {
      const found: ObjectInfo[] = [];
      const { signal } = new AbortController();
      const subject = `${metaPrefix}>`;
      for await (const batch of readFrom({ bus, stream, subject, fromSeq: 1, signal, untilCaughtUp: true })) {
        for (const { data, timestampMs } of batch) {
          const decoded = metaCodec.decode(data);
          if (!decoded.ok || decoded.value.deleted === true) continue;
          found.push({ name: decoded.value.name, bytes: decoded.value.size, storedAtMs: timestampMs });
        }
      }
      return found;
    },
  };
}

function digestOf(bytes: Uint8Array): string {
  return `SHA-256=${base64Url(createHash('sha256').update(bytes).digest())}`;
}

/** With padding, as the NATS object store has it. */
function base64Url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}
