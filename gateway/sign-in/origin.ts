export interface OriginFacts {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  /** Own origin behind a proxy that rewrites Host; undefined when the Host header is the truth. */
  readonly publicOrigin: string | undefined;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that is authorised by a cookie comes from our own pages. The rule is that of Go 1.25's CrossOriginProtection
 * (F. Valsorda, 2025): browsers always send Sec-Fetch-Site or, over plain HTTP and on old ones, Origin with unsafe methods; a
 * request with neither comes from no browser and so carries no cookie it was not given on purpose.
 */
export function isSameOrigin(facts: OriginFacts): boolean {
  if (safeMethods.has(facts.method)) return true;
  if (facts.secFetchSite !== undefined)
    return facts.secFetchSite === 'same-origin' || facts.secFetchSite === 'none';
  return facts.origin === undefined || isOwnOrigin(facts.origin, facts.host, facts.publicOrigin);
}

/** Whether an `Origin` header names this server. WebSocket handshakes are GETs, so they are held to this alone. */
export function isOwnOrigin(
  origin: string,
  host: string | undefined,
  publicOrigin: string | undefined,
): boolean {
  if (publicOrigin !== undefined && origin === publicOrigin) return true;
  const parsed = URL.parse(origin);
  return parsed !== null && host !== undefined && parsed.host === host.toLowerCase();
}
