import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { toolsDir } from './paths.mjs';
import { BringUpError, runTold } from './say.mjs';

/** The Node that is brought where the system's is too old. Change it here and nowhere else. */
const BROUGHT_VERSION = '24.21.0';

/**
 * True for a Node that runs TypeScript as it is, without a flag: 22.18, 23.6, 24 and up.
 * @param {string} version as in `process.versions.node`
 */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 22) return minor >= 18;
  if (major === 23) return minor >= 6;
  return major >= 24;
}

/**
 * npm's package `node` is a script that fetches one of these. Taking it directly also works where install scripts are
 * switched off. The odd name on Apple silicon is theirs.
 */
function platformPackage() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

function broughtRoot() {
  return join(toolsDir, `node-${BROUGHT_VERSION}`);
}

/** The folder that holds the brought executable; it holds nothing else, so it can go first on the PATH. */
function broughtNode() {
  return join(broughtRoot(), 'node_modules', platformPackage(), 'bin', 'node');
}

/** The Node to run Weir with, or undefined when it must be brought first. */
export function findNode() {
  if (runsTypeScript(process.versions.node)) return process.execPath;
  const brought = broughtNode();
  return existsSync(brought) ? brought : undefined;
}

/**
 * Brings Node from the npm registry into a prefix of its own. Inside node_modules it would be pruned by every later
 * `npm ci`. The install goes to a scratch folder and is moved into place whole, so that a killed one leaves nothing half done.
 * @returns {Promise<string>} path of the executable
 */
export async function bringNode() {
  const scratch = `${broughtRoot()}.incoming`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  await runTold(
    `Node ${process.versions.node} is older than 22.18: bringing Node ${BROUGHT_VERSION} into .tools/`,
    'npm',
    [
      'install',
      '--prefix',
      scratch,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      `${platformPackage()}@${BROUGHT_VERSION}`,
    ],
    { cwd: scratch },
  );
  rmSync(broughtRoot(), { recursive: true, force: true });
  renameSync(scratch, broughtRoot());
  const node = broughtNode();
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (answer.status !== 0) {
    rmSync(broughtRoot(), { recursive: true, force: true });
    throw new BringUpError(
      `The brought Node does not run on this machine (${answer.error?.message ?? answer.stderr}). ` +
        'Install Node 22.18 or newer from https://nodejs.org and try again.',
    );
  }
  return node;
}
