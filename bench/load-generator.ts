import { connect, type Socket } from 'node:net';

/**
 * Load over keep-alive HTTP/1.1 connections with requests built once and patched in place (ids, times), so that the generator costs
 * little of the two cores it shares with what it measures. Loopback only; ends by itself.
 */
export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly connections: number;
  readonly eventsPerRequest: number;
  readonly durationMs: number;
  /** Events a second over all connections; absent = as fast as answers come. */
  readonly eventsPerSecond?: number;
  /** Part of every id, so that runs do not repeat each other's. */
  readonly run: string;
  readonly contents: number;
  /** Hears of every acknowledged request. */
  readonly onAck?: (events: number, latencyMs: number) => void;
}

export interface LoadResult {
  readonly acknowledgedEvents: number;
  readonly requests: number;
  readonly failures: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

const COUNTRIES = ['US', 'DE', 'BR', 'IN', 'GB', 'FR', 'JP', 'MX'];

interface Template {
  readonly bytes: Buffer;
  readonly idOffsets: readonly number[];
  readonly timeOffsets: readonly number[];
}

const ID_DIGITS = 12;

/** A request with `count` events: nine views to one ad impression, over `contents` contents and 200,000 viewers. */
function template(options: LoadOptions, connection: number): Template {
  const events: string[] = [];
  for (let i = 0; i < options.eventsPerRequest; i++) {
    const n = connection * 7_919 + i * 31;
    const content = n % options.contents;
    const common = `"content_id":"video-${content}","channel_id":"channel-${content % 100}","country":"${COUNTRIES[n % COUNTRIES.length] ?? 'US'}"`;
    const data =
      i % 10 === 9
        ? `{${common},"impressions":3,"amount_minor":7,"currency":"USD"}`
        : `{${common},"viewer_id":"viewer-${(n * 131) % 200_000}","watch_time_ms":${1_000 + (n % 600_000)}}`;
    events.push(
      `{"id":"${options.run}-${'#'.repeat(ID_DIGITS)}","source":"bench","type":"${i % 10 === 9 ? 'ad_impression' : 'video_view'}","time":"@@@@@@@@@@@@@@@@@@@@@@@@","data":${data}}`,
    );
  }
  const body = options.eventsPerRequest === 1 ? (events[0] ?? '') : `[${events.join(',')}]`;
  const head = `POST ${options.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${options.key}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const bytes = Buffer.from(head + body, 'latin1');
  const offsets = (mark: string): number[] => {
    const found: number[] = [];
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) found.push(at);
    return found;
  };
  return { bytes, idOffsets: offsets('#'.repeat(ID_DIGITS)), timeOffsets: offsets('@'.repeat(24)) };
}

/** Runs the load and resolves when it is over. A refused or broken request counts as a failure and is not repeated. */
export async function generateLoad(options: LoadOptions): Promise<LoadResult> {
  let acknowledgedEvents = 0;
  let requests = 0;
  let failures = 0;
  let nextId = 1;
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  const endMs = startMs + options.durationMs;
  const perRequestMs =
    options.eventsPerSecond === undefined
      ? 0
      : (1_000 * options.eventsPerRequest * options.connections) / options.eventsPerSecond;

  const worker = async (connection: number): Promise<void> => {
    const { bytes, idOffsets, timeOffsets } = template(options, connection);
    const socket = await open(options.port);
    const answers = answersOf(socket);
    let dueMs = startMs + (perRequestMs * connection) / options.connections;
    while (performance.now() < endMs) {
      if (perRequestMs > 0) {
        const waitMs = dueMs - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        dueMs += perRequestMs;
      }
      const time = new Date().toISOString();
      for (const at of timeOffsets) bytes.write(time, at, 'latin1');
      for (const at of idOffsets) writeDigits(bytes, at, nextId++);
      const sentMs = performance.now();
      socket.write(bytes);
      const status = await answers.next();
      requests++;
      if (status === 202 || status === 200) {
        acknowledgedEvents += options.eventsPerRequest;
        const latencyMs = performance.now() - sentMs;
        latenciesMs.push(latencyMs);
        options.onAck?.(options.eventsPerRequest, latencyMs);
      } else failures++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: options.connections }, (_, connection) => worker(connection)));
  return {
    acknowledgedEvents,
    requests,
    failures,
    seconds: (performance.now() - startMs) / 1_000,
    latenciesMs,
  };
}

function writeDigits(bytes: Buffer, at: number, value: number): void {
  let rest = value;
  for (let i = at + ID_DIGITS - 1; i >= at; i--) {
    bytes[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Statuses of the responses on a connection, in order. Understands content-length bodies, which is what the doors send. */
function answersOf(socket: Socket): { next(): Promise<number> } {
  let held = Buffer.alloc(0);
  let waiting: ((status: number) => void) | undefined;
  const take = (): void => {
    const headEnd = held.indexOf('\r\n\r\n');
    if (headEnd < 0 || waiting === undefined) return;
    const head = held.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (held.length < headEnd + 4 + length) return;
    held = held.subarray(headEnd + 4 + length);
    const tell = waiting;
    waiting = undefined;
    tell(Number(head.slice(9, 12)));
  };
  socket.on('data', (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    take();
  });
  const broken = (): void => {
    waiting?.(0);
    waiting = undefined;
  };
  socket.on('error', broken);
  socket.on('close', broken);
  return {
    next: () =>
      new Promise((resolve) => {
        if (socket.destroyed) {
          resolve(0);
          return;
        }
        waiting = resolve;
        take();
      }),
  };
}
