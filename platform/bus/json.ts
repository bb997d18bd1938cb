import type { Static, TSchema } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** JSON bytes to values of one schema and back: the check at a boundary. */
export interface JsonCodec<S extends TSchema> {
  encode(value: Static<S>): Uint8Array;
  /** The value, or what is wrong with the bytes in one line. */
  decode(bytes: Uint8Array): Decoded<Static<S>>;
  /** The same check on what is already parsed. */
  check(value: unknown): Decoded<Static<S>>;
}

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: string };

export function createJsonCodec<S extends TSchema>(schema: S): JsonCodec<S> {
  const compiled = TypeCompiler.Compile(schema);
  const check = (value: unknown): Decoded<Static<S>> =>
    compiled.Check(value) ? { ok: true, value } : { ok: false, fault: firstFault(compiled, value) };
  return {
    encode: (value) => encodeJson(value),
    decode: (bytes) => {
      const parsed = parseJson(bytes);
      return parsed.ok ? check(parsed.value) : parsed;
    },
    check,
  };
}

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

export function parseJson(bytes: Uint8Array): Decoded<unknown> {
  try {
    return { ok: true, value: JSON.parse(decoder.decode(bytes)) };
  } catch {
    return { ok: false, fault: 'not JSON' };
  }
}

function firstFault(compiled: TypeCheck<TSchema>, value: unknown): string {
  const error = compiled.Errors(value).First();
  return error === undefined
    ? 'does not match its schema'
    : `${error.path === '' ? '/' : error.path}: ${error.message}`;
}
