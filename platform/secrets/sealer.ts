import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { WeirError } from '../errors/weir-error.ts';

/** Seals texts with AES-256-GCM (NIST SP 800-38D), so that whoever reads a disk or a dump reads nothing. */
export interface Sealer {
  /** Id of the key that seals. */
  readonly keyId: string;
  /** Other bytes every time. `context` says where the text belongs: sealed for one place it does not open in another. */
  seal(text: string, context: string): string;
  /** Throws SECRETS_KEY_WRONG where no key opens it, or it was sealed for another place, or changed. */
  open(sealed: string, context: string): string;
}

export const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const version = 'v1';
const idLength = 12;

/** What is sealed begins with its version and the id of its key, so that a key can follow another. */
export const sealedPattern = `^${version}\\.[0-9a-f]{${idLength}}\\.[A-Za-z0-9_-]+$`;

/** The first key seals, all open. Throws RangeError for a key that is not 32 bytes, or none. */
export function createSealer(keys: readonly Uint8Array[]): Sealer {
  const byId = new Map<string, Uint8Array>();
  for (const key of keys) {
    if (key.byteLength !== keyBytes) throw new RangeError(`a key is ${keyBytes} bytes`);
    byId.set(idOf(key), key);
  }
  const [first] = keys;
  if (first === undefined) throw new RangeError('there is no key');
  const keyId = idOf(first);
  return {
    keyId,
    seal: (text, context) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', first, iv, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(`${keyId}.${context}`));
      const bytes = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${keyId}.${bytes.toString('base64url')}`;
    },
    open: (sealed, context) => {
      const [found, id = '', text = ''] = sealed.split('.');
      const key = byId.get(id);
      if (found !== version || key === undefined)
        throw wrongKey(
          `It was sealed with the key ${id}; there ${byId.size === 1 ? 'is' : 'are'} ${[...byId.keys()].join(', ')}.`,
        );
      try {
        const bytes = Buffer.from(text, 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(`${id}.${context}`));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([
          decipher.update(bytes.subarray(ivBytes, -tagBytes)),
          decipher.final(),
        ]).toString('utf8');
      } catch {
        // The cause would only repeat that it cannot be opened.
        throw wrongKey('It was changed, or sealed for another place.');
      }
    },
  };
}

/** Enough to tell keys apart, and tells nothing of them. */
function idOf(key: Uint8Array): string {
  return createHash('sha256').update('weir secret key id').update(key).digest('hex').slice(0, idLength);
}

function wrongKey(why: string): WeirError {
  return new WeirError('SECRETS_KEY_WRONG', `A stored secret cannot be opened. ${why}`);
}
