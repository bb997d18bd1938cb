import { isIP } from 'node:net';
import type { SystemState } from '../../platform/contracts/live.ts';
import { errorCodes } from '../../platform/errors/codes.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { HttpApp, PageRequest } from '../adapters/express.ts';
import type { StaticFile, StaticFiles } from '../adapters/static-files.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { sessionCookie } from '../sign-in/cookie.ts';
import type { SessionLimits } from '../sign-in/session.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { messagePage, welcomePage } from './link-pages.ts';
import type { Caller } from './caller.ts';
import { readCspReport } from './csp-report.ts';
import { docsPage } from './docs-page.ts';
import { openApiDocument, type ApiInfo } from './openapi.ts';
import { pageStyle } from './page-style.ts';
import type { Route } from './route.ts';
import { isScreen } from './screens.ts';

export interface PageDeps {
  readonly routes: readonly Route[];
  readonly api: ApiInfo;
  readonly files: StaticFiles;
  readonly signIn: SignIn;
  readonly limits: SessionLimits;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  readonly metricsText: () => Promise<string>;
  /** `detail` only with a tenant, that is for somebody who may see it. */
  readonly readiness: (tenant: string | undefined) => Promise<{
    readonly isReady: boolean;
    readonly isDraining: boolean;
    readonly detail: SystemState | undefined;
  }>;
}

/** Everything outside /api: probes, the API's description, one-time links, and the app with its files. */
export function mountPages(http: HttpApp, deps: PageDeps): void {
  mountProbes(http, deps);
  mountDescription(http, deps);
  mountLinks(http, deps);
  mountReports(http, deps);
  http.finish((page) => sendApp(page, deps.files));
}

function mountProbes(http: HttpApp, deps: PageDeps): void {
  http.get('/livez', ({ response }) => {
    response.setHeader('Cache-Control', 'no-store');
    response.json({ status: 'alive' });
  });
  http.get('/readyz', async (page) => {
    const caller = callerOrNobody(page);
    const maySee = caller.kind !== 'nobody' && caller.principal.scopes.includes('query:read');
    const { detail, isDraining, isReady } = await deps.readiness(
      maySee ? caller.principal.tenant : undefined,
    );
    page.response.setHeader('Cache-Control', 'no-store');
    page.response.status(isReady ? 200 : 503).json({
      status: isDraining ? 'draining' : isReady ? 'ready' : 'not ready',
      ...(detail === undefined ? {} : { parts: detail.parts, pendingMessages: detail.pendingMessages }),
    });
  });
  http.get('/metrics', async (page) => {
    const { request, response } = page;
    const caller = callerOrNobody(page);
    const isAdmin =
      caller.kind !== 'nobody' &&
      caller.principal.scopes.includes('admin') &&
      caller.principal.tenant === 'main';
    // A proxy on this machine also comes from loopback; what it forwards does not count as local.
    const isLocal =
      isLoopback(request.socket.remoteAddress) && request.headers['x-forwarded-for'] === undefined;
    if (!isAdmin && !isLocal) {
      throw new WeirError(
        'GATEWAY_FORBIDDEN',
        'Metrics are for this machine and for admin keys of tenant main.',
      );
    }
    response.setHeader('Cache-Control', 'no-store');
    response.type('text/plain; version=0.0.4; charset=utf-8').send(await deps.metricsText());
  });
}

function mountDescription(http: HttpApp, { api, routes }: PageDeps): void {
  const document = JSON.stringify(openApiDocument(routes, api));
  const docs = docsPage(routes, api);
  http.get('/openapi.json', ({ response }) => void response.type('application/json').send(document));
  http.get('/docs', ({ response }) => void response.type('html').send(docs));
  http.get('/weir-pages.css', ({ response }) => {
    response.setHeader('Cache-Control', 'public, max-age=3600');
    response.type('css').send(pageStyle);
  });
}

/** One-time links. The app signs in with them by itself; a printed one also works by being opened, and all do without the app. */
function mountLinks(http: HttpApp, { files, limits, signIn }: PageDeps): void {
  const show = (page: PageRequest, status: number, markup: string): void => {
    page.response.setHeader('Cache-Control', 'no-store');
    page.response.status(status).type('html').send(markup);
  };
  const enter = async (page: PageRequest, token: string): Promise<void> => {
    try {
      const begun = await signIn.withLink(token, page.facts.ip);
      page.response.setHeader(
        'Set-Cookie',
        sessionCookie(begun.token, page.facts.isSecure, limits.absoluteMs),
      );
      page.response.redirect(303, '/');
    } catch (error) {
      if (!isWeirError(error) || error.domain !== 'user') throw error;
      const status = error.code === 'GATEWAY_RATE_LIMITED' ? 429 : 400;
      show(
        page,
        status,
        messagePage('This link does not work', `${error.message} ${errorCodes[error.code].mend}`),
      );
    }
  };
  http.get('/welcome', async (page) => {
    const token = new URL(page.request.originalUrl, 'http://weir').searchParams.get('token') ?? '';
    const isLook = isPrefetch(page) || page.request.method === 'HEAD';
    if (signIn.linkWay(token) === 'printed' && !isLook) return await enter(page, token);
    const app = files.find('/index.html');
    if (app === undefined) show(page, 200, welcomePage(token));
    else sendFile(app, page.request, page.response);
  });
  http.form('/welcome', async (page) => await enter(page, field(page, 'token')));
}

function mountReports(http: HttpApp, { log, metrics }: PageDeps): void {
  /** Kinds of violation logged already; a page repeats the same one for every visitor. */
  const logged = new Set<string>();
  http.report('/csp-report', (page) => {
    const body: unknown = page.request.body;
    for (const violation of readCspReport(body)) {
      metrics.cspReports.inc();
      const kind = `${violation.directive} ${violation.blocked}`;
      if (logged.has(kind) || logged.size >= 100) continue;
      logged.add(kind);
      log.warn({ ...violation }, 'a browser reported a violation of the content security policy');
    }
    page.response.status(204).end();
  });
}

/** A file of the app, or the app itself at the address of a screen. */
function sendApp({ facts, request, response }: PageRequest, files: StaticFiles): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const file = files.find(request.path);
  if (file !== undefined && request.path !== '/index.html') {
    sendFile(file, request, response);
    return true;
  }
  if (!isScreen(request.path)) return false;
  const index = files.find('/index.html');
  if (index === undefined) {
    const text =
      'The dashboards are not built. Run "npm run build", or "npm start", which does it; the API works meanwhile: see /docs.';
    response.status(503).type('html').send(messagePage('No dashboards yet', text));
  } else sendFile(index, request, response);
  return facts.traceId !== '';
}

function sendFile(
  file: StaticFile,
  request: PageRequest['request'],
  response: PageRequest['response'],
): void {
  response.setHeader('Content-Type', file.type);
  response.setHeader('ETag', file.etag);
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === file.etag) {
    response.status(304).end();
    return;
  }
  const accepted = request.headers['accept-encoding'] ?? '';
  const { br, gzip, identity } = file.bodies;
  const [encoding, body] =
    br !== undefined && /\bbr\b/.test(accepted)
      ? ['br', br]
      : gzip !== undefined && /\bgzip\b/.test(accepted)
        ? ['gzip', gzip]
        : [undefined, identity];
  if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Length', body?.length ?? 0);
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

/** A wrong credential shows as none on pages that work without one. */
function callerOrNobody(page: PageRequest): Caller {
  try {
    return page.caller();
  } catch {
    return { kind: 'nobody' };
  }
}

/** One field of an HTML form as text; '' when absent or given twice. */
function field(page: PageRequest, name: string): string {
  const body: unknown = page.request.body;
  if (typeof body !== 'object' || body === null) return '';
  const value: unknown = Object.getOwnPropertyDescriptor(body, name)?.value;
  return typeof value === 'string' ? value.slice(0, 512) : '';
}

/** A browser that loads ahead must not use up a link. */
function isPrefetch({ request }: PageRequest): boolean {
  const purpose = String(request.headers['sec-purpose'] ?? request.headers['purpose'] ?? '');
  return purpose.includes('prefetch');
}

function isLoopback(address: string | undefined): boolean {
  const plain = address?.replace(/^::ffff:/, '') ?? '';
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
