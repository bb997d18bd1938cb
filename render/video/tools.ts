import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';

/** Where a program is on the PATH; undefined when it is nowhere. */
export function findTool(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  for (const directory of path.split(delimiter)) {
    if (directory === '') continue;
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

export interface ToolRun {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly stdin?: string;
  /** Called with what it writes to standard output, as it comes. */
  readonly onOutput?: (text: string) => void;
}

const KEPT_CHARS = 20_000;

/**
 * Runs a program with its arguments as a list, never through a shell, in the folder of the job and for a limited time. Answers the end of
 * what it wrote. Throws RENDER_TOOL_MISSING, RENDER_TIMEOUT, RENDER_FAILED.
 */
export async function runTool(
  name: string,
  args: readonly string[],
  { cwd, timeoutMs, stdin, onOutput }: ToolRun,
): Promise<{ readonly out: string; readonly err: string }> {
  const file = findTool(name);
  if (file === undefined)
    throw new WeirError('RENDER_TOOL_MISSING', `${name} is not installed on this machine.`);
  return await new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      out = (out + text).slice(-KEPT_CHARS);
      onOutput?.(text);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err = (err + chunk.toString()).slice(-KEPT_CHARS);
    });
    child.on('error', (error) =>
      reject(new WeirError('RENDER_FAILED', `${name}: ${messageOf(error)}`, { cause: error })),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ out, err });
      else if (signal === 'SIGKILL')
        reject(
          new WeirError('RENDER_TIMEOUT', `${name} took more than ${Math.round(timeoutMs / 1_000)} seconds.`),
        );
      else
        reject(
          new WeirError(
            'RENDER_FAILED',
            `${name} ended with ${code ?? signal ?? 'a fault'}: ${err.trim().split('\n').slice(-3).join(' ')}`,
          ),
        );
    });
    child.stdin?.on('error', () => {});
    if (stdin !== undefined) child.stdin?.end(stdin);
  });
}
