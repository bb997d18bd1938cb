import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isRecord } from './cell.ts';

/** What the next requests to a path meet; afterwards everything is answered. */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** The connection is cut before anything is stored. */
  | { readonly kind: 'reset' }
  /** Stored, and then the connection is cut: the client cannot know. */
  | { readonly kind: 'stored then reset' };

export interface StoredEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface FakeDoor {
  readonly url: string;
  readonly apiKey: string;
  /** By source and id, first copy kept. */
  readonly stored: Map<string, StoredEvent>;
  readonly deadLetters: Readonly<Record<string, unknown>>[];
  /** Resent ids seen. */
  duplicates(): number;
  requests(): number;
  /** Trouble for event requests, first come first served. */
  readonly troubles: Trouble[];
  /** Refuses events for which it returns a reason. */
  refuse: (event: StoredEvent) => string | undefined;
  /** Called before each event request is answered. */
  onEvents: (events: readonly StoredEvent[]) => void | Promise<void>;
  close(): Promise<void>;
}

/** A small real HTTP server that keeps the contract of the native route and of the dead letters, for tests of clients. */
export async function startFakeDoor({ maxBodyBytes = 4 * 1024 * 1024, port = 0 } = {}): Promise<FakeDoor> {
  const apiKey = 'weir_test_key';
  const stored = new Map<string, StoredEvent>();
  const deadLetters: Readonly<Record<string, unknown>>[] = [];
  const troubles: Trouble[] = [];
  let duplicates = 0;
  let requests = 0;

  const takeEvents = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const trouble = troubles.shift();
    if (trouble?.kind === 'reset') return void request.socket.destroy();
    if (trouble?.kind === 'status') {
      const retry = trouble.retryAfter === undefined ? {} : { 'retry-after': trouble.retryAfter };
      return reply(response, trouble.status, { title: 'Trouble', detail: 'trouble made by the test' }, retry);
    }
    if (body.length > maxBodyBytes)
      return reply(response, 413, { code: 'INGEST_TOO_LARGE', detail: 'too large' });
    const events: StoredEvent[] = [];
    const rejected: unknown[] = [];
    const known = { accepted: 0, duplicates: 0 };
    for (const [index, line] of body.split('\n').entries()) {
      const event = toEvent(line);
      const reason = event === undefined ? 'not an event' : door.refuse(event);
      if (event === undefined || reason !== undefined) {
        rejected.push({ index, code: 'INGEST_EVENT_INVALID', message: reason });
        continue;
      }
      events.push(event);
    }
    await door.onEvents(events);
    for (const event of events) {
      const key = `${event.source}\n${event.id}`;
      if (stored.has(key)) known.duplicates += 1;
      else {
        known.accepted += 1;
        stored.set(key, event);
      }
    }
    duplicates += known.duplicates;
    if (trouble?.kind === 'stored then reset') return void request.socket.destroy();
    reply(response, 202, { ...known, rejected });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const url = new URL(request.url ?? '/', 'http://fake');
    if (request.headers.authorization !== `Bearer ${apiKey}`) {
      return reply(response, 401, { code: 'ACCESS_KEY_UNKNOWN', detail: 'unknown key' });
    }
    if (request.method === 'POST' && url.pathname === '/v1/events')
      return await takeEvents(request, response);
    if (request.method === 'POST' && url.pathname === '/api/v1/deadletter') {
      const body: unknown = JSON.parse(await readBody(request));
      const entries =
        isRecord(body) && Array.isArray(body['entries']) ? body['entries'].filter(isRecord) : [];
      deadLetters.push(...entries);
      return reply(response, 202, { accepted: entries.length, duplicates: 0 });
    }
    if (request.method === 'GET' && url.pathname === '/api/v1/events') {
      const id = url.searchParams.get('id');
      const events = [...stored.values()].filter((event) => event.id === id);
      const shown = events.map((event) => ({ ...event, receivedAt: '2024-01-01T00:00:00Z', flags: [] }));
      return reply(response, 200, { events: shown });
    }
    reply(response, 404, { code: 'NOT_FOUND', detail: `no ${url.pathname}` });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const door: FakeDoor = {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    apiKey,
    stored,
    deadLetters,
    troubles,
    duplicates: () => duplicates,
    requests: () => requests,
    refuse: () => undefined,
    onEvents: () => {},
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return door;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function toEvent(line: string): StoredEvent | undefined {
  const value: unknown = JSON.parse(line);
  if (!isRecord(value)) return undefined;
  const { id, source, type, time, data } = value;
  const isEvent =
    typeof id === 'string' &&
    typeof source === 'string' &&
    typeof type === 'string' &&
    typeof time === 'string';
  return isEvent && isRecord(data) ? { id, source, type, time, data } : undefined;
}

function reply(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
