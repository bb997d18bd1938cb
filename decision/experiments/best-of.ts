import type { Posterior } from './posterior.ts';

export interface Standing {
  /** P(this variant's mean is the highest). Sums to 1 over the variants. */
  readonly winProbability: number;
  /** E[highest mean − this one's]: what is given up, in the metric's unit, by choosing it. Never below 0. */
  readonly expectedLoss: number;
}

/** 12 standard deviations hold all but 1e-32 of a normal and of any Beta that is not near its prior. */
const REACH = 12;
const PANELS = 400;

/** Nodes and weights on (−1, 1) of Gauss and Legendre's rule of five points (Abramowitz and Stegun 25.4.30). */
const rule = [
  [0, 0.568_888_888_888_888_9],
  [0.538_469_310_105_683_1, 0.478_628_670_499_366_5],
  [-0.538_469_310_105_683_1, 0.478_628_670_499_366_5],
  [0.906_179_845_938_664, 0.236_926_885_056_189_1],
  [-0.906_179_845_938_664, 0.236_926_885_056_189_1],
] as const;

/**
 * Win probability and expected loss of independent posteriors, by quadrature: P(i best) = ∫ fᵢ ∏ Fⱼ, and
 * E[max] = c + ∫ (1 − ∏ Fⱼ) above c for any c below all mass. Panels are cut where a posterior is narrow, so that a sharp one beside
 * a wide one is still seen. In the order given; at least one.
 */
export function standings(posteriors: readonly Posterior[]): Standing[] {
  const cuts = panelsOf(posteriors);
  const wins = posteriors.map(() => 0);
  const start = cuts[0] ?? 0;
  let highest = start;
  for (let k = 1; k < cuts.length; k += 1) {
    const from = cuts[k - 1] ?? 0;
    const half = ((cuts[k] ?? 0) - from) / 2;
    for (const [node, weight] of rule) {
      const x = from + half * (1 + node);
      const below = posteriors.map((each) => each.cdf(x));
      highest += half * weight * (1 - below.reduce((product, p) => product * p, 1));
      for (const [i, each] of posteriors.entries()) {
        let others = 1;
        for (const [j, p] of below.entries()) if (j !== i) others *= p;
        wins[i] = (wins[i] ?? 0) + half * weight * each.density(x) * others;
      }
    }
  }
  const total = wins.reduce((sum, win) => sum + win, 0);
  return posteriors.map((each, i) => ({
    winProbability: (wins[i] ?? 0) / total,
    expectedLoss: Math.max(0, highest - each.mean),
  }));
}

function panelsOf(posteriors: readonly Posterior[]): number[] {
  const cuts = new Set<number>();
  for (const { mean, sd } of posteriors) {
    for (let k = 0; k <= PANELS / posteriors.length; k += 1) {
      cuts.add(mean + sd * REACH * ((2 * k * posteriors.length) / PANELS - 1));
    }
  }
  return [...cuts].toSorted((a, b) => a - b);
}
