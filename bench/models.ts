import { fork } from 'node:child_process';
import { largestDifference } from '../models/runtime/choose-backend.ts';
import { backendNames, type BackendName } from '../models/runtime/backend.ts';
import { isModelsMeasure, type ModelsMeasure } from './models-measure.ts';

export interface ModelsResult {
  readonly measured: readonly ModelsMeasure[];
  readonly absent: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** Trains and asks the same network on each backend that is present, one after the other, each in a process of its own. */
export async function measureModels(tell: (line: string) => void): Promise<ModelsResult> {
  const measured: ModelsMeasure[] = [];
  const absent: { name: BackendName; reason: string }[] = [];
  for (const name of [...backendNames].reverse()) {
    tell(`${name} …`);
    const answer = await measureOn(name);
    if (typeof answer === 'string') absent.push({ name, reason: answer });
    else measured.push(answer);
  }
  return { measured, absent };
}

/** The table of docs/benchmarks.md: ratios are to plain CPU of the same run. */
export function modelsReport({ measured, absent }: ModelsResult): string {
  const cpu = measured.find(({ backend }) => backend.name === 'cpu');
  const rows = measured.map(
    ({ backend, trainRowsPerSecond, predictRowsPerSecond, forecasts, leakedTensors }) => {
      const difference =
        cpu === undefined
          ? Number.NaN
          : largestDifference(Float32Array.from(forecasts), Float32Array.from(cpu.forecasts));
      const ratio = (value: number, base: number | undefined): string =>
        base === undefined ? '' : `${(value / base).toFixed(1)}×`;
      return `| ${backend.name} (${backend.device}) | ${Math.round(trainRowsPerSecond).toLocaleString('en-US')} | ${ratio(trainRowsPerSecond, cpu?.trainRowsPerSecond)} | ${Math.round(predictRowsPerSecond).toLocaleString('en-US')} | ${ratio(predictRowsPerSecond, cpu?.predictRowsPerSecond)} | ${difference.toExponential(1)} | ${leakedTensors} |`;
    },
  );
  return [
    'N-HiTS of three stacks (input 192, horizon 48, 128 hidden, three quantiles), batches of 256 windows; per second of wall clock, after warming up.',
    '',
    '| backend | windows trained/s | to CPU | windows forecast/s | to CPU | largest difference from CPU | tensors left |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...absent.map(({ name, reason }) => `Not measured: ${name}, ${reason}.`),
  ].join('\n');
}

function measureOn(name: BackendName): Promise<ModelsMeasure | string> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('models-worker.ts', import.meta.url), [name], {
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });
    let answer: ModelsMeasure | string = 'its process ended without an answer';
    child.on('message', (message: unknown) => {
      if (typeof message === 'string') answer = message;
      else if (isModelsMeasure(message)) answer = message;
    });
    child.on('error', reject);
    child.on('exit', () => resolve(answer));
  });
}
