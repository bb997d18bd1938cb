import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { openKvMirror, type KvMirror } from '../access/kv-mirror.ts';
import type { Bus } from '../bus/bus.ts';
import type { KvOptions } from '../bus/kv.ts';
import { messageOf, WeirError } from '../errors/weir-error.ts';
import { sealedPattern, type Sealer } from './sealer.ts';

/** What stands in the bucket. */
const Sealed = Type.Object(
  { sealed: Type.String({ pattern: sealedPattern }) },
  { additionalProperties: false },
);
type Sealed = Static<typeof Sealed>;

/** A mirror of values nobody can read without the key. */
export interface SealedMirror<T> extends KvMirror<T> {
  /** Why there is a value that cannot be read, in words; undefined where it can, or there is none. It can be written over. */
  faultOf(key: string): string | undefined;
}

/**
 * A KV bucket whose values are sealed as a whole, each for its key. What an earlier Weir stored in the clear is read, and written back sealed
 * when the bucket is opened, as is what an older key sealed; both by compare-and-set, so that two processes do it once. A value that no key
 * opens is as if it were not there, and says why; the others go on.
 */
export async function openSealedMirror<S extends TSchema>(
  bus: Bus,
  bucket: string,
  { schema, ...options }: KvOptions<S>,
  sealer: Sealer,
): Promise<SealedMirror<Static<S>>> {
  type T = Static<S>;
  const mirror = await openKvMirror(bus, bucket, { ...options, schema: Type.Union([Sealed, schema]) });
  const log = bus.log.child({ module: 'secrets', bucket });
  // Values are replaced, never changed: what was opened once stays so.
  const opened = new WeakMap<object, { readonly value: T } | { readonly fault: string }>();

  const read = (key: string, stored: unknown): { readonly value: T } | { readonly fault: string } => {
    if (!isSealed(stored)) return { value: stored };
    const known = opened.get(stored);
    if (known !== undefined) return known;
    let found: { readonly value: T } | { readonly fault: string };
    try {
      const value: unknown = JSON.parse(sealer.open(stored.sealed, `${bucket}/${key}`));
      if (!Value.Check(schema, value)) throw new WeirError('BUS_VALUE_INVALID', 'It is not of its kind.');
      found = { value };
    } catch (error) {
      found = { fault: messageOf(error) };
    }
    opened.set(stored, found);
    return found;
  };
  const valueOf = (key: string, stored: unknown): T | undefined => {
    if (stored === undefined) return undefined;
    const found = read(key, stored);
    return 'value' in found ? found.value : undefined;
  };
  const seal = (key: string, value: T): Sealed => ({
    sealed: sealer.seal(JSON.stringify(value), `${bucket}/${key}`),
  });
  const get = (key: string): T | undefined => valueOf(key, mirror.get(key));

  for (const key of mirror.keys()) {
    const stored: unknown = mirror.get(key);
    const found = stored === undefined ? undefined : read(key, stored);
    if (found !== undefined && 'fault' in found)
      log.error({ key, fault: found.fault }, 'a secret cannot be read');
    else if (!isOfKey(stored, sealer.keyId))
      await mirror.update(key, (current: unknown) => {
        const value = isOfKey(current, sealer.keyId) ? undefined : valueOf(key, current);
        return value === undefined ? undefined : seal(key, value);
      });
  }

  return {
    get,
    values: () =>
      mirror.keys().flatMap((key) => {
        const value = get(key);
        return value === undefined ? [] : [value];
      }),
    keys: () => mirror.keys(),
    create: async (key, value) => await mirror.create(key, seal(key, value)),
    update: async (key, decide) => {
      const after: unknown = await mirror.update(key, (current: unknown) => {
        const next = decide(valueOf(key, current));
        return next === undefined ? undefined : seal(key, next);
      });
      return valueOf(key, after);
    },
    delete: async (key) => {
      await mirror.delete(key);
    },
    onChange: (listener) => mirror.onChange((key, value: unknown) => listener(key, valueOf(key, value))),
    get size() {
      return mirror.size;
    },
    stop: async () => {
      await mirror.stop();
    },
    faultOf: (key) => {
      const stored: unknown = mirror.get(key);
      if (stored === undefined) return undefined;
      const found = read(key, stored);
      return 'fault' in found ? found.fault : undefined;
    },
  };
}

function isSealed(value: unknown): value is Sealed {
  return Value.Check(Sealed, value);
}

function isOfKey(value: unknown, keyId: string): boolean {
  return isSealed(value) && value.sealed.split('.')[1] === keyId;
}
