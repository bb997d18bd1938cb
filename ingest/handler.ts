import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CanonicalEvent, RejectedItem } from '../platform/contracts/event.ts';
import type { Access, Tenant } from '../platform/contracts/tenant.ts';
import { errorCodes } from '../platform/errors/codes.ts';
import { asWeirError, WeirError } from '../platform/errors/weir-error.ts';
import type { Log } from '../platform/log/log.ts';
import type { IdentityHasher } from '../platform/record-batch/identity.ts';
import type { Clock } from '../platform/time/clock.ts';
import { discard, type BodyReader } from './body-reader.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Dialect, Rejection } from './candidate.ts';
import { isRejection, type Canonicalize } from './canonical-event.ts';
import { deadLettersOf, type StoreDeadLetters } from './dead-letters.ts';
import { encodingOf, type Decompress } from './decompress.ts';
import type { GroupCommit } from './group-commit.ts';
import type { IngestMetrics } from './metrics.ts';
import { LANES, type RecentIds, type RequestIds } from './recent-ids.ts';
import { sendJson, sendPreflight, sendProblem } from './reply.ts';
import { keyOfHeaders } from './request-key.ts';
import { FLAGS, pathOf, routes, type ReadBody, type Route } from './routes.ts';
import type { TenantLimits } from './tenant-limits.ts';

export interface HandlerDeps {
  readonly access: Access;
  readonly limits: TenantLimits;
  readonly bodies: BodyReader;
  readonly budget: ByteBudget;
  readonly decompress: Decompress;
  readonly canonicalize: Canonicalize;
  readonly commit: GroupCommit;
  readonly storeDeadLetters: StoreDeadLetters;
  readonly hasher: IdentityHasher;
  readonly recentIds: RecentIds;
  readonly requestIds: RequestIds;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: IngestMetrics;
}

export interface HandlerConfig {
  readonly maxBodyBytes: number;
  readonly maxCompressedBytes: number;
  readonly maxItems: number;
  readonly deadLettersPerRequest: number;
}

export interface Handler {
  /** Serves the request when its path is one of ingest's; else answers false and leaves it alone. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** From now on every request is refused with INGEST_STOPPING. */
  refuse(): void;
}

/** One request on its way. */
interface Exchange {
  readonly route: Route;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly startedMs: number;
  dialect: Dialect;
  tenant: Tenant | undefined;
  /** Bytes taken from the budget. */
  heldBytes: number;
}

/** What became of the items of a request. */
interface Sorted {
  readonly events: readonly CanonicalEvent[];
  readonly rejections: readonly Rejection[];
  /** Identities of the events, LANES each. */
  readonly hashes: Uint32Array;
  readonly duplicates: number;
}

export function createHandler(deps: HandlerDeps, config: HandlerConfig): Handler {
  const { access, limits, bodies, budget, clock, metrics, commit } = deps;
  let isStopping = false;

  const handle = (request: IncomingMessage, response: ServerResponse): boolean => {
    const route = routes.get(pathOf(request.url ?? '/'));
    if (route === undefined) return false;
    if (request.method === 'OPTIONS') sendPreflight(request, response);
    else if (route === FLAGS) {
      discard(request);
      sendJson(response, 200, '{"flags":{},"featureFlags":{},"featureFlagPayloads":{}}');
    } else {
      const startedMs = clock.monotonicMs();
      const { dialect } = route;
      void serve({ route, request, response, startedMs, dialect, tenant: undefined, heldBytes: 0 });
    }
    return true;
  };

  const serve = async (exchange: Exchange): Promise<void> => {
    const { request, response } = exchange;
    let status: number;
    try {
      status = await answer(exchange);
    } catch (error) {
      const { code, domain } = asWeirError(error);
      if (domain === 'internal')
        deps.log.error({ err: error, code }, 'a request failed through our own fault');
      if (!request.readableEnded) discard(request);
      status = sendProblem(request, response, error, rateHeaders(exchange));
    } finally {
      budget.give(exchange.heldBytes);
    }
    metrics.requests.inc({ dialect: exchange.dialect, status: String(status) });
    metrics.requestSeconds.observe(
      { dialect: exchange.dialect },
      (clock.monotonicMs() - exchange.startedMs) / 1_000,
    );
  };

  /** The status that was sent; 499 when the sender went away. */
  const answer = async (exchange: Exchange): Promise<number> => {
    const { route, request, response } = exchange;
    if (request.method !== 'POST')
      throw new WeirError('INGEST_METHOD_NOT_ALLOWED', `${request.method ?? ''} is not supported here`);
    if (isStopping) throw new WeirError('INGEST_STOPPING', 'stopping');
    const headerKey = keyOfHeaders(request.headers);
    if (headerKey !== undefined) exchange.tenant = admit(headerKey);
    else if (!route.hasKeyInBody) throw new WeirError('INGEST_KEY_MISSING', 'the request carries no API key');

    const body = await bodyOf(exchange);
    if (body === undefined) return 499;
    const read = route.read(body, request.headers, config.maxItems);
    exchange.dialect = read.dialect;
    const tenant = exchange.tenant ?? admit(read.key);
    exchange.tenant = tenant;

    const sorted = sort(read, tenant);
    giveBack(exchange);
    const { events, rejections, duplicates } = sorted;
    if (rejections.length > 0 && route.success === undefined && isAtomic(request))
      throw atomicRefusal(rejections);
    await Promise.all([
      commitEvents(sorted),
      rejections.length === 0 ? undefined : keepRejections(rejections, exchange, tenant),
    ]);
    count(exchange.dialect, events.length - duplicates, duplicates, rejections.length);
    const headers = rateHeaders(exchange);
    if (route.success !== undefined) sendJson(response, 200, route.success, headers);
    else sendJson(response, 202, replyText(events.length - duplicates, duplicates, rejections), headers);
    return route.success === undefined ? 202 : 200;
  };

  /** The tenant of a key that may write events; takes one request from its limit. */
  const admit = (key: string | undefined): Tenant => {
    if (key === undefined) throw new WeirError('INGEST_KEY_MISSING', 'the request carries no API key');
    const principal = access.authenticate(key);
    if (typeof principal === 'string')
      throw new WeirError('INGEST_KEY_INVALID', `the API key is ${principal}`);
    if (!principal.scopes.includes('ingest:write') && !principal.scopes.includes('admin'))
      throw new WeirError('INGEST_SCOPE_MISSING', 'the API key may not write events');
    const tenant = access.tenant(principal.tenant);
    if (tenant === undefined) throw new WeirError('INGEST_BUSY', 'the tenant of the key is not known yet');
    limits.takeRequest(tenant, clock.monotonicMs());
    return tenant;
  };

  const bodyOf = async (exchange: Exchange): Promise<Buffer | undefined> => {
    const { request } = exchange;
    const encoding = encodingOf(request.headers['content-encoding']);
    const received = await bodies.read(
      request,
      encoding === '' ? config.maxBodyBytes : config.maxCompressedBytes,
    );
    if (received === undefined) return undefined;
    exchange.heldBytes = received.length;
    metrics.bodyBytes.inc({ dialect: exchange.dialect }, received.length);
    return encoding === '' ? received : await deps.decompress(encoding, received);
  };

  /** The memory of the body is free once its events are built. */
  const giveBack = (exchange: Exchange): void => {
    budget.give(exchange.heldBytes);
    exchange.heldBytes = 0;
  };

  /** Turns the items into events and refusals; synchronous, the hot path of ingest. */
  const sort = ({ result }: ReadBody, tenant: Tenant): Sorted => {
    const { candidates } = result;
    const total = candidates.length + result.rejections.length;
    if (total > config.maxItems)
      throw new WeirError(
        'INGEST_TOO_MANY_ITEMS',
        `${total} events in one request; ${config.maxItems} are allowed`,
      );
    limits.takeEvents(tenant, total, clock.monotonicMs());
    const receivedAtMs = clock.nowMs();
    const events: CanonicalEvent[] = [];
    const rejections: Rejection[] = [...result.rejections];
    const hashes = new Uint32Array(candidates.length * LANES);
    let duplicates = 0;
    deps.requestIds.begin();
    for (const candidate of candidates) {
      const event = deps.canonicalize(candidate, tenant, receivedAtMs);
      if (isRejection(event)) {
        rejections.push(event);
        continue;
      }
      const i = events.length;
      deps.hasher.identity(event.tenant, event.source, event.id, hashes, i * LANES);
      if (deps.requestIds.repeats(hashes, i) || deps.recentIds.has(hashes, i)) duplicates++;
      events.push(event);
    }
    rejections.sort((a, b) => a.index - b.index);
    return { events, rejections, hashes, duplicates };
  };

  const commitEvents = async ({ events, hashes }: Sorted): Promise<void> => {
    if (events.length === 0) return;
    await commit.commit(events, hashes);
    deps.recentIds.remember(hashes, events.length);
  };

  /**
   * Native senders learn of refusals from the reply; on a compatible route the dead letter is the only trace of them, so there
   * a lost one fails the request and the client sends it again.
   */
  const keepRejections = async (
    rejections: readonly Rejection[],
    exchange: Exchange,
    tenant: Tenant,
  ): Promise<void> => {
    const { dialect, route } = exchange;
    const letters = deadLettersOf(rejections, {
      tenant: tenant.id,
      dialect,
      receivedAtMs: clock.nowMs(),
      maxItems: config.deadLettersPerRequest,
    });
    const lost = await deps.storeDeadLetters(letters);
    metrics.deadLetters.inc({ dialect, outcome: 'stored' }, letters.length - lost);
    metrics.deadLetters.inc({ dialect, outcome: 'lost' }, lost);
    metrics.deadLetters.inc(
      { dialect, outcome: 'summarised' },
      Math.max(0, rejections.length - config.deadLettersPerRequest),
    );
    if (lost === 0) return;
    deps.log.warn({ tenant: tenant.id, dialect, lost }, 'refused items could not be kept');
    if (route.success !== undefined)
      throw new WeirError('INGEST_LOG_UNAVAILABLE', 'refused items could not be kept');
  };

  const count = (dialect: Dialect, accepted: number, duplicates: number, rejected: number): void => {
    if (accepted > 0) metrics.events.inc({ dialect, result: 'accepted' }, accepted);
    if (duplicates > 0) metrics.events.inc({ dialect, result: 'duplicate' }, duplicates);
    if (rejected > 0) metrics.events.inc({ dialect, result: 'rejected' }, rejected);
  };

  const rateHeaders = ({ tenant }: Exchange): Record<string, string> =>
    tenant === undefined ? {} : limits.headers(tenant);

  return {
    handle,
    refuse: () => {
      isStopping = true;
    },
  };
}

function isAtomic(request: IncomingMessage): boolean {
  const url = request.url ?? '';
  const query = url.indexOf('?');
  return query !== -1 && new URLSearchParams(url.slice(query)).get('atomic') === 'true';
}

function atomicRefusal(rejections: readonly Rejection[]): WeirError {
  return new WeirError(
    'INGEST_ATOMIC_REFUSED',
    `${rejections.length} items are refused, so none was accepted`,
    {
      details: { rejected: rejections.map(asItem) },
    },
  );
}

function replyText(accepted: number, duplicates: number, rejections: readonly Rejection[]): string {
  if (rejections.length === 0) return `{"accepted":${accepted},"duplicates":${duplicates},"rejected":[]}`;
  return JSON.stringify({ accepted, duplicates, rejected: rejections.map(asItem) });
}

/** The message says what is wrong, the code's own sentence what to do about it. */
function asItem({ index, code, message }: Rejection): RejectedItem {
  return { index, code, message: `${message}. ${errorCodes[code].mend}` };
}
