/** What was sold of a product in a step. */
export interface SoldInStep {
  readonly product: string;
  readonly step: number;
  readonly units: number;
  readonly amount: number;
}

/** Beyond e² a price did not change, something else was sold under the name. */
const MOST = 2;

/**
 * Index of selling prices by step, 1 before the first change: each step moves it by the mean of the logarithms of price over the last price of the same product, weighted
 * by what was paid (a chained index: a product that is new, or not sold, moves nothing, so the mix does not look like a price). A step without sales keeps
 * the one before. Knows nothing of later steps. Undefined where nothing with a price was sold.
 */
export function priceIndex(sales: readonly SoldInStep[], length: number): Float64Array | undefined {
  const byStep = new Map<number, SoldInStep[]>();
  for (const each of sales) {
    if (!(each.units > 0 && each.amount > 0 && Number.isFinite(each.amount / each.units))) continue;
    const known = byStep.get(each.step);
    if (known === undefined) byStep.set(each.step, [each]);
    else known.push(each);
  }
  if (byStep.size === 0) return undefined;
  const last = new Map<string, number>();
  let level = 0;
  return Float64Array.from({ length }, (_, t) => {
    let moved = 0;
    let weight = 0;
    for (const { amount, product, units } of byStep.get(t) ?? []) {
      const price = Math.log(amount / units);
      const before = last.get(product);
      last.set(product, price);
      if (before === undefined) continue;
      moved += amount * Math.max(-MOST, Math.min(MOST, price - before));
      weight += amount;
    }
    if (weight > 0) level += moved / weight;
    return Math.exp(level);
  });
}
