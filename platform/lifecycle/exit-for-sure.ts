import { spawn } from 'node:child_process';

const graceMs = 5_000;

/**
 * Ends this process even where its own exit hangs: native code of a thread that is still at work (ClickHouse in the middle of a query) can
 * abort or wait forever while the process is torn down. A small process watches and kills this one if it is still there after five
 * seconds; it sees the end by the pipe between them, so it never kills another that got the same number.
 */
export function exitForSure(code: 0 | 1): never {
  if (code === 1) {
    const watch = `process.stdin.resume().on('end', () => process.exit());
      setTimeout(() => { try { process.kill(${process.pid}, 'SIGKILL'); } finally { process.exit(); } }, ${graceMs});`;
    spawn(process.execPath, ['-e', watch], { stdio: ['pipe', 'ignore', 'ignore'], detached: true }).unref();
  }
  process.exit(code);
}
