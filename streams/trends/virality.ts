import type { TrendMeasure } from './measure.ts';

/** A peak: twice the highest of the last three days, and at least this percent of a day's attention. */
const PEAK_FACTOR = 2;
const PEAK_FLOOR = 1;
/** Percent of a day's attention below which differences mean nothing. */
const SMOOTHING = 0.02;
/** Share of false ones accepted among bursts. */
const SIGNIFICANT = 0.05;

/** Features of virality, in the order of their weights. None has a unit, so that they mean the same for every tenant. */
export const featureNames = [
  'one',
  'peaksBefore',
  'halfPeaksBefore',
  'rises',
  'potential',
  'size',
  'sinceHigh',
  'dayGrowth',
  'mentions3',
  'mentions7',
  'channels',
  'live',
  'young',
  'isChannel',
  'known',
  'nextPeak',
  'bestGrowth',
  'channelPast',
  'reaction',
  'burst',
] as const;

/** The attention from which on a peak was ahead of a trend that had these days, newest first. */
export function peakLevelOf(attention: readonly number[]): number {
  return Math.max(PEAK_FACTOR * Math.max(0, ...attention.slice(0, 3)), PEAK_FLOOR);
}

/** The features of a candidate, each bounded. */
export function featuresOf(measure: TrendMeasure): readonly number[] {
  const { attention, mentions } = measure;
  const today = attention[0] ?? 0;
  const high = Math.max(0, ...attention.slice(0, 3));
  const relative = (value: number): number =>
    bounded(Math.log((value + SMOOTHING) / (high + SMOOTHING)), -5, 5);
  const highestDay = Math.max(0, ...attention);
  const rises = attention.filter((value, back) => value > 0 && value > 1.3 * (attention[back + 1] ?? 0));
  const { youngestDays } = measure;
  return [
    1,
    logOdds(attention, peakLevelOf(attention)),
    logOdds(attention, Math.max(1.2 * high, PEAK_FLOOR / 2)),
    counted(rises.length),
    relative(highestDay),
    bounded(Math.log(high + SMOOTHING), -5, 5),
    relative(today),
    bounded(Math.log((today + SMOOTHING) / ((attention[1] ?? 0) + SMOOTHING)), -3, 3),
    counted(sum(mentions.slice(0, 3))),
    counted(sum(mentions)),
    counted(measure.channels),
    counted(measure.live.length),
    youngestDays === undefined ? 0 : bounded(1 - youngestDays, 0, 1),
    measure.kind === 'channel' ? 1 : 0,
    counted(measure.knownHours / 24),
    measure.nextPeakChance,
    bounded(Math.log(measure.bestGrowth + 0.1), -2.5, 2),
    bounded(Math.log((measure.channelPast + SMOOTHING) / (high + SMOOTHING)), -3, 3),
    bounded(Math.log(measure.reaction + 0.05), -3, 3),
    bounded(-Math.log10(Math.max(1e-9, measure.burst.pValue)), 0, 9),
  ];
}

/** Counts beyond those the fit has seen (about 25) say no more than those. */
function counted(count: number): number {
  return bounded(Math.log1p(count), 0, 3.3);
}

/** How often a day of the last four weeks was at least that high, as the logarithm of its odds, shrunk towards seldom. */
function logOdds(attention: readonly number[], level: number): number {
  const reached = attention.filter((value) => value >= level).length;
  const share = (reached + 0.1) / (attention.length + 4);
  return Math.log(share / (1 - share));
}

/**
 * Fitted on the first half of `youtube-trending-us` by `npm run bench -- trends --fit` (docs/trend-evaluation.md): the chance that within a
 * week the attention reaches twice the highest of the last three days.
 */
export const fittedWeights: readonly number[] = [
  -2.692, 0.125, 0.082, 0.349, 0.092, 0.045, -0.035, 0.035, 0.002, 0.308, 0.152, 0.045, 1.831, -0.1, 0.06,
  0.274, 0.048, -0.03, 0.017, 0.001,
];

/** Chance, by logistic regression. */
export function virality(features: readonly number[], weights: readonly number[] = fittedWeights): number {
  const score = features.reduce((total, value, index) => total + value * (weights[index] ?? 0), 0);
  return 1 / (1 + Math.exp(-score));
}

/** A burst without any doubt is taken to go on with this chance. */
const BURST_GOES_ON = 0.6;

/**
 * Virality of a candidate: the fitted chance, joined with that of its burst (noisy or). The fit knows topics with a past; a burst counts by its significance
 * after correction and by how much of it is beyond the expected and beyond the day before: what is more than usual, but less than yesterday, has had its
 * peak.
 */
export function viralityOf(measure: TrendMeasure): number {
  const { burst, mentions, qValue } = measure;
  const known = Math.max(burst.expected, mentions[1] ?? 0);
  const beyond = burst.mentions > 0 ? Math.max(0, 1 - known / burst.mentions) : 0;
  const bursting = BURST_GOES_ON * Math.max(0, 1 - qValue / SIGNIFICANT) * beyond;
  return 1 - (1 - virality(featuresOf(measure))) * (1 - bursting);
}

/** A sign of life in the last three days: something new, or more attention than the day before. */
export function showsLife(measure: TrendMeasure): boolean {
  return sum(measure.mentions.slice(0, 3)) > 0 || (measure.attention[0] ?? 0) > (measure.attention[1] ?? 0);
}

function bounded(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.max(low, Math.min(high, value)) : 0;
}
function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
