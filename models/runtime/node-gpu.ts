import { messageOf } from '../../platform/errors/weir-error.ts';

/** Not among our dependencies: its installer fetches a binary. Whoever has CUDA installs it; ADR 0018 says how. */
export const NODE_GPU = '@tensorflow/tfjs-node-gpu';

/** What loads packages: `createRequire` of wherever they are to be found. */
export interface PackageLoader {
  (name: string): unknown;
  resolve(name: string): string;
}

/** What Node 23 took out of `util` and packages of before still call while they load and compute. */
const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: (value) => Array.isArray(value),
  isBoolean: (value) => typeof value === 'boolean',
  isFunction: (value) => typeof value === 'function',
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === 'number',
  isObject: (value) => typeof value === 'object' && value !== null,
  isPrimitive: (value) => value === null || (typeof value !== 'object' && typeof value !== 'function'),
  isString: (value) => typeof value === 'string',
  isSymbol: (value) => typeof value === 'symbol',
  isUndefined: (value) => value === undefined,
};

/**
 * Loads tfjs-node-gpu, which then has registered the backend `tensorflow`. Puts back what it needs of `util` first, where it is missing. Throws with what to do: not installed is one
 * thing, installed and broken (no binary for this Node, no CUDA library) another.
 */
export function loadNodeGpu(load: PackageLoader): void {
  const util = load('node:util');
  if (typeof util === 'object' && util !== null) {
    const missing = Object.entries(removed).filter(([name]) => !(name in util));
    Object.assign(util, Object.fromEntries(missing));
  }
  try {
    load.resolve(NODE_GPU);
  } catch (error) {
    throw new Error(`${NODE_GPU} is not installed`, { cause: error });
  }
  try {
    load(NODE_GPU);
  } catch (error) {
    const [first] = messageOf(error).split('\n');
    throw new Error(
      `${NODE_GPU} is installed and cannot be loaded on Node ${process.versions.node}: ${first ?? ''}. Install it anew with this Node, or remove it`,
      { cause: error },
    );
  }
}

/** Without a CUDA device it loads all the same and computes on the processor, slower than WASM. */
export function checkUsesGpu(backend: unknown): void {
  const usesGpu =
    typeof backend === 'object' && backend !== null && 'isUsingGpuDevice' in backend
      ? backend.isUsingGpuDevice
      : undefined;
  if (usesGpu === false)
    throw new Error(`${NODE_GPU} found no CUDA device and would compute on the processor`);
}
