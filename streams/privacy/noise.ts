import type { Uniform } from './uniform.ts';

/** A positive rational `num / den`; parameters of the noise are rational so that sampling needs no floating point. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}

const GRID = 1_024n;

/** The least multiple of 1/1024 that is not below `x`: rounding up can only add noise. Throws RangeError unless 0 < x < 2^40. */
export function ratioAtLeast(x: number): Ratio {
  if (!(x > 0 && x < 2 ** 40)) throw new RangeError(`a noise parameter must be in (0, 2^40), got ${x}`);
  return { num: BigInt(Math.ceil(x * Number(GRID))), den: GRID };
}

export function ratioValue({ num, den }: Ratio): number {
  return Number(num) / Number(den);
}

// Algorithms 1 to 3 of Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy" (2020, arXiv 2004.00010): exact on
// integers. Sampling a continuous law in doubles leaks the value through the gaps between doubles (Mironov, CCS 2012).

/** An integer with P(x) ∝ exp(-|x| / scale). */
export function drawDiscreteLaplace(uniform: Uniform, scale: Ratio): bigint {
  const { num: t, den: s } = scale;
  for (;;) {
    const u = uniform.below(t);
    if (!drawExpMinus(uniform, { num: u, den: t })) continue;
    let v = 0n;
    while (drawExpMinus(uniform, ONE)) v += 1n;
    const magnitude = (u + t * v) / s;
    const isNegative = uniform.below(2n) === 1n;
    // Zero would otherwise be drawn twice as often: once with either sign.
    if (isNegative && magnitude === 0n) continue;
    return isNegative ? -magnitude : magnitude;
  }
}

/** An integer with P(x) ∝ exp(-x² / (2 variance)); `variance` is the parameter σ², which the variance is just below. */
export function drawDiscreteGaussian(uniform: Uniform, variance: Ratio): bigint {
  const { num: n, den: d } = variance;
  const t = integerRoot(n / d) + 1n;
  for (;;) {
    const y = drawDiscreteLaplace(uniform, { num: t, den: 1n });
    const magnitude = y < 0n ? -y : y;
    const gap = magnitude * d * t - n;
    if (drawExpMinus(uniform, { num: gap * gap, den: 2n * n * d * t * t })) return y;
  }
}

const ONE: Ratio = { num: 1n, den: 1n };

/** True with probability exp(-gamma), gamma 0 or more. */
function drawExpMinus(uniform: Uniform, gamma: Ratio): boolean {
  const whole = gamma.num / gamma.den;
  for (let k = 0n; k < whole; k += 1n) if (!drawExpMinusFraction(uniform, ONE)) return false;
  return drawExpMinusFraction(uniform, { num: gamma.num - whole * gamma.den, den: gamma.den });
}

/** True with probability exp(-gamma) for gamma in [0, 1]: the parity of the first failure among Bernoulli(gamma / k). */
function drawExpMinusFraction(uniform: Uniform, gamma: Ratio): boolean {
  let k = 1n;
  while (uniform.below(gamma.den * k) < gamma.num) k += 1n;
  return k % 2n === 1n;
}

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = BigInt(Math.floor(Math.sqrt(Number(n))));
  while (root * root > n) root -= 1n;
  while ((root + 1n) * (root + 1n) <= n) root += 1n;
  return root;
}
