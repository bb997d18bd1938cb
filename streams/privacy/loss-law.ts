import { logNormalCdf } from '../../platform/statistics/normal.ts';

/**
 * The privacy loss ln(P/Q) of two neighbouring laws of an answer, as the probabilities that it is above `s`, under P and under Q. It must be
 * continuous in the answer, or have its atoms at the ends of its range.
 */
export interface LossLaw {
  readonly above: (s: number) => { readonly p: number; readonly q: number };
}

/** Laplace noise of scale `scale` on an answer that one person moves by 1. */
export function laplaceLoss(scale: number): LossLaw {
  const most = 1 / scale;
  return {
    above: (s) => {
      if (s >= most) return { p: 0, q: 0 };
      if (s < -most) return { p: 1, q: 1 };
      return { p: 1 - Math.exp((s - most) / 2) / 2, q: Math.exp((-s - most) / 2) / 2 };
    },
  };
}

/** Who may differ between the two neighbours: a person more, a person less, or one in another's place. */
export type Neighbour = 'remove' | 'add' | 'substitute';

/**
 * Gaussian noise of standard deviation `sigma` on an answer that one person moves by 1, asked of a sample that holds each person with
 * probability `rate` (Poisson). With P the mixture of who is in the sample and who is not: removing compares it with the law without the
 * person, adding the other way round, substituting with the mixture on the other side (Koskela, Jälkö, Honkela 2020).
 */
export function sampledGaussianLoss(sigma: number, rate: number, neighbour: Neighbour): LossLaw {
  const cdf = (x: number): number => Math.exp(logNormalCdf(x / sigma));
  // Above x, of the laws around 0 and around the given place.
  const mixed = (x: number, place: number): number => (1 - rate) * cdf(-x) + rate * cdf(place - x);
  switch (neighbour) {
    case 'remove':
      return {
        above: (s) => {
          const x = answerOfLoss(s, sigma, rate);
          return x === undefined ? { p: 1, q: 1 } : { p: mixed(x, 1), q: cdf(-x) };
        },
      };
    case 'add':
      return {
        // The loss is that of removing, turned round: above s where the other one is below −s.
        above: (s) => {
          const x = answerOfLoss(-s, sigma, rate);
          return x === undefined ? { p: 0, q: 0 } : { p: cdf(x), q: (1 - rate) * cdf(x) + rate * cdf(x - 1) };
        },
      };
    case 'substitute':
      return {
        above: (s) => {
          const x = answerOfSubstitution(s, sigma, rate);
          return { p: mixed(x, 1), q: mixed(x, -1) };
        },
      };
  }
}

/** The answer at which ln(1 − rate + rate·exp((2x − 1)/2σ²)) is `s`; undefined below its least value, ln(1 − rate). */
function answerOfLoss(s: number, sigma: number, rate: number): number | undefined {
  const share = (Math.expm1(s) + rate) / rate;
  return share > 0 ? sigma * sigma * Math.log(share) + 0.5 : undefined;
}

/** The root of rate·c·u² − (1 − rate)(eˢ − 1)·u − rate·c·eˢ with u = exp(x/σ²), c = exp(−1/2σ²), without cancellation. */
function answerOfSubstitution(s: number, sigma: number, rate: number): number {
  const a = rate * Math.exp(-1 / (2 * sigma * sigma));
  const b = (1 - rate) * Math.expm1(s);
  const root = Math.sqrt(b * b + 4 * a * a * Math.exp(s));
  const u = b >= 0 ? (b + root) / (2 * a) : (2 * a * Math.exp(s)) / (root - b);
  return sigma * sigma * Math.log(u);
}
