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
    const worth = (arm.price - unitCost) * betaDraw(1 + arm.bought, 1 + arm.offered - arm.bought, random);
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

/** One draw of a Beta distribution with shapes of 1 and more. */
export function betaDraw(a: number, b: number, random: Random): number {
  const x = gamma(a, random);
  const y = gamma(b, random);
  return x / (x + y);
}

/** Marsaglia and Tsang 2000, for shapes of 1 and more. */
function gamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
