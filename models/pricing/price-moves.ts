import type { PriceMove } from '../../platform/contracts/allocation-plan.ts';
import type { PricingBasis } from '../../platform/contracts/pricing.ts';
import { quotePrice } from './quote.ts';

/**
 * What the price of greatest revenue would add over a period, by product whose elasticity was read. Separate from how effort is divided: the multiplier that is
 * best for revenue does not depend on how much is sold.
 */
export function priceMoves(basis: PricingBasis, periodDays: number): readonly PriceMove[] {
  return basis.products
    .filter(({ elasticity }) => elasticity !== null && elasticity.high < 0)
    .map(({ product }) => {
      const { atBound, best, current } = quotePrice(basis, { product, objective: 'revenue' });
      return {
        product,
        price: current.price,
        best: best.price,
        multiplier: best.price / current.price,
        gain: ((best.revenue.expected - current.revenue.expected) * periodDays) / 7,
        atBound,
      };
    })
    .toSorted((a, b) => b.gain - a.gain);
}
