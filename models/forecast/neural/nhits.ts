import type { AdamOptimizer, Scalar, Tensor2D, Variable } from '@tensorflow/tfjs';
import { createRandom, type Random } from '../../../platform/time/random.ts';
import type { TensorFlow } from '../../runtime/tensorflow.ts';
import { scaleHistory, unscale, type ScaledHistory } from '../scaled-history.ts';
import { interpolationMatrix, poolingMatrix } from './linear-maps.ts';
import { sampleBatch, windowBefore } from './windows.ts';

/** Shape and training of a network; the same specification, seed and data give the same network on one backend. */
export interface NhitsSpec {
  readonly input: number;
  readonly horizon: number;
  readonly period: number;
  readonly hidden: number;
  /** One stack each: how many values are pooled into one, and how many knots its forecast has. */
  readonly stacks: readonly { readonly pool: number; readonly knots: number }[];
  /** Quantiles it forecasts; .5 among them is the point. */
  readonly quantiles: readonly number[];
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
}

export interface TrainingHooks {
  /** After every step that `await`ed the device: share done from 0 to 1 and the loss. */
  readonly progress?: (share: number, loss: number) => void;
  readonly signal?: AbortSignal;
}

export interface Nhits {
  readonly spec: NhitsSpec;
  /** Forecasts by quantile, in the units of the series. */
  forecast(history: Float64Array): Promise<Float64Array[]>;
  /** The parameters in a fixed order. */
  weights(): Promise<Float32Array[]>;
  /** Frees its tensors; afterwards as many exist as before it was made. */
  dispose(): void;
}

/** Steps between two looks at the device: rarely, because a look waits for all queued work. */
const REPORT_EVERY = 25;

/**
 * Trains one network on all histories at once: N-HiTS (Challu et al. 2023), stacks of fully connected blocks that each look at the
 * input through their own pooling, explain a part of it and pass on the rest, with forecasts interpolated from few knots. Pooling and
 * interpolation are products with constant matrices, so that every backend runs the same kernels. Loss: pinball over the quantiles. Undefined where no
 * history is as long as an input and a horizon.
 */
export async function trainNhits(
  tf: TensorFlow,
  histories: readonly Float64Array[],
  spec: NhitsSpec,
  random: Random,
  hooks: TrainingHooks = {},
): Promise<Nhits | undefined> {
  const scaled = histories.map((history) => scaleHistory(history, spec.period));
  const usable = scaled.filter(({ values }) => values.length >= spec.input + spec.horizon);
  if (usable.length === 0) return undefined;
  const network = createNetwork(tf, spec, random.fork('weights'));
  const optimizer = tf.train.adam(spec.learningRate);
  const draws = random.fork('batches');
  try {
    for (let step = 0; step < spec.steps; step += 1) {
      hooks.signal?.throwIfAborted();
      const { x, y } = sampleBatch(usable, spec, draws);
      // Half a cosine from the full rate to none: the last steps settle.
      setRate(optimizer, spec.learningRate * 0.5 * (1 + Math.cos((Math.PI * step) / spec.steps)));
      const reports = step % REPORT_EVERY === REPORT_EVERY - 1;
      const cost = optimizer.minimize(
        () =>
          tf.tidy(() => {
            const input = tf.tensor2d(x, [spec.batch, spec.input]);
            const target = tf.tensor2d(y, [spec.batch, spec.horizon]);
            return pinball(tf, network.run(input), target, spec.quantiles);
          }),
        reports,
        network.parameters,
      );
      if (cost === null) continue;
      const [loss = Number.NaN] = await cost.data();
      cost.dispose();
      if (!Number.isFinite(loss)) throw new Error(`the loss of step ${step} is no number`);
      hooks.progress?.((step + 1) / spec.steps, loss);
      // Lets a message of cancellation in.
      await tf.nextFrame();
    }
  } catch (error) {
    network.dispose();
    throw error;
  } finally {
    optimizer.dispose();
  }
  return {
    spec,
    forecast: (history) => predict(tf, network, spec, scaleHistory(history, spec.period)),
    weights: () => Promise.all(network.parameters.map(async (p) => Float32Array.from(await p.data()))),
    dispose: () => network.dispose(),
  };
}

/** The network of these parameters again, as `weights` gave them. Throws RangeError where their number or size does not fit. */
export function restoreNhits(tf: TensorFlow, spec: NhitsSpec, weights: readonly Float32Array[]): Nhits {
  const network = createNetwork(tf, spec, createRandom('restored'));
  const fits =
    weights.length === network.parameters.length &&
    network.parameters.every((parameter, i) => parameter.size === weights[i]?.length);
  if (!fits) {
    network.dispose();
    throw new RangeError('the weights are not those of this network');
  }
  network.parameters.forEach((parameter, i) => {
    tf.tidy(() => parameter.assign(tf.tensor(weights[i] ?? new Float32Array(0), parameter.shape)));
  });
  return {
    spec,
    forecast: (history) => predict(tf, network, spec, scaleHistory(history, spec.period)),
    weights: () => Promise.all(network.parameters.map(async (p) => Float32Array.from(await p.data()))),
    dispose: () => network.dispose(),
  };
}

interface Network {
  readonly parameters: Variable[];
  /** Batch x input to one batch x horizon a quantile. */
  run(input: Tensor2D): Tensor2D[];
  dispose(): void;
}

function createNetwork(tf: TensorFlow, spec: NhitsSpec, random: Random): Network {
  const constants: Tensor2D[] = [];
  const parameters: Variable[] = [];
  const constant = (values: Float32Array, shape: [number, number]): Tensor2D => {
    const tensor = tf.tensor2d(values, shape);
    constants.push(tensor);
    return tensor;
  };
  const dense = (from: number, to: number, gain: number): { w: Variable; b: Variable } => {
    const deviation = gain * Math.sqrt(2 / from);
    const w = tf.tidy(() =>
      tf.variable(
        tf.tensor2d(
          Float32Array.from({ length: from * to }, () => deviation * random.normal()),
          [from, to],
        ),
      ),
    );
    const b = tf.tidy(() => tf.variable(tf.zeros([1, to])));
    parameters.push(w, b);
    return { w, b };
  };
  const count = spec.quantiles.length;
  const blocks = spec.stacks.map(({ pool, knots }) => {
    const pooled = Math.ceil(spec.input / pool);
    const first = dense(pooled, spec.hidden, 1);
    const second = dense(spec.hidden, spec.hidden, 1);
    return {
      pooling: constant(poolingMatrix(spec.input, pool), [spec.input, pooled]),
      first,
      second,
      back: dense(spec.hidden, pooled, 0.1),
      backMap: constant(interpolationMatrix(pooled, spec.input), [pooled, spec.input]),
      ahead: Array.from({ length: count }, () => dense(spec.hidden, knots, 0.1)),
      aheadMap: constant(interpolationMatrix(knots, spec.horizon), [knots, spec.horizon]),
    };
  });
  const apply = (x: Tensor2D, { w, b }: { w: Variable; b: Variable }): Tensor2D => tf.add(tf.matMul(x, w), b);
  return {
    parameters,
    run: (input) => {
      let rest = input;
      const sums: Tensor2D[] = [];
      for (const block of blocks) {
        const hidden = tf.relu(
          apply(tf.relu(apply(tf.matMul(rest, block.pooling), block.first)), block.second),
        );
        rest = tf.sub(rest, tf.matMul(apply(hidden, block.back), block.backMap));
        block.ahead.forEach((layer, q) => {
          const part: Tensor2D = tf.matMul(apply(hidden, layer), block.aheadMap);
          const sum = sums[q];
          sums[q] = sum === undefined ? part : tf.add(sum, part);
        });
      }
      return sums;
    },
    dispose: () => {
      for (const tensor of [...constants, ...parameters]) tensor.dispose();
    },
  };
}

function pinball(
  tf: TensorFlow,
  forecasts: readonly Tensor2D[],
  target: Tensor2D,
  quantiles: readonly number[],
): Scalar {
  const losses = forecasts.map((forecast, q) => {
    const level = quantiles[q] ?? 0.5;
    const error = tf.sub(target, forecast);
    return tf.mean(tf.maximum(tf.mul(error, level), tf.mul(error, level - 1)));
  });
  return tf.mean(tf.stack(losses));
}

async function predict(
  tf: TensorFlow,
  network: Network,
  spec: NhitsSpec,
  history: ScaledHistory,
): Promise<Float64Array[]> {
  const { values } = history;
  const newest = values.at(-1) ?? 0;
  const output = tf.tidy(() => {
    const input = tf.tensor2d(windowBefore(values, values.length, spec.input), [1, spec.input]);
    return tf.stack(network.run(input));
  });
  const flat = await output.data();
  output.dispose();
  return spec.quantiles.map((_, q) =>
    unscale(
      new Float64Array(spec.horizon).map((_, h) => newest + (flat[q * spec.horizon + h] ?? 0)),
      history,
    ),
  );
}

function setRate(optimizer: AdamOptimizer, rate: number): void {
  // The rate of a TF.js optimizer is only reachable through its configuration's field; Adam reads it at every step.
  Object.assign(optimizer, { learningRate: rate });
}
