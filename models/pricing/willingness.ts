import { WeirError } from '../../platform/errors/weir-error.ts';
import { fitLogistic } from '../regression/logistic.ts';

/** One offer: the price shown and whether it was taken. */
export interface Offer {
  readonly price: number;
  readonly taken: boolean;
}

export interface Willingness {
  /** Share who would pay at least this price. */
  shareAt(price: number): number;
  /** Price half would pay; null when the offers do not show that fewer buy at a higher price. */
  readonly median: number | null;
  /** Price with the greatest revenue an offer within the prices offered; null likewise. */
  readonly bestPrice: number | null;
  readonly offers: number;
}

const LEAST_OFFERS = 50;

/**
 * Willingness to pay from offers at different prices: log-logistic, P(pay ≥ p) = 1/(1 + e^(−a − b·ln p)). Offers must not have been
 * aimed at those likely to accept: a price test (`price-test.ts`) gives such offers.
 */
export function willingnessToPay(offers: readonly Offer[]): Willingness {
  const isRight = offers.every((each) => Number.isFinite(each.price) && each.price > 0);
  const prices = offers.map((each) => each.price);
  const taken = offers.filter((each) => each.taken).length;
  if (
    !isRight ||
    offers.length < LEAST_OFFERS ||
    new Set(prices).size < 2 ||
    taken === 0 ||
    taken === offers.length
  )
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `willingness to pay needs ${LEAST_OFFERS} offers at two or more prices above 0, some taken and some not`,
    );
  const { weights } = fitLogistic(
    [Float64Array.from(prices, Math.log)],
    Uint8Array.from(offers, (each) => (each.taken ? 1 : 0)),
    1e-3,
  );
  const [intercept = 0, slope = 0] = weights;
  const shareAt = (price: number): number => 1 / (1 + Math.exp(-intercept - slope * Math.log(price)));
  if (!(slope < 0)) return { shareAt, median: null, bestPrice: null, offers: offers.length };
  // Revenue p·share(p) of a log-logistic peaks where −b·(1 − share) = 1; it rises for ever when −b ≤ 1.
  const peak = -slope > 1 ? Math.exp((Math.log(-slope - 1) - intercept) / slope) : Infinity;
  const lowest = prices.reduce((a, b) => Math.min(a, b), Infinity);
  const highest = prices.reduce((a, b) => Math.max(a, b), 0);
  return {
    shareAt,
    median: Math.exp(-intercept / slope),
    bestPrice: Math.min(highest, Math.max(lowest, peak)),
    offers: offers.length,
  };
}
