import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Scope } from '../contracts/tenant.ts';

/** Keys of simulated tenants are `test` keys, all others `live`: a glance at a key tells what it touches. */
export type KeyEnvironment = 'live' | 'test';

const RANDOM_CHARS = 32;
const CHECKSUM_CHARS = 6;
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shape = /^weir_(?:live|test)_[a-z]{2,16}_[0-9A-Za-z]{38,122}$/;

/**
 * A new key: `weir_<live|test>_<kind>_<32 base62 characters><6-character CRC32>`. 190 random bits, so a fast hash is enough at
 * rest. The prefix lets scanners find a leaked key, the checksum refuses a mistyped one without a look-up.
 */
export function generateApiKey(environment: KeyEnvironment, scopes: readonly Scope[]): string {
  const body = `weir_${environment}_${kindOf(scopes)}_${randomBase62(RANDOM_CHARS)}`;
  return body + checksum(body);
}

/** Whether a text can be one of our keys at all; decided from the text alone. */
export function isWellFormedApiKey(key: string): boolean {
  if (!shape.test(key)) return false;
  const split = key.length - CHECKSUM_CHARS;
  return checksum(key.slice(0, split)) === key.slice(split);
}

/** Hex SHA-256, the form in which a key is stored. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What a person sees of a key later: the readable prefix, two characters, the last four. */
export function previewOf(key: string): string {
  const bodyAt = key.lastIndexOf('_') + 1;
  return `${key.slice(0, bodyAt + 2)}…${key.slice(-4)}`;
}

/** `count` characters, each of 62 with equal chance: bytes that would favour some are thrown away. */
export function randomBase62(count: number): string {
  let text = '';
  while (text.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < 248 && text.length < count) text += digits.charAt(byte % 62);
    }
  }
  return text;
}

function kindOf(scopes: readonly Scope[]): string {
  if (scopes.includes('admin')) return 'admin';
  const [only] = scopes;
  if (scopes.length !== 1) return 'mixed';
  return only === 'ingest:write' ? 'ingest' : only === 'query:read' ? 'query' : 'mixed';
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_CHARS; i += 1) {
    text = digits.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
