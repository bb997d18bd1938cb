import type { TrendMeasure } from './measure.ts';

/** Features of virality, in the order of their weights. All without unit, so that they mean the same for every tenant. */
export const featureNames = [
  'one',
  'size',
  'growth',
  'newHigh',
  'expectedNext',
  'young',
  'firstAge',
  'contents',
  'fresh',
  'channels',
  'burst',
  'reaction',
  'isChannel',
  'habit',
  'known',
] as const;

/** Percent of a day's attention below which growth says nothing. */
const SMOOTHING = 0.02;

/** The features of a candidate, each bounded. */
export function featuresOf(measure: TrendMeasure): readonly number[] {
  const { attention, views, mentions } = measure;
  const today = (attention[0] ?? 0) + SMOOTHING;
  const before = mean(attention.slice(1, 4)) + SMOOTHING;
  const high = Math.max(0, ...attention.slice(1)) + SMOOTHING;
  const viewsToday = views[0] ?? 0;
  const scale = viewsToday * 0.02 + 1;
  return [
    1,
    bounded(Math.log(today), -5, 4),
    bounded(Math.log(today / before), -4, 4),
    bounded(Math.log(today / high), -4, 4),
    viewsToday <= 0 ? 0 : bounded(Math.log((measure.expectedNextViews + scale) / (viewsToday + scale)), -3, 2),
    measure.youngShare,
    bounded(measure.firstAgeDays, 0, 5),
    Math.log1p(measure.live.length),
    Math.log1p(measure.fresh),
    Math.log1p(measure.channels),
    bounded(-Math.log10(Math.max(1e-12, measure.burst.pValue)), 0, 12),
    bounded(Math.log(measure.reaction + 0.05), -3, 3),
    measure.kind === 'channel' ? 1 : 0,
    Math.log1p(sum(mentions.slice(1))),
    Math.log1p(measure.knownHours / 24),
  ];
}

/**
 * Fitted on the first half of `youtube-trending-us` by `npm run bench -- trends --fit` (docs/trend-evaluation.md): the chance that the
 * attention reaches a new high of twice the week's within the week to come.
 */
export const fittedWeights: readonly number[] = [-3, 0, 0.5, 0.5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** Chance, by logistic regression. */
export function virality(features: readonly number[], weights: readonly number[] = fittedWeights): number {
  const score = features.reduce((total, value, index) => total + value * (weights[index] ?? 0), 0);
  return 1 / (1 + Math.exp(-score));
}

function bounded(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.max(low, Math.min(high, value)) : 0;
}
function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
