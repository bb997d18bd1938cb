/**
 * The checks of this house by name: `node scripts/check.mjs types lint`. Two run at a time (two cores); what fails shows
 * its output in full, and the closing lines say which and how long. Exit 1 when one failed.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bring-up/paths.mjs';

const CODE_ROOTS = [
  'platform',
  'ingest',
  'streams',
  'models',
  'decision',
  'render',
  'gateway',
  'dashboards',
  'tests',
  'bench',
  'scripts',
  'weir.ts',
  'vitest.config.ts',
];

/** @type {Record<string, () => string[][]>} */
const CHECKS = {
  types: () => ['.', 'dashboards', 'tsconfig.browser-tests.json'].map((project) => ['tsc', '-p', project]),
  lint: () => [['oxlint', '--deny-warnings']],
  format: () => [['oxfmt', '--check']],
  deps: () => [
    [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      ...CODE_ROOTS.filter((each) => existsSync(join(root, each))),
    ],
  ],
  lockfile: () => [['node', 'scripts/check-lockfile.ts']],
  unused: () => [['knip']],
  unit: () => [['vitest', 'run', '--project', 'unit']],
  test: () => [['vitest', 'run']],
};

/** Checks that need the machine for themselves, run after the others. */
const ALONE = new Set(['unit', 'test']);

/**
 * @param {string[]} command
 * @param {boolean} shown true to let it write as it goes
 * @returns {Promise<{ code: number, output: string }>}
 */
function run([command = '', ...args], shown) {
  return new Promise((resolve) => {
    // The launcher has put the right Node and the packages' commands first on the PATH.
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
    });
    let output = '';
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** @type {string[]} */
const summary = [];
let failed = false;

/**
 * @param {string} name
 * @param {boolean} shown
 */
async function check(name, shown) {
  const beganAtMs = Date.now();
  const commands = CHECKS[name]?.();
  if (commands === undefined)
    throw new Error(`No check is called ${name}: ${Object.keys(CHECKS).join(', ')}.`);
  const results = await Promise.all(commands.map((command) => run(command, shown)));
  const bad = results.filter((result) => result.code !== 0);
  for (const result of bad) if (!shown) console.log(`\n── ${name} ──\n${result.output.trimEnd()}`);
  failed ||= bad.length > 0;
  const seconds = ((Date.now() - beganAtMs) / 1000).toFixed(1);
  summary.push(`${bad.length === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds.padStart(6)} s`);
}

const asked = process.argv.slice(2);
const together = asked.filter((name) => !ALONE.has(name));
const workers = [0, 1].map(async () => {
  for (let name = together.shift(); name !== undefined; name = together.shift()) {
    await check(name, false);
  }
});
await Promise.all(workers);
for (const name of asked.filter((each) => ALONE.has(each))) {
  await check(name, true);
}
console.log(`\n${summary.join('\n')}`);
process.exitCode = failed ? 1 : 0;
