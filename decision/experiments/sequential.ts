/** Counts, sum and sum of squares of one variant's users: all that the sequential test needs; they add up. */
export interface Sums {
  readonly users: number;
  readonly sum: number;
  readonly sumSquares: number;
}

export interface Comparison {
  /** Mean of the variant less mean of the control. */
  readonly difference: number;
  /** Holds the true difference at every look at once with probability 1 − alpha (asymptotically). */
  readonly lower: number;
  readonly upper: number;
  /** Always valid: may be looked at after every user, and the least seen so far may be kept. */
  readonly pValue: number;
}

/** The number of users at which the interval is at its tightest against a fixed one. */
const DEFAULT_TUNING = 5_000;

/** ρ of the normal mixture that makes it tightest at `tuning` users (Waudby-Smith et al., arXiv 2103.06476v7, equation 58). */
export function mixtureRho(alpha: number, tuning = DEFAULT_TUNING): number {
  const a = -2 * Math.log(alpha);
  return Math.sqrt((a + Math.log(a + 1)) / tuning);
}

/** Half-width of the asymptotic confidence sequence: n users in all, s² = n·Var(difference) (the same, theorem 2.2). */
export function sequenceHalfWidth(s: number, n: number, alpha: number, rho: number): number {
  const nRho2 = n * rho * rho;
  return s * Math.sqrt(((2 * (nRho2 + 1)) / (n * nRho2)) * Math.log(Math.sqrt(nRho2 + 1) / alpha));
}

/**
 * Difference of means with an always-valid interval and p-value. Undefined while a side has fewer than two users or nothing varies: then
 * there is no standard error to compare with. `alpha` is the whole test's; with several variants divide it first.
 */
export function compareMeans(
  control: Sums,
  variant: Sums,
  alpha: number,
  tuning = DEFAULT_TUNING,
): Comparison | undefined {
  if (control.users < 2 || variant.users < 2) return undefined;
  const variance = varianceOfMean(control) + varianceOfMean(variant);
  if (!(variance > 0) || !Number.isFinite(variance)) return undefined;
  const difference = variant.sum / variant.users - control.sum / control.users;
  const n = control.users + variant.users;
  const rho = mixtureRho(alpha, tuning);
  const half = sequenceHalfWidth(Math.sqrt(n * variance), n, alpha, rho);
  const nRho2 = n * rho * rho;
  const z2 = (difference * difference) / variance;
  const logE = (nRho2 * z2) / (2 * (nRho2 + 1)) - Math.log(nRho2 + 1) / 2;
  return {
    difference,
    lower: difference - half,
    upper: difference + half,
    pValue: Math.min(1, Math.exp(-logE)),
  };
}

/**
 * The mixture sequential probability ratio test of Johari, Pekelis and Walsh (2015), for the record and for whoever compares: likelihood
 * ratio of a difference with variance `v` under a normal mixture of variance `tau2`, and its p-value at this look.
 */
export function mixtureRatio(
  difference: number,
  v: number,
  tau2: number,
): { readonly ratio: number; readonly pValue: number } {
  const ratio = Math.sqrt(v / (v + tau2)) * Math.exp((tau2 * difference * difference) / (2 * v * (v + tau2)));
  return { ratio, pValue: Math.min(1, 1 / ratio) };
}

/** Unbiased variance of the users' values over their number. */
export function varianceOfMean({ users, sum, sumSquares }: Sums): number {
  const centred = Math.max(0, sumSquares - (sum * sum) / users);
  return centred / (users - 1) / users;
}
