/** Who has to act: the caller, a system beside us, or whoever maintains Weir. */
export type ErrorDomain = 'user' | 'external' | 'internal';

/** Whether the same request can succeed later without being changed. */
export type ErrorRetry = 'never' | 'backoff';

export interface ErrorSpec {
  readonly httpStatus: number;
  readonly domain: ErrorDomain;
  readonly retry: ErrorRetry;
  /** One sentence for the person who meets the error: what to change. */
  readonly mend: string;
}
