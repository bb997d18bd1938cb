import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const run = promisify(execFile);
const dashboards = join(import.meta.dirname, '..');
const vite = join(dashboards, '..', 'node_modules', 'vite', 'bin', 'vite.js');

/** Builds the pages once for all browser tests: from the sources as they are, wherever the tests are started from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dist = await mkdtemp(join(tmpdir(), 'weir-dashboards-'));
  // In a process of its own: the test runner has named this one's environment, and what ships is the production build.
  await run(process.execPath, [vite, 'build', dashboards, '--outDir', dist, '--emptyOutDir'], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  project.provide('dashboardsDist', dist);
  return async () => await rm(dist, { recursive: true, force: true });
}
