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
