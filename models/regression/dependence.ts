/**
 * How much a first-order dependence of residuals widens the error of a smooth regressor: (1 + r)/(1 − r), r from 0 to .9. Rows of one group
 * are neighbours in time; all rows are one group where none is given.
 */
export function inflation(residuals: Float64Array, group?: Int32Array): number {
  const last = new Map<number, number>();
  let product = 0;
  let square = 0;
  for (const [i, each] of residuals.entries()) {
    const own = group?.[i] ?? 0;
    product += each * (last.get(own) ?? 0);
    square += each * each;
    last.set(own, each);
  }
  const r = square > 0 ? Math.min(0.9, Math.max(0, product / square)) : 0;
  return (1 + r) / (1 - r);
}
