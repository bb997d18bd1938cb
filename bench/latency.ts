import { io } from 'socket.io-client';
import { systemClock } from '../platform/time/clock.ts';
import { KEY, load, metricsText } from './engine.ts';
import { percentile } from './percentile.ts';

export interface Latencies {
  readonly eventsPerSecond: number;
  readonly storedP50Ms: number;
  readonly storedP99Ms: number;
  readonly socketP50Ms: number;
  readonly socketP99Ms: number;
  readonly updates: number;
}

/** Latencies at a steady rate: to the row in ClickHouse from the engine's own histogram, to the socket as a browser would see it. */
export async function measureLatency(
  port: number,
  eventsPerSecond: number,
  seconds: number,
): Promise<Latencies> {
  const before = histogram(await metricsText(port));
  const socket = io(`http://127.0.0.1:${port}`, { auth: { key: KEY }, transports: ['websocket'] });
  const latencies: number[] = [];
  const acks: { views: number; atMs: number }[] = [];
  let base: number | undefined;
  let views = 0;
  let updates = 0;
  const seen = (payload: unknown): void => {
    const value = monthlyViews(payload);
    if (value === undefined) return;
    updates++;
    base ??= value - views;
    while (acks[0] !== undefined && acks[0].views <= value - base) {
      latencies.push(Math.max(0, performance.now() - acks[0].atMs));
      acks.shift();
    }
  };
  await new Promise<void>((resolve) => {
    socket.on('update', (message: { payload: unknown }) => seen(message.payload));
    socket.on('connect', () =>
      socket.emit(
        'subscribe',
        { topic: 'kpis' },
        (answer: { ok: boolean; snapshot?: { payload: unknown } }) => {
          seen(answer.snapshot?.payload);
          resolve();
        },
      ),
    );
  });
  const result = await load(
    port,
    '/v1/events',
    seconds,
    { connections: 16, eventsPerRequest: 100 },
    {
      eventsPerSecond,
      onAck: (events) => {
        views += events * 0.9;
        acks.push({ views, atMs: performance.now() });
      },
    },
  );
  await systemClock.sleep(1_500);
  socket.close();
  const after = histogram(await metricsText(port));
  const sorted = latencies.sort((a, b) => a - b);
  return {
    eventsPerSecond: Math.round(result.acknowledgedEvents / result.seconds),
    storedP50Ms: quantile(before, after, 0.5),
    storedP99Ms: quantile(before, after, 0.99),
    socketP50Ms: percentile(sorted, 0.5),
    socketP99Ms: percentile(sorted, 0.99),
    updates,
  };
}

/** Newest value of `views` over the current month in a `kpis` payload. */
function monthlyViews(payload: unknown): number | undefined {
  if (
    typeof payload !== 'object' ||
    payload === null ||
    !('values' in payload) ||
    !Array.isArray(payload.values)
  )
    return undefined;
  let newest: { at: number; value: number } | undefined;
  for (const point of payload.values as readonly unknown[]) {
    if (
      typeof point !== 'object' ||
      point === null ||
      !('key' in point) ||
      !('window' in point) ||
      !('value' in point) ||
      !('windowStartMs' in point)
    )
      continue;
    if (
      point.key !== 'views' ||
      point.window !== '1mo' ||
      typeof point.value !== 'number' ||
      typeof point.windowStartMs !== 'number'
    )
      continue;
    if (newest === undefined || point.windowStartMs > newest.at)
      newest = { at: point.windowStartMs, value: point.value };
  }
  return newest?.value;
}

function histogram(text: string): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const match of text.matchAll(
    /^weir_streams_accepted_to_stored_seconds_bucket\{le="([^"]+)"\} (\d+)/gm,
  ))
    buckets.set(match[1] === '+Inf' ? Number.POSITIVE_INFINITY : Number(match[1]), Number(match[2]));
  return buckets;
}

/** Quantile between two readings of a cumulative histogram, interpolated inside its bucket; ms. */
function quantile(before: Map<number, number>, after: Map<number, number>, share: number): number {
  const bounds = [...after.keys()].sort((a, b) => a - b);
  const counts = bounds.map((bound) => (after.get(bound) ?? 0) - (before.get(bound) ?? 0));
  const wanted = (counts.at(-1) ?? 0) * share;
  let lower = 0;
  let below = 0;
  for (const [i, bound] of bounds.entries()) {
    const count = counts[i] ?? 0;
    if (count >= wanted)
      return Math.round(
        (Number.isFinite(bound)
          ? lower + ((bound - lower) * (wanted - below)) / Math.max(1, count - below)
          : lower) * 1_000,
      );
    lower = bound;
    below = count;
  }
  return Number.NaN;
}
