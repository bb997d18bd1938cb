import { delimiter, dirname, join, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What is brought from outside and belongs to no package: kept beside node_modules, because `npm ci` empties that. */
export const toolsDir = join(root, '.tools');

/** Where distributions put servers; often missing from the PATH of ordinary users. */
const SERVER_DIRS = ['/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/** The PATH that commands are looked up in and that Weir runs with. */
export function searchPath() {
  const own = (process.env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '');
  return [...own, ...SERVER_DIRS.filter((dir) => !own.includes(dir))];
}

/**
 * @param {string[]} names tried in this order
 * @returns {string | undefined} the full path of the first that exists
 */
export function findCommand(names) {
  for (const name of names) {
    for (const dir of searchPath()) {
      const candidate = join(dir, name);
      if (existsSync(candidate)) return candidate;
    }
  }
  return undefined;
}

/**
 * The environment for everything that runs after the bring-up: the right Node first, then the packages' commands.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentFor(node) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), ...searchPath()].join(delimiter);
  return { ...process.env, PATH: path };
}
