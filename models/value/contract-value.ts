/** A value with the interval that holds it for this customer, 80%. */
export interface ValueInterval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A tenth of customers is gone (or still there) at the ends of the interval. */
const TAIL = 0.1;

/**
 * What a customer under contract will still bring: Σ over coming months of the chance to be there × margin, discounted by the month. Its
 * interval is that of how long this customer stays: the discounted margin up to the month by which a tenth like it have left, and up
 * to the one to which a tenth are still there. `staying`: share still there after 1, 2, … months.
 */
export function contractValue(
  staying: readonly number[],
  marginAMonth: number,
  discountAMonth: number,
): ValueInterval {
  let value = 0;
  let full = 0;
  let low: number | undefined;
  let high = 0;
  for (const [m, share] of staying.entries()) {
    const worth = marginAMonth / (1 + discountAMonth) ** (m + 1);
    if (share <= 1 - TAIL && low === undefined) low = full;
    value += worth * share;
    full += worth;
    if (share >= TAIL) high = full;
  }
  return { value, low: Math.min(value, low ?? full), high: Math.max(value, high) };
}
