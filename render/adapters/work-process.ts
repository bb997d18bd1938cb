import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Produced } from '../ports.ts';
import { writeFontConfig } from '../text/fonts.ts';
import type { FromWork, Task } from '../work/task.ts';

export interface WorkProcess {
  /** A folder of its own for a task, empty; removed by `run` when it ends. */
  folder(name: string): string;
  run(
    task: Task,
    options: {
      readonly folder: string;
      readonly signal: AbortSignal;
      readonly progress: (stage: string, percent: number) => void;
    },
  ): Promise<Produced & { readonly cpuMs: number }>;
}

const workerPath = fileURLToPath(new URL('../work/render-worker.ts', import.meta.url));

/**
 * Runs each task in a process of its own, at low priority: the engine's event loop stays free, a fault in a native library brings down one
 * try and nothing else, and an abort ends it with everything it started, because it leads its own process group.
 */
export function createWorkProcess(home: string): WorkProcess {
  const root = join(home, 'render');
  rmSync(join(root, 'work'), { recursive: true, force: true });
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const fontConfig = writeFontConfig(join(root, 'fonts'));

  return {
    folder: (name) => {
      const folder = join(root, 'work', name);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    run: async (task, { folder, signal, progress }) => {
      try {
        signal.throwIfAborted();
        const made = await inProcess(task, folder, fontConfig, signal, progress);
        const files = await Promise.all(
          made.files.map(async ({ name, contentType }) => ({
            name,
            contentType,
            bytes: new Uint8Array(await readFile(join(folder, name))),
          })),
        );
        return {
          files,
          notes: made.notes,
          ...(made.summary === undefined ? {} : { summary: made.summary }),
          costUsd: made.costUsd,
          cpuMs: made.cpuMs,
        };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function inProcess(
  task: Task,
  folder: string,
  fontConfig: string,
  signal: AbortSignal,
  progress: (stage: string, percent: number) => void,
): Promise<Extract<FromWork, { kind: 'done' }>> {
  const child = fork(workerPath, [folder], {
    cwd: folder,
    detached: true,
    serialization: 'advanced',
    execArgv: [],
    // Nothing secret, and nothing that differs from machine to machine.
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      NODE_ENV: 'production',
      FONTCONFIG_FILE: fontConfig,
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  let last: Exclude<FromWork, { kind: 'progress' }> | undefined;
  child.on('message', (message: FromWork) => {
    if (message.kind === 'progress') progress(message.stage, message.percent);
    else last = message;
  });
  const kill = (): void => killGroup(child.pid);
  signal.addEventListener('abort', kill, { once: true });
  process.on('exit', kill);
  try {
    if (child.pid !== undefined) lowerPriority(child.pid);
    child.send(task, (error) => {
      if (error !== null) kill();
    });
    await once(child, 'exit');
  } finally {
    signal.removeEventListener('abort', kill);
    process.off('exit', kill);
    // What it started and did not wait for.
    kill();
  }
  signal.throwIfAborted();
  if (last?.kind === 'done') return last;
  if (last?.kind === 'failed')
    throw new WeirError(isErrorCode(last.code) ? last.code : 'RENDER_FAILED', last.message);
  throw new WeirError(
    'RENDER_FAILED',
    `The process of the render ended (${child.signalCode ?? child.exitCode ?? 'never began'}).`,
    {
      details: { stderr: said },
    },
  );
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let us: it runs all the same.
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
