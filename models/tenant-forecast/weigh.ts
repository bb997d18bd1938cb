import { join } from '../forecast/combination.ts';
import type { Band } from './origins.ts';
import { members, REFERENCE, startingWeights } from './members.ts';

/** What all members said at one origin: `cut` steps before the end of the history. Values by member, then series, then step; NaN: nothing. */
export interface Origin {
  readonly cut: number;
  readonly forecasts: readonly (readonly Float64Array[])[];
  /** Half the .68 width that members state of themselves: by member with a distribution, series, step; NaN where nothing is said. */
  readonly stated?: readonly (readonly Float64Array[])[];
}

/** The combination of one series at one origin. */
export interface Combined {
  readonly cut: number;
  readonly point: Float64Array;
  readonly spread: Float64Array;
  /** By band, then member. */
  readonly weights: readonly Float64Array[];
}

const SHARPNESS = 3;
/** Origins after which what was learned counts as much as what was started from. */
const TRUST = 2;

/**
 * Combines the members of one series at `origin`. A band's weights start from those of the families (.4, .3, .3) and move to the error of each
 * member, to the power -3, at the origins before this one, as far as their outcome was known then. A band nobody has tried yet has the
 * weights of the one before it. The reference has no part: it is what the combination must beat. `actual` has NaN where nothing is known.
 */
export function combineSeries(
  origin: Origin,
  earlier: readonly Origin[],
  series: number,
  actual: Float64Array,
  bands: readonly Band[],
  learned?: readonly (readonly number[])[],
): Combined {
  const steps = bands.at(-1)?.to ?? 0;
  const point = new Float64Array(steps);
  const spread = new Float64Array(steps);
  const all: Float64Array[] = [];
  for (const [b, band] of bands.entries()) {
    const isThere = members.map((_, k) => isAvailable(origin.forecasts[k]?.[series], band));
    const given = learned?.[b];
    const weights =
      given === undefined
        ? bandWeights(origin, earlier, series, actual, band, isThere, all[b - 1])
        : normalised(
            Float64Array.from(given, (w, k) => (isThere[k] === true ? w : 0)),
            isThere,
          );
    all.push(weights);
    const forecasts = members.map((_, k) => {
      const made = origin.forecasts[k]?.[series];
      return isThere[k] === true && made !== undefined
        ? made.subarray(band.from, band.to)
        : new Float64Array(band.to - band.from);
    });
    const used = [...forecasts.keys()].filter((k) => (weights[k] ?? 0) > 0);
    const made = join(
      used.map((k) => forecasts[k] ?? new Float64Array(band.to - band.from)),
      Float64Array.from(used, (k) => weights[k] ?? 0),
      band.to - band.from,
    );
    point.set(made.point, band.from);
    spread.set(made.spread, band.from);
  }
  return { cut: origin.cut, point, spread, weights: all };
}

function bandWeights(
  origin: Origin,
  earlier: readonly Origin[],
  series: number,
  actual: Float64Array,
  band: Band,
  isThere: readonly boolean[],
  before: Float64Array | undefined,
): Float64Array {
  const start = startOf(isThere);
  const errors = new Float64Array(members.length);
  const usual = new Float64Array(members.length);
  const tried = new Int32Array(members.length);
  for (const past of earlier) {
    const known = past.cut - origin.cut;
    if (known <= band.from) continue;
    const each = members.map((_, k) => absoluteError(past, k, series, actual, band, known));
    const there = each.filter(Number.isFinite);
    if (there.length === 0) continue;
    const mean = there.reduce((sum, error) => sum + error / there.length, 0);
    for (const [k, error] of each.entries()) {
      if (!Number.isFinite(error)) continue;
      errors[k] = (errors[k] ?? 0) + error;
      usual[k] = (usual[k] ?? 0) + mean;
      tried[k] = (tried[k] ?? 0) + 1;
    }
  }
  if (tried.every((count) => count === 0))
    return before === undefined
      ? start
      : normalised(
          before.map((w, k) => (isThere[k] === true ? w : 0)),
          isThere,
        );
  const usable = [...members.keys()].filter(
    (k) => k !== REFERENCE && isThere[k] === true && (tried[k] ?? 0) > 0,
  );
  // Against what members erred on the same origins: trees and network take no part at origins they have seen.
  const relative = errors.map((error, k) => ((usual[k] ?? 0) > 0 ? error / (usual[k] ?? 1) : 1));
  const largest = usable.reduce((most, k) => Math.max(most, relative[k] ?? 0), 0);
  if (usable.length === 0 || !(largest > 0)) return start;
  const learned = new Float64Array(members.length);
  // A member without error would take all the weight for ever.
  for (const k of usable) learned[k] = Math.max((relative[k] ?? 0) / largest, 1e-3) ** -SHARPNESS;
  const total = learned.reduce((sum, w) => sum + w, 0);
  return normalised(
    learned.map((w, k) => {
      const share = (tried[k] ?? 0) / ((tried[k] ?? 0) + TRUST);
      return (share * w) / total + (1 - share) * (start[k] ?? 0);
    }),
    isThere,
  );
}

/** The families' weights, shared evenly inside each; a family without a member that applies gives its own to the others. */
function startOf(isThere: readonly boolean[]): Float64Array {
  const counts = new Map<string, number>();
  members.forEach(({ family }, k) => {
    if (isThere[k] === true) counts.set(family, (counts.get(family) ?? 0) + 1);
  });
  // Where zeros are many the methods made for that stand in for the rest.
  const isIntermittent = (counts.get('intermittent') ?? 0) > 0;
  return normalised(
    Float64Array.from(members, ({ family }, k) => {
      if (isThere[k] !== true) return 0;
      const weight = isIntermittent ? (family === 'intermittent' ? 1 : 0.1) : startingWeights[family];
      return family === 'reference' ? 0 : weight / (counts.get(family) ?? 1);
    }),
    isThere,
  );
}

/** Weights that sum to 1; where none is left, the reference has it all. */
function normalised(weights: Float64Array, isThere: readonly boolean[]): Float64Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total > 0) return weights.map((w) => w / total);
  const out = new Float64Array(members.length);
  const first = isThere.findIndex((there, k) => there && k !== REFERENCE);
  out[first === -1 ? REFERENCE : first] = 1;
  return out;
}

function isAvailable(forecast: Float64Array | undefined, band: Band): boolean {
  if (forecast === undefined || forecast.length < band.to) return false;
  for (let h = band.from; h < band.to; h += 1) if (!Number.isFinite(forecast[h])) return false;
  return true;
}

/** Mean over the steps whose value is known; NaN where none is, or where the member said nothing. */
function absoluteError(
  origin: Origin,
  member: number,
  series: number,
  actual: Float64Array,
  band: Band,
  known: number,
): number {
  const forecast = origin.forecasts[member]?.[series];
  let sum = 0;
  let count = 0;
  for (let h = band.from; h < Math.min(band.to, known); h += 1) {
    const y = actual[actual.length - origin.cut + h] ?? Number.NaN;
    if (!Number.isFinite(y)) continue;
    sum += Math.abs(y - (forecast?.[h] ?? Number.NaN));
    count += 1;
  }
  return sum / count;
}

/** Sums over the tried steps of a span of the horizon, at all origins. */
export interface Tried {
  readonly origins: number;
  /** Steps of the span that were tried at least once. */
  readonly steps: number;
  readonly count: number;
  readonly absolute: number;
  readonly size: number;
}

/**
 * How far forecasts were from what came, from step `from` to before `to`, over the steps whose value is known (`actual`, NaN where it is not). With
 * `seenAt`, as it was known that many steps before the end: at the origins before, over what had come by then.
 */
export function triedError(
  forecasts: readonly { readonly cut: number; readonly point: Float64Array }[],
  actual: Float64Array,
  from: number,
  to: number,
  seenAt = 0,
): Tried {
  let origins = 0;
  let steps = 0;
  let count = 0;
  let absolute = 0;
  let size = 0;
  for (const { cut, point } of forecasts) {
    const end = Math.min(to, cut - seenAt, point.length);
    let known = 0;
    let sum = 0;
    let came = 0;
    for (let h = from; h < end; h += 1) {
      const y = actual[actual.length - cut + h] ?? Number.NaN;
      if (!Number.isFinite(y)) continue;
      known += 1;
      sum += Math.abs(y - (point[h] ?? Number.NaN));
      came += Math.abs(y);
    }
    if (known === 0 || !Number.isFinite(sum)) continue;
    origins += 1;
    steps = Math.max(steps, known);
    count += known;
    absolute += sum;
    size += came;
  }
  return { origins, steps, count, absolute, size };
}

/**
 * Mean absolute error as it was known at an origin: at the origins before it, over the known steps that had come by then. Undefined where none had. What an
 * interval of that origin may be sized by; the error of all origins knows its own outcome and would make intervals too narrow.
 */
export function errorKnownAt(
  cut: number,
  forecasts: readonly { readonly cut: number; readonly point: Float64Array }[],
  actual: Float64Array,
): number | undefined {
  let sum = 0;
  let count = 0;
  for (const past of forecasts) {
    const known = Math.min(past.cut - cut, past.point.length);
    for (let h = 0; h < known; h += 1) {
      const error = Math.abs(
        (actual[actual.length - past.cut + h] ?? Number.NaN) - (past.point[h] ?? Number.NaN),
      );
      if (!Number.isFinite(error)) continue;
      sum += error;
      count += 1;
    }
  }
  return count === 0 ? undefined : sum / count;
}
