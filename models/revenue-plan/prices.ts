import type { RevenueTies } from '../../platform/contracts/allocation-plan.ts';

export type PricedProduct = RevenueTies['products'][number];

export interface ChosenPrice {
  readonly multiplier: number;
  readonly setBy: 'held' | 'range' | 'margin' | 'now';
}

const GRID = 200;
const HALVINGS = 60;

/**
 * Expected revenue at a multiplier of the price, as a ratio to now: E[k^(1 + e)], e normal with the elasticity's error, is
 * exp((1 + e)·ln k + error²·ln²k/2).
 */
export function revenueRatio({ elasticity, error }: PricedProduct, multiplier: number): number {
  const log = Math.log(multiplier);
  return Math.exp((1 + elasticity) * log + (error * log) ** 2 / 2);
}

/** Expected margin at a multiplier, in present prices of one unit times present volume. */
function marginAt(product: PricedProduct, unitCost: number, multiplier: number): number {
  return revenueRatio(product, multiplier) * (product.price - unitCost / multiplier);
}

/**
 * The multiplier with the greatest expected revenue. The logarithm of that is convex in ln k, so it lies at an end of what is allowed, and exactly so: an end
 * of the range, or where the margin would fall below today's (unit cost known). Falling back to 1, which is always allowed.
 */
export function bestMultiplier(product: PricedProduct, held: number | undefined): ChosenPrice {
  if (held !== undefined) return { multiplier: held, setBy: 'held' };
  const ends = [product.range[0], product.range[1]].map((end) => reach(product, end));
  const best = ends.reduce((a, b) =>
    revenueRatio(product, b.multiplier) > revenueRatio(product, a.multiplier) ? b : a,
  );
  return revenueRatio(product, best.multiplier) > 1 + 1e-9 ? best : { multiplier: 1, setBy: 'now' };
}

/** The furthest multiplier towards an end up to which the margin stays at today's or above. */
function reach(product: PricedProduct, end: number): ChosenPrice {
  const { price, unitCost } = product;
  if (unitCost === null || !(unitCost > 0)) return { multiplier: end, setBy: 'range' };
  const today = price - unitCost;
  const at = (part: number): number => end ** part;
  const keeps = (part: number): boolean => marginAt(product, unitCost, at(part)) >= today - 1e-12 * price;
  let low = 0;
  for (let i = 1; i <= GRID; i++) {
    if (keeps(i / GRID)) {
      low = i / GRID;
      continue;
    }
    let high = i / GRID;
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (keeps(middle)) low = middle;
      else high = middle;
    }
    return { multiplier: at(low), setBy: 'margin' };
  }
  return { multiplier: end, setBy: 'range' };
}
