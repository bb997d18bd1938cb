import { trendStages, type TrendStage } from '../../platform/contracts/trend.ts';
import type { TrendMeasure } from './measure.ts';
import { featuresOf, virality, viralityOf } from './virality.ts';

/** What the chance of a peak ahead is read from: the features of virality, what was fitted to them, by how much a burst raises the odds, and the stage. */
export function chanceInputs(measure: TrendMeasure, stage: TrendStage): readonly number[] {
  const features = featuresOf(measure);
  const fitted = logOdds(virality(features));
  return [
    ...features,
    fitted,
    logOdds(viralityOf(measure)) - fitted,
    ...trendStages.map((each) => (each === stage ? 1 : 0)),
  ];
}

function logOdds(chance: number): number {
  const bounded = Math.min(1 - 1e-6, Math.max(1e-6, chance));
  return Math.log(bounded / (1 - bounded));
}
