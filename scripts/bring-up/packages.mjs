import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFor, root } from './paths.mjs';
import { runTold } from './say.mjs';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked */

/**
 * @param {string} path
 * @returns {Record<string, Locked>}
 */
function readPackages(path) {
  /** @type {unknown} */
  const lockfile = JSON.parse(readFileSync(path, 'utf8'));
  return hasPackages(lockfile) ? lockfile.packages : {};
}

/**
 * @param {unknown} value
 * @returns {value is { packages: Record<string, Locked> }}
 */
function hasPackages(value) {
  return typeof value === 'object' && value !== null && 'packages' in value;
}

/**
 * Compares what package-lock.json asks for with npm's own record of what lies in node_modules, which npm keeps in step
 * whoever installs. A killed install leaves no record and so counts as stale.
 * @returns {'missing' | 'stale' | 'fresh'}
 */
export function packagesState() {
  const installedRecord = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedRecord)) return 'missing';
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(installedRecord);
  for (const [path, want] of Object.entries(wanted)) {
    if (path === '') continue;
    const have = installed[path];
    if (have === undefined) {
      // Optional packages are left out by npm where the platform does not fit.
      if (want.optional === true || want.devOptional === true || want.peer === true) continue;
      return 'stale';
    }
    if (have.version !== want.version) return 'stale';
  }
  return 'fresh';
}

/**
 * Installs what the lockfile says and leaves the lockfile as it is. Not `npm ci`: npm 11 refuses with it every lockfile
 * written where some other platform's optional packages were out of reach, and it empties node_modules under whatever is
 * running. npm itself runs on the Node that Weir will run on: on an older host it would choose for that one.
 * @param {string} node
 */
export async function installPackages(node) {
  const state = packagesState();
  if (state === 'fresh') return;
  const label =
    state === 'missing'
      ? 'installing packages (about 1 GB; a minute or two when nothing is cached)'
      : 'packages are behind package-lock.json: installing';
  const { command, args, env } = npmFor(node);
  await runTold(label, command, [...args, 'install', ...NPM_FLAGS], { cwd: root, env });
}

// Development packages are needed to build the dashboards, whatever NODE_ENV says.
const NPM_FLAGS = ['--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];

/**
 * npm on Weir's own Node where that works. Debian's npm does not: its libraries lie where only Debian's Node looks, so
 * there it keeps to its own.
 * @param {string} node
 * @returns {{ command: string, args: string[], env: NodeJS.ProcessEnv }}
 */
function npmFor(node) {
  const cli = process.env['npm_execpath'];
  if (cli !== undefined && cli.endsWith('npm-cli.js')) {
    const env = environmentFor(node);
    if (spawnSync(node, [cli, '--version'], { env }).status === 0) return { command: node, args: [cli], env };
  }
  return { command: 'npm', args: [], env: process.env };
}
