/**
 * Adjusted p-values of Benjamini & Hochberg (1995), in the order given: naming every term with q ≤ 0.05 keeps the expected share of false
 * ones among those named at 5%, however many terms were tested. `tests` counts tests made beyond those given, all of p = 1.
 */
export function adjustedPValues(pValues: readonly number[], tests: number = pValues.length): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = pValues.map(() => 1);
  const all = Math.max(tests, pValues.length);
  let lowest = 1;
  for (const [position, { p, index }] of order.entries()) {
    const rank = pValues.length - position;
    lowest = Math.min(lowest, (p * all) / rank);
    adjusted[index] = lowest;
  }
  return adjusted;
}
