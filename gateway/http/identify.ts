import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError, type ErrorCode } from '../../platform/errors/weir-error.ts';
import { readCookie, sessionCookieName } from '../sign-in/cookie.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { Caller } from './caller.ts';

export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly isSecure: boolean;
}

const refusals = {
  malformed: 'ACCESS_KEY_MALFORMED',
  unknown: 'ACCESS_KEY_UNKNOWN',
  revoked: 'ACCESS_KEY_REVOKED',
  expired: 'ACCESS_KEY_EXPIRED',
} as const satisfies Record<string, ErrorCode>;

/**
 * Who sends a request. A key that is given must be right: it is never overlooked in favour of a cookie. A cookie whose session has
 * ended counts as none. Throws ACCESS_KEY_* and GATEWAY_UNAUTHENTICATED for another scheme than Bearer.
 */
export function identify(access: Access, signIn: Pick<SignIn, 'authenticate'>, given: Credentials): Caller {
  if (given.authorization !== undefined) return identifyKey(access, bearerOf(given.authorization));
  const token = readCookie(given.cookie, sessionCookieName(given.isSecure));
  const found = token === undefined || token === '' ? undefined : signIn.authenticate(token);
  if (found === undefined) return { kind: 'nobody' };
  const { sessionKey, live } = found;
  return { kind: 'session', principal: live.principal, session: live, sessionKey };
}

/** The caller behind an API key. Throws ACCESS_KEY_*. */
export function identifyKey(access: Access, key: string): Caller {
  const principal = access.authenticate(key);
  if (typeof principal === 'object') return { kind: 'apikey', principal };
  throw new WeirError(refusals[principal], `The API key is ${principal}.`);
}

function bearerOf(authorization: string): string {
  const match = /^Bearer +(\S.*)$/i.exec(authorization.trim());
  const key = match?.[1];
  if (key !== undefined) return key;
  throw new WeirError('GATEWAY_UNAUTHENTICATED', 'Send the API key as "Authorization: Bearer".');
}
