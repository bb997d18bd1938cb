import { train } from '../models/runtime/train.ts';
import { systemClock } from '../platform/time/clock.ts';
import { createRandom } from '../platform/time/random.ts';
import type { ModelsMemory } from './models-memory.ts';
import type { Static } from '@sinclair/typebox';

const TRAININGS = 10;
const SETTLE_SECONDS = 20;

/** Process of `weir bench models` that trains on threads and says what of its memory comes back. */
const random = createRandom('memory');
const histories = Array.from({ length: 14 }, (_, i) =>
  new Float64Array(700).map((_each, t) => 10 + i + 3 * Math.sin((2 * Math.PI * t) / 24) + random.normal()),
);
const rss = (): number => process.memoryUsage().rss;
const startBytes = rss();
let firstBytes = 0;
let leakedTensors = 0;
for (let i = 0; i < TRAININGS; i++) {
  const trained = await train({
    backend: 'wasm',
    histories,
    seed: `${i}`,
    spec: {
      input: 96,
      horizon: 24,
      period: 24,
      hidden: 64,
      stacks: [
        { pool: 4, knots: 6 },
        { pool: 1, knots: 24 },
      ],
      quantiles: [0.1, 0.5, 0.9],
      steps: 40,
      batch: 64,
      learningRate: 0.003,
    },
  });
  leakedTensors += trained.leakedTensors;
  if (i === 0) firstBytes = rss();
}
const lastBytes = rss();
await systemClock.sleep(SETTLE_SECONDS * 1_000);
const told: Static<typeof ModelsMemory> = {
  trainings: TRAININGS,
  startBytes,
  firstBytes,
  lastBytes,
  settledBytes: rss(),
  settleSeconds: SETTLE_SECONDS,
  leakedTensors,
};
process.send?.(told);
