import { BLOCK, drawBlock, plainSums } from '../models/allocation/scenario-sums.ts';
import { tensorSums } from '../models/allocation/tensor-sums.ts';
import { openTensorFlow } from '../models/runtime/tensorflow.ts';
import { createRandom } from '../platform/time/random.ts';

const SCENARIOS = 100_000;
const BLOCKS = 3;
const SIZES = [
  [12, 9],
  [12, 64],
  [50, 9],
  [50, 32],
  [200, 9],
  [200, 32],
  [200, 64],
  [500, 9],
  [500, 64],
] as const;

/** 100,000 scenarios in plain loops and as tensors on the backend in force, by size: what the rule of tensor-sums.ts rests on. */
export async function measureScenarios(tell: (line: string) => void): Promise<string> {
  const loading = cpuSeconds();
  const { tf, backend } = await openTensorFlow('auto');
  const loadSeconds = cpuSeconds() - loading;
  const rows: string[] = [];
  for (const [channels, columns] of SIZES) {
    const model = {
      volatility: Array.from({ length: channels }, (_, c) => 0.1 + (c % 5) / 20),
      commonCorrelation: 0.3,
    };
    const weights = Float64Array.from({ length: channels * columns }, (_, i) => 1 + (i % 17));
    const random = createRandom(`${channels} ${columns}`);
    const times = { draw: 0, plain: 0, tensors: 0 };
    let worst = 0;
    for (let block = 0; block <= BLOCKS; block++) {
      const from = cpuSeconds();
      const drawn = drawBlock(channels, BLOCK, random);
      const afterDraw = cpuSeconds();
      const plain = plainSums(model, weights, drawn);
      const afterPlain = cpuSeconds();
      const found = await tensorSums(tf, model, weights, drawn);
      const end = cpuSeconds();
      for (const [i, each] of plain.entries()) worst = Math.max(worst, Math.abs((found[i] ?? 0) / each - 1));
      // The first block is compilation's.
      if (block === 0) continue;
      times.draw += afterDraw - from;
      times.plain += afterPlain - afterDraw;
      times.tensors += end - afterPlain;
    }
    const whole = (seconds: number): string => ((seconds * SCENARIOS) / (BLOCKS * BLOCK)).toFixed(2);
    rows.push(
      `| ${channels} × ${columns} | ${whole(times.draw)} s | ${whole(times.plain)} s | ${whole(times.tensors)} s | ${(times.plain / times.tensors).toFixed(2)} | ${worst.toExponential(1)} | ${times.plain > times.tensors ? 'tensors' : 'plain'} |`,
    );
    tell(`${channels} × ${columns}: plain ${whole(times.plain)} s, tensors ${whole(times.tensors)} s`);
  }
  return [
    `100,000 scenarios of channels × columns (a column is a candidate, or a stream of one) in plain loops and as tensors on ${backend.name} (${backend.device}), by CPU time; loading TensorFlow.js takes ${loadSeconds.toFixed(2)} s. Drawing chance is the same for both. Ratio above 1: tensors are faster; the last column is what the rule takes.`,
    '',
    '| channels × columns | drawing | plain | tensors | ratio | apart at most | used |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function cpuSeconds(): number {
  const { system, user } = process.cpuUsage();
  return (user + system) / 1e6;
}
