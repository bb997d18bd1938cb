import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLivePid } from '../../platform/supervise/pid-file.ts';
import { systemClock } from '../../platform/time/clock.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const startDeadlineMs = 60_000;

/** A real Weir in a home of its own, started and killed as often as a test likes, always on the same port. */
export interface WeirProcess {
  readonly home: string;
  readonly url: string;
  readonly key: string;
  /** Starts it and resolves when its door is open; `change` adds to the environment. */
  start(change?: Record<string, string>): Promise<void>;
  isRunning(): boolean;
  pid(of: Target): number | undefined;
  signal(target: Target, signal: NodeJS.Signals): boolean;
  /** kill -9, then waits until it is gone; its servers end by themselves or are ended by the next start. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  /** Runs another command of the command line on this home. */
  command(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
  /** Ends everything that was started here, frozen or orphaned too. */
  end(): Promise<void>;
  /** What Weir wrote to its standard error and output. */
  log(): string;
}

export type Target = 'weir' | 'nats-server' | 'redis-server';

export async function createWeirProcess(
  home: string,
  settings: Record<string, string>,
): Promise<WeirProcess> {
  const port = await freePort();
  const key = 'chaos-admin-key';
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
  const logPath = join(home, 'logs', 'weir.log');
  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_'))),
    WEIR_HOME: home,
    WEIR_PORT: String(port),
    WEIR_DEMO: '0',
    WEIR_ADMIN_KEY: key,
    WEIR_LOG_LEVEL: 'warn',
    ...settings,
  };
  let child: ChildProcess | undefined;

  const pid = (of: Target): number | undefined =>
    of === 'weir' ? child?.pid : readLivePid(join(home, 'run', `${of}.pid`));

  const signal = (target: Target, name: NodeJS.Signals): boolean => {
    const number = pid(target);
    if (number === undefined) return false;
    try {
      return process.kill(number, name);
    } catch {
      return false;
    }
  };

  const exit = async (name: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    if (ending === undefined) return null;
    const exited = once(ending, 'exit');
    ending.kill(name);
    ending.kill('SIGCONT');
    await exited;
    child = undefined;
    return ending.exitCode;
  };

  const weir: WeirProcess = {
    home,
    url: `http://127.0.0.1:${port}`,
    key,
    start: async (change = {}) => {
      const log = openSync(logPath, 'a');
      const started = spawn(process.execPath, ['weir.ts', 'up'], {
        cwd: root,
        env: { ...environment, ...change },
        stdio: ['ignore', log, log],
      });
      closeSync(log);
      child = started;
      started.once('exit', () => {
        if (child === started) child = undefined;
      });
      const giveUpAtMs = systemClock.monotonicMs() + startDeadlineMs;
      while (!(await isOpen(`http://127.0.0.1:${port}`))) {
        if (child !== started) throw new Error(`Weir ended while starting:\n${weir.log()}`);
        if (systemClock.monotonicMs() > giveUpAtMs)
          throw new Error(`Weir did not open its door:\n${weir.log()}`);
        await systemClock.sleep(50);
      }
    },
    isRunning: () => child !== undefined,
    pid,
    signal,
    kill: async () => {
      await exit('SIGKILL');
    },
    stop: () => exit('SIGTERM'),
    command: async (...args) => {
      const ran = spawn(process.execPath, ['weir.ts', ...args], {
        cwd: root,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      ran.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      ran.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      await once(ran, 'close');
      return { code: ran.exitCode, output };
    },
    end: async () => {
      await exit('SIGKILL');
      for (const server of ['nats-server', 'redis-server'] as const) {
        signal(server, 'SIGKILL');
        while (pid(server) !== undefined) await systemClock.sleep(20);
      }
    },
    log: () => readFileSync(logPath, 'utf8').split('\n').slice(-40).join('\n'),
  };
  return weir;
}

async function isOpen(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/livez`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

/** A port nobody has now; kept over restarts, as a door is. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
