import { errorCodes, type ErrorCode } from './codes.ts';
import type { ErrorDomain, ErrorRetry, ErrorSpec } from './error-spec.ts';

export type { ErrorCode } from './codes.ts';
export type { ErrorDomain, ErrorRetry } from './error-spec.ts';

export interface WeirErrorOptions {
  readonly cause?: unknown;
  /** Facts for the log and, in errors of domain `user`, for the caller. Never secrets, never other tenants' data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error with a stable code. Domain, retry and HTTP status follow from the code, so they cannot disagree with it. */
export class WeirError extends Error {
  readonly code: ErrorCode;
  readonly domain: ErrorDomain;
  readonly retry: ErrorRetry;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: WeirErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const spec: ErrorSpec = errorCodes[code];
    this.name = 'WeirError';
    this.code = code;
    this.domain = spec.domain;
    this.retry = spec.retry;
    this.details = options.details;
  }
}

/** An RFC 9457 problem document; served as `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly retry: ErrorRetry;
  readonly mend: string;
  readonly traceId: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function isWeirError(error: unknown): error is WeirError {
  return error instanceof WeirError;
}

/** Wraps what is not ours as PLATFORM_INTERNAL and keeps it as the cause. */
export function asWeirError(error: unknown): WeirError {
  if (isWeirError(error)) return error;
  return new WeirError('PLATFORM_INTERNAL', messageOf(error), { cause: error });
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The problem document a client may see. Only errors of domain `user` speak in their own words and carry details;
 * the rest would leak addresses, queries and paths, so they say what the code says and the log keeps the cause.
 */
export function toProblem(error: unknown, traceId: string): Problem {
  const known = asWeirError(error);
  const spec: ErrorSpec = errorCodes[known.code];
  const isUserFault = spec.domain === 'user';
  return {
    type: `urn:weir:error:${known.code}`,
    title: titleOf(known.code),
    status: spec.httpStatus,
    detail: isUserFault ? known.message : genericDetail(spec),
    code: known.code,
    retry: spec.retry,
    mend: spec.mend,
    traceId,
    ...(isUserFault && known.details !== undefined ? { details: known.details } : {}),
  };
}

function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function genericDetail(spec: ErrorSpec): string {
  return spec.domain === 'external'
    ? 'A system Weir depends on did not do its part. Nothing that was acknowledged is lost.'
    : 'Weir met a fault of its own. The log holds the cause under the trace id.';
}
