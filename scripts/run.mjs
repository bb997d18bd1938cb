/**
 * Runs a TypeScript file of this project, or a command of one of its packages, on a Node that can:
 * `node scripts/run.mjs weir.ts up`, `node scripts/run.mjs vitest run`. Plain JavaScript that Node 18 understands.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { extname, join } from 'node:path';
import { bringBasics, runMain } from './bring-up/bring-up.mjs';
import { environmentFor, root } from './bring-up/paths.mjs';
import { BringUpError } from './bring-up/say.mjs';

await runMain(async () => {
  const [target = '', ...args] = process.argv.slice(2);
  const node = await bringBasics();
  const isFile = extname(target) !== '';
  const path = isFile ? join(root, target) : join(root, 'node_modules', '.bin', target);
  if (target === '' || !existsSync(path)) throw new BringUpError(`There is no ${target || 'target'} to run.`);
  const child = isFile
    ? spawn(node, [path, ...args], { stdio: 'inherit', env: environmentFor(node) })
    : spawn(path, args, { stdio: 'inherit', env: environmentFor(node) });

  // A terminal sends Ctrl-C to the whole group: passing it on as well would reach the child as a second signal, which
  // means "stop at once" to Weir. Without a terminal, the signal came to this process alone.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY;
  process.on('SIGINT', () => {
    if (!onTerminal) child.kill('SIGINT');
  });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`weir | cannot run ${target}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 1 : constants.signals[signal]);
  });
});
