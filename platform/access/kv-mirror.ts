import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../bus/bus.ts';
import { openKv, type Kv, type KvEvent, type KvOptions } from '../bus/kv.ts';
import { WeirError } from '../errors/weir-error.ts';

/**
 * A KV bucket held in memory: reads are synchronous, writes go to NATS with compare-and-set and are visible here as soon as
 * they are acknowledged. Other processes' writes arrive by a watch. While NATS is away reads answer with what was last known.
 */
export interface KvMirror<T> {
  get(key: string): T | undefined;
  values(): readonly T[];
  keys(): readonly string[];
  /** False when the key has a value already. */
  create(key: string, value: T): Promise<boolean>;
  /**
   * Reads the stored value, decides, writes; repeated when somebody else wrote in between. `decide` answers the new value or
   * undefined to leave it. Resolves to what is stored now.
   */
  update(key: string, decide: (current: T | undefined) => T | undefined): Promise<T | undefined>;
  delete(key: string): Promise<void>;
  /** Called after every change, own or foreign; `value` undefined means deleted. */
  onChange(listener: (key: string, value: T | undefined) => void): { stop(): void };
  readonly size: number;
  stop(): Promise<void>;
}

interface Held<T> {
  /** Undefined: deleted here, the watch has not told of it yet. */
  readonly value: T | undefined;
  readonly revision: number;
}

const maxRaces = 16;
const retryMs = 1_000;

/** Opens the bucket and resolves once everything stored in it is in memory. */
export async function openKvMirror<S extends TSchema>(
  bus: Bus,
  bucket: string,
  options: KvOptions<S>,
): Promise<KvMirror<Static<S>>> {
  const kv = await openKv(bus, bucket, options);
  return await mirrorKv(bus, bucket, kv);
}

async function mirrorKv<T>(bus: Bus, bucket: string, kv: Kv<T>): Promise<KvMirror<T>> {
  const log = bus.log.child({ mirror: bucket });
  const held = new Map<string, Held<T>>();
  const listeners = new Set<(key: string, value: T | undefined) => void>();
  const stopping = new AbortController();
  let markReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => (markReady = resolve));

  const learn = (key: string, value: T | undefined, revision: number): void => {
    const known = held.get(key);
    if (known !== undefined && known.revision >= revision) return;
    held.set(key, { value, revision });
    for (const listener of listeners) listener(key, value);
  };

  const take = (event: KvEvent<T>): void => {
    if (event.type === 'ready') markReady();
    else if (event.type === 'put') learn(event.entry.key, event.entry.value, event.entry.revision);
    else {
      learn(event.key, undefined, event.revision);
      // The watch tells in order, so nothing older about this key can come any more.
      if ((held.get(event.key)?.revision ?? 0) <= event.revision) held.delete(event.key);
    }
  };

  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        for await (const event of kv.watch(stopping.signal)) take(event);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ err: error }, 'watch ended; beginning again');
        await bus.clock.sleep(retryMs, stopping.signal).catch(() => undefined);
      }
    }
  };
  const following = follow();
  await ready;

  return {
    get: (key) => held.get(key)?.value,
    values: () => [...held.values()].flatMap(({ value }) => (value === undefined ? [] : [value])),
    keys: () => [...held].flatMap(([key, { value }]) => (value === undefined ? [] : [key])),
    create: async (key, value) => {
      const written = await kv.create(key, value);
      if (written.ok) learn(key, value, written.revision);
      return written.ok;
    },
    update: async (key, decide) => {
      for (let race = 0; race < maxRaces; race += 1) {
        const stored = await kv.get(key);
        const wanted = decide(stored?.value);
        if (wanted === undefined) return stored?.value;
        const written =
          stored === undefined ? await kv.create(key, wanted) : await kv.update(key, wanted, stored.revision);
        if (written.ok) {
          learn(key, wanted, written.revision);
          return wanted;
        }
      }
      throw new WeirError('BUS_BUSY', `${bucket}/${key} changes too often to be written`, {
        details: { bucket, key },
      });
    },
    delete: async (key) => {
      const written = await kv.delete(key);
      if (written.ok) learn(key, undefined, written.revision);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return { stop: () => void listeners.delete(listener) };
    },
    get size() {
      return held.size;
    },
    stop: async () => {
      stopping.abort();
      await following;
    },
  };
}
