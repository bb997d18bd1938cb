import { expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { openTensorFlow } from '../runtime/tensorflow.ts';
import { drawBlock, plainSums } from './scenario-sums.ts';
import { sumsFor, tensorSums } from './tensor-sums.ts';

const channels = 120;
const columns = 32;
const model = {
  volatility: Array.from({ length: channels }, (_, c) => (c % 7) / 10),
  commonCorrelation: 0.3,
};
const weights = Float64Array.from({ length: channels * columns }, (_, i) => 1_000 + (i % 13) * 250);

test('tensors give the sums of plain loops within 1e-3 and leave nothing behind', async () => {
  const { tf, backend } = await openTensorFlow('wasm');
  expect(backend.name).toBe('wasm');
  const random = createRandom('tensors');
  const before = tf.memory().numTensors;
  for (let round = 0; round < 3; round++) {
    const block = drawBlock(channels, 1_000, random);
    const plain = plainSums(model, weights, block);
    const found = await tensorSums(tf, model, weights, block);
    expect(found.length).toBe(plain.length);
    let worst = 0;
    for (const [i, each] of plain.entries()) worst = Math.max(worst, Math.abs((found[i] ?? 0) / each - 1));
    expect(worst).toBeLessThan(1e-3);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('a small size is computed in plain loops, a large one by whichever way was faster, to the same sums', async () => {
  expect(await sumsFor('wasm', 1_000, channels, columns)).toBe(plainSums);
  const sums = await sumsFor('wasm', 100_000, channels, columns);
  const block = drawBlock(channels, 64, createRandom(2));
  const [plain, found] = [plainSums(model, weights, block), await sums(model, weights, block)];
  expect(Math.abs((found[5] ?? 0) / (plain[5] ?? 1) - 1)).toBeLessThan(1e-3);
});

test('two hundred runs leave as many tensors and bytes of the backend as one', async () => {
  const { tf } = await openTensorFlow('wasm');
  const block = drawBlock(channels, 16, createRandom(3));
  await tensorSums(tf, model, weights, block);
  const { numBytes, numTensors } = tf.memory();
  for (let run = 0; run < 200; run++) await tensorSums(tf, model, weights, block);
  expect(tf.memory()).toMatchObject({ numBytes, numTensors });
});
