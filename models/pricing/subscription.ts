import { seedTiers, type PricingTier } from '../../platform/contracts/pricing.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

export type Tier = PricingTier;

export interface Usage {
  readonly apiCalls: number;
  readonly storageGib: number;
  readonly seats: number;
}

/** `base × usage × enterprise × (1 − engagement discount)`, the seeds' formula. The discount is a share from 0 to .5. */
export function subscriptionPrice(base: number, usage: number, enterprise: number, discount: number): number {
  const isRight =
    [base, usage, enterprise].every((each) => Number.isFinite(each) && each >= 0) &&
    discount >= 0 &&
    discount <= 0.5;
  if (!isRight)
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      'base and multipliers must be 0 or more, the engagement discount between 0 and .5',
    );
  return base * usage * enterprise * (1 - discount);
}

/** Share of its tightest limit that a tenant uses. */
export function usageShare(tier: Tier, usage: Usage): number {
  return Math.max(
    usage.apiCalls / tier.apiCalls,
    usage.storageGib / tier.storageGib,
    usage.seats / tier.seats,
  );
}

/** 1 within the tier; above it in proportion to the tightest limit. */
export function usageMultiplier(tier: Tier, usage: Usage): number {
  return Math.max(1, usageShare(tier, usage));
}

export interface TierAdvice {
  readonly tier: Tier;
  readonly price: number;
  /** A higher tier to offer: use is above 85% of the limit (seeds). */
  readonly upsellTo: string | undefined;
}

/** The tier in which this usage costs least; the higher one on a tie. */
export function recommendTier(usage: Usage, discount = 0, known: readonly Tier[] = seedTiers): TierAdvice {
  if (![usage.apiCalls, usage.storageGib, usage.seats].every((each) => Number.isFinite(each) && each >= 0))
    throw new WeirError('PRICING_INPUT_INVALID', 'usage must be 0 or more');
  const offers = known.map((tier) => ({
    tier,
    price: subscriptionPrice(tier.base, usageMultiplier(tier, usage), 1, discount),
  }));
  const [first] = offers;
  if (first === undefined) throw new WeirError('PRICING_INPUT_INVALID', 'there is no tier');
  const best = offers.reduce((a, b) => (b.price <= a.price ? b : a), first);
  const higher = known.filter((each) => each.base > best.tier.base).sort((a, b) => a.base - b.base)[0];
  return { ...best, upsellTo: usageShare(best.tier, usage) > 0.85 ? higher?.name : undefined };
}
