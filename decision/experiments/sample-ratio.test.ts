import { expect, test } from 'vitest';
import { sampleRatioPValue } from './sample-ratio.ts';

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
