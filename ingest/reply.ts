import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorCodes } from '../platform/errors/codes.ts';
import { asWeirError, toProblem, type ErrorCode } from '../platform/errors/weir-error.ts';

export type Headers = Readonly<Record<string, string>>;

/** Any page may send events, with its key and without cookies. */
const cors: Headers = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ratelimit, ratelimit-policy, retry-after',
};

/** Seconds after which a refused request is worth sending again. */
const retryAfterSeconds: Readonly<Partial<Record<ErrorCode, number>>> = {
  INGEST_BUSY: 1,
  INGEST_STOPPING: 2,
  INGEST_LOG_UNAVAILABLE: 2,
  INGEST_LOG_FULL: 10,
};

export function sendJson(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Headers = {},
): void {
  send(response, status, body, { 'content-type': 'application/json', ...headers });
}

/** Answers a preflight request of a browser. */
export function sendPreflight(request: IncomingMessage, response: ServerResponse): void {
  const asked = request.headers['access-control-request-headers'] ?? '';
  send(response, 204, '', {
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': /^[\w, -]{1,1024}$/.test(asked)
      ? asked
      : 'authorization, content-type, content-encoding, x-api-key',
    'access-control-max-age': '86400',
  });
}

/** Answers with the RFC 9457 problem of an error and returns its status. */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  headers: Headers = {},
): number {
  const problem = asWeirError(error);
  const { httpStatus } = errorCodes[problem.code];
  const wait = problem.details?.['retryAfterSeconds'] ?? retryAfterSeconds[problem.code];
  send(response, httpStatus, JSON.stringify(toProblem(problem, traceIdOf(request))), {
    'content-type': 'application/problem+json',
    ...(typeof wait === 'number' ? { 'retry-after': String(wait) } : {}),
    ...(httpStatus === 401 ? { 'www-authenticate': 'Bearer realm="weir"' } : {}),
    ...(httpStatus === 405 ? { allow: 'POST, OPTIONS' } : {}),
    ...headers,
  });
  return httpStatus;
}

function send(response: ServerResponse, status: number, body: string, headers: Headers): void {
  if (response.headersSent || response.destroyed) return;
  // Without its length a small answer would go out in chunks: two more writes, and more for the client to parse.
  response.writeHead(status, { ...cors, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** The caller's trace when it sent one (W3C Trace Context), else one of our own. */
function traceIdOf(request: IncomingMessage): string {
  const parent = request.headers['traceparent'];
  const match = typeof parent === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(parent) : null;
  return match?.[1] ?? randomBytes(16).toString('hex');
}
