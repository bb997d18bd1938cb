import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../platform/log/log.ts';
import { startNatsServer } from '../platform/supervise/nats-server.ts';
import { systemClock } from '../platform/time/clock.ts';
import { childOf, cpuSeconds, processCpuSeconds, residentMiB, startChild } from './child.ts';
import { drained, load, storedRows, withEngine, type BenchEngine } from './engine.ts';
import { measureInsertFloor } from './insert-floor.ts';
import { measureLatency, type Latencies } from './latency.ts';
import type { LoadResult } from './load-generator.ts';
import { percentile } from './percentile.ts';

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
  /** What the ratio would be if the engine did nothing beyond the ceiling but store the rows: no identity, no windows, no live numbers. */
  readonly bestRatio: number;
  /** Microseconds of CPU an event, everything on the machine together. */
  readonly ceilingCpuPerEvent: number;
  readonly insertFloor: number;
  /** Microseconds of CPU an event, by where it is spent. */
  readonly cpuPerEvent: Readonly<Record<string, number>>;
  readonly single: Throughput;
  readonly singleCeiling: Throughput;
  readonly half: Latencies;
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
  const ceilings = await withCeiling(async (port, cpu) => {
    const before = cpu();
    const batch = await load(port, '/', seconds, BATCH);
    return {
      batch: summary(batch),
      cpuPerEvent: ((cpu() - before) * 1e6) / batch.acknowledgedEvents,
      single: summary(await load(port, '/', Math.min(seconds, 8), { connections: 64, eventsPerRequest: 1 })),
    };
  });
  tell(
    `  ${ceilings.batch.eventsPerSecond} events/s in batches, ${ceilings.single.eventsPerSecond} one a request`,
  );

  tell('rows alone: the same events into ClickHouse, nothing else');
  const insertFloor = await measureInsertFloor();
  tell(`  ${insertFloor.toFixed(2)} µs of CPU a row`);

  return withEngine({ WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: '15000' }, async (running) => {
    const engine = running.current;
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
    const restarted = await killedUnderLoad(running);
    tell(
      `  ready after ${restarted.readySeconds.toFixed(1)} s, caught up after ${restarted.caughtUpSeconds.toFixed(1)} s`,
    );
    return {
      ceiling: ceilings.batch,
      spine,
      ratio: Math.min(spine.eventsPerSecond, spine.storedPerSecond) / ceilings.batch.eventsPerSecond,
      bestRatio: ceilings.cpuPerEvent / (ceilings.cpuPerEvent + insertFloor),
      ceilingCpuPerEvent: ceilings.cpuPerEvent,
      insertFloor,
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

function summary(result: LoadResult): Throughput {
  const sorted = [...result.latenciesMs].sort((a, b) => a - b);
  return {
    eventsPerSecond: Math.round(result.acknowledgedEvents / result.seconds),
    requestP50Ms: percentile(sorted, 0.5),
    requestP99Ms: percentile(sorted, 0.99),
    failures: result.failures,
  };
}

/** The ceiling's server on a nats-server of its own; `cpu` is the seconds both and this process have used so far. */
async function withCeiling<T>(run: (port: number, cpu: () => number) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const nats = await startNatsServer({ home, log: silentLog, clock: systemClock });
  const server = await startChild(
    new URL('./ceiling-server.ts', import.meta.url).pathname,
    [nats.url, nats.token],
    {},
  );
  try {
    return await run(
      server.port,
      () => processCpuSeconds(server.pid) + processCpuSeconds(nats.pid() ?? 0) + ownCpu(),
    );
  } finally {
    await server.stop();
    await nats.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Kills the engine with more than a million events since its last snapshot and waits until all are applied again. */
async function killedUnderLoad(engine: BenchEngine): Promise<SpineResult['restart']> {
  // No snapshot is taken in between: the restart has every event of this stage to apply again.
  await engine.restart('SIGTERM', { WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: '3600000' });
  let events = 0;
  while (events < 1_000_000)
    events += (await load(engine.current.port, '/v1/events', 3, BATCH)).acknowledgedEvents;
  const startedMs = performance.now();
  await engine.restart('SIGKILL');
  const readySeconds = (performance.now() - startedMs) / 1_000;
  await drained(engine.current.port);
  return { events, readySeconds, caughtUpSeconds: (performance.now() - startedMs) / 1_000 };
}

function natsCpu(enginePid: number): number {
  const pid = childOf(enginePid, 'nats-server');
  return pid === undefined ? 0 : processCpuSeconds(pid);
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
