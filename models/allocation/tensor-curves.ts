import type * as Tf from '@tensorflow/tfjs';
import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import { systemClock, type Clock } from '../../platform/time/clock.ts';
import type { BackendChoice } from '../runtime/backend.ts';
import type { TensorFlow } from '../runtime/tensorflow.ts';
import {
  curveValuesInParts,
  plainCurveValues,
  type CurveBatch,
  type CurveValues,
  type PartsOptions,
} from './curve-values.ts';
import { fasterOf } from './faster-of.ts';

/** A batch on the backend in force, at single precision: within 1e-3 of the plain values, in practice within 1e-5. One kernel a kind of curve. Leaves no tensor behind. */
export async function tensorCurveValues(tf: TensorFlow, batch: CurveBatch): Promise<Float64Array> {
  const { amounts, curves, points } = batch;
  const values = new Float64Array(amounts.length);
  for (const type of kinds) {
    const rows = curves.flatMap((curve, row) => (curve.type === type ? [row] : []));
    if (rows.length === 0 || points === 0) continue;
    const ratios = new Float32Array(rows.length * points);
    const scales = new Float32Array(rows.length);
    const exponents = new Float32Array(rows.length);
    for (const [k, row] of rows.entries()) {
      const curve = curves[row];
      if (curve === undefined) continue;
      scales[k] = curve.scale;
      exponents[k] = 'exponent' in curve ? curve.exponent : 1;
      const half = 'half' in curve ? curve.half : 1;
      // Divided here, at double precision: what is left to the backend is near 1 where it matters.
      for (let p = 0; p < points; p++) ratios[k * points + p] = (amounts[row * points + p] ?? 0) / half;
    }
    const found = tf.tidy(() => {
      const ratio = tf.tensor2d(ratios, [rows.length, points]);
      const column = (of: Float32Array): Tf.Tensor2D => tf.tensor2d(of, [rows.length, 1]);
      return tf.mul(column(scales), shapeOf(tf, type, ratio, column(exponents)));
    });
    const data = await found.data();
    found.dispose();
    for (const [k, row] of rows.entries())
      values.set(data.subarray(k * points, (k + 1) * points), row * points);
  }
  return values;
}

const kinds = [
  'hill',
  'log',
  'power',
  'linear',
  'exponential',
] as const satisfies readonly ResponseCurve['type'][];

/** Return as a part of the scale, of amount ÷ half. Close to nothing the differences of nearly equal numbers are taken by their series. */
function shapeOf(
  tf: TensorFlow,
  type: ResponseCurve['type'],
  ratio: Tf.Tensor2D,
  exponent: Tf.Tensor2D,
): Tf.Tensor {
  switch (type) {
    case 'hill':
      return whereSome(tf, ratio, tf.sigmoid(tf.mul(exponent, tf.log(ratio))));
    case 'power':
      return whereSome(tf, ratio, tf.exp(tf.mul(exponent, tf.log(ratio))));
    case 'linear':
      return ratio;
    case 'log':
      return tf.where(
        tf.less(ratio, 1e-3),
        tf.mul(ratio, tf.sub(1, tf.mul(0.5, ratio))),
        tf.log(tf.add(1, ratio)),
      );
    case 'exponential':
      return tf.where(
        tf.less(ratio, 1e-2),
        tf.mul(ratio, tf.sub(1, tf.mul(ratio, tf.sub(0.5, tf.div(ratio, 6))))),
        tf.sub(1, tf.exp(tf.neg(ratio))),
      );
  }
}

/** Nothing returns nothing, whatever the logarithm of 0 is on a backend. */
function whereSome(tf: TensorFlow, ratio: Tf.Tensor2D, shape: Tf.Tensor): Tf.Tensor {
  return tf.where(tf.greater(ratio, 0), shape, tf.zerosLike(ratio));
}

/** Values below which loading TensorFlow.js cannot be earned back: a tenth of a second in plain loops. */
const LEAST_VALUES = 1_000_000;
/** Measured on so many, since a GPU is slow at little work. */
const SAMPLE = 65_536;

/**
 * The way to compute a batch of this size: plain loops, or tensors where they are faster on the backend present, measured here on a sample of the same kind of curves. The two agree
 * to single precision. For tasks, which have a thread of their own.
 */
export async function curveValuesFor(
  backend: BackendChoice,
  count: number,
  options: PartsOptions = {},
  clock: Pick<Clock, 'monotonicMs'> = systemClock,
): Promise<CurveValues> {
  const inParts =
    (compute: CurveValues): CurveValues =>
    async (batch) =>
      await curveValuesInParts(batch, compute, options);
  if (count < LEAST_VALUES) return inParts(plainCurveValues);
  const { openTensorFlow } = await import('../runtime/tensorflow.ts');
  const { tf } = await openTensorFlow(backend);
  const tensors: CurveValues = async (batch) => await tensorCurveValues(tf, batch);
  const sample = sampleOf(SAMPLE, 32);
  const isFaster = await fasterOf(
    clock,
    () => plainCurveValues(sample),
    () => tensors(sample),
  );
  return inParts(isFaster === 'second' ? tensors : plainCurveValues);
}

/** Hill curves: nearly all that are evaluated by the million. */
export function sampleOf(count: number, points: number): CurveBatch {
  const curves = Array.from({ length: Math.floor(count / points) }, (_, i): ResponseCurve => {
    return { type: 'hill', scale: 1 + (i % 7), exponent: 0.8 + (i % 5) / 2, half: 10 + (i % 11) };
  });
  const amounts = new Float64Array(curves.length * points).map((_, at) => (at % points) * 3);
  return { curves, points, amounts };
}
