import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';
import { identityOf } from './process-identity.ts';

const politeStopMs = 5_000;
const pollMs = 20;

/** First line the process number, second line its identity. */
export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, `${pid}\n${identityOf(pid) ?? ''}\n`, { mode: 0o600 });
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

/** The process named in the file, if that very process still runs. */
export function readLivePid(path: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const [first = '', identity = ''] = text.split('\n');
  const pid = Number(first);
  return Number.isSafeInteger(pid) && pid > 1 && identity !== '' && identityOf(pid) === identity
    ? pid
    : undefined;
}

/**
 * Ends a child that outlived the Weir process that started it (killed with -9) and still holds the data directory:
 * SIGTERM, then SIGKILL after 5 s. Resolves once it is gone.
 */
export async function stopStale(path: string, name: string, log: Log, clock: Clock): Promise<void> {
  const pid = readLivePid(path);
  if (pid === undefined) return;
  log.warn({ child: name, pid }, 'stopping a child left over by an earlier run');
  const killAtMs = clock.monotonicMs() + politeStopMs;
  send(pid, 'SIGTERM');
  // A frozen process takes no SIGTERM until it continues.
  send(pid, 'SIGCONT');
  while (readLivePid(path) === pid) {
    if (clock.monotonicMs() >= killAtMs) send(pid, 'SIGKILL');
    await clock.sleep(pollMs);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended, which is what was wanted.
  }
}
