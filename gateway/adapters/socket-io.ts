import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { Server, type Socket } from 'socket.io';
import type { ClientToServerEvents, ServerToClientEvents } from '../../platform/contracts/live.ts';
import { asWeirError, toProblem, WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { admit, principalOf, type Caller } from '../http/caller.ts';
import { traceIdOf } from '../http/trace-id.ts';
import type { Hub } from '../live/hub.ts';
import type { Transport } from '../live/room.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { createAttemptLimit } from '../sign-in/attempt-limit.ts';
import { isOwnOrigin } from '../sign-in/origin.ts';

export interface SocketConfig {
  readonly publicOrigin: string | undefined;
  readonly maxSocketsPerTenant: number;
}

export interface SocketDeps {
  /** Who opens a socket: by the key of its handshake, else as any request says. Throws as `identify` does. */
  readonly identify: (key: string | undefined, request: IncomingMessage) => Caller;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
}

export interface Sockets {
  readonly transport: Transport;
  /** Serves sockets of an HTTP server; `hub` is what they subscribe to. */
  attach(server: HttpServer, hub: Hub): void;
  /** Ends every socket whose credential no longer gives what it gave when the socket was opened. */
  recheck(): void;
  /** Ends every open socket; clients come again when they can. */
  disconnect(): void;
  stop(): Promise<void>;
}

interface SocketData {
  caller: Caller;
  /** Asks again who the same credential stands for. */
  again: () => Caller;
}

type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>;

const TopicRequest = TypeCompiler.Compile(
  Type.Object({ topic: Type.String({ minLength: 1, maxLength: 2_000 }) }),
);
/** A client sends subscriptions alone; they are short. */
const maxMessageBytes = 16_384;
const recheckEveryMs = 15_000;

export function createSockets(deps: SocketDeps, config: SocketConfig): Sockets {
  const { clock, log, metrics } = deps;
  const io = new Server<ClientToServerEvents, ServerToClientEvents, Record<string, never>, SocketData>({
    serveClient: false,
    maxHttpBufferSize: maxMessageBytes,
    connectTimeout: 10_000,
    allowRequest: (request, decide) => {
      const { host, origin } = request.headers;
      const isOwn = origin === undefined || isOwnOrigin(origin, host, config.publicOrigin);
      if (!isOwn) metrics.refusedRequests.inc({ reason: 'origin' });
      decide(isOwn ? undefined : 'origin', isOwn);
    },
  });
  const perTenant = new Map<string, number>();
  const attempts = createAttemptLimit({ burst: 40, refillMs: 100, maxKeys: 20_000 });

  const transport: Transport = {
    isWritable: (client) => {
      const socket = io.sockets.sockets.get(client);
      return socket !== undefined && socket.conn.transport.writable;
    },
    send: (clients, message) => void io.to([...clients]).emit('update', message),
  };

  const enter = (socket: LiveSocket): void => {
    const key: unknown = socket.handshake.auth['key'];
    const given = typeof key === 'string' ? key : undefined;
    const again = (): Caller => deps.identify(given, socket.request);
    const caller = again();
    admit('query:read', caller);
    const { tenant } = principalOf(caller);
    if ((perTenant.get(tenant) ?? 0) >= config.maxSocketsPerTenant)
      throw new WeirError(
        'GATEWAY_LIMIT_REACHED',
        `A tenant has at most ${config.maxSocketsPerTenant} open sockets.`,
      );
    socket.data.caller = caller;
    socket.data.again = again;
  };

  const serve = (socket: LiveSocket, hub: Hub): void => {
    const { tenant } = principalOf(socket.data.caller);
    perTenant.set(tenant, (perTenant.get(tenant) ?? 0) + 1);
    metrics.liveSockets.inc();
    hub.connect(socket.id, tenant);
    socket.on('subscribe', (request, reply) => {
      // The types say what our client sends; anybody may send anything.
      if (typeof reply !== 'function') return;
      const refuse = (code: string, message: string): void => reply({ ok: false, code, message });
      if (!TopicRequest.Check(request)) return refuse('GATEWAY_REQUEST_INVALID', 'Send {"topic": "…"}.');
      if (attempts.take(socket.id, clock.monotonicMs()).waitMs > 0) {
        return refuse('GATEWAY_RATE_LIMITED', 'Too many subscriptions at once.');
      }
      hub.subscribe(socket.id, request.topic).then(
        (snapshot) => reply({ ok: true, snapshot }),
        (error: unknown) => {
          const { code, detail } = toProblem(error, '');
          if (asWeirError(error).domain === 'internal') log.error({ err: error }, 'a subscription failed');
          refuse(code, detail);
        },
      );
    });
    socket.on('unsubscribe', (request) => {
      if (TopicRequest.Check(request)) hub.unsubscribe(socket.id, request.topic);
    });
    socket.on('disconnect', () => {
      hub.disconnect(socket.id);
      attempts.forgive(socket.id);
      metrics.liveSockets.dec();
      const left = (perTenant.get(tenant) ?? 1) - 1;
      if (left > 0) perTenant.set(tenant, left);
      else perTenant.delete(tenant);
    });
  };

  const recheck = (): void => {
    for (const socket of io.sockets.sockets.values()) {
      if (!isStill(socket.data)) socket.disconnect(true);
    }
  };
  const rechecking = clock.every(recheckEveryMs, recheck);

  return {
    transport,
    attach: (server, hub) => {
      io.use((socket, next) => {
        try {
          enter(socket);
          next();
        } catch (error) {
          metrics.refusedRequests.inc({ reason: 'socket' });
          const { code } = toProblem(error, traceIdOf(undefined));
          next(new Error(code));
        }
      });
      io.on('connection', (socket) => serve(socket, hub));
      io.attach(server);
    },
    recheck,
    disconnect: () => {
      io.disconnectSockets(true);
    },
    stop: async () => {
      rechecking.stop();
      io.disconnectSockets(true);
      // The HTTP server is not ours: io.close() would close it too, while requests are still being answered.
      io.engine.close();
      await Promise.resolve();
    },
  };
}

/** Whether the credential still gives the same tenant, person or key, and rights. */
function isStill({ again, caller }: SocketData): boolean {
  try {
    const before = principalOf(caller);
    const now = principalOf(again());
    return (
      before.tenant === now.tenant &&
      before.subject === now.subject &&
      before.scopes.join() === now.scopes.join()
    );
  } catch {
    return false;
  }
}
