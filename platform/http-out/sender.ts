import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isWeirError, messageOf, WeirError } from '../errors/weir-error.ts';
import type { Clock } from '../time/clock.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

export interface HttpOutConfig {
  /** Ports that may be spoken to. */
  readonly ports: readonly number[];
  /** For tests and a receiver on this machine: loopback, any port, and http there. Never in an installation others can write to. */
  readonly allowLoopback: boolean;
}

export interface OutRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the call to the end of the answer. Default 15 s. */
  readonly timeoutMs?: number;
  /** Of the answer; the rest is not read. Default 64 KiB. */
  readonly maxBytes?: number;
}

export interface OutAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** For the caller's own use, never for a person's eyes: it may come from where we should not have looked. */
  readonly body: Uint8Array;
  readonly tookMs: number;
}

/** Requests to addresses that users gave. */
export interface HttpSender {
  /** Throws HTTP_OUT_ADDRESS_REFUSED where the address may not be spoken to. */
  check(url: string): URL;
  /**
   * One request, no redirect followed, no connection reused. The name is resolved once; every address it has must be public, and the
   * connection goes to one of those that were checked, so that a name that changes its mind (DNS rebinding) changes nothing. Throws
   * HTTP_OUT_ADDRESS_REFUSED, HTTP_OUT_FAILED.
   */
  send(request: OutRequest): Promise<OutAnswer>;
}

type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const defaultTimeoutMs = 15_000;
const defaultMaxBytes = 65_536;

export function createHttpSender(
  clock: Clock,
  config: HttpOutConfig,
  resolve: Resolve = resolveAll,
): HttpSender {
  const isAllowed = (address: string): boolean =>
    isPublicAddress(address) || (config.allowLoopback && isLoopbackAddress(address));

  const check = (text: string): URL => {
    const url = URL.parse(text);
    if (url === null) throw refused('it is no URL');
    const host = hostOf(url);
    const isLocal = config.allowLoopback && (host === 'localhost' || isLoopbackAddress(host));
    if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:'))
      throw refused('only https is spoken');
    if (url.username !== '' || url.password !== '') throw refused('it carries a user or password');
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    if (!isLocal && !config.ports.includes(port)) throw refused(`port ${port} is not allowed`);
    // A literal address never reaches the lookup, so it is judged here.
    if (isIP(host) !== 0 && !isAllowed(host)) throw refused('the address is not public');
    return url;
  };

  const checkedLookup: LookupFunction = (host, options, done) => {
    resolve(host)
      .then((addresses) => {
        if (addresses.length === 0 || addresses.some(({ address }) => !isAllowed(address)))
          throw refused(`${host} does not resolve to public addresses only`);
        if (options.all === true) done(null, [...addresses]);
        else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
      })
      .catch((error: unknown) => done(error instanceof Error ? error : new Error(messageOf(error)), '', 0));
  };

  return {
    check,
    send: async (wish) => {
      const url = check(wish.url);
      const beganMs = clock.monotonicMs();
      const isSecure = url.protocol === 'https:';
      const body = wish.body === undefined ? undefined : Buffer.from(wish.body);
      const send = isSecure ? httpsRequest : httpRequest;
      try {
        return await new Promise<OutAnswer>((answer, fail) => {
          const outgoing = send(
            url,
            {
              method: wish.method,
              agent: false,
              lookup: checkedLookup,
              signal: AbortSignal.timeout(wish.timeoutMs ?? defaultTimeoutMs),
              headers: {
                'user-agent': 'Weir',
                ...wish.headers,
                ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
              },
            },
            (incoming) => {
              readUpTo(incoming, wish.maxBytes ?? defaultMaxBytes).then((bytes) => {
                answer({
                  status: incoming.statusCode ?? 0,
                  headers: plainHeaders(incoming),
                  body: bytes,
                  tookMs: clock.monotonicMs() - beganMs,
                });
                outgoing.destroy();
              }, fail);
            },
          );
          outgoing.on('error', fail);
          outgoing.end(body);
        });
      } catch (error) {
        if (isWeirError(error)) throw error;
        throw new WeirError('HTTP_OUT_FAILED', `${url.host}: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

/** Milliseconds an answer asks to wait (Retry-After, RFC 9110 10.2.3: seconds or a date); undefined when it asks nothing. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function refused(why: string): WeirError {
  return new WeirError('HTTP_OUT_ADDRESS_REFUSED', `This address is refused: ${why}.`);
}

async function readUpTo(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) continue;
    chunks.push(Buffer.from(chunk.subarray(0, maxBytes - bytes)));
    bytes += chunk.byteLength;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(chunks);
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function resolveAll(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    );
  });
}
