import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf, variantAt } from './assignment.ts';

test('known positions: printf "salt\\nuser" | sha256sum, first 13 hexadecimal digits over 16^13', () => {
  expect(positionOf('checkout', 'u1')).toBe(0x9fa110ad1f127 / 2 ** 52);
  expect(positionOf('', '')).toBe(0x01ba4719c80b6 / 2 ** 52);
});

test('users fall onto variants by their shares, and independently between experiments', () => {
  const shares = [0.5, 0.3, 0.2];
  const counts = [0, 0, 0];
  let both = 0;
  const n = 20_000;
  for (let i = 0; i < n; i += 1) {
    const first = variantAt(positionOf('one', `u${i}`), shares) ?? -1;
    counts[first] = (counts[first] ?? 0) + 1;
    if (first === 0 && variantAt(positionOf('two', `u${i}`), shares) === 0) both += 1;
  }
  // Five standard deviations of a binomial count.
  for (const [i, share] of shares.entries())
    expect(Math.abs((counts[i] ?? 0) - share * n)).toBeLessThan(5 * Math.sqrt(share * (1 - share) * n));
  // Five standard deviations around a quarter.
  expect(Math.abs(both / n - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / n));
});

test('more traffic moves nobody already in', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0.01, max: 1, noNaN: true }), (user, traffic) => {
      const position = positionOf('salt', user);
      const now = variantAt(position, [0.5, 0.5], traffic);
      expect(now === undefined).toBe(position >= traffic);
    }),
  );
});

test('shares that sum to a little less than one leave nobody out', () => {
  expect(variantAt(1 - 2 ** -52, [0.1, 0.2, 0.699_999_999, 0])).toBe(2);
});
