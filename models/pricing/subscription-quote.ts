import type { SubscriptionAnswer, SubscriptionQuestion } from '../../platform/contracts/pricing.ts';
import { recommendTier, subscriptionPrice, usageMultiplier, usageShare, type Tier } from './subscription.ts';

/** The formula in every tier, the one that costs least, and whether to offer the next. Throws PRICING_INPUT_INVALID. */
export function quoteSubscription(
  question: SubscriptionQuestion,
  tiers: readonly Tier[],
): SubscriptionAnswer {
  const { engagementDiscount = 0, enterprise = 1, ...usage } = question;
  const advice = recommendTier(usage, engagementDiscount, tiers);
  return {
    recommended: advice.tier.name,
    upsellTo: advice.upsellTo ?? null,
    offers: tiers.map((tier) => {
      const multiplier = usageMultiplier(tier, usage);
      return {
        tier: tier.name,
        base: tier.base,
        usageMultiplier: multiplier,
        usage: usageShare(tier, usage),
        price: subscriptionPrice(tier.base, multiplier, enterprise, engagementDiscount),
      };
    }),
  };
}
