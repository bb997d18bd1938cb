import type { TrendStage } from '../../platform/contracts/trend.ts';
import type { HealthBand } from './health.ts';

/** A trend as it is followed through its stages. */
export interface Episode {
  readonly key: string;
  readonly label: string;
  onsetMs: number;
  stage: TrendStage;
  stageSinceMs: number;
  peakMs: number;
  /** Percent of a day's attention. */
  peakAttention: number;
  /** Last evaluation at which the trend was a candidate. */
  lastMs: number;
  /** What part of its attention were mentions then. */
  mentionShare: number;
  /** What was expected of the 24 hours from `expectedAtMs` on, and what came in the 24 hours before; views. */
  expectedAtMs: number;
  expectedViews: number;
  /** Actual ÷ expected of the last day that is over; 1 before there is one. */
  againstExpected: number;
  /** Stages that were told as signals, each once: a trend that wavers is told no more than five times. */
  told: readonly TrendStage[];
  /** Most views a live content in 24 hours. */
  bestPerContent: number;
  /** Where its health lies, and how often that has been told. */
  band: HealthBand;
  bandsTold: number;
  /** `bandsTold` when the band that is told now was left for; each such span is a signal of its own. */
  bandSpan: number;
  /** A band that was told and has not ended. */
  isBandTold: boolean;
  /** When each stage was first reached. */
  entered: Readonly<Partial<Record<TrendStage, number>>>;
}
