import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccess, type AccessDirectory } from '../../platform/access/access.ts';
import { prepareAccess } from '../../platform/access/first-start.ts';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { connectCache, type Cache } from '../../platform/cache/cache.ts';
import { resolveConfig } from '../../platform/config/config.ts';
import { deadLetterStream } from '../../platform/contracts/subjects.ts';
import type { Scope } from '../../platform/contracts/tenant.ts';
import { createLog } from '../../platform/log/log.ts';
import { createMetrics, type Metrics } from '../../platform/metrics/metrics.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import type { Store } from '../../platform/store/store.ts';
import { createTestBus, startTestNats, startTestRedis } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { gatewayConfig, type GatewayConfig } from '../config.ts';
import { start, type Gateway } from '../main.ts';

/** A whole gateway on real servers, with tenants `main`, `demo` and `other`. */
export interface Rig {
  readonly bus: Bus;
  readonly cache: Cache;
  readonly store: ClickHouseStore;
  readonly access: AccessDirectory;
  readonly gateway: Gateway;
  readonly metrics: Metrics;
  readonly origin: string;
  /** WEIR_HOME of the gateway. */
  readonly home: string;
  /** Everything logged, as JSON lines. */
  readonly logged: string[];
  /** All rights in `main`. */
  readonly adminKey: string;
  key(tenant: string, ...scopes: Scope[]): Promise<string>;
  /** An API call; the body is sent as JSON. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  stop(): Promise<void>;
}

export interface CallOptions {
  readonly key?: string;
  readonly cookie?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What JSON.parse gives: tests look into it without narrowing. */
export type Parsed = ReturnType<typeof JSON.parse>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed JSON; undefined when the body is none. */
  readonly body: Parsed;
}

export interface RigOptions {
  readonly config?: Readonly<Record<string, string>>;
  readonly staticDir?: string;
  /** Answers before the gateway does, as ingest does in the whole engine; false leaves the request to the gateway. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Stands between the gateway and the store, to make it fail. */
  readonly wrapStore?: (store: Store) => Store;
}

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const home = mkdtempSync(join(tmpdir(), 'weir-gateway-'));
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => void logged.push(line) } });
  const clock = systemClock;
  const metrics = createMetrics({ processMetrics: false });
  const nats = await startTestNats();
  const redis = await startTestRedis();
  const bus = await createTestBus(nats, { log, metrics });
  await bus.ensureStream({
    name: deadLetterStream,
    subjects: [`${deadLetterStream}.*`],
    discard: 'old',
    maxBytes: 1 << 26,
  });
  const cache = await connectCache({ url: redis.url, log, metrics, clock });
  const store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  const access = await createAccess({ bus, clock, log, metrics }, { adminKey: undefined });
  const { adminKey } = await prepareAccess(access, clock, { home, demo: true });
  await access.createTenant(newTenant('other', 'Other', false, clock.nowMs()));
  const gateway = await start(
    {
      bus,
      store: options.wrapStore?.(store) ?? store,
      cache,
      access,
      clock,
      log,
      metrics,
      metricsText: async () => await metrics.text(),
      staticDir: options.staticDir ?? join(home, 'none'),
      home,
      version: '0.0.0-test',
    },
    configOf(options.config ?? {}),
  );
  const server = createServer((request, response) => {
    if (options.before?.(request, response) !== true) gateway.app(request, response);
  });
  gateway.attach(server);
  const origin = await listen(server);

  return {
    bus,
    cache,
    store,
    access,
    gateway,
    metrics,
    origin,
    home,
    logged,
    adminKey,
    key: async (tenant, ...scopes) => (await access.createKey(tenant, { name: 'test', scopes })).secret,
    call: async (method, path, { body, cookie, headers, key } = {}) => {
      const response = await fetch(origin + path, {
        method,
        redirect: 'manual',
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(cookie === undefined ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    },
    stop: async () => {
      await gateway.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await access.stop();
      await store.close();
      await cache.close();
      await bus.close();
      await redis.stop();
      await nats.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function configOf(env: Readonly<Record<string, string>>): GatewayConfig {
  const generous = { WEIR_GATEWAY_REQUESTS_PER_SECOND: '100000', WEIR_GATEWAY_REQUEST_BURST: '100000' };
  return resolveConfig([gatewayConfig], { ...generous, ...env }, undefined).get(gatewayConfig);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return `http://127.0.0.1:${address.port}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
