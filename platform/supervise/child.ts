import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { messageOf, WeirError } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';
import { removePidFile, stopStale, writePidFile } from './pid-file.ts';

export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly pidFile: string;
  /** Takes standard output and error; moved aside to `.1` at a start when above 8 MiB. */
  readonly logFile: string;
  /** Resolves true once the server answers; called again and again until then. */
  readonly isReady: () => Promise<boolean>;
  readonly readyTimeoutMs: number;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SupervisedChild {
  /** The process number now; undefined between an exit and the restart. */
  pid(): number | undefined;
  restarts(): number;
  /** Called on every exit that nobody asked for. */
  onExit(listener: (exit: ChildExit) => void): void;
  /** SIGKILL, as for one that answers no more; it is started again like after any exit. */
  kill(): void;
  /** SIGTERM, SIGKILL after 10 s; no restart follows. */
  stop(): Promise<void>;
}

interface ChildDeps {
  readonly log: Log;
  readonly clock: Clock;
}

const firstBackoffMs = 100;
const maxBackoffMs = 2_000;
/** A child that ran this long after it answered starts a new count of failures. */
const stableAfterMs = 1_000;
const politeStopMs = 10_000;
const readyPollMs = 15;
const maxLogBytes = 8 * 1024 * 1024;
/** Failures in a row after which a person is called, once. */
const alarmAfterFailures = 6;

/**
 * Starts a child, waits until it answers and keeps it running: after an exit it is started again with the same
 * arguments, so on the same port, after a back-off from 100 ms to 2 s. The first start must succeed or
 * PLATFORM_CHILD_FAILED is thrown. The child leads its own process group, so Ctrl-C reaches it only through us, and on Linux the kernel
 * ends it when we are killed; elsewhere `stopStale` ends it at the next start.
 */
export async function superviseChild(deps: ChildDeps, spec: ChildSpec): Promise<SupervisedChild> {
  const { clock } = deps;
  const log = deps.log.child({ module: 'supervise', child: spec.name });
  const listeners = new Set<(exit: ChildExit) => void>();
  const stopping = new AbortController();
  let current: RunningChild | undefined;
  let restarts = 0;

  await stopStale(spec.pidFile, spec.name, log, clock);
  current = launch(spec);
  const endWithUs = (): void => void current?.process.kill('SIGTERM');
  process.on('exit', endWithUs);
  try {
    await becomeReady(current, spec, clock);
  } catch (error) {
    process.off('exit', endWithUs);
    await end(current, clock);
    removePidFile(spec.pidFile);
    throw error;
  }
  log.info({ pid: current.process.pid }, 'child is ready');

  const keepRunning = async (): Promise<void> => {
    let failures = 0;
    let readyAtMs: number | undefined = clock.monotonicMs();
    for (;;) {
      const exit = current === undefined ? { code: null, signal: null } : await current.exited;
      current = undefined;
      if (stopping.signal.aborted) return;
      if (readyAtMs !== undefined) log.warn({ ...exit }, 'child ended; starting it again');
      if (readyAtMs !== undefined && clock.monotonicMs() - readyAtMs > stableAfterMs) failures = 0;
      if (failures === alarmAfterFailures)
        log.error({ ...exit, logFile: spec.logFile }, 'child keeps ending');
      for (const listener of listeners) listener(exit);
      await clock
        .sleep(Math.min(maxBackoffMs, firstBackoffMs * 2 ** failures), stopping.signal)
        .catch(() => {});
      if (stopping.signal.aborted) return;
      failures += 1;
      restarts += 1;
      readyAtMs = undefined;
      try {
        current = launch(spec);
        await becomeReady(current, spec, clock);
        readyAtMs = clock.monotonicMs();
        log.info({ pid: current.process.pid, restarts }, 'child is ready again');
      } catch (error) {
        // It could not be started, ended or never answered: end what is there; the next round waits longer.
        log.debug({ err: error, failures }, 'restart failed');
        current?.process.kill('SIGKILL');
      }
    }
  };
  const kept = keepRunning();

  return {
    pid: () => current?.process.pid,
    restarts: () => restarts,
    onExit: (listener) => void listeners.add(listener),
    kill: () => {
      current?.process.kill('SIGKILL');
    },
    stop: async () => {
      stopping.abort(new Error('stopping'));
      if (current !== undefined) await end(current, clock);
      await kept;
      process.off('exit', endWithUs);
      removePidFile(spec.pidFile);
    },
  };
}

/** The version a binary reports, or PLATFORM_BINARY_MISSING. */
export function binaryVersion(command: string): readonly [major: number, minor: number, patch: number] {
  const { error, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(stdout ?? '');
  if (error === undefined && found !== null) return [Number(found[1]), Number(found[2]), Number(found[3])];
  throw new WeirError(
    'PLATFORM_BINARY_MISSING',
    `${command} is not on the PATH; install it or give the URL of a server`,
    {
      ...(error === undefined ? {} : { cause: error }),
      details: { command },
    },
  );
}

interface RunningChild {
  readonly process: ChildProcess;
  readonly exited: Promise<ChildExit>;
  hasExited(): boolean;
}

function launch(spec: ChildSpec): RunningChild {
  rotate(spec.logFile);
  const log = openSync(spec.logFile, 'a', 0o600);
  const [command, ...args] = [...dieWithParent(), spec.command, ...spec.args];
  const child = spawn(command ?? spec.command, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let done = false;
  const exited = new Promise<ChildExit>((resolve) => {
    const finish = (exit: ChildExit): void => {
      done = true;
      resolve(exit);
    };
    child.once('exit', (code, signal) => finish({ code, signal }));
    child.once('error', () => finish({ code: null, signal: null }));
  });
  if (child.pid !== undefined) writePidFile(spec.pidFile, child.pid);
  return { process: child, exited, hasExited: () => done };
}

/** `setpriv --pdeathsig` (util-linux) asks the kernel for SIGTERM when the parent dies, then becomes the server itself. */
function dieWithParent(): readonly string[] {
  if (process.platform !== 'linux') return [];
  const wrapper = ['setpriv', '--pdeathsig', 'TERM', '--'];
  const [command = '', ...args] = wrapper;
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0 ? wrapper : [];
}

async function becomeReady(child: RunningChild, spec: ChildSpec, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonicMs() + spec.readyTimeoutMs;
  while (!child.hasExited() && clock.monotonicMs() < deadlineMs) {
    if (await spec.isReady()) return;
    await clock.sleep(readyPollMs);
  }
  const what = child.hasExited()
    ? 'ended before it answered'
    : `did not answer within ${spec.readyTimeoutMs} ms`;
  throw new WeirError(
    'PLATFORM_CHILD_FAILED',
    `${spec.name} ${what}: ${lastLines(spec.logFile)} (${spec.logFile})`,
    {
      details: { child: spec.name, logFile: spec.logFile },
    },
  );
}

async function end(child: RunningChild, clock: Clock): Promise<void> {
  if (child.hasExited()) return;
  const gone = new AbortController();
  child.process.kill('SIGTERM');
  child.process.kill('SIGCONT');
  const late = clock.sleep(politeStopMs, gone.signal).then(
    () => child.process.kill('SIGKILL'),
    () => false,
  );
  await child.exited;
  gone.abort();
  await late;
}

function rotate(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
}

function lastLines(logFile: string): string {
  try {
    return readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join(' | ');
  } catch (error) {
    return messageOf(error);
  }
}
