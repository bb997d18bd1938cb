import type { Bus } from '../../platform/bus/bus.ts';
import type { Interest, TopicMessage } from '../../platform/contracts/live.ts';
import { interestSubject } from '../../platform/contracts/subjects.ts';
import { encodeJson } from '../../platform/bus/json.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { createRoom, tickIntervalMs, type Feed, type Room, type Transport } from './room.ts';
import { parseTopic, type Topic } from './topic.ts';

export interface HubConfig {
  /** Fastest updates of one topic. */
  readonly pushIntervalMs: number;
  readonly maxTopicsPerClient: number;
  readonly maxRoomsPerTenant: number;
}

export interface HubDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  readonly transport: Transport;
  /** Makes the source of a topic; may take a query. */
  readonly feed: (tenant: string, topic: Topic) => Promise<Feed>;
}

/** Topics of all tenants and who listens to them. */
export interface Hub {
  connect(client: string, tenant: string): void;
  /**
   * Adds the client to a topic of its tenant and answers the present state. Throws GATEWAY_TOPIC_UNKNOWN, GATEWAY_LIMIT_REACHED,
   * STORE_UNAVAILABLE.
   */
  subscribe(client: string, topic: string): Promise<TopicMessage>;
  unsubscribe(client: string, topic: string): void;
  disconnect(client: string): void;
  /** Makes the sources of a tenant's KPI topics anew: definitions, currency or time zone changed. */
  refresh(tenant: string): void;
  stop(): void;
}

interface OpenRoom {
  readonly tenant: string;
  readonly topic: Topic;
  readonly room: Room;
  lastTickMs: number;
  emptySinceMs: number;
}

interface Client {
  readonly tenant: string;
  readonly rooms: Set<string>;
}

const loopMs = 20;
const interestEveryMs = 10_000;
/** A room nobody is in any more stays this long, for those who reload their page. */
const emptyRoomMs = 10_000;

export function createHub(deps: HubDeps, config: HubConfig): Hub {
  const { bus, clock, log, metrics, transport } = deps;
  const clients = new Map<string, Client>();
  const opening = new Map<string, Promise<OpenRoom>>();
  const rooms = new Map<string, OpenRoom>();

  const open = async (key: string, name: string, tenant: string, topic: Topic): Promise<OpenRoom> => {
    const feed = await deps.feed(tenant, topic);
    const entry: OpenRoom = {
      tenant,
      topic,
      room: createRoom(name, feed, transport),
      lastTickMs: Number.NEGATIVE_INFINITY,
      emptySinceMs: clock.monotonicMs(),
    };
    rooms.set(key, entry);
    showSizes();
    return entry;
  };

  const obtain = async (key: string, name: string, tenant: string, topic: Topic): Promise<OpenRoom> => {
    const known = rooms.get(key);
    if (known !== undefined) return known;
    let pending = opening.get(key);
    if (pending === undefined) {
      const held = [...rooms.values()].filter((entry) => entry.tenant === tenant).length;
      if (held >= config.maxRoomsPerTenant) {
        throw new WeirError(
          'GATEWAY_LIMIT_REACHED',
          `At most ${config.maxRoomsPerTenant} topics of a tenant are live at once.`,
        );
      }
      pending = open(key, name, tenant, topic).finally(() => opening.delete(key));
      opening.set(key, pending);
      void pending.then(
        () => tellInterest(tenant),
        () => {},
      );
    }
    return await pending;
  };

  const leave = (client: string, key: string): void => {
    const entry = rooms.get(key);
    if (entry === undefined) return;
    entry.room.leave(client);
    if (entry.room.size === 0) entry.emptySinceMs = clock.monotonicMs();
  };

  const tick = (): void => {
    const nowMs = clock.monotonicMs();
    for (const [key, entry] of rooms) {
      const { room } = entry;
      if (room.size === 0) {
        if (nowMs - entry.emptySinceMs >= emptyRoomMs) {
          room.stop();
          rooms.delete(key);
          showSizes();
        }
        continue;
      }
      if (nowMs - entry.lastTickMs < tickIntervalMs(room.size, config.pushIntervalMs)) continue;
      const { sent, skipped } = room.tick(clock.nowMs());
      if (sent + skipped === 0) continue;
      entry.lastTickMs = nowMs;
      metrics.liveSent.inc(sent);
      metrics.liveSkipped.inc(skipped);
    }
  };

  const tellInterest = (tenant: string): void => {
    const keys: Interest['keys'][number][] = [];
    for (const { tenant: of, topic } of rooms.values()) {
      if (of === tenant && topic.kind === 'kpis' && topic.filter !== undefined)
        keys.push({ rollup: topic.filter.dimension, dim: topic.filter.value });
    }
    if (keys.length > 0) bus.publishCore(interestSubject, encodeJson({ tenant, keys } satisfies Interest));
  };

  const showSizes = (): void => {
    metrics.liveRooms.set(rooms.size);
  };

  const loop = clock.every(loopMs, tick);
  const interest = clock.every(interestEveryMs, () => {
    for (const tenant of new Set([...rooms.values()].map((entry) => entry.tenant))) tellInterest(tenant);
  });

  return {
    connect: (client, tenant) => void clients.set(client, { tenant, rooms: new Set() }),
    subscribe: async (client, name) => {
      const known = clients.get(client);
      const topic = parseTopic(name);
      if (topic === undefined) {
        throw new WeirError('GATEWAY_TOPIC_UNKNOWN', `There is no topic "${name.slice(0, 80)}".`);
      }
      if (known === undefined) throw new WeirError('GATEWAY_UNAUTHENTICATED', 'This socket has ended.');
      // The name as it came is the room's: updates carry what the client asked for, letter by letter.
      const key = `${known.tenant} ${name}`;
      if (!known.rooms.has(key) && known.rooms.size >= config.maxTopicsPerClient) {
        throw new WeirError(
          'GATEWAY_LIMIT_REACHED',
          `A socket listens to at most ${config.maxTopicsPerClient} topics.`,
        );
      }
      known.rooms.add(key);
      try {
        const { room } = await obtain(key, name, known.tenant, topic);
        // The client may have left while the source was made.
        if (!known.rooms.has(key)) throw new WeirError('GATEWAY_UNAUTHENTICATED', 'This socket has ended.');
        return room.join(client, clock.nowMs());
      } catch (error) {
        known.rooms.delete(key);
        throw error;
      }
    },
    unsubscribe: (client, name) => {
      const known = clients.get(client);
      const key = `${known?.tenant ?? ''} ${name}`;
      if (known?.rooms.delete(key) === true) leave(client, key);
    },
    disconnect: (client) => {
      const known = clients.get(client);
      clients.delete(client);
      for (const key of known?.rooms ?? []) leave(client, key);
      known?.rooms.clear();
    },
    refresh: (tenant) => {
      for (const entry of rooms.values()) {
        if (entry.tenant !== tenant || (entry.topic.kind !== 'kpis' && entry.topic.kind !== 'top')) continue;
        deps.feed(tenant, entry.topic).then(
          (feed) => entry.room.replaceFeed(feed),
          (error: unknown) => log.warn({ err: error, tenant }, 'live values go on with the old definitions'),
        );
      }
    },
    stop: () => {
      loop.stop();
      interest.stop();
      for (const entry of rooms.values()) entry.room.stop();
      rooms.clear();
      clients.clear();
    },
  };
}
