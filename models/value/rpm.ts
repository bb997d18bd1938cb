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

/** What one video earned of views of one kind. */
export interface VideoEarning extends VideoContext {
  readonly content: string;
  readonly views: number;
  /** In the currency's main unit. */
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
  // A category is a word of the tenant's: `constructor` is one the table does not know.
  const known = Object.hasOwn(rpmTable.category, category) ? rpmTable.category[category] : undefined;
  return (
    (known ?? UNKNOWN_CATEGORY) *
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
  /** What a US dollar of the table is in the currency of the revenue. */
  readonly tableScale: number;
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
 * figures, in between a mean weighed by what each knows. Views of one kind are read together, so that few views of a video with no revenue yet do not
 * count as nothing; a video counts as one observation, divided over the kinds of its views. The noise is that of whole videos.
 */
export function learnRpm(earnings: readonly VideoEarning[], tableScale = 1): RpmModel {
  const usable = earnings.filter(
    (each) =>
      each.views > 0 && Number.isFinite(each.views) && each.revenue >= 0 && Number.isFinite(each.revenue),
  );
  const all = sumsBy(earnings, (each) => each.content);
  const videos = new Map(
    [...sumsBy(usable, (each) => each.content)].filter(
      ([, { revenue, views }]) => views >= LEAST_VIEWS && revenue > 0,
    ),
  );
  const kept = usable.filter((each) => videos.has(each.content));
  const cells = [...sumsBy(kept, (each) => featuresOf(each).join('\n')).values()].flatMap((cell) => {
    const [first] = cell.parts;
    if (first === undefined || !(cell.revenue > 0)) return [];
    const weight = cell.parts.reduce(
      (sum, { content, views }) => sum + views / (videos.get(content)?.views ?? views),
      0,
    );
    const target = Math.log((1_000 * cell.revenue) / cell.views / (tableScale * tableRpm(first)));
    return [{ names: featuresOf(first), weight, target }];
  });
  const features = ['all', ...new Set(cells.flatMap(({ names }) => names.slice(1)))];
  const index = new Map(features.map((name, i) => [name, i]));
  const rows = cells.map(({ names, target, weight }) => ({
    places: names.map((name) => index.get(name) ?? 0),
    target,
    weight,
  }));
  let noise = NOISE;
  let mean: Float64Array = new Float64Array(features.length);
  for (let round = 0; round < 5; round++) {
    const right = new Float64Array(features.length);
    for (const { places, target, weight } of rows)
      for (const a of places) right[a] = (right[a] ?? 0) + (weight * target) / noise ** 2;
    mean = solveSymmetric(precision(features.length, rows, noise), right);
    noise = noiseOf(videos.values(), (each) => {
      const places = featuresOf(each).map((name) => index.get(name) ?? 0);
      return tableScale * tableRpm(each) * Math.exp(total(mean, places));
    });
  }
  const covariance = features.map((_, a) => {
    const unit = new Float64Array(features.length);
    unit[a] = 1;
    return solveSymmetric(precision(features.length, rows, noise), unit);
  });
  return {
    features,
    mean,
    covariance,
    noise,
    videos: videos.size,
    dropped: all.size - videos.size,
    tableScale,
  };
}

interface Summed {
  views: number;
  revenue: number;
  readonly parts: VideoEarning[];
}

function sumsBy(
  earnings: readonly VideoEarning[],
  keyOf: (each: VideoEarning) => string,
): Map<string, Summed> {
  const sums = new Map<string, Summed>();
  for (const each of earnings) {
    const key = keyOf(each);
    const known = sums.get(key) ?? { views: 0, revenue: 0, parts: [] };
    known.views += each.views;
    known.revenue += each.revenue;
    known.parts.push(each);
    sums.set(key, known);
  }
  return sums;
}

/** Standard deviation of ln(revenue of a video/what its views were expected to bring), as if four videos with the usual noise had been seen before. */
function noiseOf(videos: Iterable<Summed>, rpmOf: (context: VideoContext) => number): number {
  const off = [...videos].map(({ parts, revenue }) =>
    Math.log(revenue / parts.reduce((sum, each) => sum + (each.views / 1_000) * rpmOf(each), 0)),
  );
  const middle = off.reduce((a, b) => a + b, 0) / Math.max(1, off.length);
  const squares = off.reduce((sum, each) => sum + (each - middle) ** 2, 0);
  return Math.sqrt((squares + 4 * NOISE ** 2) / (off.length + 4));
}

export function estimateRpm(model: RpmModel, context: VideoContext): RpmEstimate {
  if (!(context.weekday >= 0 && context.weekday <= 6))
    throw new WeirError('MONETIZATION_INPUT_INVALID', `${context.weekday} is no weekday from 0 to 6`);
  const names = featuresOf(context);
  const known = names.map((name) => model.features.indexOf(name)).filter((each) => each >= 0);
  let variance = (names.length - known.length) * PRIOR_ENTRY ** 2;
  for (const a of known) for (const b of known) variance += model.covariance[a]?.[b] ?? 0;
  const middle = Math.log(model.tableScale * tableRpm(context)) + total(model.mean, known);
  const own = Z * Math.sqrt(variance);
  const video = Z * Math.sqrt(variance + model.noise ** 2);
  // The expectation is a mean; of a log-normal spread the middle lies below it.
  const typical = middle - model.noise ** 2 / 2;
  return {
    rpm: Math.exp(middle),
    low: Math.exp(middle - own),
    high: Math.exp(middle + own),
    videoLow: Math.exp(typical - video),
    videoHigh: Math.exp(typical + video),
    isPrior: model.videos === 0,
  };
}

function featuresOf({ category, tier, quarter, weekday }: VideoContext): string[] {
  return ['all', `category ${category}`, `tier ${tier}`, `quarter ${quarter}`, `weekday ${weekday}`];
}

function precision(
  n: number,
  rows: readonly { readonly places: readonly number[]; readonly weight: number }[],
  noise: number,
): Float64Array[] {
  const matrix = Array.from({ length: n }, (_, a) => {
    const row = new Float64Array(n);
    row[a] = 1 / (a === 0 ? PRIOR_ALL : PRIOR_ENTRY) ** 2;
    return row;
  });
  for (const { places, weight } of rows) {
    for (const a of places) {
      const line = matrix[a];
      if (line === undefined) continue;
      for (const b of places) line[b] = (line[b] ?? 0) + weight / noise ** 2;
    }
  }
  return matrix;
}

function total(values: Float64Array, indexes: readonly number[]): number {
  return indexes.reduce((sum, each) => sum + (values[each] ?? 0), 0);
}
