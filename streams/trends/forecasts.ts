import type { TrendStage } from '../../platform/contracts/trend.ts';
import { copyPeakChances, createPeakChances, type PeakChances } from './peak-chance.ts';
import { copyPeakDays, createPeakDays, type DayRun, type PeakDays } from './peak-days.ts';
import { createTrajectories, type Trajectories } from './trajectory.ts';

/** What was expected of a trend at a moment, until it is known how it came out. */
export interface Forecast {
  readonly key: string;
  readonly atMs: number;
  readonly stage: TrendStage;
  /** Percent of a day's attention, of the last days; the newest first. */
  readonly attentions: readonly number[];
  high: number;
  highMs: number;
  /** Days ahead that have been learned from. */
  learnedDays: number;
  isPeakKnown: boolean;
  /** What its chance of a peak ahead was read from; empty once that is learned from. */
  inputs: readonly number[];
  /** What was told of its peak, while it was ahead. */
  readonly peakRun: DayRun | undefined;
}

/** Forecasts whose truth is to come, oldest first, and what was learned from those whose truth came. */
export interface Forecasts {
  open: Forecast[];
  readonly trajectories: Trajectories;
  readonly peaks: PeakDays;
  readonly chances: PeakChances;
}

export function createForecasts(): Forecasts {
  return {
    open: [],
    trajectories: createTrajectories(),
    peaks: createPeakDays(),
    chances: createPeakChances(),
  };
}

export function copyForecasts({ open, trajectories, peaks, chances }: Forecasts): Forecasts {
  return {
    open: open.map((each) => ({ ...each })),
    trajectories: {
      counts: trajectories.counts.slice(),
      shrinkage: { errors: trajectories.shrinkage.errors.slice() },
    },
    peaks: copyPeakDays(peaks),
    chances: copyPeakChances(chances),
  };
}
