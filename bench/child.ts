import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Running {
  readonly port: number;
  readonly pid: number;
  /** The one-time link an engine prints at its start. */
  readonly signInLink: string | undefined;
  readonly process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a Node child that prints `listening on http://…:PORT`, and resolves when it has. */
export function startChild(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Running> {
  const child = spawn(process.execPath, [...process.execArgv, file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error(`${file} ended before it listened:\n${output}`));
    child.once('exit', ended);
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(output)?.[1];
      if (port === undefined || child.pid === undefined) return;
      child.off('exit', ended);
      resolve({
        port: Number(port),
        pid: child.pid,
        signInLink: /(http:\/\/\S+\/welcome\?token=\S+)/.exec(output)?.[1],
        process: child,
        stop: (signal = 'SIGTERM') =>
          new Promise((done) => {
            if (child.exitCode !== null || child.signalCode !== null) {
              done();
              return;
            }
            child.once('exit', () => done());
            child.kill(signal);
          }),
      });
    });
  });
}

const TICKS_PER_SECOND = 100;

/** CPU seconds of a process so far, by group of threads: JavaScript main thread, JavaScript worker, garbage collector, the rest. */
export function cpuSeconds(pid: number): { main: number; worker: number; collector: number; rest: number } {
  const out = { main: 0, worker: 0, collector: 0, rest: 0 };
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    if (Number(task) === pid) out.main += seconds;
    else if (name === 'WorkerThread') out.worker += seconds;
    else if (name === 'V8Worker') out.collector += seconds;
    else out.rest += seconds;
  }
  return out;
}

/** CPU seconds of a whole process so far. */
export function processCpuSeconds(pid: number): number {
  const { main, worker, collector, rest } = cpuSeconds(pid);
  return main + worker + collector + rest;
}

export function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** The nats-server a supervised engine has started, by its command line. */
export function childOf(parent: number, program: string): number | undefined {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (ppid === parent && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(program))
        return Number(entry);
    } catch {
      continue;
    }
  }
  return undefined;
}
