import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '../errors/weir-error.ts';
import { createSealer, keyBytes, type Sealer } from './sealer.ts';

export const secretKeyPath = (home: string): string => join(home, 'keys', 'secret.key');

/**
 * The sealer of this installation: by the setting WEIR_SECRET_KEY, else by a file in the home that is made at the first start, readable by
 * its owner only. One key a line or comma; the first seals, the others open what they sealed. Throws SECRETS_KEY_INVALID.
 */
export function loadSealer(home: string, setting = ''): Sealer {
  if (setting.trim() !== '') return sealerOf(setting, 'WEIR_SECRET_KEY');
  const path = secretKeyPath(home);
  const known = readIfThere(path);
  if (known !== undefined) return sealerOf(known, path);
  mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, `${randomBytes(keyBytes).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process of the same home was quicker: its key is the one.
    if (!hasCode(error, 'EEXIST')) throw unreadable(path, error);
  }
  return sealerOf(readIfThere(path) ?? '', path);
}

function sealerOf(text: string, from: string): Sealer {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const keys = parts.map((part) => {
    const key = /^[0-9a-fA-F]{64}$/.test(part) ? Buffer.from(part, 'hex') : Buffer.from(part, 'base64');
    if (key.byteLength !== keyBytes)
      throw new WeirError(
        'SECRETS_KEY_INVALID',
        `${from} must hold keys of ${keyBytes} bytes as base64 or hex; one has ${key.byteLength}.`,
      );
    return key;
  });
  if (keys.length === 0) throw new WeirError('SECRETS_KEY_INVALID', `${from} holds no key.`);
  return createSealer(keys);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): WeirError {
  return new WeirError(
    'SECRETS_KEY_INVALID',
    `The key of stored secrets cannot be read or written: ${path}.`,
    {
      cause,
    },
  );
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
