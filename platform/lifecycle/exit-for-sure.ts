import { spawn } from 'node:child_process';

const graceMs = 5_000;

/**
 * Ends this process even where its own exit hangs. Seen with chdb 3.4.0: an exit ends the worker threads first; a thread ended before the
 * answer of its statement makes chdb's addon throw into a JavaScript that is no more, which Node ends with abort(), which ClickHouse's own
 * handler of that signal holds for up to five minutes while the main thread waits for the thread (docs/operations.md). `Stoppable.abandon`
 * keeps statements out of the exit; this is for what does not obey. A small process watches and kills this one if it is still there after five
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
