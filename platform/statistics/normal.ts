const SQRT_PI = Math.sqrt(Math.PI);
const SERIES_BELOW = 2;

/**
 * ln erfc(x) for any x, to about 1e-14 of the value. Below 2 by the series of erf whose terms all have one sign; above by the continued
 * fraction of erfc (Abramowitz and Stegun 7.1.6 and 7.1.14), which stays exact where erfc itself underflows.
 */
export function logErfc(x: number): number {
  if (x < 0) return Math.log1p(erf(-x));
  if (x < SERIES_BELOW) return Math.log1p(-erf(x));
  return -x * x - Math.log(SQRT_PI) + Math.log(tailFraction(x));
}

/** ln of the standard normal distribution function. */
export function logNormalCdf(x: number): number {
  return logErfc(-x / Math.SQRT2) - Math.LN2;
}

/** erf for x of 0 or more. */
function erf(x: number): number {
  if (x >= 6) return 1;
  if (x >= SERIES_BELOW) return 1 - Math.exp(logErfc(x));
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / SQRT_PI) * Math.exp(-x * x) * sum;
}

/** 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …)))), from the inside out; 120 steps are enough from x = 2 on. */
function tailFraction(x: number): number {
  let fraction = x;
  for (let k = 120; k >= 1; k -= 1) fraction = x + k / 2 / fraction;
  return 1 / fraction;
}

/** The standard normal distribution function; its tails keep their relative precision. */
export function normalCdf(x: number): number {
  return Math.exp(logNormalCdf(x));
}

/** The standard normal density. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The standard normal quantile of p in (0, 1): from ±∞-safe start by Newton's steps on the logarithm of the nearer tail, which is concave, so
 * that they cannot leave it. Throws RangeError outside (0, 1).
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a quantile needs a probability between 0 and 1, got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  const target = Math.log(p);
  // Leading term of the tail: ln Φ(−x) ≈ −x²/2 − ln(x√2π).
  let x = -Math.sqrt(Math.max(0, -2 * target - Math.log(2 * Math.PI) - Math.log(Math.max(1, -2 * target))));
  for (let i = 0; i < 60; i += 1) {
    const logCdf = logNormalCdf(x);
    const step = (logCdf - target) * Math.exp(logCdf - (-x * x) / 2) * Math.sqrt(2 * Math.PI);
    x -= step;
    if (Math.abs(step) <= 1e-14 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}
