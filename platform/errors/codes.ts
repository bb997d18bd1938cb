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
  KPI_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the field the message names; GET /api/v1/kpis shows records that are right.',
  },
  KPI_FORMULA_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Use + - * / ( ), numbers, min(), max(), window_days, window_hours and the keys of the KPI’s own measures.',
  },
  STORE_UNAVAILABLE: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'ClickHouse does not answer. Nothing is lost, events wait in the log; see the system page.',
  },
  STORE_QUERY_FAILED: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'This is a fault in Weir. Report it with the trace id; the log holds the statement.',
  },
  STORE_MIGRATION_FAILED: {
    httpStatus: 500,
    domain: 'internal',
    retry: 'never',
    mend: 'Read the cause in the log: it names the migration. Nothing after it was applied.',
  },
  STREAMS_LEASE_LOST: {
    httpStatus: 503,
    domain: 'internal',
    retry: 'backoff',
    mend: 'Another processor owns the partition now; this one stopped working on it.',
  },
  IMPORT_USAGE: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Call `weir import --help`; the message says which argument is wrong.',
  },
  IMPORT_FILE_UNREADABLE: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Check the path, the permissions and the format of the file named in the message.',
  },
  IMPORT_MAPPING_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the mapping file at the places named; ingest/import/mapping.schema.json describes it.',
  },
  IMPORT_COLUMN_MISSING: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Rename the column in the mapping or in the file; the message lists the columns the file has.',
  },
  IMPORT_ROW_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the row at the line given, or the field of the mapping the message names, and import again.',
  },
  IMPORT_ROW_OUT_OF_ORDER: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Give the files oldest first: a snapshot older than one already counted cannot be differenced.',
  },
  IMPORT_LIMIT_EXCEEDED: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Split the file or sort it by key and time as the message says; imports keep memory bounded.',
  },
  DOOR_UNAUTHORIZED: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Use an API key with the scope ingest:write: --key, WEIR_ADMIN_KEY, or the file admin.key of the home directory.',
  },
  DOOR_REFUSED: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'The server refused the request as a whole; its own words are in the message.',
  },
  DOOR_UNREACHABLE: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Start Weir or correct --url, then run the same command again: it goes on where it stopped.',
  },
  DOOR_REPLY_INVALID: {
    httpStatus: 502,
    domain: 'external',
    retry: 'never',
    mend: 'The server does not speak the reply format of POST /v1/events; check that --url points to Weir.',
  },
  ACCESS_KEY_MALFORMED: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'This is no Weir API key: copy it again, whole. Keys look like weir_live_ingest_… and end in a checksum.',
  },
  ACCESS_KEY_UNKNOWN: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Create an API key in the settings; a key that was deleted does not come back.',
  },
  ACCESS_KEY_REVOKED: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Create a new API key in the settings; this one was revoked.',
  },
  ACCESS_KEY_EXPIRED: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Create or rotate the API key in the settings; this one has passed its end.',
  },
  ACCESS_KEY_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'List the API keys to see which ids there are.',
  },
  ACCESS_KEY_REFUSED: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Do what the message says: revoke a key that is no longer needed, or rotate the newest one.',
  },
  ACCESS_TENANT_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct the setting the message names: an IANA time zone, an ISO 4217 currency, positive rates.',
  },
  GATEWAY_REQUEST_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Correct what the message names; /docs describes every route.',
  },
  GATEWAY_BODY_INVALID: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Send the body as JSON in UTF-8.',
  },
  GATEWAY_BODY_TOO_LARGE: {
    httpStatus: 413,
    domain: 'user',
    retry: 'never',
    mend: 'Send less in one request.',
  },
  GATEWAY_MEDIA_TYPE: {
    httpStatus: 415,
    domain: 'user',
    retry: 'never',
    mend: 'Send Content-Type: application/json, plain or compressed with gzip, deflate or br.',
  },
  GATEWAY_ROUTE_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'There is no such route; /docs lists them all.',
  },
  GATEWAY_METHOD_NOT_ALLOWED: {
    httpStatus: 405,
    domain: 'user',
    retry: 'never',
    mend: 'Use one of the methods in the Allow header.',
  },
  GATEWAY_UNAUTHENTICATED: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Sign in, or send an API key as "Authorization: Bearer weir_…".',
  },
  GATEWAY_FORBIDDEN: {
    httpStatus: 403,
    domain: 'user',
    retry: 'never',
    mend: 'Ask an admin of the tenant for a role or a key with the scope the message names.',
  },
  GATEWAY_ORIGIN_REFUSED: {
    httpStatus: 403,
    domain: 'user',
    retry: 'never',
    mend: 'Requests that change something with a session come from Weir’s own pages; use an API key elsewhere.',
  },
  GATEWAY_RATE_LIMITED: {
    httpStatus: 429,
    domain: 'user',
    retry: 'backoff',
    mend: 'Wait as long as Retry-After says.',
  },
  GATEWAY_OVERLOADED: {
    httpStatus: 503,
    domain: 'external',
    retry: 'backoff',
    mend: 'Too many queries run at once; retry after the time in Retry-After.',
  },
  GATEWAY_SIGN_IN_FAILED: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Check address and password, or ask an admin for a new sign-in link.',
  },
  GATEWAY_LINK_INVALID: {
    httpStatus: 401,
    domain: 'user',
    retry: 'never',
    mend: 'Sign-in links work once and for a day. Ask an admin for a new one; the owner gets one when Weir restarts.',
  },
  GATEWAY_PASSWORD_REFUSED: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Choose another password; length is what counts.',
  },
  GATEWAY_USER_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'List the users to see which ids there are.',
  },
  GATEWAY_USER_REFUSED: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Do what the message says; a tenant always keeps an owner.',
  },
  GATEWAY_RANGE_TOO_WIDE: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Ask for a shorter range, a longer window or fewer dimensions.',
  },
  GATEWAY_JOB_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'List the jobs to see which ids there are.',
  },
  GATEWAY_LIMIT_REACHED: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Delete what is no longer needed before adding more; the message names the limit.',
  },
  GATEWAY_TOPIC_UNKNOWN: {
    httpStatus: 400,
    domain: 'user',
    retry: 'never',
    mend: 'Topics are kpis, kpis?<dimension>=<value>, counters, top and system.',
  },
  KPI_NOT_FOUND: {
    httpStatus: 404,
    domain: 'user',
    retry: 'never',
    mend: 'GET /api/v1/kpis lists the keys there are.',
  },
  KPI_EXISTS: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Choose another key, or change the KPI with PUT.',
  },
  KPI_IN_CATALOGUE: {
    httpStatus: 409,
    domain: 'user',
    retry: 'never',
    mend: 'Of a catalogue KPI only target and alert threshold can be changed; create one of your own for the rest.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof errorCodes;
