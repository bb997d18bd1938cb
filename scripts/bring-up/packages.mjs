import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
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
 * Compares what package-lock.json asks for with npm's own record of what lies in node_modules and with what does lie there. The record
 * alone is no proof: `npm install --package-lock-only` writes it as if everything had been installed. A killed install leaves
 * no record and so counts as stale.
 * @param {string} directory where package-lock.json and node_modules are
 * @returns {'missing' | 'stale' | 'fresh'}
 */
export function packagesState(directory = root) {
  const record = recordIn(directory);
  if (!existsSync(record)) return 'missing';
  const wanted = readPackages(join(directory, 'package-lock.json'));
  const recorded = readPackages(record);
  for (const [path, want] of Object.entries(wanted)) {
    if (path === '') continue;
    const have = recorded[path];
    if (have === undefined) {
      // Optional packages are left out by npm where the platform does not fit.
      if (want.optional === true || want.devOptional === true || want.peer === true) continue;
      return 'stale';
    }
    if (have.version !== want.version) return 'stale';
    if (have.link !== true && installedVersion(join(directory, path)) !== want.version) return 'stale';
  }
  return 'fresh';
}

/** @param {string} directory */
const recordIn = (directory) => join(directory, 'node_modules', '.package-lock.json');

/**
 * The version a package says it has; undefined when it is not there.
 * @param {string} directory
 * @returns {unknown}
 */
function installedVersion(directory) {
  try {
    /** @type {unknown} */
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? manifest.version
      : undefined;
  } catch {
    return undefined;
  }
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
  // npm believes its record and would find nothing to do where the record is wrong; without one it looks.
  rmSync(recordIn(root), { force: true });
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
