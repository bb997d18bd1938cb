/** Beyond this a ratio says only that there was next to nothing to divide by. */
const LARGEST = 1e6;

/** `a / b`, or null where that says nothing: nothing to divide by, or next to nothing. */
export function ratioOrNull(a: number, b: number): number | null {
  const ratio = a / b;
  return Number.isFinite(ratio) && Math.abs(ratio) <= LARGEST ? ratio : null;
}
