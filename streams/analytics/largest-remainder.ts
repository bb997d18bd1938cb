/**
 * Whole numbers near `shares` that add up to `total`: each is rounded down and what is left goes one by one to those that lost most
 * (largest remainder, Hamilton's method). `shares` add up to `total` but for rounding.
 */
export function wholeShares(shares: readonly number[], total: number): number[] {
  const whole = shares.map(Math.floor);
  const missing = total - whole.reduce((sum, each) => sum + each, 0);
  const order = shares
    .map((share, index) => ({ index, lost: share - Math.floor(share) }))
    .toSorted((a, b) => b.lost - a.lost || a.index - b.index);
  for (let given = 0; given < missing; given += 1) {
    const { index } = order[given % Math.max(1, order.length)] ?? { index: 0 };
    if (whole[index] !== undefined) whole[index] += 1;
  }
  return whole;
}
