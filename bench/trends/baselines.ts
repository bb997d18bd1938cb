import { at, type Truth } from './truth.ts';

/** Score of a candidate on a day, by what was known then. */
export type Score = (key: string, day: number) => number;

export interface Baseline {
  readonly name: string;
  readonly score: Score;
}

const FEW_VIEWS = 10_000;
const FEW_VIDEOS = 1 / 3;

/** The baselines of docs/trend-evaluation.md, each on views and on the number of videos. */
export function baselinesOf(truth: Truth): readonly Baseline[] {
  return [
    { name: 'count (views)', score: (key, day) => at(truth.views, key, day) },
    { name: 'count (videos)', score: (key, day) => at(truth.videos, key, day) },
    { name: 'growth ratio (views)', score: growth(truth.views, FEW_VIEWS) },
    { name: 'growth ratio (videos)', score: growth(truth.videos, FEW_VIDEOS) },
    { name: 'z-score (views)', score: zScore(truth.views, FEW_VIEWS) },
    { name: 'z-score (videos)', score: zScore(truth.videos, FEW_VIDEOS) },
  ];
}

function growth(series: Truth['views'], few: number): Score {
  return (key, day) => at(series, key, day) / Math.max(few, mean(before(series, key, day, 3)));
}

function zScore(series: Truth['views'], few: number): Score {
  return (key, day) => {
    const past = before(series, key, day, 7);
    const average = mean(past);
    const spread = Math.sqrt(mean(past.map((value) => (value - average) ** 2)));
    return (at(series, key, day) - average) / Math.max(few, spread);
  };
}

function before(series: Truth['views'], key: string, day: number, days: number): number[] {
  return Array.from({ length: days }, (_, back) => at(series, key, day - 1 - back));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
