import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf, variantAt } from './assignment.ts';
import { sampleRatioPValue } from './sample-ratio.ts';

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
  expect(sampleRatioPValue([{ shares, users: counts }])).toBeGreaterThan(0.05);
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

test.each([
  [[5_000, 5_000], true],
  [[5_100, 4_900], true],
  [[5_500, 4_500], false],
  [[50_000, 51_500], false],
])('users %j on equal shares are as they should be: %s', (users, isRight) => {
  expect(sampleRatioPValue([{ shares: [0.5, 0.5], users }]) > 0.001).toBe(isRight);
});

test('epochs of other weights are judged by their own', () => {
  const epochs = [
    { shares: [0.5, 0.5], users: [1_000, 1_000] },
    { shares: [0.9, 0.1], users: [9_000, 1_000] },
  ];
  expect(sampleRatioPValue(epochs)).toBe(1);
  expect(sampleRatioPValue([{ shares: [0.5, 0.5], users: [10_000, 2_000] }])).toBeLessThan(1e-9);
});
