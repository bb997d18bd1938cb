import type { BackendChoice } from '../runtime/backend.ts';
import type { TensorFlow } from '../runtime/tensorflow.ts';
import { factorShape, plainSums, type ScenarioBlock, type ScenarioSums } from './scenario-sums.ts';
import type { ScenarioModel } from './scenarios.ts';

/** Columns, channels and scenarios times channels from which tensors are faster than plain loops on WebAssembly; `weir bench allocation` measures it. */
const LEAST_COLUMNS = 32;
const LEAST_CHANNELS = 100;
/** Loading TensorFlow.js has to be earned back first. */
const LEAST_WORK = 5_000_000;

/** Whether sums of this size are computed as tensors: few columns are drawing, which tensors do no faster, many are a matrix product, which they do. */
export function paysAsTensors(count: number, channels: number, columns: number): boolean {
  return columns >= LEAST_COLUMNS && channels >= LEAST_CHANNELS && count * channels >= LEAST_WORK;
}

/** The way to compute sums of a size: plain loops, or tensors on the best backend present where that pays. For tasks, which have a thread of their own. */
export async function sumsFor(
  backend: BackendChoice,
  count: number,
  channels: number,
  columns: number,
): Promise<ScenarioSums> {
  if (!paysAsTensors(count, channels, columns)) return plainSums;
  const { openTensorFlow } = await import('../runtime/tensorflow.ts');
  const { tf } = await openTensorFlow(backend);
  return async (model, weights, block) => await tensorSums(tf, model, weights, block);
}

/** The same as tensors on the backend in force, at single precision: within 1e-3 of the plain sums, in practice within 1e-5. */
export async function tensorSums(
  tf: TensorFlow,
  model: ScenarioModel,
  weights: Float64Array,
  block: ScenarioBlock,
): Promise<Float64Array> {
  const { common, own, sigma } = factorShape(model);
  const channels = sigma.length;
  const columns = channels === 0 ? 0 : weights.length / channels;
  const { angle, count, pairs, radius } = block;
  const sums = tf.tidy(() => {
    const r = tf.sqrt(tf.mul(-2, tf.log(tf.tensor2d(radius, [count, pairs]))));
    const turn = tf.mul(2 * Math.PI, tf.tensor2d(angle, [count, pairs]));
    const normals = tf.concat([tf.mul(r, tf.cos(turn)), tf.mul(r, tf.sin(turn))], 1);
    const shock = tf.slice(normals, [0, 0], [count, 1]);
    const each = tf.slice(normals, [0, 1], [count, channels]);
    const wide = tf.tensor2d(Float32Array.from(sigma), [1, channels]);
    const moved = tf.mul(wide, tf.add(tf.mul(common, shock), tf.mul(own, each)));
    const factors = tf.exp(tf.sub(moved, tf.mul(0.5, tf.square(wide))));
    return tf.matMul(factors, tf.tensor2d(Float32Array.from(weights), [channels, columns]));
  });
  const found = Float64Array.from(await sums.data());
  sums.dispose();
  return found;
}
