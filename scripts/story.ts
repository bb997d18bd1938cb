import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** `npm run story`: tells the story of `docs/story` on the real engine and takes its pictures anew. */
const root = join(import.meta.dirname, '..');
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'browser',
    'tests/outage.browser.test.ts',
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, WEIR_STORY_PICTURES: join(root, 'docs', 'story') },
  },
);
process.exitCode = status ?? 1;
