import { createHmac, timingSafeEqual } from 'node:crypto';
import { readOrMakeKey } from './key-file.ts';

/** Links that work without a sign-in, for one purpose and one thing alone. */
export interface LinkSigner {
  sign(purpose: string, parts: readonly string[]): string;
  /** The parts, or undefined for what we have not signed for this purpose. */
  verify(purpose: string, token: string): readonly string[] | undefined;
}

const KEY_BYTES = 32;
const MAX_TOKEN_CHARS = 1_000;

/**
 * Signs with HMAC-SHA256 under a key of the home directory, made when it is missing. Whoever deletes the file makes every link that was sent
 * worthless. Tokens do not end by themselves: what they allow must be safe to allow for ever, such as to unsubscribe.
 */
export function createLinkSigner(home: string): LinkSigner {
  const key = readOrMakeKey(home, 'links.key', KEY_BYTES);
  const macOf = (purpose: string, body: string): Buffer =>
    createHmac('sha256', key).update(`${purpose}\n${body}`).digest();
  return {
    sign: (purpose, parts) => {
      const body = Buffer.from(JSON.stringify(parts)).toString('base64url');
      return `${body}.${macOf(purpose, body).toString('base64url')}`;
    },
    verify: (purpose, token) => {
      const [body = '', mac = '', ...rest] = token.slice(0, MAX_TOKEN_CHARS).split('.');
      const given = Buffer.from(mac, 'base64url');
      const wanted = macOf(purpose, body);
      if (rest.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted))
        return undefined;
      const parts: unknown = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
      return Array.isArray(parts) && parts.every((part) => typeof part === 'string') ? parts : undefined;
    },
  };
}
