import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus, type BusConfig } from '../bus/bus.ts';
import { silentLog, type Log } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { startNatsServer, type NatsServerOptions, type SupervisedNats } from '../supervise/nats-server.ts';
import { startRedisServer, type SupervisedRedis } from '../supervise/redis-server.ts';
import { systemClock } from '../time/clock.ts';

/** A real server of its own in a temporary home. `stop` ends it and removes the home. */
export interface TestServer {
  readonly home: string;
  /** kill -9, freeze or thaw the server process; the supervisor restarts what was killed. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
}

export async function startTestNats(
  options: Partial<NatsServerOptions> = {},
): Promise<SupervisedNats & TestServer> {
  return await inTemporaryHome('nats', async (home) => {
    return await startNatsServer({ home, log: silentLog, clock: systemClock, ...options });
  });
}

export async function startTestRedis(log: Log = silentLog): Promise<SupervisedRedis & TestServer> {
  return await inTemporaryHome(
    'redis',
    async (home) => await startRedisServer({ home, log, clock: systemClock }),
  );
}

/** A bus on a test server, with silent log and metrics of its own unless given. */
export async function createTestBus(server: SupervisedNats, config: Partial<BusConfig> = {}): Promise<Bus> {
  return await connectBus({
    servers: server.url,
    token: server.token,
    name: 'test',
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    clock: systemClock,
    ...config,
  });
}

/** Asks again and again until `isTrue`, at most `deadlineMs`; the error names what was waited for. */
export async function eventually(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  deadlineMs = 20_000,
): Promise<void> {
  const giveUpAtMs = systemClock.monotonicMs() + deadlineMs;
  while (!(await isTrue())) {
    if (systemClock.monotonicMs() > giveUpAtMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await systemClock.sleep(10);
  }
}

/** The signal is sent, not yet obeyed: a busy thread may still answer. Linux shows when the last one has stopped. */
function awaitFrozen(pid: number): void {
  if (process.platform !== 'linux') return;
  const giveUpAtMs = systemClock.monotonicMs() + 1_000;
  const isRunning = (task: string): boolean => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'T';
    } catch {
      return true; // The thread has just ended: look again.
    }
  };
  while (readdirSync(`/proc/${pid}/task`).some(isRunning)) {
    if (systemClock.monotonicMs() > giveUpAtMs) throw new Error(`process ${pid} does not stop`);
  }
}

async function inTemporaryHome<S extends { pid(): number | undefined; stop(): Promise<void> }>(
  name: string,
  start: (home: string) => Promise<S>,
): Promise<S & TestServer> {
  const home = mkdtempSync(join(tmpdir(), `weir-test-${name}-`));
  const server = await start(home);
  return {
    ...server,
    home,
    signal: (signal) => {
      const pid = server.pid();
      if (pid === undefined) return;
      process.kill(pid, signal);
      if (signal === 'SIGSTOP') awaitFrozen(pid);
    },
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
