import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { silentLog } from '../platform/log/log.ts';
import { startNatsServer } from '../platform/supervise/nats-server.ts';
import { systemClock } from '../platform/time/clock.ts';
import { childOf, cpuSeconds, processCpuSeconds, residentMiB, startChild, type Running } from './child.ts';
import { generateLoad, type LoadResult } from './load-generator.ts';

const KEY = 'bench-admin-key';
const CONTENTS = 10_000;
const BATCH = { connections: 8, eventsPerRequest: 500 };

export interface Throughput {
  readonly eventsPerSecond: number;
  readonly requestP50Ms: number;
  readonly requestP99Ms: number;
  readonly failures: number;
}

export interface SpineResult {
  readonly ceiling: Throughput;
  readonly spine: Throughput & { readonly storedPerSecond: number; readonly drainSeconds: number };
  readonly ratio: number;
  /** Microseconds of CPU an event, by where it is spent. */
  readonly cpuPerEvent: Readonly<Record<string, number>>;
  readonly single: Throughput;
  readonly singleCeiling: Throughput;
  readonly half: {
    readonly eventsPerSecond: number;
    readonly storedP50Ms: number;
    readonly storedP99Ms: number;
    readonly socketP50Ms: number;
    readonly socketP99Ms: number;
    readonly updates: number;
  };
  readonly residentMiB: number;
  readonly restart: {
    readonly events: number;
    readonly readySeconds: number;
    readonly caughtUpSeconds: number;
  };
}

/** The whole measurement, in one run; `tell` hears of each stage. */
export async function measureSpine(seconds: number, tell: (line: string) => void): Promise<SpineResult> {
  tell('bare ceiling: HTTP, JSON.parse, JetStream publish');
  const ceilings = await withCeiling(async (port) => ({
    batch: summary(await load(port, '/', seconds, BATCH)),
    single: summary(await load(port, '/', Math.min(seconds, 8), { connections: 64, eventsPerRequest: 1 })),
  }));
  tell(
    `  ${ceilings.batch.eventsPerSecond} events/s in batches, ${ceilings.single.eventsPerSecond} one a request`,
  );

  return withEngine({ WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: '15000' }, async (engine, restart) => {
    tell('whole spine at full load');
    await load(engine.port, '/v1/events', 3, BATCH);
    await drained(engine.port);
    const before = {
      engine: cpuSeconds(engine.pid),
      nats: natsCpu(engine.pid),
      generator: ownCpu(),
      stored: await storedRows(engine.port),
      atMs: performance.now(),
    };
    const full = await load(engine.port, '/v1/events', seconds, BATCH);
    const loadSeconds = (performance.now() - before.atMs) / 1_000;
    await drained(engine.port);
    const drainSeconds = (performance.now() - before.atMs) / 1_000 - loadSeconds;
    const after = {
      engine: cpuSeconds(engine.pid),
      nats: natsCpu(engine.pid),
      generator: ownCpu(),
      stored: await storedRows(engine.port),
    };
    const stored = after.stored - before.stored;
    const perEvent = (a: number, b: number): number => ((b - a) * 1e6) / stored;
    const spine = {
      ...summary(full),
      storedPerSecond: Math.round(stored / (loadSeconds + drainSeconds)),
      drainSeconds,
    };
    tell(
      `  ${spine.eventsPerSecond} events/s accepted, ${spine.storedPerSecond} stored, ${drainSeconds.toFixed(1)} s behind at the end`,
    );
    const resident = residentMiB(engine.pid);

    tell('half load: latencies');
    const half = await measureLatency(
      engine.port,
      Math.round(Math.min(spine.storedPerSecond, spine.eventsPerSecond) / 2),
      seconds,
    );
    tell(
      `  accepted to stored p50 ${half.storedP50Ms} ms p99 ${half.storedP99Ms} ms, to socket p50 ${half.socketP50Ms} ms p99 ${half.socketP99Ms} ms`,
    );

    tell('one event a request, 64 connections');
    const single = summary(
      await load(engine.port, '/v1/events', Math.min(seconds, 8), { connections: 64, eventsPerRequest: 1 }),
    );
    tell(`  ${single.eventsPerSecond} events/s`);
    await drained(engine.port);

    tell('kill -9 under load and restart');
    const restarted = await restart();
    tell(
      `  ready after ${restarted.readySeconds.toFixed(1)} s, caught up after ${restarted.caughtUpSeconds.toFixed(1)} s`,
    );
    return {
      ceiling: ceilings.batch,
      spine,
      ratio: Math.min(spine.eventsPerSecond, spine.storedPerSecond) / ceilings.batch.eventsPerSecond,
      cpuPerEvent: {
        'main thread (doors, parse, validate, batch)': perEvent(before.engine.main, after.engine.main),
        'worker thread (identity, windows, rows)': perEvent(before.engine.worker, after.engine.worker),
        'garbage collection': perEvent(before.engine.collector, after.engine.collector),
        'ClickHouse and I/O threads': perEvent(before.engine.rest, after.engine.rest),
        'nats-server': perEvent(before.nats, after.nats),
        'load generator': perEvent(before.generator, after.generator),
      },
      single,
      singleCeiling: ceilings.single,
      half,
      residentMiB: resident,
      restart: restarted,
    };
  });
}

function load(
  port: number,
  path: string,
  seconds: number,
  shape: { connections: number; eventsPerRequest: number },
  more: { eventsPerSecond?: number; onAck?: (events: number) => void } = {},
): Promise<LoadResult> {
  return generateLoad({
    port,
    path,
    key: KEY,
    ...shape,
    durationMs: seconds * 1_000,
    run: `${process.pid}-${Math.round(performance.now() * 1_000).toString(36)}`,
    contents: CONTENTS,
    ...more,
  });
}

function summary(result: LoadResult): Throughput {
  const sorted = [...result.latenciesMs].sort((a, b) => a - b);
  return {
    eventsPerSecond: Math.round(result.acknowledgedEvents / result.seconds),
    requestP50Ms: percentile(sorted, 0.5),
    requestP99Ms: percentile(sorted, 0.99),
    failures: result.failures,
  };
}

function percentile(sorted: readonly number[], share: number): number {
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
}

async function withCeiling<T>(run: (port: number) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const nats = await startNatsServer({ home, log: silentLog, clock: systemClock });
  const server = await startChild(
    new URL('./ceiling-server.ts', import.meta.url).pathname,
    [nats.url, nats.token],
    {},
  );
  try {
    return await run(server.port);
  } finally {
    await server.stop();
    await nats.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function withEngine<T>(
  env: Record<string, string>,
  run: (engine: Running, restart: () => Promise<SpineResult['restart']>) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const settings = {
    WEIR_HOME: home,
    WEIR_PORT: '0',
    WEIR_DEMO: '0',
    WEIR_ADMIN_KEY: KEY,
    WEIR_LOG_LEVEL: 'warn',
    ...env,
  };
  const file = new URL('../weir.ts', import.meta.url).pathname;
  let engine = await startChild(file, ['up'], settings);
  const restart = async (): Promise<SpineResult['restart']> => {
    // No snapshot is taken in between: the restart has every event of this stage to apply again.
    await engine.stop();
    engine = await startChild(file, ['up'], { ...settings, WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: '3600000' });
    let events = 0;
    while (events < 1_000_000) events += (await load(engine.port, '/v1/events', 3, BATCH)).acknowledgedEvents;
    const killed = engine.stop('SIGKILL');
    await killed;
    const startedMs = performance.now();
    engine = await startChild(file, ['up'], settings);
    const readySeconds = (performance.now() - startedMs) / 1_000;
    await drained(engine.port);
    return { events, readySeconds, caughtUpSeconds: (performance.now() - startedMs) / 1_000 };
  };
  try {
    return await run(engine, restart);
  } finally {
    await engine.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function metricsText(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${KEY}` },
  });
  return response.text();
}

async function storedRows(port: number): Promise<number> {
  return Number(/^weir_streams_rows_stored_total (\d+)/m.exec(await metricsText(port))?.[1] ?? 0);
}

/** Resolves when everything accepted is applied and stored: nothing behind in the log, no rows waiting. */
async function drained(port: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const body: unknown = await response.json();
    const pending =
      typeof body === 'object' && body !== null && 'pendingMessages' in body
        ? body.pendingMessages
        : undefined;
    if (response.status === 200 && pending === 0) {
      const waiting = [
        ...(await metricsText(port)).matchAll(/^weir_streams_pending_bytes\{[^}]*\} (\d+)/gm),
      ].reduce((sum, match) => sum + Number(match[1]), 0);
      if (waiting === 0) return;
    }
    await systemClock.sleep(100);
  }
}

/** Latencies at a steady rate: to the row in ClickHouse from the engine's own histogram, to the socket as a browser would see it. */
async function measureLatency(
  port: number,
  eventsPerSecond: number,
  seconds: number,
): Promise<SpineResult['half']> {
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

function natsCpu(enginePid: number): number {
  const pid = childOf(enginePid, 'nats-server');
  return pid === undefined ? 0 : processCpuSeconds(pid);
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
