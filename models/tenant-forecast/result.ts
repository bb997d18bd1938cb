import type { SeriesForecastDetail } from '../../platform/contracts/forecast.ts';
import type { LearnedModel } from './learned-model.ts';
import type { Passed } from './order.ts';

/** What a model did on the past of a panel. */
export interface ModelScore {
  /** Mean over the series of mean absolute error over the yardstick of MASE; null when nothing could be tried. */
  readonly error: number | null;
  /** Of what is shown, seasonal-naive where that was better. */
  readonly relativeToSeasonalNaive: number | null;
}

export interface ForecastResult {
  readonly kind: 'forecast';
  readonly forecasts: readonly Omit<SeriesForecastDetail, 'madeAtMs' | 'modelVersion'>[];
  /** Which model the forecasts are by. */
  readonly by: 'trained' | 'current';
  readonly trained:
    | {
        readonly model: LearnedModel;
        readonly score: ModelScore;
        /** Of the current one at the same origins; undefined where there was none. */
        readonly currentScore: ModelScore | undefined;
        readonly dataHash: string;
        readonly backend: string;
        readonly origins: number;
        readonly kpis: readonly string[];
        /** Of the history, and of the longest horizon. */
        readonly steps: number;
        readonly horizon: number;
      }
    | undefined;
  readonly passed: Passed;
  /** Tensors left behind; 0 unless there is a fault. */
  readonly leakedTensors: number;
}

/** Comes from our own thread: its kind is enough to know it. */
export function isForecastResult(value: unknown): value is ForecastResult {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'forecast';
}
