import { createRandom } from '../platform/time/random.ts';
import { systemClock } from '../platform/time/clock.ts';
import { trainNhits, type NhitsSpec } from '../models/forecast/neural/nhits.ts';
import { backendNames } from '../models/runtime/backend.ts';
import { openTensorFlow } from '../models/runtime/tensorflow.ts';
import type { ModelsMeasure } from './models-measure.ts';

const spec: NhitsSpec = {
  input: 192,
  horizon: 48,
  period: 24,
  hidden: 128,
  stacks: [
    { pool: 8, knots: 4 },
    { pool: 4, knots: 12 },
    { pool: 1, knots: 48 },
  ],
  quantiles: [0.1, 0.5, 0.9],
  steps: 25,
  batch: 256,
  learningRate: 1e-3,
};
const PREDICTIONS = 200;

/** Process of one backend in `weir bench models`: sends its measure, or the reason why it cannot. */
async function run(): Promise<void> {
  const name = backendNames.find((each) => each === process.argv[2]);
  if (name === undefined || process.send === undefined)
    throw new Error('models-worker.ts runs under weir bench models');
  const { tf, backend } = await openTensorFlow(name);
  if (backend.name !== name) {
    process.send(backend.refused.find((each) => each.name === name)?.reason ?? 'refused');
    return;
  }
  const before = tf.memory().numTensors;
  const random = createRandom('bench');
  const histories = Array.from({ length: 20 }, (_, i) =>
    new Float64Array(700).map(
      (_, t) => 100 * (i + 1) * (2 + Math.sin((2 * Math.PI * t) / 24) + 0.2 * random.normal() ** 2),
    ),
  );
  const warm = await trainNhits(tf, histories, { ...spec, steps: 25 }, createRandom(1));
  const forecasts: number[] = [];
  for (const history of histories.slice(0, 5))
    for (const quantile of (await warm?.forecast(history)) ?? []) forecasts.push(...quantile);
  const began = systemClock.monotonicMs();
  const network = await trainNhits(tf, histories, spec, createRandom(2));
  const trainedMs = systemClock.monotonicMs() - began;
  const askedMs = systemClock.monotonicMs();
  for (let i = 0; i < PREDICTIONS; i += 1)
    await network?.forecast(histories[i % histories.length] ?? new Float64Array(1));
  const answeredMs = systemClock.monotonicMs() - askedMs;
  warm?.dispose();
  network?.dispose();
  const measure: ModelsMeasure = {
    backend,
    trainRowsPerSecond: (spec.steps * spec.batch * 1_000) / trainedMs,
    predictRowsPerSecond: (PREDICTIONS * 1_000) / answeredMs,
    forecasts,
    leakedTensors: tf.memory().numTensors - before,
  };
  process.send(measure);
}

await run();
// Dawn keeps threads that would hold the process.
process.exit(0);
