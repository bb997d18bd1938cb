import type { Random } from '../../platform/time/random.ts';
import { binOf, quantileEdges } from '../trees/bins.ts';
import { boost, boostedScore, squaredLoss, type BoostSettings } from '../trees/boost.ts';
import { featureFrame, featureNames, type Days, type FrameRow } from './feature-frame.ts';
import type { BoostedModel } from './learned-model.ts';

const SETTINGS: BoostSettings = {
  trees: 120,
  learningRate: 0.06,
  maxLeaves: 16,
  maxDepth: 6,
  minRows: 12,
  ridge: 1,
  rowShare: 0.7,
  featureShare: 0.8,
};
/** Rows a training looks at; a larger panel is thinned evenly. */
const MAX_ROWS = 24_000;
const MIN_ROWS = 120;
/** Ratios to the recent level beyond this are cut: one odd day is not what trees should learn. */
const CAP = 8;

/**
 * Gradient-boosted trees over feature frames, all series and steps at once: the target is the value over the recent level of its series
 * (squared loss). Undefined where the past holds too few rows.
 */
export function trainBoosted(
  histories: readonly Float64Array[],
  days: Days,
  period: number,
  steps: number,
  random: Random,
): BoostedModel | undefined {
  const asked = stepSample(steps);
  const all: FrameRow[] = [];
  histories.forEach((y, series) => {
    for (let end = Math.max(period, 4); end < y.length; end += 1)
      for (const step of asked) if (end + step < y.length) all.push({ series, end, step });
  });
  if (all.length < MIN_ROWS) return undefined;
  const stride = Math.max(1, all.length / MAX_ROWS);
  const rows = Array.from(
    { length: Math.floor(all.length / stride) },
    (_, i) => all[Math.floor(i * stride)],
  ).filter((row) => row !== undefined);
  const frame = featureFrame(histories, rows, days, period).dropNa({ axis: 1 });
  const level = frame.column('level').values;
  const kept = frame.column('row').values;
  if (kept.length < MIN_ROWS) return undefined;
  const label = Float64Array.from(kept, (r, i) => {
    const row = rows[r];
    const y = row === undefined ? 0 : (histories[row.series]?.[row.end + row.step] ?? 0);
    return Math.max(-CAP, Math.min(CAP, y / (level[i] ?? 1)));
  });
  const edges = featureNames.map((name) => quantileEdges([...frame.column(name).values]));
  const bins = featureNames.map((name, f) =>
    Uint8Array.from(frame.column(name).values, (value) => binOf(edges[f] ?? [], value)),
  );
  return {
    features: featureNames,
    edges,
    boosted: boost(bins, label, squaredLoss(), SETTINGS, random),
  };
}

/** Its forecasts of every series after `end` values; undefined for a model of other features. */
export function forecastBoosted(
  model: BoostedModel,
  histories: readonly Float64Array[],
  days: Days,
  period: number,
  steps: number,
): Float64Array[] | undefined {
  if (model.features.join() !== featureNames.join()) return undefined;
  const rows: FrameRow[] = histories.flatMap((y, series) =>
    Array.from({ length: steps }, (_, step) => ({ series, end: y.length, step })),
  );
  const frame = featureFrame(histories, rows, days, period);
  const bins = featureNames.map((name, f) =>
    Uint8Array.from(frame.column(name).values, (value) => binOf(model.edges[f] ?? [], value)),
  );
  const ratios = rows.map((_, i) => boostedScore(model.boosted, bins, i));
  // Out of training through the same frame: ratios times level are the values.
  const values = frame.addColumn('forecast', ratios).column('forecast').values;
  const level = frame.column('level').values;
  return histories.map((_, series) =>
    Float64Array.from({ length: steps }, (__, h) => {
      const i = series * steps + h;
      return (values[i] ?? 0) * (level[i] ?? 0);
    }),
  );
}

/** Steps a training asks for: all of the first week's, fewer later. */
function stepSample(steps: number): number[] {
  const out: number[] = [];
  for (let h = 0; h < steps; h = h < 7 ? h + 1 : Math.ceil(1.5 * h)) out.push(h);
  if (!out.includes(steps - 1)) out.push(steps - 1);
  return out;
}
