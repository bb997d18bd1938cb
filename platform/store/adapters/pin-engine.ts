import { constants } from 'node:os';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** Package of the native engine by platform and processor, as chdb's own loader picks it. */
const packages: Readonly<Record<string, string>> = {
  'darwin-arm64': '@chdb/lib-darwin-arm64',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'linux-x64': '@chdb/lib-linux-x64-gnu',
};

/** RTLD_NODELETE of dlopen(3), which Node does not name. */
const keepMapped = process.platform === 'darwin' ? 0x80 : 0x1000;

/**
 * Keeps the engine's library mapped until the process ends. Node unmaps a worker's addons when the worker ends, but the engine has left
 * destructors with the thread: without this every stop ends in a segmentation fault, before locks and servers are let go.
 */
export function pinEngine(): void {
  const name = packages[`${process.platform}-${process.arch}`];
  if (isMainThread || name === undefined) return;
  const fromEngine = createRequire(createRequire(import.meta.url).resolve('chdb'));
  process.dlopen(
    { exports: {} },
    fromEngine.resolve(`${name}/chdb_node.node`),
    constants.dlopen.RTLD_LAZY | keepMapped,
  );
}
