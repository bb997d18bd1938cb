import type { Measure } from '../platform/contracts/kpi.ts';
import { BUCKET_OFFSET } from '../platform/kpi/measure-sql.ts';
import { decodeQuantiles, decodeSketch } from '../platform/kpi/measure-state.ts';
import { gammaOf, QUANTILE_ACCURACY, QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { EXACT_LIMIT, type UniqueSketch } from '../platform/kpi/unique-sketch.ts';

/** A window as `kpi` holds it: sums and extremes merged over partitions, sketches one map a partition. */
export interface LiveWindow {
  readonly sums: Readonly<Record<string, number>>;
  readonly mins: Readonly<Record<string, number>>;
  readonly maxs: Readonly<Record<string, number>>;
  readonly uniques: readonly Readonly<Record<string, string>>[];
  readonly quantiles: readonly Readonly<Record<string, string>>[];
}

/** A measure counted again, and how many events it could be read from; an extreme over none has no value. */
export interface RecountedValue {
  readonly value: number;
  readonly events: number;
  /** Of a distribution: counts by bucket of `RECOUNT_ACCURACY`, keyed as `bucketsToSql` does. */
  readonly buckets?: readonly (readonly [number, number])[];
}

export interface ValueDifference {
  readonly measure: string;
  readonly stored: number | null;
  readonly recounted: number | null;
}

/** Five standard errors of the dense sketch (2.3% each): an honest window is called wrong once in a few million. */
const SKETCH_TOLERANCE = 5 * 0.023;
/** Sums of fractions depend on the order of additions in their last bits; sums of whole numbers do not. */
const FRACTION_TOLERANCE = 1e-9;

/** Relative accuracy of a distribution counted again: ten times finer than the sketch it judges. */
export const RECOUNT_ACCURACY = 0.001;
const QUANTILE_TOLERANCE = QUANTILE_ACCURACY + RECOUNT_ACCURACY + 1e-6;
/** Ranks compared, besides the number of values itself. */
const COMPARED_RANKS = [0, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

/** The measures of one window that are not what the stored events give. `window` is absent when `kpi` has no row. */
export function compareWindow(
  measures: readonly Measure[],
  window: LiveWindow | undefined,
  recounted: (index: number) => RecountedValue,
): ValueDifference[] {
  const differences: ValueDifference[] = [];
  for (const [i, measure] of measures.entries()) {
    const { value, events } = recounted(i);
    const { key, agg } = measure;
    if (agg === 'quantile') {
      differences.push(...distributionDifference(key, window?.quantiles ?? [], recounted(i)));
      continue;
    }
    const isExtreme = agg === 'min' || agg === 'max';
    const wanted = isExtreme && events === 0 ? null : value;
    const stored = storedValue(window, measure);
    const isSame =
      stored === null || wanted === null
        ? stored === wanted
        : agg === 'unique'
          ? isSameCount(stored, wanted)
          : isSameNumber(stored, wanted);
    if (!isSame) differences.push({ measure: key, stored, recounted: wanted });
  }
  return differences;
}

function storedValue(window: LiveWindow | undefined, { key, agg }: Measure): number | null {
  switch (agg) {
    case 'min':
      return window?.mins[key] ?? null;
    case 'max':
      return window?.maxs[key] ?? null;
    case 'quantile':
      return null;
    case 'unique':
      return mergedEstimate(window?.uniques ?? [], key);
    default:
      // A sum of zero is not written.
      return window?.sums[key] ?? 0;
  }
}

function mergedEstimate(parts: LiveWindow['uniques'], key: string): number {
  let merged: UniqueSketch | undefined;
  for (const part of parts) {
    const text = part[key];
    if (text === undefined) continue;
    const sketch = decodeSketch(text);
    if (merged === undefined) merged = sketch;
    else merged.merge(sketch);
  }
  return merged?.estimate() ?? 0;
}

/**
 * The number of values must be equal, and at each compared rank the sketch's value must lie within its stated error of the recounted
 * one. Told is the first that does not.
 */
function distributionDifference(
  key: string,
  parts: LiveWindow['quantiles'],
  recounted: RecountedValue,
): ValueDifference[] {
  const merged = new QuantileSketch();
  for (const part of parts) {
    const text = part[key];
    if (text !== undefined) merged.merge(decodeQuantiles(text));
  }
  if (merged.count !== recounted.events)
    return [{ measure: key, stored: merged.count, recounted: recounted.events }];
  const ascending = [...(recounted.buckets ?? [])].sort(([a], [b]) => valueOf(a) - valueOf(b));
  for (const q of COMPARED_RANKS) {
    const exact = valueAtRank(ascending, Math.floor(q * (recounted.events - 1)));
    const stored = merged.quantile(q);
    if (exact !== undefined && Math.abs(stored - exact) > QUANTILE_TOLERANCE * Math.abs(exact))
      return [{ measure: key, stored, recounted: exact }];
  }
  return [];
}

function valueAtRank(ascending: NonNullable<RecountedValue['buckets']>, rank: number): number | undefined {
  let below = 0;
  for (const [bucket, times] of ascending) {
    below += times;
    if (below > rank) return valueOf(bucket);
  }
  return undefined;
}

/** Middle of a bucket of the recount. */
function valueOf(bucket: number): number {
  if (bucket === 0) return 0;
  const gamma = gammaOf(RECOUNT_ACCURACY);
  const size = (2 * gamma ** (Math.abs(bucket) - BUCKET_OFFSET)) / (gamma + 1);
  return bucket < 0 ? -size : size;
}

function isSameCount(stored: number, exact: number): boolean {
  return exact <= EXACT_LIMIT ? stored === exact : Math.abs(stored - exact) <= SKETCH_TOLERANCE * exact;
}

function isSameNumber(a: number, b: number): boolean {
  if (a === b) return true;
  if (Number.isInteger(a) && Number.isInteger(b)) return false;
  return Math.abs(a - b) <= FRACTION_TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}
