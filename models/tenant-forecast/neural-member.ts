import type { Random } from '../../platform/time/random.ts';
import { restoreNhits, trainNhits, type NhitsSpec } from '../forecast/neural/nhits.ts';
import type { TensorFlow } from '../runtime/tensorflow.ts';
import type { NeuralModel } from './learned-model.ts';

/** Windows there must be to learn from. */
const MIN_WINDOWS = 100;

function specOf(input: number, horizon: number, period: number): NhitsSpec {
  return {
    input,
    horizon,
    period,
    hidden: 48,
    stacks: [
      { pool: Math.max(1, period >> 1), knots: Math.max(2, Math.ceil(horizon / period)) },
      { pool: 2, knots: Math.max(2, Math.ceil((2 * horizon) / period)) },
      { pool: 1, knots: horizon },
    ],
    quantiles: [0.16, 0.5, 0.84],
    steps: 250,
    batch: 64,
    learningRate: 2e-3,
  };
}

/** One N-HiTS over all series of the panel; undefined where the past holds too few windows. Leaves no tensor behind. */
export async function trainNeural(
  tf: TensorFlow,
  histories: readonly Float64Array[],
  period: number,
  horizon: number,
  random: Random,
  progress: (share: number) => void,
): Promise<NeuralModel | undefined> {
  const input = 4 * period;
  const windows = histories.reduce((sum, y) => sum + Math.max(0, y.length - input - horizon + 1), 0);
  if (windows < MIN_WINDOWS) return undefined;
  const network = await trainNhits(tf, histories, specOf(input, horizon, period), random, { progress });
  if (network === undefined) return undefined;
  try {
    return { input, horizon, weights: await network.weights() };
  } finally {
    network.dispose();
  }
}

/** What the network says of a series: its median, and half the distance between its outer quantiles (.16 and .84). */
export interface NeuralForecast {
  readonly point: Float64Array;
  readonly half: Float64Array;
}

/** Its forecasts of several panels, by panel and series. */
export async function forecastNeural(
  tf: TensorFlow,
  model: NeuralModel,
  period: number,
  panels: readonly (readonly Float64Array[])[],
): Promise<NeuralForecast[][]> {
  const spec = specOf(model.input, model.horizon, period);
  const network = restoreNhits(tf, spec, model.weights);
  const median = spec.quantiles.indexOf(0.5);
  try {
    const out: NeuralForecast[][] = [];
    for (const histories of panels) {
      const forecasts: NeuralForecast[] = [];
      for (const y of histories) {
        const made = await network.forecast(y);
        const [low, high] = [made[0], made.at(-1)];
        forecasts.push({
          point: made[median] ?? new Float64Array(model.horizon),
          half: Float64Array.from(
            { length: model.horizon },
            (_, h) => Math.abs((high?.[h] ?? Number.NaN) - (low?.[h] ?? Number.NaN)) / 2,
          ),
        });
      }
      out.push(forecasts);
    }
    return out;
  } finally {
    network.dispose();
  }
}
