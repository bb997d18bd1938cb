import { fillGaps } from './fill-gaps.ts';

/** A history whose squares and sums are numbers, and what its forecasts are to be multiplied by. */
export interface Bounded {
  readonly values: Float64Array;
  /** A power of two, so that nothing is rounded on the way. */
  readonly unit: number;
}

/** Largest sizes, as powers of two, at which products of a whole history stay far from the ends of what numbers hold. */
const ROOM = 300;

/** The same history in units in which arithmetic works: methods square values and add up thousands of them. Nearly all come back as they are. */
export function boundedHistory(values: Float64Array): Bounded {
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (!(largest > 0)) return { values, unit: 1 };
  // The logarithm of the largest number there is rounds to 1024.
  const exponent = Math.min(1_023, Math.floor(Math.log2(largest)));
  if (Math.abs(exponent) <= ROOM) return { values, unit: 1 };
  // In two steps: dividing by the smallest number there is would be multiplying by more than the largest.
  const half = 2 ** Math.trunc(exponent / 2);
  const rest = 2 ** (exponent - Math.trunc(exponent / 2));
  return { values: values.map((v) => v / half / rest), unit: 2 ** exponent };
}

/** Values times a unit; what is beyond the largest number there is, is that number. */
export function inUnits(values: Float64Array, unit: number): Float64Array {
  return unit === 1
    ? values
    : values.map((v) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, v * unit)));
}

/** This many times the usual size, and a hundred times its neighbours, a value is a fault of whoever wrote it down. */
const GROSS = 1e4;
const APART = 100;
const FEWEST = 8;

/**
 * Replaces single values that cannot be meant (a slipped decimal point, a counter that overflowed) by what their neighbours and the season say. Far beyond what robust
 * methods call an outlier: those are left to the members, which know how to take them. Without any, the history itself is the answer.
 */
export function withoutGrossErrors(
  values: Float64Array,
  period: number,
): { readonly values: Float64Array; readonly replaced: number } {
  const sizes = values
    .map(Math.abs)
    .filter((v) => v > 0)
    .sort();
  const usual = sizes[sizes.length >> 1] ?? 0;
  if (sizes.length < FEWEST) return { values, replaced: 0 };
  const isGross = (v: number, t: number): boolean =>
    Math.abs(v) / GROSS > usual &&
    [t - 1, t + 1].every((at) => Math.abs(values[at] ?? 0) < Math.abs(v) / APART);
  const kept = values.map((v, t) => (isGross(v, t) ? Number.NaN : v));
  const replaced = kept.reduce(
    (count, v, t) => count + (Number.isNaN(v) && !Number.isNaN(values[t]) ? 1 : 0),
    0,
  );
  return replaced === 0 ? { values, replaced } : { values: fillGaps(kept, period) ?? values, replaced };
}
