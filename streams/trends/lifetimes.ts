import { HOUR_MS } from './activity.ts';

/** Upper ends in hours, each 1.5 × the one before: from six hours to four months. */
const ENDS: readonly number[] = Array.from({ length: 17 }, (_, i) => 6 * 1.5 ** i);
/** Weight of what is assumed before a tenant has trends of its own that ended. */
const PRIOR_WEIGHT = 10;

/**
 * How long trends took from onset to peak and from peak to their end, as they ended: counts in logarithmic classes, over a prior from
 * the first half of `youtube-trending-us` (docs/adr/0014). What is still to come is read from the classes beyond the time that
 * has gone by already.
 */
export interface Lifetimes {
  readonly toPeak: number[];
  readonly toEnd: number[];
}

/** Log-normal by the moments of the 402 episodes that ended in the first half of the file. */
const priorToPeak = logNormalShares(29, 1.1);
const priorToEnd = logNormalShares(82, 0.7);

export function createLifetimes(): Lifetimes {
  return { toPeak: ENDS.map(() => 0), toEnd: ENDS.map(() => 0) };
}

export function learnLifetime(counts: number[], durationMs: number): void {
  const bucket = ENDS.findIndex((end) => durationMs / HOUR_MS <= end);
  const at = bucket === -1 ? ENDS.length - 1 : bucket;
  counts[at] = (counts[at] ?? 0) + 1;
}

/** Quantiles (.1, .5, .9) of the duration in milliseconds, given that `elapsedMs` have gone by without its end. */
export function remainingQuantiles(
  lifetimes: Lifetimes,
  what: keyof Lifetimes,
  elapsedMs: number,
): readonly [number, number, number] {
  const prior = what === 'toPeak' ? priorToPeak : priorToEnd;
  const elapsed = Math.max(0, elapsedMs) / HOUR_MS;
  const masses = ENDS.map((end, i) => {
    const start = ENDS[i - 1] ?? 0;
    const mass = (lifetimes[what][i] ?? 0) + PRIOR_WEIGHT * (prior[i] ?? 0);
    if (end <= elapsed) return 0;
    // Even within a class.
    return start >= elapsed ? mass : (mass * (end - elapsed)) / (end - start);
  });
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const quantile = (share: number): number => {
    let left = share * total;
    for (const [i, mass] of masses.entries()) {
      const start = Math.max(ENDS[i - 1] ?? 0, elapsed);
      const end = ENDS[i] ?? start;
      if (mass > 0 && left <= mass) return (start + ((end - start) * left) / mass) * HOUR_MS;
      left -= mass;
    }
    return Math.max(elapsed, ENDS.at(-1) ?? 0) * HOUR_MS;
  };
  return [quantile(0.1), quantile(0.5), quantile(0.9)];
}

/** Mass of a log-normal distribution in each class, by its cumulative function. */
function logNormalShares(medianHours: number, sigma: number): readonly number[] {
  const below = ENDS.map((end) => normalBelow(Math.log(end / medianHours) / sigma));
  return below.map((value, i) => (i === ENDS.length - 1 ? 1 : value) - (below[i - 1] ?? 0));
}

/** Φ by Abramowitz & Stegun 7.1.26, error below 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const poly =
    t *
    (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  const erf = 1 - poly * Math.exp(-x * x);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
