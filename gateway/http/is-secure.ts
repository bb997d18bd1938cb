import type { IncomingMessage } from 'node:http';

/** Whether the client came by HTTPS, as Express decides it for requests. */
export function isSecure(
  request: IncomingMessage,
  publicOrigin: string | undefined,
  trustedProxies: number,
): boolean {
  if (publicOrigin?.startsWith('https:') === true) return true;
  const forwarded = request.headers['x-forwarded-proto'];
  return (
    trustedProxies > 0 &&
    String(forwarded ?? '')
      .split(',')[0]
      ?.trim() === 'https'
  );
}
