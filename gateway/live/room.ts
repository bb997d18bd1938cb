import type { TopicMessage, TopicPayload } from '../../platform/contracts/live.ts';

/** Source of one topic of one tenant. */
export interface Feed {
  /** Everything current. */
  snapshot(nowMs: number): TopicPayload;
  /** What changed since the last call; undefined when nothing did. */
  changes(nowMs: number): TopicPayload | undefined;
  stop(): void;
}

/** The wire as a room sees it. */
export interface Transport {
  /** False while the client has not taken what was sent before. */
  isWritable(client: string): boolean;
  /** Sends one message, encoded once, to several clients. */
  send(clients: readonly string[], message: TopicMessage): void;
}

export interface RoomTick {
  readonly sent: number;
  /** Clients skipped because they were too slow; they get everything current once they are ready. */
  readonly skipped: number;
}

/**
 * Subscribers of one topic. Updates carry a sequence that grows by one; a client that was skipped gets a full message with the
 * current sequence, never a queue of old ones, so a slow client costs no memory and holds nobody up.
 */
export interface Room {
  /** Adds a client and gives it the present state; later updates continue from its sequence. */
  join(client: string, nowMs: number): TopicMessage;
  leave(client: string): void;
  tick(nowMs: number): RoomTick;
  /** Goes on with another source; everybody gets its whole state next. */
  replaceFeed(feed: Feed): void;
  readonly size: number;
  stop(): void;
}

export function createRoom(topic: string, firstFeed: Feed, transport: Transport): Room {
  let feed = firstFeed;
  /** Whether each client missed something. */
  const behind = new Map<string, boolean>();
  let seq = 0;

  const full = (nowMs: number): TopicMessage => ({
    topic,
    seq,
    sentAtMs: nowMs,
    full: true,
    payload: feed.snapshot(nowMs),
  });

  return {
    join: (client, nowMs) => {
      behind.set(client, false);
      return full(nowMs);
    },
    leave: (client) => void behind.delete(client),
    tick: (nowMs) => {
      const payload = feed.changes(nowMs);
      if (payload !== undefined) seq += 1;
      const current: string[] = [];
      const recovering: string[] = [];
      let skipped = 0;
      for (const [client, isBehind] of behind) {
        if (payload === undefined && !isBehind) continue;
        if (!transport.isWritable(client)) {
          behind.set(client, true);
          skipped += 1;
        } else if (isBehind) recovering.push(client);
        else current.push(client);
      }
      if (payload !== undefined && current.length > 0) {
        transport.send(current, { topic, seq, sentAtMs: nowMs, payload });
      }
      if (recovering.length > 0) {
        transport.send(recovering, full(nowMs));
        for (const client of recovering) behind.set(client, false);
      }
      return { sent: current.length + recovering.length, skipped };
    },
    replaceFeed: (next) => {
      feed.stop();
      feed = next;
      seq += 1;
      for (const client of behind.keys()) behind.set(client, true);
    },
    get size() {
      return behind.size;
    },
    stop: () => {
      behind.clear();
      feed.stop();
    },
  };
}

/** Time between updates of a room: 10 a second up to 800 clients, 4 at 2,000, 1 at 8,000 and more. */
export function tickIntervalMs(clients: number, fastestMs: number): number {
  return Math.min(1_000, Math.max(fastestMs, clients / 8));
}
