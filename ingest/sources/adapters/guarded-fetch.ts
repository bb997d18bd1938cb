import { lookup as resolve, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { messageOf, WeirError } from '../../../platform/errors/weir-error.ts';
import { checkSourceUrl, isLoopbackAddress, isPublicAddress, refused } from '../public-address.ts';
import type { SourceRequest } from '../source.ts';

export interface SourceAnswer {
  readonly status: number;
  readonly text: string;
  readonly etag: string;
  readonly lastModified: string;
  readonly retryAfter: string | null;
}

export interface GuardedFetchConfig {
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  /** This machine itself may be asked, over http too: for a bridge that runs beside Weir, and for tests. */
  readonly allowLoopback: boolean;
  /** Stands in for DNS in tests. */
  readonly resolve?: Resolve;
}

/** `dns.lookup`, as it is used here. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export type GuardedFetch = (request: SourceRequest, signal: AbortSignal) => Promise<SourceAnswer>;

/**
 * GET for addresses that people configure. Every address a name resolves to is checked and the connection goes to a checked one, so that a name
 * which changes in between leads nowhere (OWASP ASVS 5.0 1.3.6). No redirect is followed, no body is read beyond the bound, nothing takes longer than the
 * timeout. Throws SOURCE_ADDRESS_REFUSED, SOURCE_UNREACHABLE, SOURCE_ANSWER_INVALID (too large).
 */
export function createGuardedFetch(config: GuardedFetchConfig): GuardedFetch {
  const { allowLoopback, maxBodyBytes, timeoutMs } = config;
  const mayConnect = (address: string): boolean =>
    isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));
  const lookup: LookupFunction = (hostname, options, callback) => {
    (config.resolve ?? resolve)(hostname, { ...options, all: true }, (error, found) => {
      const addresses: readonly LookupAddress[] = error === null ? found : [];
      const forbidden = addresses.find(({ address }) => !mayConnect(address));
      const [first] = addresses;
      if (error !== null) callback(error, '', 0);
      // One bad address among good ones is a trap, not an accident.
      else if (forbidden !== undefined || first === undefined)
        callback(refused(`${hostname} leads to ${forbidden?.address ?? 'no address'}`), '', 0);
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
  return async ({ url: text, headers }, signal) => {
    const url = checkSourceUrl(text, allowLoopback);
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const ending = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await new Promise<IncomingMessage>((done, fail) => {
        request(
          url,
          {
            // No connection outlives its request: the next one is checked anew.
            agent: false,
            headers: { 'user-agent': 'weir', 'accept-encoding': 'identity', ...headers },
            lookup,
            signal: ending,
          },
          done,
        )
          .on('error', fail)
          .end();
      });
      return {
        status: response.statusCode ?? 0,
        text: await readBounded(response, maxBodyBytes),
        etag: response.headers.etag ?? '',
        lastModified: response.headers['last-modified'] ?? '',
        retryAfter: response.headers['retry-after'] ?? null,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WeirError) throw error;
      const why = ending.aborted ? `it did not answer within ${timeoutMs / 1_000} s` : reasonOf(error);
      throw new WeirError('SOURCE_UNREACHABLE', `The source cannot be reached: ${why}.`);
    }
  };
}

async function readBounded(response: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response) {
    if (!(part instanceof Uint8Array)) continue;
    bytes += part.length;
    if (bytes > maxBytes) {
      response.destroy();
      throw new WeirError('SOURCE_ANSWER_INVALID', `The answer is larger than ${maxBytes} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ECONNREFUSED' ? 'nothing listens there' : code || messageOf(error);
}
