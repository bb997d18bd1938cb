import { asWeirError, toProblem, WeirError, type Problem } from '../../platform/errors/weir-error.ts';

export interface Failure {
  readonly problem: Problem;
  readonly headers: readonly (readonly [string, string])[];
  /** The error to log, when it is a fault of ours. */
  readonly fault: unknown;
}

const defaultRetrySeconds = 2;

/** What a client sees of an error, with the headers that go with it. */
export function describeFailure(thrown: unknown, traceId: string): Failure {
  const error = fromBodyParser(thrown) ?? asWeirError(thrown);
  const problem = toProblem(error, traceId);
  const headers: [string, string][] = [];
  if (problem.status === 401) headers.push(['WWW-Authenticate', 'Bearer realm="weir"']);
  if (problem.retry === 'backoff') {
    const seconds = error.details?.['retryAfterSeconds'];
    headers.push(['Retry-After', String(typeof seconds === 'number' ? seconds : defaultRetrySeconds)]);
  }
  const isOurs = error.domain === 'internal';
  return { problem, headers, fault: isOurs ? error : undefined };
}

/** Errors of Express and its body parser, told by their `type` and `status`; undefined for anything else. */
function fromBodyParser(thrown: unknown): WeirError | undefined {
  if (!(thrown instanceof Error) || thrown instanceof WeirError || !('status' in thrown)) return undefined;
  const type = 'type' in thrown && typeof thrown.type === 'string' ? thrown.type : '';
  switch (type) {
    case 'entity.too.large':
      return new WeirError('GATEWAY_BODY_TOO_LARGE', 'The body is larger than this route takes.');
    case 'encoding.unsupported':
      return new WeirError('GATEWAY_MEDIA_TYPE', 'This Content-Encoding is not known here.');
    case 'charset.unsupported':
      return new WeirError('GATEWAY_MEDIA_TYPE', 'JSON is UTF-8; this charset is not known here.');
    case 'entity.parse.failed':
      return new WeirError('GATEWAY_BODY_INVALID', 'The body is not JSON.');
    case 'request.aborted':
    case 'request.size.invalid':
      return new WeirError('GATEWAY_BODY_INVALID', 'The body ended too early.');
    default:
  }
  // Express answers 400 for paths it cannot decode; zlib for bodies it cannot inflate.
  return thrown.status === 400
    ? new WeirError('GATEWAY_REQUEST_INVALID', 'The request cannot be read.')
    : undefined;
}
