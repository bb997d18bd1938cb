import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { NhitsSpec } from '../forecast/neural/nhits.ts';
import { openTensorFlow } from './tensorflow.ts';
import { selfTest } from './self-test.ts';
import { train } from './train.ts';
import type { Trained } from './training-order.ts';

const spec: NhitsSpec = {
  input: 24,
  horizon: 6,
  period: 6,
  hidden: 16,
  stacks: [
    { pool: 4, knots: 2 },
    { pool: 1, knots: 6 },
  ],
  quantiles: [0.1, 0.5, 0.9],
  steps: 50,
  batch: 16,
  learningRate: 0.005,
};
const histories = [3, 5, 8].map((level) =>
  new Float64Array(120).map(
    (_, t) => level * (10 + 3 * Math.sin((2 * Math.PI * t) / 6) + 0.5 * Math.cos(t * t)),
  ),
);

function trainOn(backend: 'cpu' | 'wasm', more: Partial<NhitsSpec> = {}): Promise<Trained> {
  return train({ backend, histories, spec: { ...spec, ...more }, seed: 'test' });
}

test('WASM is chosen by name, computes what CPU computes and leaves no tensor behind', async () => {
  const { tf, backend } = await openTensorFlow('wasm');
  expect(backend.name).toBe('wasm');
  expect(backend.selfTestError).toBeLessThan(1e-5);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i += 1) await selfTest(tf);
  expect(tf.memory().numTensors).toBe(before);
});

test('the same training gives the same forecasts within 1e-3 on CPU and WASM, and learns', async () => {
  const losses: number[] = [];
  const [cpu, wasm] = await Promise.all([
    trainOn('cpu'),
    train({ backend: 'wasm', histories, spec, seed: 'test' }, { progress: (_, loss) => losses.push(loss) }),
  ]);
  expect([cpu.backend.name, wasm.backend.name]).toEqual(['cpu', 'wasm']);
  expect([cpu.leakedTensors, wasm.leakedTensors]).toEqual([0, 0]);
  expect(losses).toHaveLength(2);
  expect(losses[1]).toBeLessThan(losses[0] ?? 0);
  cpu.forecasts.forEach((byQuantile, i) => {
    expect(byQuantile).toHaveLength(3);
    byQuantile.forEach((forecast, q) =>
      forecast.forEach((value, h) => {
        const other = wasm.forecasts[i]?.[q]?.[h] ?? Number.NaN;
        expect(Math.abs(other - value) / Math.max(1, Math.abs(value))).toBeLessThan(1e-3);
      }),
    );
  });
});

test('a training can be cancelled in the middle', async () => {
  const stop = new AbortController();
  const running = train(
    { backend: 'wasm', histories, spec: { ...spec, steps: 1_000_000 }, seed: 1 },
    { signal: stop.signal, progress: () => stop.abort() },
  );
  await expect(running).rejects.toMatchObject({
    code: 'MODELS_TRAINING_FAILED',
    message: 'the training was cancelled',
  });
});

test('a training that meets numbers that are none fails and says so', async () => {
  await expect(trainOn('cpu', { learningRate: Number.NaN })).rejects.toMatchObject({
    code: 'MODELS_TRAINING_FAILED',
  });
});

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
test.skipIf(!existsSync(SWIFTSHADER))(
  'WebGPU on an imitated GPU computes what CPU computes (needs the SwiftShader of chromium)',
  async () => {
    const { execFile } = await import('node:child_process');
    const script = `const { openTensorFlow } = await import(${JSON.stringify(new URL('tensorflow.ts', import.meta.url).href)});
    const { tf, backend } = await openTensorFlow('webgpu'); console.log(JSON.stringify({ ...backend, tensors: tf.memory().numTensors })); process.exit(0);`;
    const output = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        ['--input-type=module', '-e', script],
        { env: { ...process.env, VK_ICD_FILENAMES: SWIFTSHADER } },
        (error, stdout) => (error === null ? resolve(stdout) : reject(new Error(error.message))),
      );
    });
    expect(JSON.parse(output)).toMatchObject({ name: 'webgpu', tensors: 0 });
    expect(JSON.parse(output).selfTestError).toBeLessThan(1e-3);
  },
);
