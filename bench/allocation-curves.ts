import type { ResponseCurve } from '../platform/contracts/allocation.ts';
import { curveValuesInParts, plainCurveValues, type CurveBatch } from '../models/allocation/curve-values.ts';
import { tensorCurveValues } from '../models/allocation/tensor-curves.ts';
import { openTensorFlow } from '../models/runtime/tensorflow.ts';

const SIZES = [
  { name: '80 draws of 500 channels × 3 resources, 26 amounts each', curves: 120_000, points: 26 },
  { name: '80 draws of 12 channels × 3 resources, 26 amounts each', curves: 2_880, points: 26 },
  { name: '100,000 scenarios of 4 channels × 3 resources', curves: 12, points: 100_000 },
] as const;

/** Hill curves in plain loops and as tensors on the backend in force, by size: what `curveValuesFor` measures for itself before it chooses. */
export async function measureCurves(tell: (line: string) => void): Promise<string> {
  const { tf, backend } = await openTensorFlow('auto');
  const rows: string[] = [];
  for (const { curves, name, points } of SIZES) {
    const batch = batchOf(curves, points);
    const tensors = async (part: CurveBatch): Promise<Float64Array> => await tensorCurveValues(tf, part);
    // Compilation.
    await tensors(batchOf(100, 26));
    const [plain, plainSeconds] = await timed(async () => await curveValuesInParts(batch, plainCurveValues));
    const [found, tensorSeconds] = await timed(async () => await curveValuesInParts(batch, tensors));
    let worst = 0;
    for (const [i, each] of plain.entries())
      if (each > 0) worst = Math.max(worst, Math.abs((found[i] ?? 0) / each - 1));
    rows.push(
      `| ${name} | ${plainSeconds.toFixed(3)} s | ${tensorSeconds.toFixed(3)} s | ${(plainSeconds / tensorSeconds).toFixed(2)} | ${worst.toExponential(1)} |`,
    );
    tell(`${name}: plain ${plainSeconds.toFixed(3)} s, tensors ${tensorSeconds.toFixed(3)} s`);
  }
  return [
    `Response curves in plain loops and as tensors on ${backend.name} (${backend.device}), by CPU time. Above a million values the faster way is measured and taken.`,
    '',
    '| curves | plain | tensors | ratio | apart at most |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function batchOf(count: number, points: number): CurveBatch {
  const curves = Array.from({ length: count }, (_, i): ResponseCurve => {
    return { type: 'hill', scale: 1 + (i % 7), exponent: 0.8 + (i % 5) / 2, half: 10 + (i % 11) };
  });
  return { curves, points, amounts: new Float64Array(count * points).map((_, at) => (at * 7) % 97) };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const from = cpuSeconds();
  const result = await work();
  return [result, cpuSeconds() - from];
}

function cpuSeconds(): number {
  const { system, user } = process.cpuUsage();
  return (user + system) / 1e6;
}
