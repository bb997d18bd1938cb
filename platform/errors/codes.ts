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

/**
 * Every error code there is. Codes are a public contract: clients switch on them, metrics carry them as a label and
 * docs/errors.md is generated from this table, so a code is added or retired, never renamed or reused.
 */
export const errorCodes = {
  PLATFORM_INTERNAL: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'backoff',
    mend: 'This is a fault in Weir. Report it with the trace id; the log holds the cause under the same id.',
  },
  PLATFORM_CONFIG_INVALID: {
    httpStatus: 500,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the settings listed in the message; `weir config` prints what is in effect and where it comes from.',
  },
  PLATFORM_METRIC_INVALID: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'Name the metric weir_<folder>_<what>_<base unit>; counters end in _total.',
  },
  PLATFORM_HOME_LOCKED: {
    httpStatus: 500,
    domain: 'user',
    retry: 'never',
    mend: 'Stop the other Weir process that uses this WEIR_HOME, or set WEIR_HOME to another directory.',
  },
  PLATFORM_BINARY_MISSING: {
    httpStatus: 500,
    domain: 'user',
    retry: 'never',
    mend: 'Install the named program, or set WEIR_NATS_URL or WEIR_REDIS_URL to a server you run yourself.',
  },
  PLATFORM_CHILD_FAILED: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Read the log file named in the message; free the port or disk space it asks for, then start again.',
  },
  PLATFORM_START_FAILED: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'Read the cause in the log: it names the part that did not start.',
  },
  BUS_UNAVAILABLE: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'NATS cannot be reached. Check that nats-server runs and that WEIR_NATS_URL is right; clients may retry.',
  },
  BUS_TIMEOUT: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'NATS did not answer in time, so the outcome is unknown. Retry with the same message id or read back first.',
  },
  BUS_BUSY: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Too many messages wait for their acknowledgement. Send more slowly or retry after a pause.',
  },
  BUS_STREAM_FULL: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'The log is full and refuses rather than drops. Free disk space, raise its limit, or wait for processing.',
  },
  BUS_STREAM_MISSING: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'No stream takes this subject, or JetStream is still starting. Retry; if it lasts, check the stream setup.',
  },
  BUS_SEQUENCE_CONFLICT: {
    httpStatus: 409,
    domain: 'internal',
    retry: 'never',
    mend: 'Another writer was first. Read the current state and decide again from it.',
  },
  BUS_MESSAGE_TOO_LARGE: {
    httpStatus: 413,
    domain: 'user',
    retry: 'never',
    mend: 'Send smaller messages: the limit is the max_payload of the NATS server (8 MiB when Weir supervises it).',
  },
  BUS_PUBLISH_REFUSED: {
    httpStatus: 503,
    domain: 'external',
    retry: 'never',
    mend: 'JetStream refused the message for the reason given in the details; correct the stream or the message.',
  },
  BUS_STREAM_INCOMPATIBLE: {
    httpStatus: 500,
    domain: 'user',
    retry: 'never',
    mend: 'An existing stream differs in something that cannot be changed in place. Compare it with the details given.',
  },
  BUS_LOG_TRUNCATED: {
    httpStatus: 500,
    domain: 'external',
    retry: 'never',
    mend: 'The log ends before the saved position: accepted messages were lost on disk. Run `weir verify` to name them.',
  },
  BUS_VALUE_INVALID: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'A stored value does not match its schema. The details name bucket, key and field; correct or delete the key.',
  },
  BUS_KEY_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Use letters, digits and - _ / = . in keys; no empty part, no dot at either end.',
  },
  BUS_REQUEST_FAILED: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'The part of Weir that answers this request is not running or reported a failure; retry after a pause.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCodes;
