import type { Bus } from '../../platform/bus/bus.ts';
import type { createReadModel } from '../adapters/read-model.ts';
import type { createSockets, Sockets } from '../adapters/socket-io.ts';
import { tenantKpis } from '../api/kpi-routes.ts';
import { originOf, type GatewayConfig } from '../config.ts';
import { createOpenDecisions } from '../decisions/open-decisions.ts';
import { identify, identifyKey } from '../http/identify.ts';
import { createFeeds, type FeedDeps } from './feeds.ts';
import { createHub, type Hub } from './hub.ts';
import { createPartFollower } from './part-follower.ts';
import { isSecure } from '../http/is-secure.ts';
import type { createDecisionDesk } from '../decisions/ask.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { GatewayRenders } from '../renders/renders.ts';
import type { People } from '../sign-in/start-sign-in.ts';
import type { openMirrors } from '../mirrors.ts';

type DecisionDesk = ReturnType<typeof createDecisionDesk>;

/** Wires the sockets and what they tell: topics, rooms, and the feed of each. */
export function createLive(
  deps: Omit<FeedDeps, 'readModel' | 'follower' | 'jobsOf' | 'rendersOf' | 'kpisOf' | 'openDecisions'> & {
    readonly bus: Bus;
    readonly readModel: ReturnType<typeof createReadModel>;
    readonly openSockets: typeof createSockets;
    readonly metrics: GatewayMetrics;
    readonly people: People;
    readonly mirrors: Pick<Awaited<ReturnType<typeof openMirrors>>, 'kpis'>;
    readonly jobs: Jobs;
    readonly renders: GatewayRenders;
    readonly desk: DecisionDesk;
    readonly unreadable: () => void;
  },
  config: GatewayConfig,
): { readonly sockets: Sockets; readonly hub: Hub } {
  const {
    bus,
    store,
    readModel,
    openSockets,
    access,
    clock,
    log,
    metrics,
    jobs,
    renders,
    desk,
    progress,
    system,
    unreadable,
  } = deps;
  const { signIn } = deps.people;
  const { kpis } = deps.mirrors;
  const publicOrigin = originOf(config);
  const sockets = openSockets(
    {
      identify: (key, request) =>
        key === undefined
          ? identify(access, signIn, {
              authorization: request.headers.authorization,
              cookie: request.headers.cookie,
              isSecure: isSecure(request, publicOrigin, config.trustedProxies),
            })
          : identifyKey(access, key),
      clock,
      log,
      metrics,
    },
    { publicOrigin, maxSocketsPerTenant: config.socketsPerTenant },
  );
  const hub = createHub(
    {
      bus,
      clock,
      log,
      metrics,
      transport: sockets.transport,
      feed: createFeeds({
        store,
        readModel,
        follower: createPartFollower(bus, unreadable),
        clock,
        log,
        access,
        progress,
        system,
        jobsOf: (tenant) => jobs.list(tenant),
        rendersOf: (tenant) => renders.live(tenant),
        kpisOf: (tenant) => tenantKpis(kpis, tenant),
        openDecisions: createOpenDecisions(desk),
      }),
    },
    {
      pushIntervalMs: config.pushIntervalMs,
      maxTopicsPerClient: config.topicsPerSocket,
      maxRoomsPerTenant: config.topicsPerTenant,
    },
  );
  return { sockets, hub };
}
