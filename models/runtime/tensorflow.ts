import { createRequire } from 'node:module';
import { arch, cpus, platform } from 'node:os';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type {
  BackendCandidate,
  BackendChoice,
  BackendDevice,
  BackendName,
  ChosenBackend,
} from './backend.ts';
import { chooseBackend } from './choose-backend.ts';
import { selfTest } from './self-test.ts';
import { watchForLoss } from './backend-loss.ts';
import { checkUsesGpu, loadNodeGpu } from './node-gpu.ts';
import { hasVulkanDriver } from './vulkan.ts';

export type TensorFlow = typeof tf;

export interface Runtime {
  readonly tf: TensorFlow;
  readonly backend: ChosenBackend;
}

const require = createRequire(import.meta.url);

/**
 * The only place that loads TensorFlow.js: loads the backends best first, tests each against plain CPU, and answers the one that is
 * in force in this thread. Each thread that computes calls it once.
 */
export async function openTensorFlow(choice: BackendChoice): Promise<Runtime> {
  // Its hint to install tfjs-node names a package that does not build on this Node.
  tf.env().set('IS_TEST', true);
  await activate('cpu');
  const reference = await selfTest(tf);
  const backend = await chooseBackend(backendCandidates(), choice, reference);
  return { tf, backend };
}

/** The backends in the order of preference, each loaded only when asked. */
export function backendCandidates(): readonly BackendCandidate[] {
  const test = (): Promise<Float32Array> => selfTest(tf);
  return [
    { name: 'node-gpu', activate: activateNodeGpu, test },
    { name: 'webgpu', activate: activateWebGpu, test },
    { name: 'wasm', activate: activateWasm, test },
    {
      name: 'cpu',
      activate: async () => {
        await activate('cpu');
        return { device: `${processor()}, plain JavaScript`, isImitated: false };
      },
      test,
    },
  ];
}

async function activateNodeGpu(): Promise<BackendDevice> {
  loadNodeGpu(require);
  await activate('tensorflow');
  checkUsesGpu(tf.backend());
  return { device: 'CUDA through tfjs-node-gpu', isImitated: false };
}

async function activateWebGpu(): Promise<BackendDevice> {
  if (platform() === 'linux' && !hasVulkanDriver(process.env))
    throw new Error('no Vulkan driver is installed');
  const { create, globals } = await import('webgpu');
  // oxlint-disable-next-line weir/no-ambient-time -- TensorFlow.js finds the constants of WebGPU nowhere else.
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('no GPU with a Vulkan, Metal or Direct3D driver');
  // tfjs-backend-webgpu looks for a browser's navigator when it is loaded, so it is loaded after.
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  await import('@tensorflow/tfjs-backend-webgpu');
  await activate('webgpu');
  watchForLoss('webgpu', tf.backend());
  const { vendor, architecture, device, description } = adapter.info;
  const words = [vendor, architecture, device, description].filter((word) => word !== '').join(' ');
  return {
    device: words === '' ? 'unnamed GPU' : words,
    isImitated: /swiftshader|llvmpipe|software/i.test(words),
  };
}

async function activateWasm(): Promise<BackendDevice> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  await activate('wasm');
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true ? 'SIMD' : 'no SIMD';
  return {
    device: `${processor()}, WebAssembly, ${simd}, ${wasm.getThreadsCount()} threads`,
    isImitated: false,
  };
}

async function activate(name: 'tensorflow' | Exclude<BackendName, 'node-gpu'>): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not start its backend ${name}`);
  await tf.ready();
}

function processor(): string {
  return cpus()[0]?.model.trim() ?? arch();
}
