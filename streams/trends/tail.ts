/** ln Γ(x) for x > 0 by Lanczos (g = 7, n = 9; Godfrey's coefficients), relative error below 1e-13. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  let sum = 0.999_999_999_999_809_9;
  for (const [i, coefficient] of lanczos.entries()) sum += coefficient / (z + i + 1);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

const lanczos = [
  676.520_368_121_885_1, -1_259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6,
  12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
];

const MAX_TERMS = 10_000;
const TINY = 1e-300;

/** P(X ≥ observed) for X ~ Poisson(mean), observed rounded up to a whole number. By the regularised lower incomplete gamma function. */
export function poissonTail(observed: number, mean: number): number {
  const k = Math.ceil(observed);
  if (k <= 0) return 1;
  if (!(mean > 0)) return 0;
  // P(X >= k) = P(k, mean), the lower regularised gamma function (Abramowitz & Stegun 26.4.21).
  return clampProbability(lowerGamma(k, mean));
}

/** Numerical Recipes 6.2: series below a + 1, continued fraction (Lentz) above. */
function lowerGamma(a: number, x: number): number {
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < MAX_TERMS && Math.abs(term) > sum * 1e-15; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * scale;
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / guarded(an * d + b);
    c = guarded(b + an / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return 1 - scale * h;
}

/**
 * P(X ≥ observed) for X negative binomial with this mean and variance mean + mean² ÷ size: counts that vary more than Poisson's.
 * As `size` grows it becomes the Poisson tail.
 */
export function negativeBinomialTail(observed: number, mean: number, size: number): number {
  const k = Math.ceil(observed);
  if (k <= 0) return 1;
  if (!(mean > 0)) return 0;
  if (!(size < 1e6)) return poissonTail(k, mean);
  // P(X >= k) = I_q(k, size) with q = mean / (mean + size) (Abramowitz & Stegun 26.5.26).
  return clampProbability(regularisedBeta(mean / (mean + size), k, size));
}

/** Numerical Recipes 6.4: continued fraction, on the side where it converges. */
function regularisedBeta(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a - 1 + 2 * m) * (a + 2 * m));
    d = 1 / guarded(1 + even * d);
    c = guarded(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 1 + 2 * m));
    d = 1 / guarded(1 + odd * d);
    c = guarded(1 + odd / c);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return h;
}

function guarded(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function clampProbability(p: number): number {
  return Number.isFinite(p) ? Math.min(1, Math.max(0, p)) : 1;
}
