import { alone } from './lock.mjs';
import { bringNode, findNode } from './node.mjs';
import { installPackages, packagesState } from './packages.mjs';
import { BringUpError, say } from './say.mjs';

/**
 * The right Node and the packages of the lockfile; at once when both are there.
 * @returns {Promise<string>} path of the Node to run everything with
 */
export async function bringBasics() {
  const found = findNode();
  if (found !== undefined && packagesState() === 'fresh') return found;
  let node = found;
  await alone(async () => {
    // Looked up again: whoever held the lock may have done it all.
    node = findNode() ?? (await bringNode());
    await installPackages(node);
  });
  if (node === undefined) throw new BringUpError('No Node to run Weir with.');
  return node;
}

/**
 * Runs a script's main function; a failure is one clear line and exit 1.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof BringUpError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
