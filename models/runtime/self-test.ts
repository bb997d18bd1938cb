import type * as Tf from '@tensorflow/tfjs';

/**
 * A network of two layers, its output and its gradients on fixed numbers: what models here are made of (products, rectifier, softplus,
 * means, gather, reverse pass). Leaves no tensor behind.
 */
export async function selfTest(tf: typeof Tf): Promise<Float32Array> {
  const results = tf.tidy(() => {
    const x = wave(tf, 16, 24, 0.37);
    const first = wave(tf, 24, 32, 0.11);
    const second = wave(tf, 32, 8, 0.23);
    const target = wave(tf, 16, 8, 0.71);
    const loss = (w1: Tf.Tensor, w2: Tf.Tensor): Tf.Scalar => {
      const hidden = tf.relu(tf.matMul(x, tf.reshape(w1, [24, 32])));
      const out = tf.add(tf.matMul(hidden, tf.reshape(w2, [32, 8])), tf.softplus(tf.mean(hidden)));
      return tf.mean(tf.square(tf.sub(out, target))).asScalar();
    };
    const [byFirst, bySecond] = tf.grads((w1: Tf.Tensor, w2: Tf.Tensor) => loss(w1, w2))([first, second]);
    if (byFirst === undefined || bySecond === undefined)
      throw new Error('the reverse pass gave no gradients');
    return tf.concat([
      tf.reshape(loss(first, second), [1]),
      tf.reshape(byFirst, [-1]),
      tf.reshape(bySecond, [-1]),
      tf.reshape(tf.gather(x, tf.tensor1d([3, 1, 2], 'int32')), [-1]),
    ]);
  });
  const values = await results.data();
  results.dispose();
  return Float32Array.from(values);
}

function wave(tf: typeof Tf, rows: number, columns: number, step: number): Tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(1 + i * step)),
    [rows, columns],
  );
}
