/** `__Host-` binds the cookie to this host, path `/` and HTTPS; over plain HTTP browsers refuse it, so another name is used. */
export function sessionCookieName(isSecure: boolean): string {
  return isSecure ? '__Host-weir' : 'weir_sid';
}

/** Value of one cookie of a `Cookie` header; undefined when absent or given twice with different values. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > 16_384) return undefined;
  let found: string | undefined;
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    if (found !== undefined && found !== value) return undefined;
    found = value;
  }
  return found;
}

/** `Set-Cookie` that starts a session, or ends it when `token` is empty. Values are base62, so nothing needs escaping. */
export function sessionCookie(token: string, isSecure: boolean, maxAgeMs: number): string {
  const age = token === '' ? 0 : Math.floor(maxAgeMs / 1000);
  const secure = isSecure ? '; Secure' : '';
  return `${sessionCookieName(isSecure)}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
}
