import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkUsesGpu, loadNodeGpu, NODE_GPU, type PackageLoader } from './node-gpu.ts';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map(async (each) => await rm(each, { recursive: true, force: true })));
});

/** A folder with a package of that name, loaded as Node loads the real one: CommonJS that asks `util` for what it took out. */
async function installed(source: string | undefined): Promise<PackageLoader> {
  const root = await mkdtemp(join(tmpdir(), 'weir-node-gpu-'));
  folders.push(root);
  const folder = join(root, 'node_modules', NODE_GPU);
  await mkdir(folder, { recursive: true });
  if (source === undefined) await rm(folder, { recursive: true });
  else {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: NODE_GPU, main: 'index.js' }));
    await writeFile(join(folder, 'index.js'), source);
  }
  return createRequire(join(root, 'index.js'));
}

test('a package that needs what Node 23 took out of util loads and computes', async () => {
  const load = await installed(
    `const util_1 = require("util");
     const missing = ['isArray', 'isNullOrUndefined', 'isString', 'isObject', 'isFunction', 'isNumber'].filter((name) => typeof util_1[name] !== 'function');
     if (missing.length > 0) throw new TypeError('util has no ' + missing);
     exports.shapeOf = (value) => ((0, util_1.isNullOrUndefined)(value) ? 'none' : (0, util_1.isArray)(value) ? 'many' : 'one');`,
  );
  loadNodeGpu(load);
  const loaded = load(NODE_GPU);
  const shapeOf = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'shapeOf') : undefined;
  if (typeof shapeOf !== 'function') throw new Error('it exports nothing');
  expect([null, undefined, [], 0].map((each): unknown => shapeOf(each))).toEqual([
    'none',
    'none',
    'many',
    'one',
  ]);
});

test('not installed is said as that', async () => {
  const load = await installed(undefined);
  expect(() => loadNodeGpu(load)).toThrow(`${NODE_GPU} is not installed`);
});

test('installed without its binary, or one for another Node, is said as that, with what to do', async () => {
  const load = await installed(
    `require('./lib/napi-v8/tfjs_binding.node'); // A file that the installer fetches.`,
  );
  expect(() => loadNodeGpu(load)).toThrow(
    /tfjs-node-gpu is installed and cannot be loaded on Node \d+.*tfjs_binding\.node.*Install it anew/,
  );
});

test('one that found no CUDA device is refused; a backend that does not say is not', () => {
  expect(() => checkUsesGpu({ isUsingGpuDevice: false })).toThrow('found no CUDA device');
  expect(() => checkUsesGpu({ isUsingGpuDevice: true })).not.toThrow();
  expect(() => checkUsesGpu({})).not.toThrow();
});
