import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environmentFor, root } from './paths.mjs';
import { runTold } from './say.mjs';

const SOURCES = ['dashboards', 'platform/contracts', 'package-lock.json'];
const BUILT = join(root, 'dashboards', 'dist', 'index.html');

/**
 * The newest modification time below a path, in milliseconds; build output and tests do not count.
 * @param {string} path
 * @returns {number}
 */
function newestMs(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let newest = 0;
  for (const entry of readdirSync(path)) {
    if (entry === 'dist' || entry === 'node_modules' || /\.test\.tsx?$/.test(entry)) continue;
    newest = Math.max(newest, newestMs(join(path, entry)));
  }
  return newest;
}

/** @returns {boolean} true when the built pages are missing or older than what they are built from */
function isStale() {
  if (!existsSync(BUILT)) return true;
  const builtAtMs = statSync(BUILT).mtimeMs;
  return SOURCES.some((source) => {
    const path = join(root, source);
    return existsSync(path) && newestMs(path) > builtAtMs;
  });
}

/**
 * Builds the pages when they are missing or out of date.
 * @param {string} node
 */
export async function buildDashboards(node) {
  if (!existsSync(join(root, 'dashboards', 'vite.config.ts')) || !isStale()) return;
  await runTold(
    'building the dashboards',
    join(root, 'node_modules', '.bin', 'vite'),
    ['build', 'dashboards', '--logLevel', 'warn'],
    { cwd: root, env: environmentFor(node) },
  );
}
