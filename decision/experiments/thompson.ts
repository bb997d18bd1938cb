import { betaDeviate } from '../../platform/statistics/deviates.ts';
import type { Random } from '../../platform/time/random.ts';
import { standings } from './best-of.ts';
import type { Posterior } from './posterior.ts';

/** One variant as a bandit sees it. */
export interface Arm {
  readonly pulls: number;
  readonly successes: number;
}

/** Which arm to pull next: the highest of one draw from each Beta posterior, uniform priors (Thompson 1933; Chapelle and Li 2011). */
export function chooseArm(arms: readonly Arm[], random: Random): number {
  let best = 0;
  let most = -1;
  for (const [i, { pulls, successes }] of arms.entries()) {
    const draw = betaDeviate(1 + successes, 1 + pulls - successes, random);
    if (draw > most) {
      most = draw;
      best = i;
    }
  }
  return best;
}

/**
 * Shares of traffic until the next look: probability matching, which is Thompson sampling for a batch, with `exploration` of the traffic
 * spread evenly so that no variant is ever given up unseen (seeds: .1). Sums to 1.
 */
export function thompsonShares(posteriors: readonly Posterior[], exploration: number): number[] {
  const even = 1 / posteriors.length;
  return standings(posteriors).map(
    ({ winProbability }) => exploration * even + (1 - exploration) * winProbability,
  );
}
