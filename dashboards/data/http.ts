import type { Guard } from './guard.ts';
import { ApiError, isProblem, unreachable, unreadable } from './problem.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

export interface HttpDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly wait: (ms: number) => Promise<void>;
  /** The session is gone; the page has to ask for a new sign-in. */
  readonly onSignedOut: () => void;
}

export interface Http {
  /** The checked answer. Throws ApiError for everything else; reads that may be repeated are repeated twice. */
  readonly request: <T>(request: HttpRequest, isReply: Guard<T>) => Promise<T>;
}

/** Reads in flight at once: a browser opens six connections at most, and one must stay free for what people do. */
const MAX_READS = 5;
const MAX_TRIES = 3;
const LONGEST_WAIT_MS = 5_000;

/** The REST client: one place for credentials, errors, retries and bounds. */
export function createHttp(deps: HttpDeps): Http {
  const enter = createGate(MAX_READS);

  const once = async <T>(request: HttpRequest, isReply: Guard<T>): Promise<T> => {
    let response: Response;
    try {
      response = await deps.fetch(urlOf(request), initOf(request));
    } catch {
      throw new ApiError(unreachable());
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && isReply(answer)) return answer;
    if (response.status === 401 && !request.path.startsWith('/api/v1/session')) deps.onSignedOut();
    if (!response.ok && isProblem(answer)) throw new RetriableError(answer, retryAfterMs(response));
    throw new ApiError(unreadable(request.path, response.status, response.headers.get('x-request-id') ?? ''));
  };

  const persistent = async <T>(request: HttpRequest, isReply: Guard<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(request, isReply);
      } catch (error) {
        if (!(error instanceof RetriableError) || error.problem.retry === 'never' || tries >= MAX_TRIES)
          throw error;
        await deps.wait(Math.min(error.afterMs ?? 300 * 2 ** tries, LONGEST_WAIT_MS));
      }
    }
  };

  return {
    request: async (request, isReply) => {
      if (request.method !== 'GET') return once(request, isReply);
      const leave = await enter();
      try {
        return await persistent(request, isReply);
      } finally {
        leave();
      }
    },
  };
}

class RetriableError extends ApiError {
  readonly afterMs: number | undefined;

  constructor(problem: ApiError['problem'], afterMs: number | undefined) {
    super(problem);
    this.afterMs = afterMs;
  }
}

function urlOf(request: HttpRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const query = search.toString();
  return query === '' ? request.path : `${request.path}?${query}`;
}

function initOf(request: HttpRequest): RequestInit {
  const base: RequestInit = {
    method: request.method,
    credentials: 'same-origin',
    headers: { accept: 'application/json' },
  };
  if (request.body === undefined) return base;
  return {
    ...base,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
  };
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}

/** Lets `limit` in at a time, first come, first served; the caller runs what it gets back when it leaves. */
export function createGate(limit: number): () => Promise<() => void> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) inside -= 1;
    else next();
  };
  return async () => {
    if (inside < limit) inside += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}
