import { systemClock, type Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import type { BackendChoice } from '../runtime/backend.ts';
import type { TensorFlow } from '../runtime/tensorflow.ts';
import { fasterOf } from './faster-of.ts';
import {
  BLOCK,
  drawBlock,
  factorShape,
  plainSums,
  type ScenarioBlock,
  type ScenarioSums,
} from './scenario-sums.ts';
import type { ScenarioModel } from './scenarios.ts';

/** Scenarios times channels times columns below which loading TensorFlow.js cannot be earned back: some tenths of a second in plain loops. */
const LEAST_WORK = 50_000_000;
/** Channels from which loops are long enough to be worth measuring. */
const LEAST_CHANNELS = 16;

/** Whether a size is large enough to measure which way is faster; `weir bench allocation` shows where that lies on this machine. */
export function mayPayAsTensors(count: number, channels: number, columns: number): boolean {
  return channels >= LEAST_CHANNELS && count * channels * columns >= LEAST_WORK;
}

/**
 * The way to compute sums of a size: plain loops, or tensors where they are faster on the backend present, measured here on one block of this very shape: few columns are mostly drawing, many are a matrix
 * product, and where the border lies differs between WebAssembly and a GPU. The two agree to single precision. For tasks, which have a thread of their own.
 */
export async function sumsFor(
  backend: BackendChoice,
  count: number,
  channels: number,
  columns: number,
  clock: Pick<Clock, 'monotonicMs'> = systemClock,
): Promise<ScenarioSums> {
  if (!mayPayAsTensors(count, channels, columns)) return plainSums;
  const { openTensorFlow } = await import('../runtime/tensorflow.ts');
  const { tf } = await openTensorFlow(backend);
  const tensors: ScenarioSums = async (model, weights, block) => await tensorSums(tf, model, weights, block);
  const model = { volatility: Array.from({ length: channels }, () => 0.2), commonCorrelation: 0.3 };
  const weights = new Float64Array(channels * columns).fill(1);
  const block = drawBlock(channels, BLOCK, createRandom('measure'));
  const isFaster = await fasterOf(
    clock,
    () => plainSums(model, weights, block),
    () => tensors(model, weights, block),
  );
  return isFaster === 'second' ? tensors : plainSums;
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
