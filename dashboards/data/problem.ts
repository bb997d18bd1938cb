import type { Problem } from '../../platform/contracts/api.ts';
import { isNumber, isRecord, isString, object, oneOf, optional, type Guard } from './guard.ts';

export const isProblem: Guard<Problem> = object<Problem>({
  type: isString,
  title: isString,
  status: isNumber,
  code: isString,
  detail: isString,
  retry: oneOf(['never', 'backoff']),
  mend: isString,
  traceId: isString,
  details: optional(isRecord),
});

/** What a request failed with; `problem` is what people are shown. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** Something a person asked for that cannot be done, in a sentence for them; no fault of the page. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
}

function ownProblem(code: string, title: string, detail: string, mend: string, status = 0): Problem {
  return { type: `urn:weir:error:${code}`, title, status, code, detail, retry: 'backoff', mend, traceId: '' };
}

/** No answer came. */
export const unreachable = (): Problem =>
  ownProblem(
    'DASHBOARD_UNREACHABLE',
    'Weir cannot be reached',
    'The request got no answer. Numbers on this page keep their last value.',
    'Check that Weir runs and that this machine is connected. The page tries again by itself.',
  );

/** An answer came that this page does not understand. */
export const unreadable = (path: string, status: number, traceId: string): Problem => ({
  ...ownProblem(
    'DASHBOARD_ANSWER_UNREADABLE',
    'The answer cannot be read',
    `${path} answered ${status} in a form this page does not know.`,
    'Reload the page: it may be older than the server.',
    status,
  ),
  traceId,
});

/** The problem behind anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  if (error instanceof Refusal)
    return ownProblem(
      'DASHBOARD_REFUSED',
      'That cannot be done',
      error.message,
      'Change what is asked for and try again.',
    );
  return ownProblem(
    'DASHBOARD_FAULT',
    'This page met a fault',
    error instanceof Error ? error.message : String(error),
    'Reload the page. If it comes back, report it with what you did before.',
  );
}

/** Name of the field a problem is about, dotted: `measures.0.key`. */
export function problemField(problem: Problem): string | undefined {
  const field = problem.details?.['field'];
  if (typeof field !== 'string' || field === '') return undefined;
  return field.replace(/^\//, '').replaceAll('/', '.');
}
