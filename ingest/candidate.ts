import type { ErrorCode } from '../platform/errors/weir-error.ts';
import type { Zoneless } from './event-time.ts';

/** Doors an event can come through over HTTP; a label of metrics and dead letters. */
export type Dialect = 'native' | 'cloudevents' | 'segment' | 'posthog';

/** An event as a dialect found it, its attributes not yet checked. */
export interface Candidate {
  /** Position in the request. */
  readonly index: number;
  /** The item as received, for the dead letter. */
  readonly raw: unknown;
  readonly id: unknown;
  readonly source: unknown;
  readonly type: unknown;
  readonly time: unknown;
  /** When the sender's clock says it sent, NaN when it does not say. */
  readonly sentAtMs: number;
  readonly zoneless: Zoneless;
  readonly data: unknown;
}

/** A refused item. `source` is '' when the item names none. */
export interface Rejection {
  readonly index: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly source: string;
  readonly raw: unknown;
}

/** What a dialect makes of one body: every item of it is in exactly one of the two lists. */
export interface DialectResult {
  readonly candidates: readonly Candidate[];
  readonly rejections: readonly Rejection[];
}

export function reject(
  index: number,
  code: ErrorCode,
  message: string,
  raw: unknown,
  source: unknown = '',
): Rejection {
  return { index, code, message, raw, source: typeof source === 'string' ? source.slice(0, 256) : '' };
}
