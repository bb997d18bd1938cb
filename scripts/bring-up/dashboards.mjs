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

/** @returns {boolean} true when there are pages to build, and they are unbuilt or older than what they are built from */
export function dashboardsAreStale() {
  if (!existsSync(join(root, 'dashboards', 'vite.config.ts'))) return false;
  if (!existsSync(BUILT)) return true;
  const builtAtMs = statSync(BUILT).mtimeMs;
  return SOURCES.some((source) => {
    const path = join(root, source);
    return existsSync(path) && newestMs(path) > builtAtMs;
  });
}

/** @param {string} node */
export async function buildDashboards(node) {
  await runTold(
    'building the dashboards',
    join(root, 'node_modules', '.bin', 'vite'),
    ['build', 'dashboards', '--logLevel', 'warn'],
    { cwd: root, env: environmentFor(node) },
  );
}
