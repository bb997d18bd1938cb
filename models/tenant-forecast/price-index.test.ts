import { describe, expect, it } from 'vitest';
import { priceIndex, type SoldInStep } from './price-index.ts';

const sold = (step: number, product: string, units: number, price: number): SoldInStep => ({
  step,
  product,
  units,
  amount: units * price,
});

describe('the index of selling prices', () => {
  it('moves by what products cost against before, weighted by what was paid (by hand)', () => {
    const index = priceIndex(
      [
        sold(0, 'a', 10, 10),
        sold(0, 'b', 1, 100),
        sold(2, 'a', 10, 12),
        sold(2, 'b', 1, 120),
        sold(3, 'a', 5, 6),
      ],
      5,
    );
    // Both up by a fifth, then half: 1.2, 0.6.
    expect([...(index ?? [])].map((v) => Number(v.toFixed(9)))).toEqual([1, 1, 1.2, 0.6, 0.6]);
  });

  it('does not take another mix, or a new product, for another price', () => {
    const index = priceIndex([sold(0, 'cheap', 9, 1), sold(1, 'dear', 9, 100), sold(2, 'cheap', 1, 1)], 3);
    expect([...(index ?? [])]).toEqual([1, 1, 1]);
  });

  it('knows nothing of later steps, and nothing where nothing was sold', () => {
    const early = [sold(0, 'a', 1, 10), sold(1, 'a', 1, 11)];
    const later = [...early, sold(2, 'a', 1, 50)];
    expect(priceIndex(later, 3)?.slice(0, 2)).toEqual(priceIndex(early, 2));
    expect(priceIndex([sold(0, 'a', 0, 10)], 3)).toBeUndefined();
  });
});
