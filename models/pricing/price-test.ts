import { betaDeviate } from '../../platform/statistics/deviates.ts';
import type { Random } from '../../platform/time/random.ts';

/** One price on test: how many saw it and how many bought. */
export interface PriceArm {
  readonly price: number;
  readonly offered: number;
  readonly bought: number;
}

/** Share of offers made at a random price whatever is known (seeds: .1). */
const EXPLORATION = 0.1;

/**
 * Which price to offer next: Thompson sampling on revenue an offer. Each arm's chance of a sale is drawn from its Beta posterior (uniform
 * prior) and multiplied by what a sale earns; a tenth of the offers explore.
 */
export function chooseArm(
  arms: readonly PriceArm[],
  unitCost: number,
  random: Random,
  exploration = EXPLORATION,
): number {
  if (arms.length === 0) throw new RangeError('a price test needs a price');
  if (random.next() < exploration) return random.int(arms.length);
  let best = 0;
  let most = -Infinity;
  for (const [i, arm] of arms.entries()) {
    const worth = (arm.price - unitCost) * betaDeviate(1 + arm.bought, 1 + arm.offered - arm.bought, random);
    if (worth > most) {
      most = worth;
      best = i;
    }
  }
  return best;
}

/** The arms after one more offer. */
export function stepArms(arms: readonly PriceArm[], chosen: number, bought: boolean): PriceArm[] {
  return arms.map((arm, i) =>
    i === chosen ? { ...arm, offered: arm.offered + 1, bought: arm.bought + (bought ? 1 : 0) } : arm,
  );
}
