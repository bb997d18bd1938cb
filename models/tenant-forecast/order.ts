import type { Realised } from './deviations.ts';
import type { LearnedModel } from './learned-model.ts';
import type { MonthSoFar } from './month-end.ts';
import type { Panel } from './panel.ts';

/** What was read beside the panel and is needed when the result is stored. */
export interface Passed {
  readonly realised: readonly Realised[];
  readonly monthEnd: MonthSoFar | undefined;
  readonly historySteps: number;
  readonly calendarRevision: number;
}

export const nothingPassed: Passed = {
  realised: [],
  monthEnd: undefined,
  historySteps: 0,
  calendarRevision: 0,
};

/** What the thread is asked: forecasts by the current model, and a new one first where `train` says so. */
export interface ForecastOrder {
  readonly panel: Panel;
  readonly train: boolean;
  readonly current: LearnedModel | undefined;
  /** Goes through the thread unread: what was read beside the panel and is needed when the result is stored. */
  readonly passed: Passed;
}

export function isForecastOrder(value: unknown): value is ForecastOrder {
  return typeof value === 'object' && value !== null && 'panel' in value && 'train' in value;
}
