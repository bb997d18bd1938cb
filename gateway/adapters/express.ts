import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { admit, type Caller, type RequestFacts } from '../http/caller.ts';
import { describeFailure } from '../http/failure.ts';
import type { Credentials } from '../http/identify.ts';
import type { Route } from '../http/route.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { traceIdOf } from '../http/trace-id.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { AttemptLimit } from '../sign-in/attempt-limit.ts';
import { isSameOrigin } from '../sign-in/origin.ts';

export interface HttpDeps {
  readonly identify: (credentials: Credentials) => Caller;
  /** Requests to the API by caller. */
  readonly rate: AttemptLimit;
  readonly ratePolicy: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
}

export interface HttpConfig {
  /** `https://host` behind a proxy that rewrites Host. */
  readonly publicOrigin: string | undefined;
  /** Proxies in front whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: number;
}

/** What handlers outside the API are given with a request. */
export interface PageRequest {
  readonly facts: RequestFacts;
  readonly request: Request;
  readonly response: Response;
  /** Who sends it. Throws as `identify` does. */
  caller(): Caller;
}

export interface HttpApp {
  readonly app: Express;
  /** Adds the routes of the API; to be called before `finish`. */
  mount(routes: readonly Route[]): void;
  /** A page or file. */
  get(path: string, handle: (page: PageRequest) => Promise<void> | void): void;
  /** What a form of our own pages sends; refused when it was sent from elsewhere. */
  form(path: string, handle: (page: PageRequest) => Promise<void> | void): void;
  /** JSON a browser sends by itself, such as a report; believed by nobody. */
  report(path: string, handle: (page: PageRequest) => void): void;
  /** What answers everything else. */
  finish(fallback: (page: PageRequest) => boolean): void;
}

const compress = promisify(gzip);
const compressFromBytes = 8_192;
const formLimitBytes = 8_192;
/** Levels of a JSON body; the deepest schema of the API has about ten. */
const maxDepth = 32;

/** The Express application: who asks, from where, how often; then the route; then the answer or the problem. */
export function createHttpApp(deps: HttpDeps, config: HttpConfig): HttpApp {
  const { clock, log, metrics } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.set('query parser', false);
  app.set('case sensitive routing', true);

  const factsOf = (request: Request): RequestFacts => {
    const isSecure = request.secure || config.publicOrigin?.startsWith('https:') === true;
    return {
      ip: request.ip ?? '',
      traceId: traceIdOf(header(request, 'traceparent')),
      isSecure,
      origin:
        config.publicOrigin ?? `${isSecure ? 'https' : 'http'}://${header(request, 'host') ?? 'localhost'}`,
    };
  };

  const callerOf = (request: Request, facts: RequestFacts): Caller =>
    deps.identify({
      authorization: header(request, 'authorization'),
      cookie: header(request, 'cookie'),
      isSecure: facts.isSecure,
    });

  const refuseForeign = (request: Request): void => {
    const isOwn = isSameOrigin({
      method: request.method,
      host: header(request, 'host'),
      origin: header(request, 'origin'),
      secFetchSite: header(request, 'sec-fetch-site'),
      publicOrigin: config.publicOrigin,
    });
    if (isOwn) return;
    metrics.refusedRequests.inc({ reason: 'origin' });
    throw new WeirError('GATEWAY_ORIGIN_REFUSED', 'This request comes from another site.');
  };

  const spend = (caller: Caller, facts: RequestFacts, response: Response): void => {
    const who = caller.kind === 'nobody' ? `ip:${facts.ip}` : caller.principal.subject;
    const { fullInMs, left, waitMs } = deps.rate.take(who, clock.monotonicMs());
    response.setHeader('RateLimit-Policy', deps.ratePolicy);
    response.setHeader('RateLimit', `"api";r=${left};t=${Math.ceil(fullInMs / 1_000)}`);
    if (waitMs <= 0) return;
    metrics.refusedRequests.inc({ reason: 'rate' });
    throw new WeirError('GATEWAY_RATE_LIMITED', 'Too many requests.', {
      details: { retryAfterSeconds: Math.ceil(waitMs / 1_000) },
    });
  };

  const fail = (thrown: unknown, facts: RequestFacts, response: Response): void => {
    const { fault, headers, problem } = describeFailure(thrown, facts.traceId);
    if (fault !== undefined)
      log.error({ err: fault, traceId: facts.traceId, code: problem.code }, 'a request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader('Cache-Control', 'no-store');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };

  const answer = async (
    route: Route,
    value: unknown,
    request: Request,
    response: Response,
  ): Promise<void> => {
    response.status(route.status);
    if (route.status === 204) {
      response.end();
      return;
    }
    const body = Buffer.from(JSON.stringify(value));
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    if (body.length >= compressFromBytes && /\bgzip\b/.test(header(request, 'accept-encoding') ?? '')) {
      response.setHeader('Content-Encoding', 'gzip');
      response.setHeader('Vary', 'Accept-Encoding');
      response.end(await compress(body, { level: 4 }));
      return;
    }
    response.end(body);
  };

  const serve = async (route: Route, request: Request, response: Response): Promise<void> => {
    const facts = factsOf(request);
    const beganMs = clock.monotonicMs();
    setSecurity(response, facts, false);
    response.setHeader('Cache-Control', 'no-store');
    try {
      const caller = callerOf(request, facts);
      spend(caller, facts, response);
      if (caller.kind === 'session' || route.guard === 'public') refuseForeign(request);
      admit(route.guard, caller);
      const body =
        route.body === undefined ? undefined : await readJson(request, response, route.bodyLimitBytes);
      const value = await route.run({
        params: request.params,
        search: searchOf(request),
        body,
        caller,
        facts,
        setHeader: (name, text) => void response.setHeader(name, text),
      });
      await answer(route, value, request, response);
    } catch (error) {
      fail(error, facts, response);
    }
    metrics.requests.inc({ method: route.method, route: route.path, status: String(response.statusCode) });
    metrics.requestSeconds.observe({ route: route.path }, (clock.monotonicMs() - beganMs) / 1_000);
  };

  const paged =
    (
      read: (request: Request, response: Response) => Promise<void>,
      handle: (page: PageRequest) => Promise<void> | void,
    ) =>
    async (request: Request, response: Response): Promise<void> => {
      const facts = factsOf(request);
      setSecurity(response, facts, true);
      try {
        await read(request, response);
        await handle({ facts, request, response, caller: () => callerOf(request, facts) });
      } catch (error) {
        fail(error, facts, response);
      }
    };

  return {
    app,
    mount: (routes) => {
      const methods = new Map<string, string[]>();
      for (const route of routes) {
        const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
        const handler = (request: Request, response: Response): Promise<void> =>
          serve(route, request, response);
        methods.set(path, [...(methods.get(path) ?? []), route.method]);
        app[verbs[route.method]](path, handler);
      }
      for (const [path, allowed] of methods) {
        app.all(path, (request, response) => {
          const facts = factsOf(request);
          setSecurity(response, facts, false);
          response.setHeader('Allow', allowed.join(', '));
          fail(new WeirError('GATEWAY_METHOD_NOT_ALLOWED', `Use ${allowed.join(' or ')}.`), facts, response);
        });
      }
    },
    get: (path, handle) =>
      void app.get(
        path,
        paged(async () => {}, handle),
      ),
    form: (path, handle) => {
      const read = async (request: Request, response: Response): Promise<void> => {
        refuseForeign(request);
        await parse(readForm, request, response);
      };
      app.post(path, paged(read, handle));
    },
    report: (path, handle) => {
      const read = async (request: Request, response: Response): Promise<void> => {
        spend({ kind: 'nobody' }, factsOf(request), response);
        await parse(readReport, request, response);
      };
      app.post(path, paged(read, handle));
    },
    finish: (fallback) => {
      app.use((request: Request, response: Response) => {
        const facts = factsOf(request);
        setSecurity(response, facts, true);
        if (fallback({ facts, request, response, caller: () => callerOf(request, facts) })) return;
        fail(
          new WeirError(
            'GATEWAY_ROUTE_NOT_FOUND',
            `There is nothing at ${request.method} ${shownPath(request)}.`,
          ),
          facts,
          response,
        );
      });
      app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
        const facts = factsOf(request);
        setSecurity(response, facts, false);
        fail(error, facts, response);
      });
    },
  };
}

const readForm = express.urlencoded({ extended: false, limit: formLimitBytes, parameterLimit: 20 });
const readReport = express.json({ limit: 65_536, type: () => true });
const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

function setSecurity(response: Response, facts: RequestFacts, isPage: boolean): void {
  for (const [name, value] of securityHeaders({ isSecure: facts.isSecure, isPage }))
    response.setHeader(name, value);
  response.setHeader('X-Trace-Id', facts.traceId);
}

/** A header that was sent; lists such as repeated ones come joined by Node. */
export function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function searchOf(request: Request): URLSearchParams {
  const at = request.originalUrl.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : request.originalUrl.slice(at + 1));
}

function shownPath(request: Request): string {
  return request.path.length > 100 ? `${request.path.slice(0, 100)}…` : request.path;
}

async function readJson(request: Request, response: Response, limit: number): Promise<unknown> {
  const type = header(request, 'content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new WeirError('GATEWAY_MEDIA_TYPE', 'Send the body as application/json.');
  }
  await parse(express.json({ limit, strict: false, type: () => true }), request, response);
  const body: unknown = request.body;
  if (!isShallow(body))
    throw new WeirError('GATEWAY_BODY_INVALID', `The body nests more than ${maxDepth} levels.`);
  return body;
}

/** Looked at without recursion, so that no depth of input can use up the stack, here or in the checks that follow. */
function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}

async function parse(
  parser: ReturnType<typeof express.json>,
  request: Request,
  response: Response,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    parser(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the body cannot be read', { cause: error }));
    });
  });
}
