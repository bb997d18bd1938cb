import { logErfc } from '../../platform/statistics/normal.ts';

/** Rényi DP: a bound for each order α. Adds up over answers, order by order (Mironov 2017). */
export type RdpCurve = readonly { readonly order: number; readonly rdp: number }[];

/** Orders that are tight from ε of hundredths to tens: the customary ones of RDP accountants. */
export const rdpOrders: readonly number[] = [
  ...Array.from({ length: 99 }, (_, i) => 1 + (i + 1) / 10),
  ...Array.from({ length: 53 }, (_, i) => 11 + i),
  128,
  256,
  512,
  1_024,
];

export function gaussianRdp(sigma: number, order: number): number {
  return order / (2 * sigma ** 2);
}

/** Laplace mechanism of `scale` with L1 sensitivity 1 (Mironov 2017, table II). */
export function laplaceRdp(scale: number, order: number): number {
  const stay = Math.log(order / (2 * order - 1)) + (order - 1) / scale;
  const leave = Math.log((order - 1) / (2 * order - 1)) - order / scale;
  return logAdd(stay, leave) / (order - 1);
}

/**
 * Gaussian mechanism on a sample into which each person comes with probability `rate` (Poisson sampling): Mironov, Talwar, Zhang, "Rényi
 * Differential Privacy of the Sampled Gaussian Mechanism" (2019), section 3.3. Any order above 1.
 */
export function sampledGaussianRdp(rate: number, sigma: number, order: number): number {
  if (rate === 1) return gaussianRdp(sigma, order);
  const logA = Number.isInteger(order)
    ? logWholeOrder(rate, sigma, order)
    : logBrokenOrder(rate, sigma, order);
  return logA / (order - 1);
}

/** Least ε over the orders at `delta`, and the order that gave it (Canonne, Kamath, Steinke 2020, proposition 12). */
export function rdpEpsilon(
  curve: RdpCurve,
  delta: number,
): { readonly epsilon: number; readonly order: number } {
  let best = { epsilon: Number.POSITIVE_INFINITY, order: 0 };
  for (const { order, rdp } of curve) {
    const epsilon = Math.max(0, rdp + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1));
    if (epsilon < best.epsilon) best = { epsilon, order };
  }
  return best;
}

function logWholeOrder(rate: number, sigma: number, order: number): number {
  let logChoose = 0;
  let sum = Number.NEGATIVE_INFINITY;
  for (let k = 0; k <= order; k += 1) {
    if (k > 0) logChoose += Math.log((order - k + 1) / k);
    const term =
      logChoose + k * Math.log(rate) + (order - k) * Math.log1p(-rate) + (k * k - k) / (2 * sigma ** 2);
    sum = logAdd(sum, term);
  }
  return sum;
}

/** The two infinite series of the paper; binomials of a broken order change sign, so their sign goes beside their logarithm. */
function logBrokenOrder(rate: number, sigma: number, order: number): number {
  const split = sigma ** 2 * Math.log(1 / rate - 1) + 0.5;
  const spread = Math.SQRT2 * sigma;
  let positive = Number.NEGATIVE_INFINITY;
  let negative = Number.NEGATIVE_INFINITY;
  let logChoose = 0;
  let sign = 1;
  for (let i = 0; i < 10_000; i += 1) {
    if (i > 0) {
      const factor = (order - i + 1) / i;
      logChoose += Math.log(Math.abs(factor));
      if (factor < 0) sign = -sign;
    }
    const j = order - i;
    const below =
      logChoose + i * Math.log(rate) + j * Math.log1p(-rate) + (i * i - i) / (2 * sigma ** 2) - Math.LN2;
    const above =
      logChoose + j * Math.log(rate) + i * Math.log1p(-rate) + (j * j - j) / (2 * sigma ** 2) - Math.LN2;
    const both = logAdd(below + logErfc((i - split) / spread), above + logErfc((split - j) / spread));
    if (sign > 0) positive = logAdd(positive, both);
    else negative = logAdd(negative, both);
    if (i > order && both < positive - 40) break;
  }
  return positive + Math.log1p(-Math.exp(negative - positive));
}

function logAdd(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === Number.NEGATIVE_INFINITY) return high;
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
