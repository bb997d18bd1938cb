import type { IncomingHttpHeaders } from 'node:http';

/**
 * The API key in the headers: `Authorization: Bearer <key>`, the user of `Authorization: Basic` (Segment's clients; some leave
 * the colon out), or `X-Api-Key`. Undefined when there is none; never taken from the URL, which ends up in logs.
 */
export function keyOfHeaders(headers: IncomingHttpHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const space = authorization.indexOf(' ');
    const scheme = authorization.slice(0, space).toLowerCase();
    const value = authorization.slice(space + 1).trim();
    if (scheme === 'bearer' && value !== '') return value;
    if (scheme === 'basic') {
      const user = Buffer.from(value, 'base64').toString('latin1').split(':', 1)[0];
      if (user !== undefined && user !== '') return user;
    }
  }
  const key = headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}
