import type { Trend, TrendStage } from '../../platform/contracts/trend.ts';

/** A stage that a trend has come to. */
export interface StageChange {
  readonly key: string;
  /** Undefined when it was named for the first time. */
  readonly from: TrendStage | undefined;
  readonly to: TrendStage;
}

/** The trends of one moment of event time. */
export interface Evaluation {
  readonly atMs: number;
  /** Grows from one evaluation to the next, that of the same moment included. */
  readonly version: number;
  readonly trends: readonly Trend[];
  readonly changes: readonly StageChange[];
}
