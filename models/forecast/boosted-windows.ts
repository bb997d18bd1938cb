import type { Random } from '../../platform/time/random.ts';
import { binOf, quantileEdges } from '../trees/bins.ts';
import { boost, boostedScore, squaredLoss, type BoostSettings } from '../trees/boost.ts';
import { scaleHistory, unscale } from './scaled-history.ts';
import { WINDOW_FEATURES, windowed, windowFeatures } from './window-features.ts';

/** Chosen at past origins of the M4 hourly series, 200,000 rows; fewer rows bear fewer and smaller trees. */
const settingsFor = (rows: number): BoostSettings => ({
  trees: Math.round(Math.min(400, Math.max(100, rows / 100))),
  learningRate: 0.05,
  maxLeaves: Math.round(Math.min(63, Math.max(8, rows / 400))),
  maxDepth: 10,
  minRows: 30,
  ridge: 1,
  rowShare: 0.5,
  featureShare: 0.6,
});
/** Windows are taken every this many steps, no divisor of a day, and over the last three long seasons. */
const STRIDE = 5;
const SPAN_SEASONS = 3;
/** Steps ahead a window is asked for, drawn anew for each. */
const ASKED = 10;
/** Rows a training looks at; a larger panel has windows less often. */
const MAX_ROWS = 220_000;
const MIN_ROWS = 200;
/** Errors of the first guess beyond this, in seasonal changes, are cut: one odd day is not what trees should learn. */
const CAP = 6;

/**
 * Gradient-boosted trees over all series at once: the target is what the first guess of `windowFeatures` misses, in units of the mean seasonal change of
 * its series, positive series in logarithms. The last series of windows ends one horizon before the end. Undefined for a series without one
 * short season, and for all where the panel is too short to teach. The same histories and randomness give the same forecasts.
 */
export function boostedWindows(
  histories: readonly Float64Array[],
  horizon: number,
  [short, long]: readonly [number, number],
  random: Random,
): (Float64Array | undefined)[] {
  const scaled = histories.map((history) => scaleHistory(history, short));
  const series = scaled.map(({ values }) => windowed(values, long));
  const out = new Float64Array(WINDOW_FEATURES);
  const ends = series.map(({ values }) => {
    const last = values.length - 1 - horizon;
    return { last, first: Math.max(long + short, last - SPAN_SEASONS * long) };
  });
  const steps = ends.reduce((sum, { first, last }) => sum + Math.max(0, last - first + 1), 0);
  const stride = Math.max(STRIDE, Math.ceil((steps * ASKED) / MAX_ROWS));
  const columns = Array.from({ length: WINDOW_FEATURES }, (): number[] => []);
  const missed: number[] = [];
  series.forEach((each, i) => {
    const { first = 0, last = -1 } = ends[i] ?? {};
    for (let now = last; now >= first; now -= stride)
      for (let asked = 0; asked < ASKED; asked += 1) {
        const step = 1 + Math.floor(random.next() * horizon);
        const guess = windowFeatures(each, now, step, short, long, out);
        missed.push(Math.max(-CAP, Math.min(CAP, (each.values[now + step] ?? 0) - guess)));
        for (let f = 0; f < WINDOW_FEATURES; f += 1) columns[f]?.push(out[f] ?? Number.NaN);
      }
  });
  if (missed.length < MIN_ROWS) return histories.map(() => undefined);
  const edges = columns.map((column) => quantileEdges(column.filter(Number.isFinite)));
  const bins = columns.map((column, f) => Uint8Array.from(column, (value) => binOf(edges[f] ?? [], value)));
  const model = boost(bins, Float64Array.from(missed), squaredLoss(), settingsFor(missed.length), random);
  const row = columns.map(() => new Uint8Array(1));
  return series.map((each, i) => {
    const units = scaled[i];
    const { values } = each;
    if (units === undefined || values.length < short) return undefined;
    const forecast = new Float64Array(horizon).map((_, h) => {
      const guess = windowFeatures(each, values.length - 1, h + 1, short, long, out);
      row.forEach((bin, f) => (bin[0] = binOf(edges[f] ?? [], out[f] ?? Number.NaN)));
      return guess + boostedScore(model, row, 0);
    });
    return unscale(forecast, units);
  });
}
