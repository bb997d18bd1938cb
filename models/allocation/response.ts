import type { Curve } from './curve.ts';

/**
 * The amount in [lo, hi] with the greatest return less its cost at `price` a unit; the smaller one on a tie. Exact for curves that are
 * convex, then concave: the candidates are the low end and the best point of the concave part.
 */
export function bestResponse(curve: Curve, lo: number, hi: number, price: number, step: number): number {
  if (!(hi > lo)) return lo;
  if (price <= 0) return price < 0 || curve.value(hi) > curve.value(lo) ? hi : lo;
  const from = Math.max(lo, curve.inflection);
  let x = hi;
  if (from < hi) {
    const at = curve.atSlope(price);
    x = at <= from ? from : at >= hi ? hi : at;
  }
  if (step > 0) return bestOnLattice(curve, lo, hi, price, step, x);
  if (x > lo && curve.inflection > lo && gain(curve, lo, price) >= gain(curve, x, price)) return lo;
  return x;
}

function bestOnLattice(curve: Curve, lo: number, hi: number, price: number, step: number, x: number): number {
  const below = Math.max(lo, Math.floor(x / step) * step);
  const above = Math.min(hi, Math.ceil(x / step) * step);
  let best = lo;
  if (gain(curve, below, price) > gain(curve, best, price)) best = below;
  if (gain(curve, above, price) > gain(curve, best, price)) best = above;
  return best;
}

function gain(curve: Curve, x: number, price: number): number {
  return curve.value(x) - price * x;
}
