import { WeirError } from '../../platform/errors/weir-error.ts';
import { solveSymmetric } from '../regression/solve-symmetric.ts';

/** What decides how much a thousand views earn. */
export interface VideoContext {
  readonly category: string;
  /** 1: US, UK, CA, AU; 2: EU, JP, KR; 3: the rest. */
  readonly tier: 1 | 2 | 3;
  readonly quarter: 1 | 2 | 3 | 4;
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
}

export interface VideoEarning extends VideoContext {
  readonly views: number;
  /** In the currency's main unit, as the table is in USD. */
  readonly revenue: number;
}

/** The table of the seeds, USD a thousand views. A default a user can change, and the prior of what is learned. */
export const rpmTable = {
  category: {
    finance: 12.5,
    technology: 8.75,
    education: 6.25,
    entertainment: 4.5,
    gaming: 3.75,
  } as Readonly<Record<string, number>>,
  tier: [1, 0.6, 0.3],
  quarter: [0.8, 1, 0.9, 1.4],
  weekday: [1.18, 0.95, 1.05, 1.1, 1.08, 1.15, 1.2],
} as const;

/** A category the table does not know starts at the geometric mean of those it does. */
const UNKNOWN_CATEGORY = Math.exp(
  Object.values(rpmTable.category).reduce((sum, each) => sum + Math.log(each), 0) /
    Object.keys(rpmTable.category).length,
);

export function tableRpm({ category, tier, quarter, weekday }: VideoContext): number {
  return (
    (rpmTable.category[category] ?? UNKNOWN_CATEGORY) *
    (rpmTable.tier[tier - 1] ?? 1) *
    (rpmTable.quarter[quarter - 1] ?? 1) *
    (rpmTable.weekday[weekday] ?? 1)
  );
}

export interface RpmModel {
  readonly features: readonly string[];
  /** Mean and covariance of the corrections to ln RPM. */
  readonly mean: Float64Array;
  readonly covariance: readonly Float64Array[];
  /** Standard deviation of ln RPM of one video around its expectation. */
  readonly noise: number;
  readonly videos: number;
  readonly dropped: number;
}

export interface RpmEstimate {
  readonly rpm: number;
  /** 95% interval of the expected RPM. */
  readonly low: number;
  readonly high: number;
  /** 95% interval of one video's. */
  readonly videoLow: number;
  readonly videoHigh: number;
  /** True while the table alone speaks: no video of the tenant has been seen. */
  readonly isPrior: boolean;
}

/** How far, as standard deviations of ln RPM, a tenant may lie from the table as a whole and in each of its entries. */
const PRIOR_ALL = 0.7;
const PRIOR_ENTRY = 0.3;
const NOISE = 0.5;
const Z = 1.959963984540054;
/** Below this a video's RPM says next to nothing. */
const LEAST_VIEWS = 100;

/**
 * Bayesian regression of ln(RPM/table) on what the table knows, normal prior around 0: with no video it is the table, with many the tenant's own
 * figures, in between a mean weighed by what each knows.
 */
export function learnRpm(videos: readonly VideoEarning[]): RpmModel {
  const kept = videos.filter(
    (each) =>
      each.views >= LEAST_VIEWS &&
      Number.isFinite(each.views) &&
      each.revenue > 0 &&
      Number.isFinite(each.revenue),
  );
  const features = ['all', ...new Set(kept.flatMap((each) => featuresOf(each).slice(1)))];
  const index = new Map(features.map((name, i) => [name, i]));
  const rows = kept.map((each) => featuresOf(each).map((name) => index.get(name) ?? 0));
  const target = kept.map((each) => Math.log((1_000 * each.revenue) / each.views / tableRpm(each)));
  let noise = NOISE;
  let mean: Float64Array = new Float64Array(features.length);
  for (let round = 0; round < 5; round++) {
    const right = new Float64Array(features.length);
    for (const [i, row] of rows.entries())
      for (const a of row) right[a] = (right[a] ?? 0) + (target[i] ?? 0) / noise ** 2;
    mean = solveSymmetric(precision(features.length, rows, noise), right);
    const squares = rows.reduce((sum, row, i) => sum + ((target[i] ?? 0) - total(mean, row)) ** 2, 0);
    // As if four videos with the usual noise had been seen before.
    noise = Math.sqrt((squares + 4 * NOISE ** 2) / (rows.length + 4));
  }
  const covariance = features.map((_, a) => {
    const unit = new Float64Array(features.length);
    unit[a] = 1;
    return solveSymmetric(precision(features.length, rows, noise), unit);
  });
  return { features, mean, covariance, noise, videos: kept.length, dropped: videos.length - kept.length };
}

export function estimateRpm(model: RpmModel, context: VideoContext): RpmEstimate {
  if (!(context.weekday >= 0 && context.weekday <= 6))
    throw new WeirError('MONETIZATION_INPUT_INVALID', `${context.weekday} is no weekday from 0 to 6`);
  const names = featuresOf(context);
  const known = names.map((name) => model.features.indexOf(name)).filter((each) => each >= 0);
  let variance = (names.length - known.length) * PRIOR_ENTRY ** 2;
  for (const a of known) for (const b of known) variance += model.covariance[a]?.[b] ?? 0;
  const middle = Math.log(tableRpm(context)) + total(model.mean, known);
  const own = Z * Math.sqrt(variance);
  const video = Z * Math.sqrt(variance + model.noise ** 2);
  return {
    rpm: Math.exp(middle),
    low: Math.exp(middle - own),
    high: Math.exp(middle + own),
    videoLow: Math.exp(middle - video),
    videoHigh: Math.exp(middle + video),
    isPrior: model.videos === 0,
  };
}

function featuresOf({ category, tier, quarter, weekday }: VideoContext): string[] {
  return ['all', `category ${category}`, `tier ${tier}`, `quarter ${quarter}`, `weekday ${weekday}`];
}

function precision(n: number, rows: readonly (readonly number[])[], noise: number): Float64Array[] {
  const matrix = Array.from({ length: n }, (_, a) => {
    const row = new Float64Array(n);
    row[a] = 1 / (a === 0 ? PRIOR_ALL : PRIOR_ENTRY) ** 2;
    return row;
  });
  for (const row of rows) {
    for (const a of row) {
      const line = matrix[a];
      if (line === undefined) continue;
      for (const b of row) line[b] = (line[b] ?? 0) + 1 / noise ** 2;
    }
  }
  return matrix;
}

function total(values: Float64Array, indexes: readonly number[]): number {
  return indexes.reduce((sum, each) => sum + (values[each] ?? 0), 0);
}
