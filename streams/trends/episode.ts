import type { TrendStage } from '../../platform/contracts/trend.ts';
/** A trend as it is followed through its stages. */
export interface Episode {
  readonly key: string;
  onsetMs: number;
  stage: TrendStage;
  stageSinceMs: number;
  peakMs: number;
  peakAttention: number;
  lastMs: number;
}
