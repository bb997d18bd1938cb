import { HOUR_MS } from './activity.ts';

/** Upper ends in hours, each 1.5 × the one before: from six hours to four months. */
const ENDS: readonly number[] = Array.from({ length: 17 }, (_, i) => 6 * 1.5 ** i);
const LAST = ENDS.length - 1;
export const DURATION_CLASSES = ENDS.length;

/** Log-normal shares of each class: what is assumed before a tenant has durations of its own. */
export function logNormalShares(medianHours: number, sigma: number): readonly number[] {
  const below = ENDS.map((end) => normalBelow(Math.log(end / medianHours) / sigma));
  return below.map((value, i) => (i === LAST ? 1 : value) - (below[i - 1] ?? 0));
}

/** Weight of each class, even within it, given that `elapsedHours` have gone by. */
export function massesAfter(shares: readonly number[], elapsedHours: number): readonly number[] {
  return ENDS.map((end, i) => {
    const start = ENDS[i - 1] ?? 0;
    const mass = shares[i] ?? 0;
    if (end <= elapsedHours) return 0;
    return start >= elapsedHours ? mass : (mass * (end - elapsedHours)) / (end - start);
  });
}

/** The share of what is left that ends by `hours`; 1 when nothing is left. */
export function shareBelow(masses: readonly number[], elapsedHours: number, hours: number): number {
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  if (!(total > 0)) return 1;
  let below = 0;
  for (const [i, mass] of masses.entries()) {
    const start = Math.max(ENDS[i - 1] ?? 0, elapsedHours);
    const end = ENDS[i] ?? start;
    if (hours >= end) below += mass;
    else if (hours > start) below += (mass * (hours - start)) / (end - start);
  }
  return below / total;
}

/** The hours by which a share of what is left has ended. */
export function hoursAt(masses: readonly number[], elapsedHours: number, share: number): number {
  let left = share * masses.reduce((sum, mass) => sum + mass, 0);
  for (const [i, mass] of masses.entries()) {
    const start = Math.max(ENDS[i - 1] ?? 0, elapsedHours);
    const end = ENDS[i] ?? start;
    if (mass > 0 && left <= mass) return start + ((end - start) * left) / mass;
    left -= mass;
  }
  return Math.max(elapsedHours, ENDS[LAST] ?? 0);
}

/** Counts a duration known to half a day: spread over the classes that half a day to either side touches. */
export function addDuration(counts: number[], hours: number, halfWidthHours: number): void {
  const from = Math.max(0, hours - halfWidthHours);
  const to = hours + halfWidthHours;
  for (const [i, end] of ENDS.entries()) {
    const start = ENDS[i - 1] ?? 0;
    const open = i === LAST ? Number.POSITIVE_INFINITY : end;
    const overlap = Math.max(0, Math.min(to, open) - Math.max(from, start));
    if (overlap > 0) counts[i] = (counts[i] ?? 0) + overlap / (to - from);
  }
}

export function hoursOf(ms: number): number {
  return Math.max(0, ms) / HOUR_MS;
}

/** Φ by Abramowitz & Stegun 7.1.26, error below 1.5e-7. */
export function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const poly =
    t *
    (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  const erf = 1 - poly * Math.exp(-x * x);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
